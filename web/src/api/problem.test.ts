import { describe, expect, it } from "vitest";
import { asProblem, problemFrom, UNREACHABLE } from "./problem";

describe("problemFrom", () => {
  it("reads code, detail, request id and wrong fields", () => {
    const document = {
      code: "validation.failed",
      detail: "Two fields are wrong.",
      request_id: "abc",
      errors: [{ field: "email", code: "format", message: "no" }, { code: "lost" }, "noise"],
    };
    const problem = problemFrom(new Response(null, { status: 422 }), document);
    expect(problem).toMatchObject({
      status: 422,
      code: "validation.failed",
      message: "Two fields are wrong.",
      requestId: "abc",
      fields: [{ field: "email", code: "format", message: "no" }],
    });
  });

  it("makes a code from the status when a proxy answers with a page", () => {
    const response = new Response("<html>", {
      status: 502,
      statusText: "Bad Gateway",
      headers: { "X-Request-Id": "from-header" },
    });
    expect(problemFrom(response, "<html>")).toMatchObject({
      code: "http.502",
      message: "Bad Gateway",
      requestId: "from-header",
      fields: [],
    });
  });
});

describe("asProblem", () => {
  it("calls a fetch without an answer unreachable", () => {
    expect(asProblem(new TypeError("Failed to fetch")).code).toBe(UNREACHABLE);
  });

  it("keeps a problem as it is", () => {
    const problem = problemFrom(new Response(null, { status: 404 }), { code: "x.y" });
    expect(asProblem(problem)).toBe(problem);
  });
});
