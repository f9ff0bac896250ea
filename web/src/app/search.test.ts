import { describe, expect, it } from "vitest";
import { roomsSearch, safeNext } from "./search";

describe("safeNext", () => {
  it("keeps paths of this page", () => {
    expect(safeNext("/rooms/1?x=2")).toBe("/rooms/1?x=2");
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    7,
  ])("drops %s", (value) => expect(safeNext(value)).toBeUndefined());
});

describe("roomsSearch", () => {
  it("knows ended rooms and leaves everything else at the open ones", () => {
    expect(roomsSearch({ status: "ended" })).toEqual({ status: "ended" });
    expect(roomsSearch({ status: "open" })).toEqual({});
    expect(roomsSearch({ status: 3 })).toEqual({});
  });
});
