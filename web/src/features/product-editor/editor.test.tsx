import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "../../api/session";
import { i18n } from "../../i18n";
import { json, problem, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { aProduct } from "../../testing/shop";
import { changeBody, draftFaults, draftOf, emptyDraft, newBody } from "./draft";
import { NewProductPage } from "./NewProductPage";

const TOKENS = {
  access_token: "a",
  token_type: "Bearer" as const,
  expires_in: 900,
  refresh_token: null,
};

describe("the draft of a product", () => {
  const full = { ...emptyDraft("USD"), name: " Lesson ", price: "40" };

  it("asks for what is missing", () => {
    expect(Object.keys(draftFaults(i18n.t, emptyDraft("USD"), true))).toEqual(["name", "price"]);
    expect(draftFaults(i18n.t, full, true)).toEqual({});
    const pack = { ...full, kind: "minutes" as const, limited: true };
    expect(Object.keys(draftFaults(i18n.t, pack, true))).toEqual(["minutes", "stock"]);
    expect(Object.keys(draftFaults(i18n.t, { ...full, price: "40.555" }, true))).toEqual(["price"]);
  });

  it("sends stock and minutes only where they mean something", () => {
    expect(newBody({ ...full, minutes: 30, stock: 3 })).toMatchObject({
      name: "Lesson",
      minutes: null,
      stock: null,
      sku: null,
    });
    expect(newBody({ ...full, limited: true, stock: 0 }).stock).toBe(0);
    const known = draftOf(aProduct({ kind: "minutes", minutes: 60 }));
    expect(changeBody(known)).toMatchObject({ minutes: 60, sku: "PIANO-LESSON" });
    expect(changeBody({ ...known, sku: "" })).not.toHaveProperty("sku");
  });
});

/** At once: typing letter by letter through so large a form takes seconds. */
function write(testId: string, value: string) {
  fireEvent.change(screen.getByTestId(testId), { target: { value } });
}

describe("a new product", () => {
  beforeEach(() => session.accept(TOKENS));

  it("is sent as typed, and a refusal stands at its field", async () => {
    const { sent } = serve({
      "GET /api/v1/billing/seller": json({ currency: "USD" }),
      "GET /api/v1/products/categories": json({ items: [] }),
      "POST /api/v1/products": ({ body }) =>
        (body as { sku: string }).sku === "A"
          ? problem(409, "products.sku_taken")
          : json(aProduct(), 201),
    });
    const view = await renderAt(NewProductPage, { path: "/products/new", inOffice: true });
    const user = userEvent.setup();
    await screen.findByTestId("product-form");
    write("product-name", "Piano lesson");
    write("product-price", "1250.50");
    expect(screen.getByTestId("product-price")).toHaveValue("1,250.50");
    write("product-sku", "a");
    await user.click(screen.getByTestId("save-product"));
    expect(await screen.findByText("Another product has this SKU.")).toBeVisible();
    expect(sent.at(-1)?.body).toMatchObject({ price: "1250.50", sku: "A", currency: "USD" });
    write("product-sku", "b");
    await user.click(screen.getByTestId("save-product"));
    await waitFor(() => expect(view.address()).toBe("/products/p1"));
  });
});
