/** Why a payment failed, in the person's language where the reason is a known one. */
import type { TFunction } from "i18next";
import type { Payment } from "../../api/billing";
import { en } from "../../i18n/en";

type KnownReason = keyof typeof en.payment.reason;

export function failureText(t: TFunction, failure: Payment["failure"]): string {
  if (failure === null) return t("payment.reason.unknown");
  const code = failure.code.replace(/^.*\./, "");
  if (code in en.payment.reason) return t(`payment.reason.${code as KnownReason}`);
  return failure.message || t("payment.reason.unknown");
}
