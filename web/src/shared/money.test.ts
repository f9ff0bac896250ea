import { describe, expect, it } from "vitest";
import {
  addAmounts,
  compareAmounts,
  currencySign,
  formatMoney,
  isAmount,
  minorDigits,
  separators,
  timesAmount,
} from "./money";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("formatMoney", () => {
  it("writes an amount as the language does", () => {
    expect(plain(formatMoney("1250.50", "USD", "en"))).toBe("$1,250.50");
    expect(plain(formatMoney("1250.50", "USD", "id"))).toBe("$1.250,50");
    expect(plain(formatMoney("-99.9", "EUR", "en"))).toBe("-€99.90");
  });

  it("leaves empty cents of rupiah away and keeps real ones", () => {
    expect(plain(formatMoney("75000.00", "IDR", "id"))).toBe("Rp 75.000");
    expect(plain(formatMoney("75000.50", "IDR", "id"))).toBe("Rp 75.000,50");
  });

  it("keeps digits that a float would lose", () => {
    expect(plain(formatMoney("90071992547409931.23", "USD", "en"))).toBe(
      "$90,071,992,547,409,931.23",
    );
  });

  it("shows the code of a currency nobody knows", () => {
    expect(plain(formatMoney("5.00", "US", "en"))).toBe("5.00 US");
  });
});

describe("sums", () => {
  it("are exact where floats are not", () => {
    expect(addAmounts("0.10", "0.20")).toBe("0.30");
    expect(addAmounts("9999999999999999.99", "0.01")).toBe("10000000000000000.00");
    expect(addAmounts()).toBe("0");
    expect(addAmounts("1", "-1.50")).toBe("-0.50");
  });

  it("multiply and compare by value", () => {
    expect(timesAmount("19.99", 3)).toBe("59.97");
    expect(compareAmounts("5", "5.00")).toBe(0);
    expect(compareAmounts("4.99", "5")).toBe(-1);
    expect(compareAmounts("10", "9.99")).toBe(1);
  });

  it("refuse what is no amount", () => {
    expect(() => addAmounts("1e3")).toThrow(RangeError);
    expect(() => timesAmount("NaN", 2)).toThrow(RangeError);
  });
});

describe("what a currency and a language have", () => {
  it("digits", () => {
    expect([minorDigits("USD"), minorDigits("JPY"), minorDigits("KWD")]).toEqual([2, 0, 3]);
    expect(isAmount("1.5", "USD")).toBe(true);
    expect(isAmount("1.555", "USD")).toBe(false);
    expect(isAmount("1.5", "JPY")).toBe(false);
    expect(isAmount("", "USD")).toBe(false);
  });

  it("signs and separators", () => {
    expect(currencySign("USD", "en")).toBe("$");
    expect(currencySign("IDR", "id")).toBe("Rp");
    expect(separators("id")).toEqual({ group: ".", decimal: "," });
  });
});
