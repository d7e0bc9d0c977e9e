// The directory of transfers: its order, what is found by a few keys, and how a line stands now. Pure; times in ms.
import { duration } from "./format";
import type { DestinationEntry, DirectoryLine, TransferMode } from "./wire.gen";
import type { HandWords } from "./words/hand.zh";

/** What a platform told is believed for so long; it tells at least every ten seconds. */
export const STALE_MS = 30_000;

/** How a line stands: a word of the catalogue, and how loudly it speaks. */
export type Standing = "free" | "busy" | "nobody" | "closed" | "unconnected" | "unreachable" | "stale" | "open" | "untold";

const KINDS = ["SUB_CENTRE", "EXPERT", "UTILITY", "STEP", "CITY", "LIAISON", "EMERGENCY"];
const AFTER_FAVOURITES = 1_000;
const DIGITS = 9;

/** Favourites by their place, then kind by kind as the catalogue has them; emergency lines, which have keys of their own, last. */
export function inOrder(entries: readonly DestinationEntry[]): DestinationEntry[] {
  const rank = (one: DestinationEntry): number =>
    one.kind !== "EMERGENCY" && one.favourite !== null ? one.favourite : AFTER_FAVOURITES * (1 + KINDS.indexOf(one.kind)) + (one.favourite ?? 0);
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

/** The lines that four big keys stand for, the first four by their place. */
export function emergencies(entries: readonly DestinationEntry[]): DestinationEntry[] {
  return inOrder(entries.filter((one) => one.kind === "EMERGENCY")).slice(0, 4);
}

/** The digit of each of the first nine favourites. */
export function digits(entries: readonly DestinationEntry[]): ReadonlyMap<string, string> {
  const favourites = inOrder(entries).filter((one) => one.kind !== "EMERGENCY" && one.favourite !== null);
  return new Map(favourites.slice(0, DIGITS).map((one, n) => [one.key, String(n + 1)]));
}

/**
 * The lines that a few keys mean, the likeliest first: a favourite's digit is that favourite, digits are the beginning of
 * a number, letters are pinyin initials or the beginning of an English word, Chinese is a part of the name.
 */
export function found(entries: readonly DestinationEntry[], typed: string): DestinationEntry[] {
  const wanted = typed.trim().toLowerCase();
  const ordered = inOrder(entries);
  const digit = digits(entries);
  if (wanted === "") return ordered;
  return ordered
    .map((one, place) => ({ one, place, near: digit.get(one.key) === wanted ? 0 : nearness(one, wanted) }))
    .filter(({ near }) => near !== null)
    .sort((a, b) => (a.near ?? 0) - (b.near ?? 0) || a.place - b.place)
    .map(({ one }) => one);
}

/** The smaller the nearer; null: not meant at all. */
function nearness(entry: DestinationEntry, wanted: string): number | null {
  if (entry.number === wanted || entry.initials === wanted) return 1;
  if (entry.number.startsWith(wanted) || entry.initials.startsWith(wanted)) return 2;
  const english = entry.en.toLowerCase();
  if (english.startsWith(wanted) || entry.zh.startsWith(wanted)) return 2;
  if (english.includes(` ${wanted}`) || entry.field.toLowerCase().startsWith(wanted)) return 3;
  if (entry.zh.includes(wanted) || entry.field.includes(wanted)) return 3;
  return wanted.length > 1 && (entry.initials.includes(wanted) || entry.number.includes(wanted)) ? 4 : null;
}

/** How a line stands at a moment; undefined: the server has not said anything of it. */
export function standingOf(line: DirectoryLine | undefined, now: number): Standing {
  if (line === undefined) return "untold";
  if (!line.connected) return "unconnected";
  if (!line.open) return "closed";
  if (!line.reachable) return "unreachable";
  if (line.source === "unknown") return "untold";
  if (line.source === "told" && line.told_at !== null && now - line.told_at > STALE_MS) return "stale";
  if (line.ready === null) return "open";
  if (line.ready > 0) return "free";
  return line.signed_in === 0 ? "nobody" : "busy";
}

/** Why this line cannot be chosen in this mode, in the server's words; null: it can. */
export function refusalOf(line: DirectoryLine | undefined, mode: TransferMode): { readonly zh: string; readonly en: string } | null {
  if (line === undefined || line.why_zh === "") return null;
  // A citizen who is released to a queue of ours waits there: nobody needs to be free.
  if (line.open && line.source === "here" && mode === "transfer_blind") return null;
  return { zh: line.why_zh, en: line.why_en };
}

/** The sign of each standing: colour is never alone. */
export const STANDING_ICON: Readonly<Record<Standing, string>> = {
  free: "●", busy: "◐", nobody: "○", closed: "○", unconnected: "◌", unreachable: "✕", stale: "▨", open: "●", untold: "·",
};

/** How a line stands, in words: `空闲 3 · 等待 0 · 2 s 前`; short: `空闲 3 · 2 s`. */
export function standingWords(line: DirectoryLine | undefined, now: number, words: HandWords, short = false): string {
  const standing = standingOf(line, now);
  const age = line?.told_at == null ? null : Math.max(0, now - line.told_at);
  if (standing === "stale") return `${words.standing.stale} ${duration(age ?? 0)}`;
  if (line === undefined || !["free", "busy", "open"].includes(standing)) return words.standing[standing];
  return [
    standing === "free" ? `${words.standing.free} ${line.ready ?? 0}` : words.standing[standing],
    line.waiting === null || (short && line.waiting === 0) ? "" : `${words.waiting} ${line.waiting}`,
    age === null ? "" : short ? words.seconds(Math.floor(age / 1000)) : words.ago(words.seconds(Math.floor(age / 1000))),
  ].filter(Boolean).join(" · ");
}
