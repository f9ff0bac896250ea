/** Plain words for failures, in the person's language. */
import type { TFunction } from "i18next";
import { asProblem, type FieldProblem, type Problem } from "../api/problem";
import { en } from "../i18n/en";

type KnownCode = keyof typeof en.errors.byCode;
type KnownField = keyof typeof en.errors.byField;

function knownCode(code: string): KnownCode | null {
  const key = code.replaceAll(".", "_");
  return key in en.errors.byCode ? (key as KnownCode) : null;
}

/** Our text for the code, else one for its status, else what the server said. */
export function problemText(t: TFunction, error: unknown): string {
  const problem = asProblem(error);
  const key = knownCode(problem.code) ?? knownCode(`http.${problem.status}`);
  if (key !== null) return t(`errors.byCode.${key}`);
  if (problem.status >= 500) return t("errors.byCode.http_500");
  return problem.message || t("errors.title");
}

/** Our text for a wrong field, else the server's. */
export function fieldText(t: TFunction, field: FieldProblem): string {
  const byCode = knownCode(field.code);
  if (byCode !== null) return t(`errors.byCode.${byCode}`);
  const key = field.code.replace(/^.*\./, "");
  if (key in en.errors.byField) return t(`errors.byField.${key as KnownField}`);
  return field.message || t("errors.byField.invalid");
}

/** What to send to whoever looks after the server. */
export function problemDetails(problem: Problem): string {
  return problem.requestId === null ? problem.code : `${problem.code} · ${problem.requestId}`;
}

/**
 * Splits a failure over a form: texts for the fields it has, and the failure itself when
 * something remains that no field can show.
 */
export function splitProblem<Field extends string>(
  t: TFunction,
  error: unknown,
  fields: readonly Field[],
): { byField: Partial<Record<Field, string>>; rest: Problem | null } {
  const problem = asProblem(error);
  const byField: Partial<Record<Field, string>> = {};
  let unplaced = problem.fields.length === 0;
  for (const entry of problem.fields) {
    // "invited.0" and "invited[0]" belong to the field "invited"; "body.email" to "email".
    const parts = entry.field.split(/[.[\]]+/);
    const field = fields.find((name) => parts.includes(name));
    if (field === undefined) unplaced = true;
    else byField[field] ??= fieldText(t, entry);
  }
  return { byField, rest: unplaced ? problem : null };
}
