/** Money as the wire has it: decimal strings. Sums are exact, never floats; shown as the language writes them. */

/** The server's own lists (ISO 4217); browsers know other ones, as for rupiah. */
const NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
const THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND".split(" ");
/** Rupiah have cents that nobody has used for decades. */
const RARE_CENTS: readonly string[] = ["IDR"];

/** Digits after the point that a currency has: 2 for USD, 0 for JPY. */
export function minorDigits(currency: string): number {
  if (NO_DECIMALS.includes(currency)) return 0;
  return THREE_DECIMALS.includes(currency) ? 3 : 2;
}

/** An amount like "1250.50" in a currency, as the language writes it: "$1,250.50". */
export function formatMoney(amount: string, currency: string, locale: string): string {
  const whole = !/\.\d*[1-9]/.test(amount);
  const digits = whole && RARE_CENTS.includes(currency) ? 0 : minorDigits(currency);
  try {
    return new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(amount as `${number}`);
  } catch {
    return `${amount} ${currency}`;
  }
}

/** What the language puts between thousands and before cents. */
export function separators(locale: string): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const of = (type: string, fallback: string) =>
    parts.find((part) => part.type === type)?.value ?? fallback;
  return { group: of("group", ","), decimal: of("decimal", ".") };
}

/** The sign of a currency: "$", "Rp". */
export function currencySign(currency: string, locale: string): string {
  try {
    const parts = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
    }).formatToParts(0);
    return parts.find((part) => part.type === "currency")?.value ?? currency;
  } catch {
    return currency;
  }
}

interface Scaled {
  units: bigint;
  digits: number;
}

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?$/;

/** @throws RangeError for a text that is no plain decimal number */
function scaled(amount: string): Scaled {
  const match = AMOUNT.exec(amount);
  if (match === null) throw new RangeError(`not an amount: ${amount}`);
  const fraction = match[3] ?? "";
  const units = BigInt(`${match[2] ?? "0"}${fraction}`);
  return { units: match[1] === "-" ? -units : units, digits: fraction.length };
}

function written({ units, digits }: Scaled): string {
  const sign = units < 0n ? "-" : "";
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  if (digits === 0) return `${sign}${text}`;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function together(first: string, second: string): [bigint, bigint, number] {
  const a = scaled(first);
  const b = scaled(second);
  const digits = Math.max(a.digits, b.digits);
  const raise = (value: Scaled) => value.units * 10n ** BigInt(digits - value.digits);
  return [raise(a), raise(b), digits];
}

/** The exact sum of amounts, with the digits of the longest. */
export function addAmounts(...amounts: string[]): string {
  return amounts.reduce((total, amount) => {
    const [a, b, digits] = together(total, amount);
    return written({ units: a + b, digits });
  }, "0");
}

/** An amount as often as a whole number says. */
export function timesAmount(amount: string, count: number): string {
  const { units, digits } = scaled(amount);
  return written({ units: units * BigInt(count), digits });
}

/** Below zero when the first is less, 0 when equal. */
export function compareAmounts(first: string, second: string): number {
  const [a, b] = together(first, second);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a text is an amount the wire takes, with no more digits than the currency has. */
export function isAmount(text: string, currency: string): boolean {
  const match = AMOUNT.exec(text);
  return match !== null && (match[3]?.length ?? 0) <= minorDigits(currency);
}
