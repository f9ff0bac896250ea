/** The order of the tiles: nobody jumps around, yet whoever speaks is on the first page. */

export interface Ordered {
  key: string;
  screen: boolean;
  local: boolean;
  speaking: boolean;
  /** When the person last spoke, in milliseconds since 1970; 0 for never. */
  spokeAt: number;
}

/**
 * Keeps the previous order, drops who left, appends who came (screens first), and then changes
 * places only between a speaker on a later page and whoever on the first page was silent longest.
 *
 * @param previous keys in the order of last time
 * @returns keys in the order to show
 */
export function tileOrder(
  previous: readonly string[],
  tiles: readonly Ordered[],
  perPage: number,
): string[] {
  const byKey = new Map(tiles.map((tile) => [tile.key, tile]));
  const known = new Set(previous);
  const order = [
    ...tiles.filter((tile) => tile.screen && !known.has(tile.key)).map((tile) => tile.key),
    ...previous.filter((key) => byKey.has(key)),
    ...tiles.filter((tile) => !tile.screen && !known.has(tile.key)).map((tile) => tile.key),
  ];
  for (let index = perPage; index < order.length; index += 1) {
    if (byKey.get(order[index] ?? "")?.speaking !== true) continue;
    const place = quietest(order.slice(0, perPage), byKey);
    if (place === -1) break;
    [order[place], order[index]] = [order[index] as string, order[place] as string];
  }
  return order;
}

/** Index of the camera on the first page that was silent longest; -1 when none may leave. */
function quietest(page: readonly string[], byKey: ReadonlyMap<string, Ordered>): number {
  let found = -1;
  let since = Infinity;
  page.forEach((key, index) => {
    const tile = byKey.get(key);
    if (tile === undefined || tile.screen || tile.local || tile.speaking) return;
    if (tile.spokeAt < since) {
      since = tile.spokeAt;
      found = index;
    }
  });
  return found;
}
