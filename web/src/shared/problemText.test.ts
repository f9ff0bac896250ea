import { describe, expect, it } from "vitest";
import { Problem } from "../api/problem";
import { i18n } from "../i18n";
import { problemText, splitProblem } from "./problemText";

const t = i18n.t;
const failed = (options: Partial<ConstructorParameters<typeof Problem>[0]>) =>
  new Problem({ status: 422, code: "validation.failed", message: "from the server", ...options });

describe("problemText", () => {
  it("has own words for a known code", () => {
    expect(problemText(t, failed({ code: "calls.room_ended" }))).toBe("This room has ended.");
  });

  it("falls back to the status, then to the server's words", () => {
    expect(problemText(t, failed({ code: "new.code", status: 503 }))).toContain("busy");
    expect(problemText(t, failed({ code: "new.code", status: 418 }))).toBe("from the server");
    expect(problemText(t, failed({ code: "new.code", status: 501 }))).toContain("server failed");
  });
});

describe("splitProblem", () => {
  it("puts each text at its field and leaves nothing over", () => {
    const error = failed({ fields: [{ field: "name", code: "too_long", message: "" }] });
    expect(splitProblem(t, error, ["name"])).toEqual({
      byField: { name: "This is too long." },
      rest: null,
    });
  });

  it("finds the field of an entry in a list", () => {
    const error = failed({ fields: [{ field: "invited[2]", code: "odd", message: "not this" }] });
    expect(splitProblem(t, error, ["name", "invited"]).byField).toEqual({ invited: "not this" });
  });

  it("keeps the failure when a wrong field is not in the form", () => {
    const error = failed({ fields: [{ field: "token", code: "missing", message: "" }] });
    expect(splitProblem(t, error, ["name"]).rest).toBe(error);
  });
});
