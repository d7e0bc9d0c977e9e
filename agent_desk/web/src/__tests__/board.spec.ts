// The law of views: a delta takes the old view to the new; a gap is noticed.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { apply, isGap, isOld, type Sections } from "../board";
import type { Delta } from "../wire.gen";

const delta = (seq: number): Delta => ({ type: "delta", seq, now: 0, changes: {} });

describe("apply", () => {
  const view: Sections = { agents: { a: 1, b: 2 }, queues: { q: 1 } };

  it("sets and removes", () => {
    expect(apply(view, { agents: { set: { a: 3, c: 4 }, gone: ["b"] } })).toEqual({ agents: { a: 3, c: 4 }, queues: { q: 1 } });
  });

  it("leaves the old view and untouched sections as they are", () => {
    const next = apply(view, { agents: { set: { a: 9 } } });
    expect(view).toEqual({ agents: { a: 1, b: 2 }, queues: { q: 1 } });
    expect(next["queues"]).toBe(view["queues"]);
  });

  it("makes a section it has not seen", () => {
    expect(apply<Sections>({}, { calls: { set: { x: 1 } } })).toEqual({ calls: { x: 1 } });
  });

  it("changes nothing when nothing changed", () => {
    expect(apply(view, {})).toEqual(view);
  });

  it("lets a removed entry come back", () => {
    const gone = apply(view, { agents: { gone: ["a"] } });
    expect(apply(gone, { agents: { set: { a: 1 } } })).toEqual(view);
  });
});

describe("sequence numbers", () => {
  it.each([[4, 5, false, false], [4, 6, true, false], [4, 4, false, true], [4, 3, false, true]])(
    "after %i comes %i: gap %s, old %s", (seq, next, gap, old) => {
      expect(isGap(seq, delta(next))).toBe(gap);
      expect(isOld(seq, delta(next))).toBe(old);
    });
});

// The goldens that pytest asserts too, when there are any: one law, two languages.
const journals = resolve(__dirname, "../../../../tests/journals");
type Golden = { readonly old: Sections; readonly delta: Delta; readonly new: Sections };

function goldens(): [string, Golden][] {
  try {
    return readdirSync(journals).filter((name) => name.endsWith(".deltas.json"))
      .flatMap((name) => (JSON.parse(readFileSync(resolve(journals, name), "utf-8")) as Golden[])
        .map((one, n): [string, Golden] => [`${name} ${n}`, one]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

describe.skipIf(goldens().length === 0)("shared goldens", () => {
  it.each(goldens())("%s", (_, one) => expect(apply(one.old, one.delta.changes)).toEqual(one.new));
});
