// Who and what on the board needs looking at first; pure. Times in ms.
import type { AgentTile, Alarm, Board, Catalogue, FigureBlock, QueueLine, Rate } from "./wire.gen";

/** How loudly a tile calls: 0 calm, 1 near its limit, 2 over it. */
export type Level = 0 | 1 | 2;
export type Judged = { readonly tile: AgentTile; readonly level: Level; readonly unknown: boolean };

const MINUTE = 60_000;
const LONG_RING = 12_000;
const LONG_HOLD = 2 * MINUTE;
const LONG_TALK = 15 * MINUTE;
/** From this share of a limit on, a tile is near it. */
const NEAR = 0.8;

/** The time after which this agent's state needs looking at; null: never. */
export function limitOf(tile: AgentTile, catalogue: Catalogue): number | null {
  switch (tile.presence) {
    case "not_ready": {
      const reason = catalogue.not_ready.find((one) => one.key === tile.reason);
      return reason && reason.per_use_minutes > 0 ? reason.per_use_minutes * MINUTE : null;
    }
    case "acw":
      return catalogue.acw_seconds * 1000 + 5_000;
    case "ringing":
      return LONG_RING;
    case "talking":
      return tile.held_since !== null ? LONG_HOLD : LONG_TALK;
    case "ready":
    case "out":
      return null;
  }
}

export function judge(tile: AgentTile, catalogue: Catalogue, now: number, unknown: boolean): Judged {
  if (unknown) return { tile, level: 0, unknown };
  const since = tile.held_since ?? tile.since;
  const limit = limitOf(tile, catalogue);
  const away = tile.presence !== "out" && (tile.device === "UNAVAILABLE" || tile.device === "INVALID");
  const share = limit === null ? 0 : (now - since) / limit;
  const level: Level = away || tile.help_since !== null || share > 1 ? 2 : share > NEAR ? 1 : 0;
  return { tile, level, unknown };
}

const ORDER: Readonly<Record<AgentTile["presence"], number>> = {
  ringing: 0, not_ready: 1, acw: 2, talking: 3, ready: 4, out: 5,
};

/** Signed-in agents, those who need looking at first, and of them those who ask for help; equal ones by how long they are in their state. */
export function byAttention(board: Board, catalogue: Catalogue, now: number): Judged[] {
  const unknown = isPbxLost(board);
  return Object.values(board.agents)
    .filter((tile) => tile.presence !== "out")
    .map((tile) => judge(tile, catalogue, now, unknown))
    .sort((a, b) => unknown ? a.tile.agent.localeCompare(b.tile.agent) :
      Number(b.tile.help_since !== null) - Number(a.tile.help_since !== null) || b.level - a.level || ORDER[a.tile.presence] - ORDER[b.tile.presence] ||
      a.tile.since - b.tile.since || a.tile.agent.localeCompare(b.tile.agent));
}

export function isPbxLost(board: Board): boolean {
  return board.system["system"]?.pbx === "lost";
}

/** What the floor's own figures tell; alarms of telephones and of the house come from the server. */
export type Concern =
  | { readonly kind: "nobody"; readonly queue: string; readonly waiting: number }
  | { readonly kind: "longest"; readonly queue: string; readonly since: number }
  | { readonly kind: "rate"; readonly percent: string }
  | { readonly kind: "limit"; readonly agent: string; readonly reason: string; readonly since: number };

const LONG_WAIT = MINUTE;
const TARGET_PERCENT = 95;
/** A rate of a handful of calls is no alarm. */
const RATE_MATTERS_FROM = 20;

export type Standing = "met" | "open" | "missed" | "none";

/** How a rate of all calls stands to its target in percent; open: under it, but not if the calls under way are answered. */
export function standing(block: FigureBlock | undefined, rate: Rate | null, target: number): Standing {
  if (block === undefined || rate === null || rate.percent === null) return "none";
  if (Number(rate.percent) >= target) return "met";
  const best = ((rate.numerator + block.in_progress) / rate.denominator) * 100;
  return block.in_progress > 0 && best >= target ? "open" : "missed";
}

/** Alarms of one kind, told as the one that is on for longest and how many there are besides. */
export type AlarmGroup = { readonly alarm: Alarm; readonly more: number };

/** The server's alarms by kind: critical ones first, then those that are on for longest. */
export function alarmGroups(alarms: Readonly<Record<string, Alarm>>): AlarmGroup[] {
  const groups = new Map<string, AlarmGroup>();
  const sorted = Object.values(alarms).sort((a, b) =>
    Number(b.level === "critical") - Number(a.level === "critical") || a.since - b.since || a.subject.localeCompare(b.subject));
  for (const alarm of sorted) {
    const group = groups.get(alarm.key);
    groups.set(alarm.key, group === undefined ? { alarm, more: 0 } : { ...group, more: group.more + 1 });
  }
  return [...groups.values()];
}

/** What the floor's figures say is wrong, the worst first; nothing while they are unknown. */
export function concerns(board: Board, catalogue: Catalogue, now: number): Concern[] {
  if (isPbxLost(board)) return [];
  const found: Concern[] = [];
  const queues = Object.values(board.queues);
  for (const line of queues) {
    if (line.waiting > 0 && line.signed_in === 0) found.push({ kind: "nobody", queue: line.queue, waiting: line.waiting });
  }
  for (const line of [...queues].sort((a, b) => (a.longest_since ?? Infinity) - (b.longest_since ?? Infinity))) {
    if (line.longest_since !== null && line.signed_in > 0 && now - line.longest_since > LONG_WAIT) {
      found.push({ kind: "longest", queue: line.queue, since: line.longest_since });
    }
  }
  const block = board.figures["rolling24h"];
  const rate = block?.rates.find((one) => one.key === "connect_rate_inbound");
  if (rate && rate.denominator >= RATE_MATTERS_FROM && standing(block, rate, TARGET_PERCENT) === "missed") {
    found.push({ kind: "rate", percent: rate.percent ?? "" });
  }
  for (const { tile, level } of byAttention(board, catalogue, now)) {
    if (level === 2 && tile.presence === "not_ready") {
      found.push({ kind: "limit", agent: tile.agent, reason: tile.reason ?? "", since: tile.since });
    }
  }
  return found;
}

/** Queues that need looking at first: people waiting, then nobody ready, then by the day's calls. */
export function queuesByAttention(board: Board): QueueLine[] {
  return Object.values(board.queues).sort((a, b) =>
    (a.longest_since ?? Infinity) - (b.longest_since ?? Infinity) || b.waiting - a.waiting ||
    b.requested - a.requested || a.queue.localeCompare(b.queue));
}
