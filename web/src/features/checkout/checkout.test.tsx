import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "../../api/session";
import { json, problem, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { aCheckout, anInvoice, aProduct } from "../../testing/shop";
import { CART_KEY, withProduct } from "../cart/cart";
import { changeCart } from "../cart/useCart";
import { CartPage } from "./CartPage";
import { CheckoutPage } from "./CheckoutPage";
import { clock, secondsLeft } from "./countdown";
import { atNewPrices, cartLine, whatIsLeft } from "./lines";
import { backInCart } from "./UnpaidOrder";

const TOKENS = {
  access_token: "a",
  token_type: "Bearer" as const,
  expires_in: 900,
  refresh_token: null,
};
const ME = json({ id: "c1", email: "c@x.org", name: "C", role: "customer", locale: "en" });
const QUOTE = {
  lines: [],
  taxes: [{ name: "VAT", rate: "10.00", inclusive: false, base: "40.00", amount: "4.00" }],
  subtotal: "40.00",
  tax_total: "4.00",
  total: "44.00",
  currency: "USD",
};

beforeEach(() => {
  session.accept(TOKENS);
  changeCart(() => withProduct([], aProduct(), 1));
});

describe("the clock of a reservation", () => {
  it("goes by the server's time and ends at nothing", () => {
    const at = "2026-01-01T10:30:00Z";
    const now = Date.parse("2026-01-01T10:00:00Z");
    expect(secondsLeft(at, now, 0)).toBe(1800);
    expect(secondsLeft(at, now + 60_000, 60_000)).toBe(1800);
    expect(secondsLeft(at, now + 3_600_000, 0)).toBe(0);
    expect([clock(1800), clock(9), clock(3849)]).toEqual(["30:00", "0:09", "1:04:09"]);
  });
});

describe("a line of the cart", () => {
  const [item] = withProduct([], aProduct(), 3);
  if (item === undefined) throw new Error("the cart is empty");

  it("knows what is short, gone, or costs something else", () => {
    const short = aProduct({ stock: { limited: true, available: 2 } });
    expect(cartLine(item, short, false)).toMatchObject({ short: 2, gone: false });
    expect(cartLine(item, undefined, true)).toMatchObject({ short: null, gone: true });
    expect(cartLine(item, aProduct({ status: "archived" }), false).gone).toBe(true);
    expect(cartLine(item, aProduct({ price: "40" }), false).oldPrice).toBeNull();
    expect(cartLine(item, aProduct({ price: "45.00" }), false).oldPrice).toBe("40.00");
  });

  it("is cut to what is left and told the new price", () => {
    const short = aProduct({ stock: { limited: true, available: 2 }, price: "45.00" });
    expect(whatIsLeft([item], [cartLine(item, short, false)])).toMatchObject([{ quantity: 2 }]);
    expect(whatIsLeft([item], [cartLine(item, undefined, true)])).toEqual([]);
    expect(atNewPrices([item], [cartLine(item, short, false)])).toMatchObject([{ price: "45.00" }]);
  });
});

describe("the cart", () => {
  const show = () => renderAt(CartPage, { path: "/checkout", inOpen: true });

  it("orders for the total that was seen, once, and is empty afterwards", async () => {
    let tries = 0;
    const { sent, fetch } = serve({
      "GET /api/v1/users/profile": ME,
      "GET /api/v1/products/p1": json(aProduct()),
      "POST /api/v1/billing/checkouts/quote": json(QUOTE),
      "POST /api/v1/billing/checkouts": () => {
        tries += 1;
        return tries === 1 ? problem(503, "core.database_unavailable") : json(aCheckout(), 201);
      },
    });
    const view = await show();
    const user = userEvent.setup();
    const place = await screen.findByRole("button", { name: "Order for $44.00" });
    await user.click(place);
    expect(await screen.findByTestId("problem-details")).toHaveTextContent("req-1");
    await user.click(screen.getByTestId("place-order"));
    await waitFor(() => expect(view.address()).toBe("/checkout/k1"));
    const orders = sent.filter((call) => call.path === "/api/v1/billing/checkouts");
    expect(orders[0]?.body).toEqual({
      items: [{ product_id: "p1", quantity: 1 }],
      expected_total: "44.00",
      language: "en",
    });
    const keys = fetch.mock.calls
      .map(([request]) => request as Request)
      .filter((request) => request.url.endsWith("/billing/checkouts"))
      .map((request) => request.headers.get("Idempotency-Key"));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(localStorage.getItem(CART_KEY)).toBe("[]");
  });

  it("says which things are no longer there and offers the rest", async () => {
    let left = 1;
    serve({
      "GET /api/v1/users/profile": ME,
      "GET /api/v1/products/p1": () =>
        json(aProduct({ stock: { limited: true, available: left } })),
      "POST /api/v1/billing/checkouts/quote": json(QUOTE),
      "POST /api/v1/billing/checkouts": () => {
        left = 0;
        return problem(409, "products.out_of_stock");
      },
    });
    await show();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Order for $44.00" }));
    expect(await screen.findByTestId("line-missing")).toHaveTextContent("Sold out.");
    expect(screen.getByTestId("place-order")).toBeDisabled();
    await user.click(screen.getByTestId("take-what-is-left"));
    expect(await screen.findByTestId("cart-empty")).toBeVisible();
  });

  it("lets a visitor look and asks to sign in", async () => {
    session.end();
    serve({ "GET /api/v1/products/p1": json(aProduct()) });
    await show();
    expect(await screen.findByTestId("sign-in-to-order")).toHaveAttribute(
      "href",
      "/sign-in?next=%2Fcheckout",
    );
  });
});

describe("an order", () => {
  const show = (checkout: ReturnType<typeof aCheckout>) => {
    serve({
      "GET /api/v1/users/profile": ME,
      "GET /api/v1/products/p1": json(aProduct()),
      "GET /api/v1/billing/checkouts/k1": json(checkout),
      "GET /api/v1/billing/payment-methods": json({ items: [] }),
    });
    return renderAt(CheckoutPage, {
      path: "/checkout/$checkoutId",
      at: "/checkout/k1",
      inOffice: true,
    });
  };

  it("is kept for a while", async () => {
    await show(aCheckout());
    expect(await screen.findByTestId("reserved-for")).toHaveTextContent(
      /Kept for you for (30:00|29:5\d)/,
    );
    expect(screen.getByText("VAT 10%")).toBeVisible();
  });

  it("says that it is paid and what comes next", async () => {
    await show(aCheckout({ state: "paid" }));
    expect(await screen.findByTestId("order-paid")).toHaveTextContent("2026-00001");
    expect(await screen.findByText("Your host writes to you about the time.")).toBeVisible();
    expect(screen.getByTestId("see-invoice")).toHaveAttribute("href", "/invoices/i1");
  });

  it.each(["expired", "cancelled", "failed"] as const)(
    "that is %s can go back into the cart",
    async (state) => {
      changeCart(() => []);
      const view = await show(aCheckout({ state }));
      await userEvent.setup().click(await screen.findByTestId("order-again"));
      expect(JSON.parse(localStorage.getItem(CART_KEY) ?? "[]")).toMatchObject([
        { productId: "p1", quantity: 1, price: "40.00" },
      ]);
      await waitFor(() => expect(view.address()).toBe("/checkout"));
    },
  );

  it("that came too late says where the money goes", async () => {
    await show(aCheckout({ state: "refunded" }));
    expect(await screen.findByTestId("order-refunded")).toHaveTextContent("on its way back");
  });

  it("back in the cart leaves what is there alone", () => {
    const items = withProduct([], aProduct(), 2);
    expect(backInCart(items, anInvoice())).toEqual(items);
  });
});
