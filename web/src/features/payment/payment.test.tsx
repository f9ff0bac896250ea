import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Payment, PaymentMethod } from "../../api/billing";
import { Problem } from "../../api/problem";
import { session } from "../../api/session";
import { i18n } from "../../i18n";
import { json, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { failureText } from "./failureText";
import { goTo } from "./goTo";
import { amountFault, offered, type PaymentOrder } from "./order";
import { PaymentPanel } from "./PaymentPanel";
import { LATE_MS, nextLook } from "./queries";

vi.mock("./goTo", () => ({ goTo: vi.fn() }));

const method = (id: PaymentMethod["id"], extra: Partial<PaymentMethod> = {}): PaymentMethod => ({
  id,
  kind: id === "manual" ? "bank_transfer" : id === "wallet" ? "wallet" : "card",
  name: id,
  enabled: true,
  configured: true,
  instructions: "",
  publishable_key: null,
  ...extra,
});

const payment = (extra: Partial<Payment> = {}): Payment => ({
  id: "p1",
  purpose: "invoice",
  invoice: { id: "i1", number: "2026-00001" },
  top_up_id: null,
  customer: { id: "u1", name: "Citra" },
  method: "test",
  state: "pending",
  amount: "138.00",
  currency: "USD",
  refunded: "0.00",
  failure: null,
  next_action: null,
  created_at: new Date().toISOString(),
  succeeded_at: null,
  ...extra,
});

const WALLET = {
  balances: [{ currency: "USD", balance: "20.00", held: "0.00", available: "20.00" }],
  minutes: { balance: 0, held: 0, available: 0 },
  holds: [],
};

type Start = (order: PaymentOrder) => Promise<Payment>;

interface Shown {
  at?: string | null;
  start?: Start;
  onPaid?: (payment: Payment) => void;
}

function show({ at = null, start = vi.fn(), onPaid = vi.fn() }: Shown = {}) {
  function Page() {
    const [id, setId] = useState<string | null>(at);
    return (
      <PaymentPanel
        amount="138.00"
        currency="USD"
        partial
        returnTo="/invoices/i1"
        paymentId={id}
        start={start}
        onPayment={setId}
        onPaid={onPaid}
      />
    );
  }
  return renderAt(Page, { path: "/" });
}

function answers(now: Payment = payment()) {
  return serve({
    "GET /api/v1/billing/payment-methods": json({
      items: [method("test"), method("manual"), method("wallet")],
    }),
    "GET /api/v1/billing/payments/p1": json(now),
    "GET /api/v1/billing/wallet": json(WALLET),
  });
}

beforeEach(() => {
  window.sessionStorage.clear();
  session.accept({
    access_token: "a",
    token_type: "Bearer" as const,
    expires_in: 900,
    refresh_token: null,
  });
});

describe("an amount", () => {
  it.each([
    ["", "missing"],
    ["1.234", "format"],
    ["0.00", "zero"],
    ["138.01", "tooHigh"],
    ["138.00", null],
    ["0.01", null],
  ])("%s is %s", (amount, fault) => expect(amountFault(amount, "138.00", "USD")).toBe(fault));
});

describe("what is offered", () => {
  it("leaves out what is off, not set up, or senseless here", () => {
    const all = [
      method("test", { enabled: false }),
      method("stripe", { configured: false }),
      method("wallet"),
      method("manual"),
    ];
    expect(offered(all, ["wallet"]).map((one) => one.id)).toEqual(["manual"]);
  });
});

describe("the order of ways", () => {
  it("puts cards first and what takes days last", () => {
    const ways = offered([method("manual"), method("wallet"), method("test")], []);
    expect(ways.map((one) => one.id)).toEqual(["test", "wallet", "manual"]);
  });
});

describe("looking again", () => {
  it("hurries first, then is patient, and ends with the payment", () => {
    expect(nextLook(undefined, 0)).toBe(1500);
    expect(nextLook(payment(), LATE_MS)).toBe(5000);
    expect(nextLook(payment({ state: "failed" }), 0)).toBe(false);
    const transfer = { type: "instructions", text: "", reference: "R" } as const;
    expect(nextLook(payment({ next_action: transfer }), 0)).toBe(30_000);
  });
});

describe("why a payment failed", () => {
  it("has own words for known reasons and the provider's for others", () => {
    const text = (code: string) => failureText(i18n.t, { code, message: "as the bank says" });
    expect(text("insufficient_funds")).toBe("There is not enough money on the card.");
    expect(text("do_not_honor")).toBe("as the bank says");
    expect(failureText(i18n.t, null)).toBe("The bank gave no reason.");
  });
});

describe("the panel", () => {
  it("sends the card to the provider's page with where to come back to", async () => {
    answers();
    const start = vi.fn<Start>().mockResolvedValue(
      payment({
        state: "requires_action",
        next_action: { type: "redirect", url: "http://127.0.0.1:7990/pay/p1" },
      }),
    );
    await show({ start });
    await userEvent.click(await screen.findByTestId("pay"));
    await waitFor(() => expect(goTo).toHaveBeenCalledWith("http://127.0.0.1:7990/pay/p1"));
    expect(start.mock.calls[0]?.[0]).toMatchObject({
      method: "test",
      amount: "138.00",
      returnUrl: "http://localhost:3000/invoices/i1",
      key: expect.stringMatching(/^\S{16,}$/) as string,
    });
  });

  it("pays a part, and refuses more than is due before asking the server", async () => {
    answers();
    const start = vi.fn<Start>().mockResolvedValue(payment());
    await show({ start });
    const field = await screen.findByTestId("payment-amount");
    await userEvent.clear(field);
    await userEvent.type(field, "200");
    await userEvent.click(screen.getByTestId("pay"));
    expect(screen.getByText("No more than $138.00 is due.")).toBeVisible();
    expect(start).not.toHaveBeenCalled();
    await userEvent.clear(field);
    await userEvent.type(field, "50");
    await userEvent.click(screen.getByTestId("pay"));
    await waitFor(() => expect(start.mock.calls[0]?.[0]).toMatchObject({ amount: "50" }));
  });

  it("asks again under the same key when the answer was lost", async () => {
    answers();
    const start = vi
      .fn<Start>()
      .mockRejectedValueOnce(new TypeError("Failed to fetch"))
      .mockResolvedValueOnce(payment({ state: "succeeded" }));
    await show({ start });
    await userEvent.click(await screen.findByTestId("pay"));
    await screen.findByTestId("problem");
    await userEvent.click(screen.getByTestId("pay"));
    await waitFor(() => expect(start).toHaveBeenCalledTimes(2));
    expect(start.mock.calls[1]?.[0].key).toBe(start.mock.calls[0]?.[0].key);
  });

  it("says a declined card calmly and keeps the form", async () => {
    answers();
    const start = vi.fn(async () => {
      throw new Problem({ status: 402, code: "billing.card_declined", message: "No funds." });
    });
    await show({ start });
    await userEvent.click(await screen.findByTestId("pay"));
    expect(await screen.findByTestId("payment-declined")).toHaveTextContent("No funds.");
    expect(screen.getByTestId("pay")).toBeEnabled();
  });

  it("tells why a card failed on the provider's page and offers another", async () => {
    answers(payment({ state: "failed", failure: { code: "card_declined", message: "declined" } }));
    await show({ at: "p1" });
    expect(await screen.findByTestId("payment-declined")).toHaveTextContent(
      "The bank declined the card. Nothing was charged.",
    );
    await userEvent.click(screen.getByTestId("try-again"));
    expect(await screen.findByTestId("pay")).toBeVisible();
  });

  it("shows where to transfer to, with the reference to copy", async () => {
    answers(
      payment({
        method: "manual",
        next_action: { type: "instructions", text: "Bank 123", reference: "VC-42" },
      }),
    );
    await show({ at: "p1" });
    expect(await screen.findByTestId("payment-instructions")).toHaveTextContent("Bank 123");
    expect(screen.getByTestId("payment-reference")).toHaveTextContent("VC-42");
  });

  it("is patient with a late payment and says that one may leave", async () => {
    answers(payment({ created_at: new Date(Date.now() - LATE_MS - 1000).toISOString() }));
    await show({ at: "p1" });
    expect(await screen.findByTestId("payment-late")).toHaveTextContent("may leave this page");
  });

  it("tells once that the payment arrived", async () => {
    answers(payment({ state: "succeeded" }));
    const onPaid = vi.fn();
    await show({ at: "p1", onPaid });
    expect(await screen.findByText("$138.00 paid")).toBeVisible();
    expect(onPaid).toHaveBeenCalledTimes(1);
  });

  it("says when the wallet holds too little", async () => {
    answers();
    await show();
    await screen.findByTestId("pay");
    const wallet = screen
      .getAllByTestId("payment-method")
      .find((card) => card.dataset.method === "wallet");
    await userEvent.click(wallet as HTMLElement);
    expect(await screen.findByTestId("wallet-short")).toHaveTextContent("Only $20.00");
  });
});
