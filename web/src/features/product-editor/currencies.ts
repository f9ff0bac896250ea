/** Currencies to offer; the server takes every one of ISO 4217. */
const COMMON = [
  "USD",
  "EUR",
  "IDR",
  "SGD",
  "MYR",
  "AUD",
  "GBP",
  "JPY",
  "CHF",
  "CAD",
  "INR",
  "PHP",
  "THB",
  "VND",
];

/** The common ones, and the one in use if it is another. */
export function currencies(used: string): string[] {
  return COMMON.includes(used) || used === "" ? COMMON : [used, ...COMMON];
}
