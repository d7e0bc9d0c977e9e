// What the board puts first, and what it says is wrong.
import { describe, expect, it } from "vitest";
import { alarmGroups, byAttention, concerns, judge, queuesByAttention, standing } from "../attention";
import type { AgentTile, Alarm, Board, Catalogue, QueueLine, SystemState } from "../wire.gen";

const NOW = 10_000_000;
const MINUTE = 60_000;

const tile = (agent: string, change: Partial<AgentTile> = {}): AgentTile => ({
  agent, name: agent, presence: "ready", since: NOW - 5_000, reason: null, forced_by: null, until: null, held_since: null, help_since: null,
  call: null, number: null, device: "NOT_INUSE", desk: true, queues: ["general"], ...change,
});
const queue = (name: string, change: Partial<QueueLine> = {}): QueueLine => ({
  queue: name, waiting: 0, longest_since: null, ready: 1, signed_in: 2, requested: 10, answered: 10, answered_in: 10, lost: 0, ...change,
});
const up: SystemState = { pbx: "up", since: 0, why: "", event_age_ms: 10, node: "jt1" };
const board = (agents: AgentTile[], queues: QueueLine[] = [], system: SystemState = up, percent: string | null = "97.00"): Board => ({
  agents: Object.fromEntries(agents.map((one) => [one.agent, one])),
  queues: Object.fromEntries(queues.map((one) => [one.queue, one])),
  calls: {}, intervals: {}, system: { system }, alarms: {}, lines: {},
  figures: {
    rolling24h: {
      since: 0, final_to: 0, offered: 100, requested: 100, answered: 97, answered_in: 90, lost: 3, lost_ivr: 0, lost_queue: 3, lost_ring: 0,
      lost_overflow: 0, lost_system: 0, in_progress: 0, refused: 0, avg_wait_ms: null, avg_talk_ms: null,
      rates: [{ key: "connect_rate_inbound", numerator: 97, denominator: 100, percent }],
    },
  },
});
const catalogue: Catalogue = {
  demo: true, numbers: [], queues: [], destinations: [], domains: [], demand_types: [], not_accepted: [], rules: [],
  not_ready: [{ key: "break", zh: "小休", en: "Break", per_use_minutes: 10, per_shift_minutes: 40 }],
  service_level_ms: 15_000, acw_seconds: 60, interval_minutes: 15,
};

describe("judge", () => {
  it.each([
    [{ presence: "not_ready", reason: "break", since: NOW - 7 * MINUTE }, 0],
    [{ presence: "not_ready", reason: "break", since: NOW - 9 * MINUTE }, 1],
    [{ presence: "not_ready", reason: "break", since: NOW - 11 * MINUTE }, 2],
    [{ presence: "not_ready", reason: "meeting", since: NOW - 99 * MINUTE }, 0],
    [{ presence: "ringing", since: NOW - 13_000 }, 2],
    [{ presence: "talking", since: NOW - 4 * MINUTE, held_since: NOW - 3 * MINUTE }, 2],
    [{ presence: "ready", device: "UNAVAILABLE" }, 2],
    [{ presence: "talking", help_since: NOW - 1_000 }, 2],
  ] as const)("%j is level %i", (change, level) => {
    expect(judge(tile("1", change), catalogue, NOW, false).level).toBe(level);
  });

  it("says nothing of an agent it does not know", () => {
    expect(judge(tile("1", { device: "UNAVAILABLE" }), catalogue, NOW, true)).toMatchObject({ level: 0, unknown: true });
  });
});

describe("order", () => {
  it("puts those over their limit first and leaves out the signed out", () => {
    const agents = [tile("1"), tile("2", { presence: "out" }), tile("3", { presence: "talking" }),
      tile("4", { presence: "not_ready", reason: "break", since: NOW - 20 * MINUTE }), tile("5", { presence: "ringing" })];
    expect(byAttention(board(agents), catalogue, NOW).map((one) => one.tile.agent)).toEqual(["4", "5", "3", "1"]);
  });

  it("puts who asks for help before all others", () => {
    const agents = [tile("1", { presence: "ringing", since: NOW - 60_000 }), tile("2", { presence: "talking", help_since: NOW - 1_000 })];
    expect(byAttention(board(agents), catalogue, NOW).map((one) => one.tile.agent)).toEqual(["2", "1"]);
  });

  it("is by number when nothing is known of anybody", () => {
    const agents = [tile("2", { presence: "talking" }), tile("1", { presence: "not_ready", since: NOW - 99 * MINUTE }), tile("3", { presence: "ringing" })];
    const order = (pbx: string): string[] => byAttention(board(agents, [], { ...up, pbx }), catalogue, NOW).map((one) => one.tile.agent);
    expect(order("lost")).toEqual(["1", "2", "3"]);
    expect(order("up")).toEqual(["3", "1", "2"]);
  });

  it("puts the longest wait first", () => {
    const queues = [queue("a"), queue("b", { waiting: 1, longest_since: NOW - 5 }), queue("c", { waiting: 9, longest_since: NOW - 9 })];
    expect(queuesByAttention(board([], queues)).map((one) => one.queue)).toEqual(["c", "b", "a"]);
  });
});

describe("concerns", () => {
  it("are none when all is well", () => {
    expect(concerns(board([tile("1")], [queue("a")]), catalogue, NOW)).toEqual([]);
  });

  it("put an empty queue with callers first", () => {
    const queues = [
      queue("a", { waiting: 1, longest_since: NOW - 61_000 }),
      queue("b", { waiting: 2, longest_since: NOW - 5_000, signed_in: 0 }),
    ];
    expect(concerns(board([], queues), catalogue, NOW).map((one) => one.kind)).toEqual(["nobody", "longest"]);
  });

  it("are none while nothing is known", () => {
    const waiting = [queue("b", { waiting: 2, longest_since: NOW - 5_000, signed_in: 0 })];
    expect(concerns(board([], waiting), catalogue, NOW)).toHaveLength(1);
    expect(concerns(board([], waiting, { ...up, pbx: "lost" }), catalogue, NOW)).toEqual([]);
  });

  it.each([["94.99", 1], ["95.00", 0], [null, 0]])("watch the rate: %s", (percent, count) => {
    expect(concerns(board([], [], up, percent), catalogue, NOW)).toHaveLength(count);
  });

  it("do not count a call as lost while it rings", () => {
    const ringing = board([], [], up, "91.00");
    const block = ringing.figures["rolling24h"];
    if (block === undefined) throw new Error("no figures");
    const rate = { key: "connect_rate_inbound", numerator: 91, denominator: 100, percent: "91.00" };
    expect([0, 3, 4].map((under_way) => standing({ ...block, in_progress: under_way }, rate, 95))).toEqual(["missed", "missed", "open"]);
    expect(standing(block, { ...rate, percent: "95.00" }, 95)).toBe("met");
    expect(standing(block, { ...rate, percent: null }, 95)).toBe("none");
  });

  it("name who is over a limit", () => {
    const over = tile("4", { presence: "not_ready", reason: "break", since: NOW - 20 * MINUTE });
    expect(concerns(board([over]), catalogue, NOW)).toEqual([{ kind: "limit", agent: "4", reason: "break", since: over.since }]);
  });
});

describe("alarms of the server", () => {
  const alarm = (key: Alarm["key"], subject: string, since: number, level: Alarm["level"] = "warning"): Alarm => ({
    key, level, since, subject, count: 1, why: "", zh: "", en: "", do_zh: "", do_en: "",
  });
  const shown = (...given: Alarm[]): [string, string, number][] =>
    alarmGroups(Object.fromEntries(given.map((one) => [`${one.key}:${one.subject}`, one]))).map((one) => [one.alarm.key, one.alarm.subject, one.more]);

  it("come critical first, then those that are on for longest", () => {
    expect(shown(alarm("recorder_behind", "", 5), alarm("clocks_apart", "", 3), alarm("pbx_lost", "", 9, "critical")))
      .toEqual([["pbx_lost", "", 0], ["clocks_apart", "", 0], ["recorder_behind", "", 0]]);
  });

  it("of one kind are told once, with how many there are besides", () => {
    expect(shown(alarm("not_registered", "3", 7), alarm("not_registered", "1", 8), alarm("not_registered", "2", 7), alarm("dead_member", "9", 9)))
      .toEqual([["not_registered", "2", 2], ["dead_member", "9", 0]]);
  });

  it("are none when all is well", () => {
    expect(alarmGroups({})).toEqual([]);
  });
});
