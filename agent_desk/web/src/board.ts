// Views from the server: snapshot, then numbered deltas. Pure: no Vue, no socket.
import type { BoardSnapshot, Delta, DeskSnapshot } from "./wire.gen";

/** Two levels: section, then id. Every view of the server has this shape. */
export type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type Snapshot = BoardSnapshot | DeskSnapshot;

/** Return the view after a delta's changes; what did not change stays the same object. */
export function apply<V extends Sections>(view: V, changes: Delta["changes"]): V {
  const next: Record<string, Readonly<Record<string, unknown>>> = { ...view };
  for (const [section, change] of Object.entries(changes)) {
    const values = Object.entries({ ...next[section], ...change.set });
    const gone = new Set(change.gone);
    next[section] = Object.fromEntries(gone.size === 0 ? values : values.filter(([id]) => !gone.has(id)));
  }
  return next as V;
}

/** Whether a message is missing between the view as of `seq` and this delta. */
export function isGap(seq: number, delta: Delta): boolean {
  return delta.seq > seq + 1;
}

/** Whether this delta is already in the view as of `seq`. */
export function isOld(seq: number, delta: Delta): boolean {
  return delta.seq <= seq;
}
