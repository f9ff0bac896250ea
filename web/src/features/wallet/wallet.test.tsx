import { screen } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "../../api/session";
import type { Wallet, WalletEntry } from "../../api/shop";
import { json, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { walletSearch } from "./search";
import { WalletPage } from "./WalletPage";

const WALLET: Wallet = {
  customer_id: "c1",
  balances: [{ currency: "USD", balance: "50.00", held: "5.00", available: "45.00" }],
  minutes: { balance: 5430, held: 0, available: 5430 },
  holds: [],
};

const entry = (extra: Partial<WalletEntry>): WalletEntry => ({
  id: "e1",
  kind: "top_up",
  unit: "USD",
  amount: "50.00",
  balance: "50.00",
  available: "50.00",
  reference: { type: "payment", id: "x", number: null },
  created_at: "2026-01-01T10:00:00Z",
  ...extra,
});

beforeEach(() =>
  session.accept({
    access_token: "a",
    token_type: "Bearer",
    expires_in: 900,
    refresh_token: null,
  }),
);

describe("walletSearch", () => {
  it("keeps units, days and a payment to come back with", () => {
    const search = { unit: "minutes", from: "2026-01-01", to: "soon", payment: "abc-1" };
    expect(walletSearch(search)).toEqual({
      unit: "minutes",
      from: "2026-01-01",
      payment: "abc-1",
    });
    expect(walletSearch({ unit: "usd", payment: "a/../b" })).toEqual({});
  });
});

describe("the wallet", () => {
  it("shows what can be spent, what is held, and where it went", async () => {
    const invoice = { type: "invoice", id: "i1", number: "2026-00001" };
    serve({
      "GET /api/v1/billing/wallet": json(WALLET),
      "GET /api/v1/billing/wallet/entries": json({
        items: [
          entry({ id: "e2", kind: "purchase", amount: "-5.00", reference: invoice }),
          entry({}),
        ],
        next_cursor: null,
      }),
    });
    await renderAt(WalletPage, { path: "/wallet", inOffice: true });
    const money = await screen.findByTestId("balance-USD");
    expect(money).toHaveTextContent("$45.00");
    expect(money).toHaveTextContent("$5.00 kept for a running call or order");
    expect(screen.getByTestId("balance-minutes")).toHaveTextContent("1 h 30 min");
    const [purchase, topUp] = await screen.findAllByTestId("wallet-entry");
    expect(purchase).toHaveTextContent("-$5.00");
    expect(topUp).toHaveTextContent("+$50.00");
    expect(screen.getByRole("link", { name: "Invoice 2026-00001" })).toHaveAttribute(
      "href",
      "/invoices/i1",
    );
  });
});
