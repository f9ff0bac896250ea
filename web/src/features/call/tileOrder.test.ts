import { describe, expect, it } from "vitest";
import { tileOrder, type Ordered } from "./tileOrder";

const tile = (key: string, extra: Partial<Ordered> = {}): Ordered => ({
  key,
  screen: false,
  local: false,
  speaking: false,
  spokeAt: 0,
  ...extra,
});

describe("tileOrder", () => {
  it("appends who came and closes the gap of who left", () => {
    const tiles = [tile("new"), tile("c"), tile("a")];
    expect(tileOrder(["a", "b", "c"], tiles, 9)).toEqual(["a", "c", "new"]);
  });

  it("puts a new screen in front", () => {
    expect(tileOrder(["a"], [tile("a"), tile("s", { screen: true })], 9)).toEqual(["s", "a"]);
  });

  it("moves nobody on one page, whoever speaks", () => {
    const tiles = [tile("a"), tile("b"), tile("c", { speaking: true })];
    expect(tileOrder(["a", "b", "c"], tiles, 3)).toEqual(["a", "b", "c"]);
  });

  it("swaps a speaker of a later page with whoever was silent longest, never with oneself", () => {
    const tiles = [
      tile("me", { local: true }),
      tile("a", { spokeAt: 500 }),
      tile("b", { spokeAt: 100 }),
      tile("c"),
      tile("d", { speaking: true }),
    ];
    expect(tileOrder(["me", "a", "b", "c", "d"], tiles, 3)).toEqual(["me", "a", "d", "c", "b"]);
  });

  it("leaves a speaker on the later page when everybody on the first speaks too", () => {
    const tiles = ["a", "b", "c"].map((key) => tile(key, { speaking: true }));
    expect(tileOrder(["a", "b", "c"], tiles, 2)).toEqual(["a", "b", "c"]);
  });
});
