/** What a logo may be, checked before it is sent; the server checks again. */
const MAX_BYTES = 256 * 1024;
const TYPES = ["image/png", "image/svg+xml"];

export type LogoFault = "type" | "size";

export function logoFault(file: Pick<File, "type" | "size">): LogoFault | null {
  if (!TYPES.includes(file.type)) return "type";
  return file.size > MAX_BYTES ? "size" : null;
}
