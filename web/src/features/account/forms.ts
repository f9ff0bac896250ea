/** Rules that forms check before asking the server; the server checks them all again. */
import type { TFunction } from "i18next";

/** bcrypt reads no more than this of a password. */
const PASSWORD_MAX_BYTES = 72;
const PASSWORD_MIN = 8;

/** One @ between a name and a domain with a dot; the server decides finally. */
export function looksLikeEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/u.test(value.trim());
}

export function checkEmail(t: TFunction, value: string): string | null {
  if (value.trim() === "") return t("account.required");
  return looksLikeEmail(value) ? null : t("account.emailInvalid");
}

export function checkNewPassword(t: TFunction, value: string): string | null {
  if (value === "") return t("account.required");
  if ([...value].length < PASSWORD_MIN) return t("account.passwordShort");
  if (new TextEncoder().encode(value).length > PASSWORD_MAX_BYTES) return t("account.passwordLong");
  return null;
}

export function checkRequired(t: TFunction, value: string): string | null {
  return value.trim() === "" ? t("account.required") : null;
}
