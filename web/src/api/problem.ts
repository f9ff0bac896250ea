/** Failures of the API as one error class, read from RFC 9457 problem details. */

/** One wrong field of a request. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** Code of a request that never got an answer. */
export const UNREACHABLE = "network.unreachable";

/** A request the server refused or never answered; `code` is stable, texts are chosen by it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];

  constructor(options: {
    status: number;
    code: string;
    message: string;
    requestId?: string | null;
    fields?: readonly FieldProblem[];
  }) {
    super(options.message);
    this.name = "Problem";
    this.status = options.status;
    this.code = options.code;
    this.requestId = options.requestId ?? null;
    this.fields = options.fields ?? [];
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    const row = record(entry);
    const field = text(row.field);
    if (field === null) return [];
    return [{ field, code: text(row.code) ?? "invalid", message: text(row.message) ?? "" }];
  });
}

/** Reads a refused answer; a body that is no problem document (a proxy's page) gets code `http.<status>`. */
export function problemFrom(response: Response, body: unknown): Problem {
  const document = record(body);
  return new Problem({
    status: response.status,
    code: text(document.code) ?? `http.${response.status}`,
    message: text(document.detail) ?? text(document.title) ?? response.statusText,
    requestId: text(document.request_id) ?? response.headers.get("X-Request-Id"),
    fields: fieldProblems(document.errors),
  });
}

/** Turns whatever was thrown into a Problem, so that every place shows failures in one way. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // fetch rejects with a TypeError when there was no answer at all.
  if (error instanceof TypeError) {
    return new Problem({ status: 0, code: UNREACHABLE, message: error.message });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Problem({ status: 0, code: "page.failed", message });
}
