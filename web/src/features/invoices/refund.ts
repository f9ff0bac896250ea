/** The form of a refund, what is wrong with it, and what it asks of the server. */
import type { Invoice, NewCredit, RefundTo } from "../../api/billing";
import { amountFault, type AmountFault } from "../payment/order";
import { compareAmounts } from "../../shared/money";
import { creditable } from "./actions";

export type Extent = "whole" | "lines" | "amount";

export interface RefundForm {
  extent: Extent;
  /** How much of each line, by its id; "" and "0" leave it out. */
  quantities: Record<string, string>;
  amount: string;
  reason: string;
  refund: RefundTo;
  returnToStock: boolean;
}

export function emptyRefund(invoice: Invoice): RefundForm {
  return {
    extent: "whole",
    quantities: {},
    amount: "",
    reason: "",
    // Without money in it there is nothing to send back.
    refund: compareAmounts(invoice.paid, "0") > 0 ? "original" : "none",
    returnToStock: false,
  };
}

export interface RefundFaults {
  amount?: AmountFault;
  reason?: true;
  /** Nothing is chosen. */
  lines?: true;
  /** More than the line has, by its id. */
  quantities: Record<string, true>;
}

const QUANTITY = /^\d{1,6}(\.\d{1,3})?$/;

/** The quantities that were filled in. */
function chosen(form: RefundForm): [string, string][] {
  return Object.entries(form.quantities).filter(([, quantity]) => !/^0*\.?0*$/.test(quantity));
}

export function refundFaults(form: RefundForm, invoice: Invoice): RefundFaults {
  const faults: RefundFaults = { quantities: {} };
  if (form.reason.trim() === "") faults.reason = true;
  if (form.extent === "amount") {
    const fault = amountFault(form.amount, creditable(invoice), invoice.currency);
    if (fault !== null) faults.amount = fault;
  }
  if (form.extent === "lines") {
    if (chosen(form).length === 0) faults.lines = true;
    for (const [id, quantity] of chosen(form)) {
      const line = invoice.lines.find((one) => one.id === id);
      const fits = QUANTITY.test(quantity) && compareAmounts(quantity, line?.quantity ?? "0") <= 0;
      if (!fits) faults.quantities[id] = true;
    }
  }
  return faults;
}

export function isFaulty({ quantities, ...rest }: RefundFaults): boolean {
  return Object.keys(rest).length > 0 || Object.keys(quantities).length > 0;
}

export function creditOf(form: RefundForm): NewCredit {
  const credit: NewCredit = {
    reason: form.reason.trim(),
    refund: form.refund,
    // A part of a price is no piece that could be put back.
    return_to_stock: form.extent !== "amount" && form.returnToStock,
  };
  if (form.extent === "amount") credit.amount = form.amount;
  if (form.extent === "lines") {
    credit.lines = chosen(form).map(([line_id, quantity]) => ({ line_id, quantity }));
  }
  return credit;
}
