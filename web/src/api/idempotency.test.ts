import { describe, expect, it } from "vitest";
import { makeIntent, outcomeUnknown, type IntentHeaders } from "./idempotency";
import { Problem } from "./problem";

const failed = (status: number, code = "x.y") => new Problem({ status, code, message: "" });

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

/** Sends and answers as told; keeps the keys it saw. */
function server(...answers: Array<Problem | TypeError | "ok">) {
  const keys: string[] = [];
  const send = async (headers: IntentHeaders) => {
    keys.push(headers["Idempotency-Key"]);
    const answer = answers[keys.length - 1] ?? "ok";
    if (answer !== "ok") throw answer;
    return answer;
  };
  return { keys, send };
}

describe("an intent", () => {
  it("keeps its key while nobody knows what became of it", async () => {
    const { keys, send } = server(new TypeError("no answer"), failed(503), "ok", "ok");
    const intent = makeIntent(undefined, null);
    await expect(intent({ a: 1 }, send)).rejects.toThrow();
    await expect(intent({ a: 1 }, send)).rejects.toThrow();
    await intent({ a: 1 }, send);
    await intent({ a: 1 }, send);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is another one with another body", async () => {
    const { keys, send } = server(failed(500), "ok");
    const intent = makeIntent(undefined, null);
    await expect(intent({ a: 1 }, send)).rejects.toThrow();
    await intent({ a: 2 }, send);
    expect(keys[1]).not.toBe(keys[0]);
  });

  it("ends with a refusal: the same card tried again is a new try", async () => {
    const { keys, send } = server(failed(402, "billing.card_declined"), "ok");
    const intent = makeIntent(undefined, null);
    await expect(intent({ a: 1 }, send)).rejects.toThrow();
    await intent({ a: 1 }, send);
    expect(keys[1]).not.toBe(keys[0]);
  });

  it("with a name outlives a reload", async () => {
    const store = memory();
    const { keys, send } = server(new TypeError("closed"), "ok", "ok");
    await expect(makeIntent("order", store)({ a: 1 }, send)).rejects.toThrow();
    await makeIntent("order", store)({ a: 1 }, send);
    await makeIntent("order", store)({ a: 1 }, send);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

describe("outcomeUnknown", () => {
  it("is so without an answer, after a failure of the server, and while it still works", () => {
    expect(outcomeUnknown(new TypeError())).toBe(true);
    expect(outcomeUnknown(failed(500))).toBe(true);
    expect(outcomeUnknown(failed(409, "billing.idempotency_in_flight"))).toBe(true);
    expect(outcomeUnknown(failed(409))).toBe(false);
    expect(outcomeUnknown(failed(422))).toBe(false);
  });
});
