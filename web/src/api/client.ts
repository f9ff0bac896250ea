/** The one HTTP client of the page: types from the OpenAPI document, the session's token, one way to fail. */
import createClient from "openapi-fetch";
import { asProblem, problemFrom } from "./problem";
import type { paths } from "./schema";
import { session, type Session } from "./session";

/** Sends with the session's token and, when the server calls it expired, renews it and sends once more. */
export function withSession(current: Session, send: typeof fetch) {
  return async (request: Request): Promise<Response> => {
    const again = request.clone();
    const token = await current.accessToken();
    if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
    const answer = await send(request);
    if (answer.status !== 401 || token === null) return answer;
    const renewed = await current.renew();
    if (renewed === null) return answer;
    again.headers.set("Authorization", `Bearer ${renewed}`);
    return send(again);
  };
}

/** For calls of a signed-in person. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: withSession(session, (input, init) => window.fetch(input, init)),
});

/** For the calls that make a session: a 401 there means wrong credentials, not an old token. */
export const openApi = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request) => window.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The data of an answer.
 * @throws Problem for a refusal and for no answer at all.
 */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    throw asProblem(error);
  });
  if (!answer.response.ok) throw problemFrom(answer.response, answer.error);
  return answer.data as T;
}
