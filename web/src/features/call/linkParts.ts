/** Finds web addresses in a message, so that they can be followed. */

export interface Part {
  text: string;
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/giu;
/** A full stop or bracket after an address belongs to the sentence. */
const TRAILING = /[.,;:!?)\]}'"]+$/u;

export function linkParts(message: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of message.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    if (!URL.canParse(address)) continue;
    if (match.index > end) parts.push({ text: message.slice(end, match.index), href: null });
    parts.push({ text: address, href: address });
    end = match.index + address.length;
  }
  if (end < message.length) parts.push({ text: message.slice(end), href: null });
  return parts;
}
