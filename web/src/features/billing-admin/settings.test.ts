import { describe, expect, it } from "vitest";
import { logoFault } from "./logo";
import { exampleNumber, formatFault, reminderDays, timeZones } from "./numbering";
import { settingsSearch } from "./search";
import { addressLines } from "./SellerPanel";
import { rateOf } from "./TaxDialog";

describe("a format of numbers", () => {
  it.each([
    ["{year}-{number:05d}", "2026-00042"],
    ["CN-{year}/{number}", "CN-2026/42"],
    ["{number:03} {year}", "042 2026"],
  ])("%s reads %s", (format, number) => {
    expect(formatFault(format)).toBeNull();
    expect(exampleNumber(format, 2026, 42)).toBe(number);
  });

  it.each([
    ["{year}", "number"],
    ["{number}-{number}-{year}", "number"],
    ["{number:05d}", "year"],
    ["{year}-{month}-{number}", "unknown"],
    ["№ {year} {number}", "unknown"],
  ])("%s is refused for its %s", (format, fault) => {
    expect(formatFault(format)).toBe(fault);
    expect(exampleNumber(format, 2026, 42)).toBe("");
  });
});

describe("days of reminders", () => {
  it("are put in order, each once", () => expect(reminderDays("10, 3;3")).toEqual([3, 10]));
  it("may be none", () => expect(reminderDays(" ")).toEqual([]));
  it.each(["0", "soon", "1,2,3,4,5,6", "366"])("are not %s", (text) =>
    expect(reminderDays(text)).toBeNull(),
  );
});

describe("a rate", () => {
  it.each([
    ["19", "19"],
    ["7,5 %", "7.5"],
    ["100", "100"],
  ])("%s is %s", (text, rate) => expect(rateOf(text)).toBe(rate));
  it.each(["", "-1", "100.1", "1.23456", "x"])("%s is none", (text) =>
    expect(rateOf(text)).toBeNull(),
  );
});

describe("the rest", () => {
  it("reads an address as lines without empty ones", () => {
    expect(addressLines(" Jl. Melati 5 \n\n Bandung ")).toEqual(["Jl. Melati 5", "Bandung"]);
  });
  it("takes small PNG and SVG as logos", () => {
    expect(logoFault({ type: "image/png", size: 1000 })).toBeNull();
    expect(logoFault({ type: "image/jpeg", size: 1000 })).toBe("type");
    expect(logoFault({ type: "image/svg+xml", size: 300_000 })).toBe("size");
  });
  it("offers the zone that is set even where the browser does not know it", () => {
    expect(timeZones("Mars/Olympus")).toContain("Mars/Olympus");
    expect(timeZones("Asia/Jakarta")).toContain("UTC");
  });
  it("leaves the first tab out of the address", () => {
    expect(settingsSearch({ tab: "seller" })).toEqual({});
    expect(settingsSearch({ tab: "taxes" })).toEqual({ tab: "taxes" });
    expect(settingsSearch({ tab: "x" })).toEqual({});
  });
});
