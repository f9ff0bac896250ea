/**
 * Idempotency keys: one per intent of the person. The key stays while the outcome is unknown, so
 * that pressing the button again after a lost answer does nothing twice; a definite answer ends it.
 */
import { useRef } from "react";
import { asProblem } from "./problem";

const PREFIX = "videocall.intent.";
const HEADER = "Idempotency-Key";

export type IntentHeaders = Record<typeof HEADER, string>;
/** Sends `body` under the key of this intent. */
export type Intend = <T>(body: unknown, send: (headers: IntentHeaders) => Promise<T>) => Promise<T>;

interface Pending {
  key: string;
  /** The body as text: another body is another intent. */
  body: string;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;

/** Whether the server may have done it although no answer says so. */
export function outcomeUnknown(error: unknown): boolean {
  const { status, code } = asProblem(error);
  return status === 0 || status >= 500 || code === "billing.idempotency_in_flight";
}

/** `crypto.randomUUID` exists only on safe addresses; a trial in the local network has none. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The header that carries a key, for openapi-fetch's `headers`. */
export function idempotent(key: string): IntentHeaders {
  return { [HEADER]: key };
}

/**
 * @param name with it the key outlives a reload of the page, which may come between sending and
 * the answer; names are per kind of intent.
 */
export function makeIntent(name: string | undefined, store: Store): Intend {
  const stored = PREFIX + (name ?? "");
  let pending: Pending | null = name === undefined ? null : read(store, stored);
  const keep = (next: Pending | null) => {
    pending = next;
    if (name === undefined) return;
    if (next === null) store?.removeItem(stored);
    else store?.setItem(stored, JSON.stringify(next));
  };
  return async (body, send) => {
    const text = JSON.stringify(body) ?? "";
    if (pending?.body !== text) keep({ key: newKey(), body: text });
    try {
      const answer = await send(idempotent(pending?.key ?? newKey()));
      keep(null);
      return answer;
    } catch (error) {
      if (!outcomeUnknown(error)) keep(null);
      throw error;
    }
  };
}

function read(store: Store, name: string): Pending | null {
  try {
    const value = JSON.parse(store?.getItem(name) ?? "null") as Partial<Pending> | null;
    if (typeof value?.key !== "string" || typeof value.body !== "string") return null;
    return { key: value.key, body: value.body };
  } catch {
    return null;
  }
}

function tabStorage(): Store {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

/** The intent of a form or button; see `makeIntent`. */
export function useIntent(name?: string): Intend {
  const intent = useRef<Intend | null>(null);
  return (body, send) => {
    intent.current ??= makeIntent(name, tabStorage());
    return intent.current(body, send);
  };
}
