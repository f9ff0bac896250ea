import { describe, expect, it } from "vitest";
import { csvText } from "./csv";
import { bars, localDay, yearBefore } from "./months";
import { salesSearch } from "./search";

describe("the months", () => {
  const months = [
    { month: "2026-01", net: "50.00", count: 1 },
    { month: "2025-11", net: "200.00", count: 4 },
    { month: "2025-12", net: "-10.00", count: 1 },
  ];

  it("are twelve, with nothing where nothing was sold", () => {
    const all = bars(months, "2026-02-14");
    expect(all.map((bar) => bar.month)).toHaveLength(12);
    expect(all[0]?.month).toBe("2025-03");
    expect(all.at(-1)).toEqual({ month: "2026-02", net: "0", count: 0, share: 0 });
  });

  it("are as high as their share of the best, never below the ground", () => {
    const shares = new Map(bars(months, "2026-02-14").map((bar) => [bar.month, bar.share]));
    expect(shares.get("2025-11")).toBe(1);
    expect(shares.get("2026-01")).toBe(0.25);
    expect(shares.get("2025-12")).toBe(0);
  });

  it("begin a year back with a whole month", () => {
    expect(yearBefore("2026-02-14")).toBe("2025-03-01");
    expect(yearBefore("2026-12-31")).toBe("2026-01-01");
    expect(localDay(new Date(2026, 0, 5))).toBe("2026-01-05");
  });
});

describe("the file for a spreadsheet", () => {
  it("quotes what would break a row", () => {
    expect(csvText([["a,b", 'say "hi"', "two\nlines", "plain"]])).toBe(
      '\uFEFF"a,b","say ""hi""","two\nlines",plain\r\n',
    );
  });

  it("disarms what a spreadsheet would run, but leaves numbers alone", () => {
    expect(csvText([["=SUM(A1)", "@x", "-12.50", "-x"]])).toBe(
      "\uFEFF'=SUM(A1),'@x,-12.50,'-x\r\n",
    );
  });
});

describe("the search of sales", () => {
  it("keeps days and a product, nothing else", () => {
    expect(salesSearch({ from: "2026-01-01", to: "x", product: "a/../b", sort: "net" })).toEqual({
      from: "2026-01-01",
    });
  });
});
