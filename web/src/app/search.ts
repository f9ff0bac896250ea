/** Reading of what addresses carry after the question mark; never trusts it. */
import type { RoomStatus } from "../api/types";

export interface NextSearch {
  next?: string;
}

/** A path of this page to return to, or nothing: never an address elsewhere. */
export function safeNext(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.startsWith("/")) return undefined;
  // Browsers read "//host" and "/\host" as another site.
  if (value.startsWith("//") || value.includes("\\")) return undefined;
  return value;
}

export interface RoomsSearch {
  status?: Extract<RoomStatus, "ended">;
}

/** Open rooms are the default and leave the address clean. */
export function roomsSearch(search: Record<string, unknown>): RoomsSearch {
  return search.status === "ended" ? { status: "ended" } : {};
}

export interface PaymentSearch {
  /** The payment that a card page sent the person back with. */
  payment?: string;
}

export function paymentSearch(search: Record<string, unknown>): PaymentSearch {
  const { payment } = search;
  return typeof payment === "string" && /^[\w-]{1,64}$/.test(payment) ? { payment } : {};
}
