import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "../../api/session";
import { json, problem, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { aProduct } from "../../testing/shop";
import { CART_KEY } from "../cart/cart";
import { flatten, pathTo } from "./categories";
import { ProductPage } from "./ProductPage";
import { catalogueSearch, ownProductsSearch } from "./search";

describe("catalogueSearch", () => {
  it("keeps what it knows and drops the rest", () => {
    expect(
      catalogueSearch({ q: "piano", kind: "goods", min: 10, max: "20.50", sort: "price", x: 1 }),
    ).toEqual({ q: "piano", kind: "goods", min: "10", max: "20.50", sort: "price" });
    expect(
      catalogueSearch({ q: " ", kind: "cars", min: "-1", max: "1e9", sort: "-created_at" }),
    ).toEqual({});
    expect(ownProductsSearch({ status: "archived", min: "3" })).toEqual({ status: "archived" });
    expect(ownProductsSearch({ status: "deleted" })).toEqual({});
  });
});

describe("the tree of categories", () => {
  const node = (id: string, name: string, children: ReturnType<typeof flat>[] = []) => ({
    id,
    name,
    parent_id: null,
    position: 1,
    children,
  });
  const flat = (id: string, name: string) => ({
    id,
    name,
    parent_id: "a",
    position: 1,
    children: [],
  });
  const tree = [node("a", "Music", [flat("b", "Piano")]), node("c", "Languages")];

  it("is named from the root down", () => {
    expect(flatten(tree).map((category) => category.path)).toEqual([
      "Music",
      "Music / Piano",
      "Languages",
    ]);
  });

  it("opens along the way to the chosen one", () => {
    expect(pathTo(tree, "b")).toEqual(["a", "b"]);
    expect(pathTo(tree, undefined)).toEqual([]);
    expect(pathTo(tree, "nowhere")).toEqual([]);
  });
});

describe("a product's page", () => {
  // A visitor without an account.
  beforeEach(() => session.end());
  const show = () =>
    renderAt(ProductPage, { path: "/shop/$productId", at: "/shop/p1", inOpen: true });

  it("puts pieces in the cart, at most those that are left", async () => {
    const product = aProduct({ kind: "goods", stock: { limited: true, available: 2 } });
    serve({ "GET /api/v1/products/p1": json(product) });
    await show();
    const user = userEvent.setup();
    expect(await screen.findByTestId("stock-note")).toHaveTextContent("Only 2 left");
    await user.click(screen.getByTestId("quantity-more"));
    expect(screen.getByTestId("quantity-more")).toBeDisabled();
    await user.click(screen.getByTestId("add-to-cart"));
    expect(screen.getByTestId("in-cart")).toHaveTextContent("All that are left are in your cart.");
    expect(screen.queryByTestId("add-to-cart")).toBeNull();
    expect(JSON.parse(localStorage.getItem(CART_KEY) ?? "[]")).toMatchObject([
      { productId: "p1", quantity: 2, price: "40.00" },
    ]);
  });

  it("offers nothing to add when it is sold out", async () => {
    const product = aProduct({ stock: { limited: true, available: 0 } });
    serve({ "GET /api/v1/products/p1": json(product) });
    await show();
    expect(await screen.findByTestId("stock-note")).toHaveTextContent("Sold out");
    expect(screen.queryByTestId("add-to-cart")).toBeNull();
  });

  it("says when it is gone", async () => {
    serve({ "GET /api/v1/products/p1": problem(404, "products.not_found") });
    await show();
    await waitFor(() => expect(screen.getByTestId("product-gone")).toBeVisible());
  });
});
