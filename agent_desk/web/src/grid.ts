// How agents are laid out in the space there is; pure. All lengths in rem (a hundred-and-eighth of the screen's height).

export type TileSize = "large" | "middle" | "small";
export type Plan = {
  readonly size: TileSize;
  readonly columns: number;
  readonly tiles: number;
  readonly squares: number;
  /** Side of a square with its gap. */
  readonly square: number;
};

/** Narrowest width and height of a tile of each size, with its gap. */
const TILES: Readonly<Record<TileSize, readonly [number, number]>> = {
  large: [22, 9.6], middle: [17.4, 7], small: [16.2, 4],
};
const SIZES: readonly TileSize[] = ["large", "middle", "small"];
const SQUARES = [3, 2.4] as const;

/** The largest tiles that all fit; when none do, small tiles for the first and squares for the rest. */
export function fit(agents: number, width: number, height: number): Plan {
  for (const size of SIZES) {
    const [columns, rows] = room(size, width, height);
    if (columns * rows >= agents) return { size, columns, tiles: agents, squares: 0, square: SQUARES[0] };
  }
  const [columns, rows] = room("small", width, height);
  for (const square of SQUARES) {
    for (let tileRows = rows - 1; tileRows >= 1; tileRows -= 1) {
      const squares = squaresIn(square, width, height - tileRows * TILES.small[1]);
      if (tileRows * columns + squares >= agents) return { size: "small", columns, tiles: tileRows * columns, squares, square };
    }
  }
  // Even squares do not fit: one row of tiles, and squares in the rest, less the room for the word that counts.
  const [, square] = SQUARES;
  const squares = Math.max(0, squaresIn(square, width, height - TILES.small[1]) - 8);
  return { size: "small", columns, tiles: columns, squares, square };
}

function room(size: TileSize, width: number, height: number): readonly [columns: number, rows: number] {
  const [w, h] = TILES[size];
  return [Math.max(1, Math.floor(width / w)), Math.max(1, Math.floor(height / h))];
}

function squaresIn(square: number, width: number, height: number): number {
  return Math.max(0, Math.floor(width / square) * Math.floor(height / square));
}
