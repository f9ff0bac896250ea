/** What a seller may do with an invoice, by its state; the server decides finally. */
import type { Invoice } from "../../api/billing";
import { addAmounts, compareAmounts } from "../../shared/money";

export type Action =
  "edit" | "open" | "delete" | "send" | "remind" | "refund" | "void" | "uncollectible";

/** Whether something of the invoice is not yet taken back. */
export function isCreditable(invoice: Pick<Invoice, "status" | "total" | "credited">): boolean {
  if (invoice.status === "draft" || invoice.status === "void") return false;
  return compareAmounts(invoice.total, invoice.credited) > 0;
}

/** What is left to be credited, as a decimal string. */
export function creditable(invoice: Pick<Invoice, "total" | "credited">): string {
  return addAmounts(invoice.total, `-${invoice.credited}`);
}

type Managed = Pick<Invoice, "status" | "overdue" | "can_manage" | "total" | "credited" | "paid">;

/** In the order of the menu; the first of a draft or an open invoice is the main one. */
export function actionsOf(invoice: Managed): Action[] {
  if (!invoice.can_manage) return [];
  const refund: Action[] = isCreditable(invoice) ? ["refund"] : [];
  const unpaid = compareAmounts(invoice.paid, "0") === 0;
  switch (invoice.status) {
    case "draft":
      return ["open", "edit", "delete"];
    case "open":
      return [
        "send",
        ...(invoice.overdue ? (["remind"] as const) : []),
        ...refund,
        // With money in it, an invoice is not annulled: what was paid is credited.
        ...(unpaid ? (["void"] as const) : []),
        "uncollectible",
      ];
    case "paid":
      return ["send", ...refund];
    case "uncollectible":
      return [...refund];
    case "void":
      return [];
  }
}
