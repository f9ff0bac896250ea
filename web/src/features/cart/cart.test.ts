import { describe, expect, it } from "vitest";
import { aProduct } from "../../testing/shop";
import { pieces, readCart, withProduct, withQuantity } from "./cart";

describe("the cart", () => {
  it("adds up pieces of the same product and takes the newest price", () => {
    const once = withProduct([], aProduct({ price: "10.00" }), 1);
    const twice = withProduct(once, aProduct({ price: "12.00" }), 2);
    expect(twice).toMatchObject([{ quantity: 3, price: "12.00" }]);
    expect(pieces(twice)).toBe(3);
  });

  it("never holds more than there are", () => {
    const limited = aProduct({ stock: { limited: true, available: 2 } });
    expect(withProduct([], limited, 5)).toMatchObject([{ quantity: 2 }]);
    const soldOut = aProduct({ stock: { limited: true, available: 0 } });
    expect(withProduct([], soldOut, 1)).toEqual([]);
  });

  it("drops a line set to nothing", () => {
    const items = withProduct([], aProduct(), 1);
    expect(withQuantity(items, aProduct().id, 4)).toMatchObject([{ quantity: 4 }]);
    expect(withQuantity(items, aProduct().id, 0)).toEqual([]);
  });
});

describe("readCart", () => {
  it("survives whatever storage holds", () => {
    expect(readCart(null)).toEqual([]);
    expect(readCart("not json")).toEqual([]);
    expect(readCart('{"a":1}')).toEqual([]);
    const good = withProduct([], aProduct(), 1);
    const odd = [{ ...good[0], quantity: -1 }, { ...good[0], price: "NaN" }, null, 3];
    expect(readCart(JSON.stringify([...good, ...odd]))).toEqual(good);
  });
});
