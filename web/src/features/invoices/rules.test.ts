import { describe, expect, it } from "vitest";
import type { Invoice } from "../../api/billing";
import { actionsOf, creditable } from "./actions";
import {
  daysOf,
  draftOf,
  emptyForm,
  emptyLine,
  formOf,
  lineFaults,
  plain,
  previewOf,
} from "./editor/draft";
import { creditOf, emptyRefund, isFaulty, refundFaults } from "./refund";
import { invoicesSearch, isFiltered } from "./search";
import { invoiceWith, lineWith } from "./testing";

describe("the search of invoices", () => {
  it("keeps what it knows and leaves the defaults out", () => {
    expect(
      invoicesSearch({ status: "open", overdue: "true", q: 2026, sort: "due_at", page: 3 }),
    ).toEqual({ status: "open", overdue: true, q: "2026", sort: "due_at" });
    expect(invoicesSearch({ status: "lost", sort: "-created_at", q: "  ", scope: 1 })).toEqual({});
  });

  it.each(["2026-02-30", "2026-13-01", "26-01-01", "tomorrow", 20260101])(
    "drops %s, which is no day",
    (from) => expect(invoicesSearch({ from })).toEqual({}),
  );

  it("knows whether it narrows the list", () => {
    expect(isFiltered({ sort: "due_at", scope: "own" })).toBe(false);
    expect(isFiltered({ to: "2026-01-31" })).toBe(true);
  });
});

describe("what a seller may do", () => {
  const actions = (extra: Partial<Invoice>) => actionsOf(invoiceWith(extra));

  it("is nothing for whoever does not manage it", () => {
    expect(actions({ can_manage: false, status: "open" })).toEqual([]);
  });

  it("follows the state", () => {
    expect(actions({ status: "draft" })).toEqual(["open", "edit", "delete"]);
    expect(actions({ status: "open" })).toEqual(["send", "refund", "void", "uncollectible"]);
    expect(actions({ status: "open", overdue: true })).toContain("remind");
    expect(actions({ status: "open", paid: "10.00" })).not.toContain("void");
    expect(actions({ status: "paid", paid: "238.00" })).toEqual(["send", "refund"]);
    expect(actions({ status: "paid", credited: "238.00" })).toEqual(["send"]);
    expect(actions({ status: "void" })).toEqual([]);
  });
});

describe("a refund", () => {
  const invoice = invoiceWith({ status: "paid", paid: "238.00", credited: "38.00" });
  const form = { ...emptyRefund(invoice), reason: " Cancelled " };

  it("can take back what is not yet credited, to the last cent", () => {
    expect(creditable(invoice)).toBe("200.00");
    const faults = (amount: string) => refundFaults({ ...form, extent: "amount", amount }, invoice);
    expect(faults("200.01").amount).toBe("tooHigh");
    expect(isFaulty(faults("200.00"))).toBe(false);
  });

  it("goes back the way it was paid, or nowhere when nothing was", () => {
    expect(form.refund).toBe("original");
    expect(emptyRefund(invoiceWith({ paid: "0.00" })).refund).toBe("none");
  });

  it("asks for a reason", () => {
    expect(refundFaults({ ...form, reason: " " }, invoice).reason).toBe(true);
  });

  it("takes lines by quantity, up to what the line has", () => {
    const lines = (quantities: Record<string, string>) => ({
      ...form,
      extent: "lines" as const,
      quantities,
    });
    expect(refundFaults(lines({}), invoice).lines).toBe(true);
    expect(refundFaults(lines({ l1: "0" }), invoice).lines).toBe(true);
    expect(refundFaults(lines({ l1: "2.001" }), invoice).quantities).toEqual({ l1: true });
    expect(refundFaults(lines({ l1: "one" }), invoice).quantities).toEqual({ l1: true });
    expect(isFaulty(refundFaults(lines({ l1: "1.5" }), invoice))).toBe(false);
    expect(creditOf(lines({ l1: "1", l2: "0" })).lines).toEqual([{ line_id: "l1", quantity: "1" }]);
  });

  it("asks for the whole rest with neither lines nor an amount", () => {
    expect(creditOf(form)).toEqual({
      reason: "Cancelled",
      refund: "original",
      return_to_stock: false,
    });
  });

  it("never puts pieces back for a mere amount", () => {
    const part = { ...form, extent: "amount" as const, amount: "5", returnToStock: true };
    expect(creditOf(part)).toMatchObject({ amount: "5", return_to_stock: false });
  });
});

describe("the editor", () => {
  const filled = { ...emptyLine(), description: "Lesson", unitPrice: "90.00" };

  it("says what of a line is missing", () => {
    expect(lineFaults(emptyLine())).toEqual(["description", "unitPrice"]);
    expect(lineFaults({ ...filled, quantity: "0", discount: "101" })).toEqual([
      "quantity",
      "discount",
    ]);
    expect(lineFaults({ ...filled, quantity: "1.5", discount: "100" })).toEqual([]);
  });

  it("previews the lines that are filled in, and nothing without one", () => {
    const form = { ...emptyForm("en", 14), lines: [filled, emptyLine()] };
    expect(previewOf(form)?.lines).toEqual([
      { description: "Lesson", quantity: "1", unit_price: "90.00" },
    ]);
    expect(previewOf(emptyForm("en", 14))).toBeNull();
  });

  it("sends a discount in one way only, and taxes only when chosen", () => {
    const line = { ...filled, discountKind: "amount" as const, discount: "5.00", taxIds: [] };
    const form = { ...emptyForm("id", 30), email: " a@b.example ", lines: [line] };
    expect(draftOf(form)).toMatchObject({
      customer_email: "a@b.example",
      language: "id",
      due_days: 30,
      lines: [{ discount: { amount: "5.00" }, tax_ids: [] }],
    });
  });

  it("shows a draft as it was written", () => {
    const line = lineWith({ quantity: "1.500", discount: { percent: "10.00" } });
    const form = formOf(invoiceWith({ status: "draft", lines: [line], due_days: 7 }), 14);
    expect(form.dueDays).toBe("7");
    expect(form.lines[0]).toMatchObject({
      quantity: "1.5",
      discountKind: "percent",
      discount: "10.00",
      taxIds: ["t1"],
    });
  });

  it("reads days and quantities", () => {
    expect([daysOf("0"), daysOf("365"), daysOf("366"), daysOf("1.5"), daysOf("")]).toEqual([
      0,
      365,
      null,
      null,
      null,
    ]);
    expect([plain("1.0000"), plain("2.50"), plain("100")]).toEqual(["1", "2.5", "100"]);
  });
});
