import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { json, problem } from "../testing/answers";
import { withSession } from "./client";
import { Session, type SessionWorld } from "./session";

const tokens = (access: string, seconds = 300) => ({
  access_token: access,
  token_type: "Bearer" as const,
  expires_in: seconds,
  refresh_token: null,
});

function world(answers: Array<Response | Error>, stored: Record<string, string> = {}) {
  const kept = new Map(Object.entries(stored));
  const fetch = vi.fn(async () => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error("one request too many");
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const heard: unknown[] = [];
  const parts: SessionWorld = {
    fetch,
    now: () => Date.now(),
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    exclusively: (work) => work(),
    channel: { postMessage: (message) => heard.push(message), addEventListener: () => undefined },
  };
  return { session: new Session(parts), fetch, kept, heard };
}

const SIGNED_IN = { "videocall.signed-in": "1" };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("restoring a session", () => {
  it("asks nothing of the server in a browser that never signed in", async () => {
    const { session, fetch } = world([]);
    expect(await session.restore()).toBe("signed-out");
    expect(fetch).not.toHaveBeenCalled();
  });

  it("takes up the session left in the cookie", async () => {
    const { session } = world([json(tokens("a"))], SIGNED_IN);
    expect(await session.restore()).toBe("signed-in");
    expect(await session.accessToken()).toBe("a");
  });

  it("signs out and forgets when the cookie is refused", async () => {
    const { session, kept } = world([problem(401, "auth.refresh_invalid")], SIGNED_IN);
    expect(await session.restore()).toBe("signed-out");
    expect(kept.size).toBe(0);
  });

  it("remembers that there is a session when the server can't be reached", async () => {
    const { session, kept } = world([new TypeError("offline")], SIGNED_IN);
    expect(await session.restore()).toBe("signed-out");
    expect(kept.size).toBe(1);
  });
});

describe("renewing the token", () => {
  it("shares one request among parallel callers", async () => {
    const { session, fetch } = world([json(tokens("b"))]);
    session.accept(tokens("a", 1));
    vi.setSystemTime(Date.now() + 2000);
    const got = await Promise.all([session.accessToken(), session.accessToken()]);
    expect(got).toEqual(["b", "b"]);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("renews a minute before the token ends", async () => {
    const { session, fetch } = world([json(tokens("b", 300))]);
    session.accept(tokens("a", 300));
    await vi.advanceTimersByTimeAsync(239_000);
    expect(fetch).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(await session.accessToken()).toBe("b");
  });

  it("stays signed in and tries again when a renewal finds no server", async () => {
    const { session, fetch } = world([new TypeError("offline"), json(tokens("b"))]);
    session.accept(tokens("a", 300));
    await vi.advanceTimersByTimeAsync(240_000);
    expect(session.getStatus()).toBe("signed-in");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("tells the other tabs when the person signs out", () => {
    const { session, heard } = world([]);
    session.accept(tokens("a"));
    session.end();
    expect(heard).toEqual(["signed-out"]);
    expect(session.getStatus()).toBe("signed-out");
  });
});

describe("sending with the session", () => {
  const request = () => new Request("http://localhost/api", { method: "POST", body: "{}" });

  it("adds the token", async () => {
    const { session } = world([]);
    session.accept(tokens("a"));
    const send = vi.fn(async (sent: RequestInfo | URL) => {
      expect((sent as Request).headers.get("Authorization")).toBe("Bearer a");
      return json({});
    });
    await withSession(session, send)(request());
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("renews once and sends again with its body after a 401", async () => {
    const { session } = world([json(tokens("b"))]);
    session.accept(tokens("a"));
    const seen: string[] = [];
    const send = vi.fn(async (sent: RequestInfo | URL) => {
      const asked = sent as Request;
      seen.push(`${asked.headers.get("Authorization") ?? ""} ${await asked.text()}`);
      return seen.length === 1 ? problem(401, "auth.token_expired") : json({});
    });
    const answer = await withSession(session, send)(request());
    expect(answer.status).toBe(200);
    expect(seen).toEqual(["Bearer a {}", "Bearer b {}"]);
  });

  it("hands the refusal on when the renewal is refused too", async () => {
    const { session } = world([problem(401, "auth.refresh_invalid")]);
    session.accept(tokens("a"));
    const send = vi.fn(async () => problem(401, "auth.token_expired"));
    const answer = await withSession(session, send)(request());
    expect(answer.status).toBe(401);
    expect(send).toHaveBeenCalledTimes(1);
    expect(session.getStatus()).toBe("signed-out");
  });
});
