// The supervisor's floor: who needs somebody first, who is shown, which of many are drawn, and what may be asked; pure. Times in ms.
import { isPbxLost, judge, type Level, limitOf } from "./attention";
import type { AgentTile, Board, Catalogue, Me, Presence, Watching, WatchView } from "./wire.gen";

/** Why somebody should be looked at; the order is the order on the page. */
export const NEEDS = ["help", "over", "hold", "ring", "dead", "acw"] as const;
export type Need = (typeof NEEDS)[number] | "none";
export type Spot = { readonly tile: AgentTile; readonly need: Need; readonly level: Level; readonly unknown: boolean };

/** Whether the agent's page or telephone is gone, so that a call may find nobody there. */
export function isDead(tile: AgentTile): boolean {
  return tile.presence !== "out" && (!tile.desk || tile.device === "UNAVAILABLE" || tile.device === "INVALID");
}

export function needOf(tile: AgentTile, catalogue: Catalogue, now: number): Need {
  if (tile.help_since !== null) return "help";
  const limit = limitOf(tile, catalogue);
  const late = limit !== null && now - (tile.held_since ?? tile.since) > limit;
  if (late && tile.presence === "not_ready") return "over";
  if (late && tile.presence === "talking" && tile.held_since !== null) return "hold";
  if (late && tile.presence === "ringing") return "ring";
  if (isDead(tile)) return "dead";
  return late && tile.presence === "acw" ? "acw" : "none";
}

/** Since when it is as it is shown: the help asked for, the hold, or the state. */
export function sinceOf(spot: Spot): number {
  const { tile, need } = spot;
  if (need === "help" && tile.help_since !== null) return tile.help_since;
  return tile.held_since ?? tile.since;
}

const CALM: Readonly<Record<Presence, number>> = { talking: 0, ready: 1, ringing: 2, acw: 3, not_ready: 4, out: 5 };

/** Signed-in agents: those in need by need and how long; the rest by state and number, so that they keep their places. */
export function spots(board: Board, catalogue: Catalogue, now: number): Spot[] {
  const unknown = isPbxLost(board);
  const rank = (one: Spot): number => (one.need === "none" ? NEEDS.length : NEEDS.indexOf(one.need));
  return Object.values(board.agents)
    .filter((tile) => tile.presence !== "out")
    .map((tile): Spot => ({
      tile, unknown, need: unknown ? "none" : needOf(tile, catalogue, now), level: judge(tile, catalogue, now, unknown).level,
    }))
    .sort((a, b) => {
      const byNumber = a.tile.agent.localeCompare(b.tile.agent);
      if (unknown) return byNumber;
      const byNeed = rank(a) - rank(b);
      if (byNeed !== 0) return byNeed;
      return (a.need === "none" ? CALM[a.tile.presence] - CALM[b.tile.presence] : sinceOf(a) - sinceOf(b)) || byNumber;
    });
}

export const STATES = ["help", "need", "talking", "ringing", "acw", "not_ready", "ready"] as const;
/** Which agents are wanted; empty strings: all. `need` is whoever needs somebody. */
export type Filter = { readonly state: (typeof STATES)[number] | ""; readonly queue: string; readonly text: string };
export const ALL: Filter = { state: "", queue: "", text: "" };

export function isWanted(spot: Spot, filter: Filter): boolean {
  const { tile } = spot;
  const text = filter.text.trim().toLowerCase();
  if (filter.queue !== "" && !tile.queues.includes(filter.queue)) return false;
  if (text !== "" && ![tile.agent, tile.name, tile.number ?? ""].some((one) => one.toLowerCase().includes(text))) return false;
  return isIn(spot, filter.state);
}

/** Whether somebody is in a state of the filter; of nobody is it known while Asterisk is not heard. */
export function isIn(spot: Spot, state: Filter["state"]): boolean {
  if (state === "") return true;
  if (spot.unknown) return false;
  if (state === "help") return spot.need === "help";
  return state === "need" ? spot.need !== "none" : spot.tile.presence === state;
}

/** The same agents in the order of `ids`; who is not in it comes last. Nothing moves away from under the mouse. */
export function keepOrder(ids: readonly string[], all: readonly Spot[]): Spot[] {
  const at = new Map(ids.map((id, n) => [id, n]));
  return [...all].sort((a, b) => (at.get(a.tile.agent) ?? ids.length) - (at.get(b.tile.agent) ?? ids.length));
}

export type Drawn = { readonly first: number; readonly last: number; readonly above: number; readonly height: number };
const SPARE_ROWS = 3;

/** Which of `count` places in rows are drawn: `first` up to but not `last`; lengths in pixels. */
export function drawn(count: number, columns: number, rowHeight: number, scrolled: number, seen: number): Drawn {
  const rows = Math.ceil(count / columns);
  // A list that became short is still scrolled to where it was long.
  const from = Math.max(0, Math.min(scrolled, rows * rowHeight - seen));
  const top = Math.max(0, Math.floor(from / rowHeight) - SPARE_ROWS);
  const bottom = Math.min(rows, Math.ceil((from + seen) / rowHeight) + SPARE_ROWS);
  return { first: top * columns, last: Math.min(count, bottom * columns), above: top * rowHeight, height: rows * rowHeight };
}

/** The ways of being on the line; one turns into another on the live call. */
export const ON_THE_LINE = ["monitor", "whisper", "barge"] as const satisfies readonly Watching[];
/** What a supervisor may do, with the key for it. */
export const WAYS: readonly (readonly [Watching, string])[] = [
  ["monitor", "F2"], ["whisper", "F8"], ["barge", "F9"], ["intercept", "F10"], ["force_release", "Shift+F4"],
];

export type WhyNot = "nobody" | "noCall" | "yourself" | "onCall" | "another" | "joining" | "listenFirst" | "handing" | "notSignedIn" | "notWatching";
export type Situation = {
  readonly tile: AgentTile | null;
  /** The supervisor as an agent; null: never signed in. */
  readonly me: Me | null;
  readonly seat: string;
  readonly watch: WatchView | null;
  /** The call is being handed on. */
  readonly handing: boolean;
};

/** Why the server would refuse this now; null: it would not, as far as is known here. */
export function whyNot(how: Watching, { tile, me, seat, watch, handing }: Situation): WhyNot | null {
  if (how === "stop") return watch === null ? "notWatching" : null;
  if (tile === null) return "nobody";
  if (tile.presence !== "talking" || tile.call === null) return "noCall";
  if (tile.agent === seat) return "yourself";
  if (how === "force_release") return null;
  if (me?.presence === "talking" || me?.presence === "ringing") return "onCall";
  if (watch !== null && (watch.target !== tile.agent || watch.call !== tile.call)) return "another";
  // Asterisk sends a leg from one way to another only once it has answered.
  if (how !== "intercept") return watch?.how === null ? "joining" : null;
  if (watch === null || watch.how === null) return "listenFirst";
  if (handing) return "handing";
  return me === null || me.presence === "out" ? "notSignedIn" : null;
}
