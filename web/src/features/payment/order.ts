/** What somebody decided to pay, and how. */
import type { MethodId, PaymentMethod } from "../../api/billing";
import { compareAmounts, isAmount } from "../../shared/money";

export interface PaymentOrder {
  method: MethodId;
  /** Decimal string. */
  amount: string;
  /** Where a provider's page sends the person afterwards; it adds `?payment=<id>`. */
  returnUrl: string;
  /** Idempotency key of this intent. */
  key: string;
}

export type AmountFault = "missing" | "format" | "zero" | "tooHigh";

/** What is wrong with an amount of which at most `most` can be paid; null when it is fine. */
export function amountFault(amount: string, most: string, currency: string): AmountFault | null {
  if (amount === "") return "missing";
  if (!isAmount(amount, currency)) return "format";
  if (compareAmounts(amount, "0") <= 0) return "zero";
  return compareAmounts(amount, most) > 0 ? "tooHigh" : null;
}

/** What is done in a moment stands before what takes days. */
const ORDER: readonly PaymentMethod["kind"][] = ["card", "wallet", "bank_transfer"];

/** The ways to offer: switched on, with keys, and sensible here; the quickest first. */
export function offered(
  methods: readonly PaymentMethod[],
  without: readonly MethodId[],
): PaymentMethod[] {
  return methods
    .filter((method) => method.enabled && method.configured && !without.includes(method.id))
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
