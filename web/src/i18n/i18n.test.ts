import { describe, expect, it } from "vitest";
import { en } from "./en";
import { id } from "./id";
import { detectLocale, i18n } from "./index";

function leaves(value: object, path = ""): Array<[string, string]> {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = path === "" ? key : `${path}.${key}`;
    return typeof inner === "string" ? [[name, inner]] : leaves(inner as object, name);
  });
}

const english = new Map(leaves(en));
const indonesian = new Map(leaves(id));
const slots = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("the two languages", () => {
  it("have the same keys, but for the singular that Indonesian has not", () => {
    const wanted = [...english.keys()].filter((key) => !key.endsWith("_one"));
    expect([...indonesian.keys()].sort()).toEqual(wanted.sort());
  });

  it("fill the same slots in every text", () => {
    for (const [key, text] of indonesian) {
      expect(slots(text), key).toEqual(slots(english.get(key) ?? ""));
    }
  });

  it("leave no text empty", () => {
    for (const [key, text] of [...english, ...indonesian]) {
      expect(text.trim(), key).not.toBe("");
    }
  });

  it("count in words of their own", () => {
    const english1 = i18n.getFixedT("en")("rooms.live", { count: 1 });
    const english3 = i18n.getFixedT("en")("rooms.live", { count: 3 });
    const indonesian1 = i18n.getFixedT("id")("rooms.live", { count: 1 });
    expect([english1, english3]).toEqual(["1 person in the call", "3 people in the call"]);
    expect(indonesian1).toBe("1 orang dalam panggilan");
  });
});

describe("detectLocale", () => {
  it("prefers the remembered choice, then the browser's order, then English", () => {
    expect(detectLocale("id", ["en-US"])).toBe("id");
    expect(detectLocale(null, ["fr-FR", "id-ID", "en"])).toBe("id");
    expect(detectLocale(null, ["in"])).toBe("id");
    expect(detectLocale("xx", ["fr"])).toBe("en");
  });
});
