// How agents are laid out in the space there is; pure. All lengths in rem (a hundred-and-eighth of the screen's height).

export type TileSize = "large" | "middle" | "small";
export type Plan = { readonly size: TileSize; readonly columns: number; readonly tiles: number; readonly squares: number };

/** Narrowest width and height of a tile of each size, with its gap. */
const TILES: Readonly<Record<TileSize, readonly [number, number]>> = {
  large: [23, 10], middle: [16, 6.6], small: [12.5, 4],
};
/** Side of a square with its gap. */
const SQUARE = 3;
const SIZES: readonly TileSize[] = ["large", "middle", "small"];

/** The largest tiles that all fit; when none do, small tiles for the first and squares for the rest. */
export function fit(agents: number, width: number, height: number): Plan {
  for (const size of SIZES) {
    const [columns, rows] = room(size, width, height);
    if (columns * rows >= agents) return { size, columns, tiles: agents, squares: 0 };
  }
  const [columns, rows] = room("small", width, height);
  const perRow = Math.max(1, Math.floor(width / SQUARE));
  for (let tileRows = rows - 1; tileRows >= 1; tileRows -= 1) {
    const squares = perRow * Math.floor((height - tileRows * TILES.small[1]) / SQUARE);
    if (tileRows * columns + squares >= agents) return { size: "small", columns, tiles: tileRows * columns, squares };
  }
  // Even squares do not fit: one row of tiles, and as many squares as there is room for, less the one that counts.
  const squares = Math.max(0, perRow * Math.floor((height - TILES.small[1]) / SQUARE) - 4);
  return { size: "small", columns, tiles: columns, squares };
}

function room(size: TileSize, width: number, height: number): readonly [columns: number, rows: number] {
  const [w, h] = TILES[size];
  return [Math.max(1, Math.floor(width / w)), Math.max(1, Math.floor(height / h))];
}
