import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import type { Invoice } from "../../api/billing";
import { session } from "../../api/session";
import { json, problem, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { InvoicePage } from "./InvoicePage";
import { InvoicesPage } from "./InvoicesPage";
import { invoiceWith, lineWith } from "./testing";

const SELLER = {
  name: "Hana's School",
  address: ["1 Main Street"],
  tax_number: "TAX-1",
  registration_number: "",
  email: "",
  phone: "",
  website: "",
  bank_details: "",
  language: "en",
  payment_terms_days: 14,
  reminder_days: [3],
  invoice_format: "{year}-{number}",
  credit_note_format: "CN-{year}-{number}",
  time_zone: "UTC",
  footer: "Small print",
  currency: "USD",
  has_logo: false,
  complete: true,
};

const page = (items: unknown[]) => ({ items, next_cursor: null, page: null, has_more: false });
const person = (role: string, id = "c1") =>
  json({ id, email: "p@example.com", name: "Citra", role, locale: "en", created_at: "" });

function answers(role: string, invoice: Invoice, more: Record<string, Response> = {}) {
  return serve({
    "GET /api/v1/users/profile": person(role, role === "customer" ? "c1" : "u1"),
    "GET /api/v1/billing/invoices": json(page([invoice])),
    "GET /api/v1/billing/invoices/i1": json(invoice),
    "GET /api/v1/billing/seller": json(SELLER),
    "GET /api/v1/billing/payments": json(page([])),
    "GET /api/v1/billing/payment-methods": json({ items: [] }),
    ...more,
  });
}

const showOne = () =>
  renderAt(InvoicePage, { path: "/invoices/$invoiceId", at: "/invoices/i1", inOffice: true });

beforeEach(() =>
  session.accept({
    access_token: "a",
    token_type: "Bearer" as const,
    expires_in: 900,
    refresh_token: null,
  }),
);

describe("an invoice", () => {
  it("reads as a document, with discount, taxes and what is left", async () => {
    const line = lineWith({ discount: { percent: "10.00" } });
    answers(
      "customer",
      invoiceWith({ can_manage: false, lines: [line], paid: "100.00", due: "138.00" }),
    );
    await showOne();
    const document = within(await screen.findByTestId("invoice-document"));
    expect(await document.findByText("Hana's School")).toBeVisible();
    expect(document.getByText("10% off · VAT 19%")).toBeVisible();
    expect(document.getByTestId("total")).toHaveTextContent("$238.00");
    expect(document.getByTestId("due")).toHaveTextContent("$138.00");
  });

  it("offers customers to pay, and nothing of a seller's", async () => {
    answers("customer", invoiceWith({ can_manage: false }));
    await showOne();
    expect(await screen.findByTestId("payment-panel")).toBeVisible();
    expect(screen.queryByTestId("invoice-menu")).toBeNull();
  });

  it("is issued with one press, under a key of its own", async () => {
    const { sent, fetch } = answers("host", invoiceWith({ status: "draft", can_pay: false }), {
      "POST /api/v1/billing/invoices/i1/open": json(invoiceWith()),
    });
    await showOne();
    await userEvent.click(await screen.findByTestId("action-open"));
    await waitFor(() => expect(sent.some((call) => call.path.endsWith("/open"))).toBe(true));
    const request = fetch.mock.calls
      .map(([input]) => input as Request)
      .find((one) => one.url.endsWith("/open"));
    expect(request?.headers.get("Idempotency-Key")).toMatch(/^\S{16,}$/);
  });

  it("lets an administrator send a failed refund again, or into the wallet", async () => {
    const note = { id: "n1", number: "CN-2026-00001", total: "20.00", issued_at: "2026-11-02" };
    const refund = { id: "r1", amount: "20.00", method: "test", state: "failed", failure: null };
    const { sent } = answers("admin", invoiceWith({ can_pay: false, credit_notes: [note] }), {
      "GET /api/v1/billing/credit-notes/n1": json({ ...note, reason: "", refunds: [refund] }),
      "POST /api/v1/billing/refunds/r1/retry": json({ items: [] }),
    });
    await showOne();
    await userEvent.click(await screen.findByTestId("refund-to-wallet"));
    await waitFor(() =>
      expect(sent.find((call) => call.path.endsWith("/retry"))?.body).toEqual({
        refund: "wallet",
      }),
    );
  });

  it("is voided only with a reason", async () => {
    const { sent } = answers("admin", invoiceWith({ can_pay: false }), {
      "POST /api/v1/billing/invoices/i1/void": json(invoiceWith({ status: "void" })),
    });
    await showOne();
    await userEvent.click(await screen.findByTestId("invoice-menu"));
    await userEvent.click(await screen.findByTestId("action-void"));
    await userEvent.click(await screen.findByTestId("confirm-end"));
    expect(sent.some((call) => call.path.endsWith("/void"))).toBe(false);
    await userEvent.type(screen.getByTestId("reason"), "Ordered twice");
    await userEvent.click(screen.getByTestId("confirm-end"));
    await waitFor(() =>
      expect(sent.find((call) => call.path.endsWith("/void"))?.body).toEqual({
        reason: "Ordered twice",
      }),
    );
  });

  it("of somebody else is not there, and says where to go", async () => {
    answers("customer", invoiceWith(), {
      "GET /api/v1/billing/invoices/i1": problem(404, "billing.invoice_not_found"),
    });
    await showOne();
    expect(await screen.findByTestId("invoice-missing")).toBeVisible();
  });
});

describe("the list of invoices", () => {
  const show = (at = "/invoices") =>
    renderAt(InvoicesPage, { path: "/invoices", at, inOffice: true });

  it("names the customer to sellers only, and offers them a new one", async () => {
    answers("host", invoiceWith());
    await show();
    expect(await screen.findByTestId("invoice")).toHaveTextContent("Citra");
    expect(await screen.findByTestId("new-invoice")).toBeVisible();
  });

  it("tells a customer with none what to do", async () => {
    answers("customer", invoiceWith(), { "GET /api/v1/billing/invoices": json(page([])) });
    await show();
    expect(await screen.findByTestId("invoices-empty")).toHaveTextContent("No invoices yet");
    expect(screen.queryByTestId("new-invoice")).toBeNull();
  });

  it("keeps the filters in the address and asks the server with them", async () => {
    const { fetch } = answers("customer", invoiceWith());
    const { address } = await show();
    await userEvent.selectOptions(await screen.findByTestId("invoice-state"), "overdue");
    await waitFor(() => expect(address()).toContain("overdue=true"));
    await waitFor(() =>
      expect(
        fetch.mock.calls.some(([input]) => (input as Request).url.includes("overdue=true")),
      ).toBe(true),
    );
  });

  it("says when nothing fits, and clears the filters", async () => {
    answers("customer", invoiceWith(), { "GET /api/v1/billing/invoices": json(page([])) });
    const { address } = await show("/invoices?q=2026-9");
    await userEvent.click(await screen.findByTestId("clear-filters"));
    await waitFor(() => expect(address()).toBe("/invoices"));
  });
});
