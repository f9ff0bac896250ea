import { describe, expect, it } from "vitest";
import { placesFor } from "./Navigation";

const keys = (role: Parameters<typeof placesFor>[0]) => placesFor(role).map((place) => place.key);

describe("where one can go", () => {
  it("is only the shop before signing in", () => expect(keys(undefined)).toEqual(["shop"]));
  it("fits a phone's bar for customers", () =>
    expect(keys("customer")).toEqual(["rooms", "shop", "invoices", "wallet"]));
  it("has products and sales for hosts, and the settings for administrators alone", () => {
    expect(keys("host")).toEqual(["rooms", "shop", "products", "sales", "invoices", "wallet"]);
    expect(keys("admin")).toEqual([...keys("host"), "people", "billing"]);
  });
});
