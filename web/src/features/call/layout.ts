/** Where the tiles of a grid stand: pure arithmetic in CSS pixels. */

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  left: number;
  top: number;
}

export const GAP = 8;
const MAX_TILES = 49;
/** Below this a face and a name can't be read. */
const MIN_TILE: Size = { width: 140, height: 92 };
const WIDEST = 16 / 9;

/** How many tiles fit on one page of the grid, 1 to 49. */
export function pageSize({ width, height }: Size): number {
  const columns = Math.floor((width + GAP) / (MIN_TILE.width + GAP));
  const rows = Math.floor((height + GAP) / (MIN_TILE.height + GAP));
  return Math.min(MAX_TILES, Math.max(1, columns * rows));
}

/** Narrowest shape of a tile: on an upright screen faces may stand upright too. */
function narrowest({ width, height }: Size, count: number): number {
  if (count === 1) return Math.min(width / height, WIDEST);
  return width < height ? 3 / 4 : 6 / 5;
}

function tileSize(area: Size, columns: number, rows: number, count: number): Size {
  const width = (area.width - GAP * (columns - 1)) / columns;
  const height = (area.height - GAP * (rows - 1)) / rows;
  if (width <= 0 || height <= 0) return { width: 0, height: 0 };
  const widest = count === 1 ? Math.max(WIDEST, Math.min(area.width / area.height, 2)) : WIDEST;
  if (width / height > widest) return { width: height * widest, height };
  const least = narrowest(area, count);
  if (width / height < least) return { width, height: width / least };
  return { width, height };
}

/**
 * Boxes for `count` tiles in an area: the number of columns that makes them largest, all of one
 * size, the block and a short last row centred.
 */
export function gridLayout(area: Size, count: number): Box[] {
  if (count <= 0 || area.width <= 0 || area.height <= 0) return [];
  let best = { columns: 1, rows: count, tile: tileSize(area, 1, count, count) };
  for (let columns = 2; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    // With these columns a row would stay empty: the same rows fit fewer columns.
    if (Math.ceil(count / rows) < columns) continue;
    const tile = tileSize(area, columns, rows, count);
    if (tile.width * tile.height > best.tile.width * best.tile.height) {
      best = { columns, rows, tile };
    }
  }
  return place(area, count, best.columns, best.rows, best.tile);
}

function place(area: Size, count: number, columns: number, rows: number, tile: Size): Box[] {
  const blockHeight = rows * tile.height + (rows - 1) * GAP;
  const firstTop = (area.height - blockHeight) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - columns * (rows - 1) : columns;
    const rowWidth = inRow * tile.width + (inRow - 1) * GAP;
    return {
      ...tile,
      left: (area.width - rowWidth) / 2 + (index % columns) * (tile.width + GAP),
      top: firstTop + row * (tile.height + GAP),
    };
  });
}
