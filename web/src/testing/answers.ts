/** Answers of the server for tests, and a fetch that gives them. */
import { vi, type Mock } from "vitest";

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

export function problem(status: number, code: string, extra: object = {}): Response {
  const body = { type: "about:blank", title: code, status, code, detail: "", ...extra };
  return new Response(JSON.stringify({ request_id: "req-1", ...body }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
}

export interface Sent {
  method: string;
  path: string;
  body: unknown;
}

type Answer = Response | ((sent: Sent) => Response);

/** Replaces fetch: answers by "METHOD /path", and keeps what was sent. */
export function serve(answers: Record<string, Answer>): { sent: Sent[]; fetch: Mock } {
  const sent: Sent[] = [];
  const fetch = vi.fn(async (input: RequestInfo | URL, init?: RequestInit) => {
    const request =
      input instanceof Request ? input : new Request(new URL(input, location.href), init);
    const raw = await request.clone().text();
    const call = {
      method: request.method,
      path: new URL(request.url).pathname,
      body: raw === "" ? null : (JSON.parse(raw) as unknown),
    };
    sent.push(call);
    const answer = answers[`${call.method} ${call.path}`];
    if (answer === undefined) throw new TypeError(`no answer for ${call.method} ${call.path}`);
    return typeof answer === "function" ? answer(call) : answer.clone();
  });
  vi.stubGlobal("fetch", fetch);
  return { sent, fetch };
}
