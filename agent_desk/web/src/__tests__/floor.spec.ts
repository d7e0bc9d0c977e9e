// The supervisor's floor: the order, the filters, what is drawn of many, and what may be asked when.
import { describe, expect, it } from "vitest";
import { ALL, drawn, type Filter, isIn, isWanted, keepOrder, type Situation, type Spot, spots, whyNot } from "../floor";
import type { AgentTile, Board, Catalogue, Me, Watching, WatchView } from "../wire.gen";

const NOW = 10_000_000;
const MINUTE = 60_000;

const tile = (agent: string, change: Partial<AgentTile> = {}): AgentTile => ({
  agent, name: `坐席${agent}`, presence: "ready", since: NOW - 5_000, reason: null, forced_by: null, until: null, held_since: null, help_since: null,
  call: null, number: null, device: "NOT_INUSE", desk: true, queues: ["general"], ...change,
});
const talking = (agent: string, change: Partial<AgentTile> = {}): AgentTile =>
  tile(agent, { presence: "talking", call: `c-${agent}`, number: "12333", device: "INUSE", ...change });
const board = (agents: AgentTile[], pbx = "up"): Board => ({
  agents: Object.fromEntries(agents.map((one) => [one.agent, one])), queues: {}, calls: {}, intervals: {}, figures: {}, alarms: {}, lines: {},
  system: { system: { pbx, since: 0, why: "", event_age_ms: 10, node: "jt1" } },
});
const catalogue: Catalogue = {
  demo: true, numbers: [], queues: [], destinations: [], domains: [], demand_types: [], not_accepted: [], rules: [],
  not_ready: [{ key: "break", zh: "小休", en: "Break", per_use_minutes: 10, per_shift_minutes: 40 }],
  service_level_ms: 15_000, acw_seconds: 60, interval_minutes: 15,
};
const sorted = (agents: AgentTile[], pbx = "up"): Spot[] => spots(board(agents, pbx), catalogue, NOW);
const names = (all: readonly Spot[]): string[] => all.map((one) => one.tile.agent);

const help = talking("help", { help_since: NOW - 12_000 });
const over = tile("over", { presence: "not_ready", reason: "break", since: NOW - 11 * MINUTE });
const hold = talking("hold", { held_since: NOW - 3 * MINUTE, since: NOW - 9 * MINUTE });
const ring = tile("ring", { presence: "ringing", since: NOW - 13_000 });
const phoneless = tile("phoneless", { device: "UNAVAILABLE" });
const pageless = talking("pageless", { desk: false, since: NOW - MINUTE });
const acw = tile("acw", { presence: "acw", since: NOW - 2 * MINUTE });

describe("order", () => {
  it("puts help first, then limit, hold, ring, dead desks and after-call work, then talking, ready and the others", () => {
    const calm = [tile("9"), talking("8"), tile("7", { presence: "not_ready", reason: "break" }), tile("6", { presence: "acw" }), tile("5", { presence: "ringing" })];
    expect(names(sorted([...calm, acw, pageless, phoneless, ring, hold, over, help])))
      .toEqual(["help", "over", "hold", "ring", "pageless", "phoneless", "acw", "8", "9", "5", "6", "7"]);
  });

  it("puts who asked for help first before who asked later, whatever else they do", () => {
    const later = talking("a", { help_since: NOW - 1_000, since: NOW - 99 * MINUTE });
    const dead = talking("b", { help_since: NOW - 2_000, device: "UNAVAILABLE" });
    expect(names(sorted([later, dead]))).toEqual(["b", "a"]);
  });

  it("keeps the calm in their places, however long they are in their state", () => {
    expect(names(sorted([talking("3", { since: NOW - MINUTE }), talking("2", { since: NOW - 1_000 }), tile("1")]))).toEqual(["2", "3", "1"]);
  });

  it("is by number, and nobody is in need, while nothing is known", () => {
    const all = sorted([help, over, tile("1")], "lost");
    expect(names(all)).toEqual(["1", "help", "over"]);
    expect(all.every((one) => one.unknown && one.need === "none")).toBe(true);
  });

  it("leaves out the signed out", () => expect(names(sorted([tile("1", { presence: "out", desk: false })]))).toEqual([]));

  it("can be kept, with new ones last", () => {
    const all = sorted([tile("1"), help, tile("2")]);
    expect(names(keepOrder(["2", "gone", "1"], all))).toEqual(["2", "1", "help"]);
    expect(names(keepOrder([], all))).toEqual(names(all));
  });
});

describe("filter", () => {
  const all = sorted([help, over, hold, talking("8"), tile("9", { queues: ["elder"] })]);
  const left = (change: Partial<Filter>): string[] => names(all.filter((one) => isWanted(one, { ...ALL, ...change })));

  it.each([
    [{}, ["help", "over", "hold", "8", "9"]],
    [{ state: "help" }, ["help"]],
    [{ state: "need" }, ["help", "over", "hold"]],
    [{ state: "talking" }, ["help", "hold", "8"]],
    [{ queue: "elder" }, ["9"]],
    [{ text: " 坐席8 " }, ["8"]],
    [{ text: "12333", state: "talking" }, ["help", "hold", "8"]],
    [{ text: "12345" }, []],
    [{ queue: "elder", state: "talking" }, []],
  ] as const)("%j leaves %j", (change, agents) => expect(left(change)).toEqual(agents));

  it("finds nobody by state while nothing is known", () => {
    const unknown = sorted([help], "lost");
    expect(unknown.filter((one) => isIn(one, "talking") || isIn(one, "help"))).toEqual([]);
    expect(unknown.filter((one) => isIn(one, ""))).toHaveLength(1);
  });
});

describe("drawing of many", () => {
  it("draws what is seen and three rows around it", () => {
    expect(drawn(600, 5, 100, 0, 450)).toEqual({ first: 0, last: 40, above: 0, height: 12_000 });
    expect(drawn(600, 5, 100, 6_000, 450)).toEqual({ first: 285, last: 340, above: 5_700, height: 12_000 });
    expect(drawn(600, 5, 100, 11_550, 450)).toEqual({ first: 560, last: 600, above: 11_200, height: 12_000 });
  });

  it("draws few ones all, also when the list was long a moment ago", () => {
    expect(drawn(7, 5, 100, 0, 450)).toEqual({ first: 0, last: 7, above: 0, height: 200 });
    expect(drawn(7, 5, 100, 9_000, 450)).toEqual({ first: 0, last: 7, above: 0, height: 200 });
    expect(drawn(0, 5, 100, 0, 450)).toEqual({ first: 0, last: 0, above: 0, height: 0 });
  });
});

describe("what may be asked", () => {
  const me = (presence: Me["presence"]): Me => ({
    agent: "6090", name: "值班长", presence, since: 0, reason: null, until: null, help_since: null, next_reason: null, forced: null, phone: "web", device: "",
    queues: [], answered_today: 0, talk_ms_today: 0, acw_ms_today: 0, not_ready_ms_today: {},
  });
  const watch = (change: Partial<WatchView> = {}): WatchView => ({ call: "c-8", target: "8", how: "monitor", since: 0, ...change });
  const why = (how: Watching, change: Partial<Situation> = {}) =>
    whyNot(how, { tile: talking("8"), me: me("not_ready"), seat: "6090", watch: null, handing: false, ...change });

  it.each(["monitor", "whisper", "barge", "force_release"] as const)("%s on an agent who talks", (how) => expect(why(how)).toBeNull());

  it.each(["monitor", "whisper", "barge"] as const)("%s turned into from another way on the same call", (how) => expect(why(how, { watch: watch() })).toBeNull());

  it.each([
    ["monitor", { tile: null }, "nobody"],
    ["monitor", { tile: tile("8") }, "noCall"],
    ["force_release", { tile: tile("8", { presence: "acw", call: "c-8" }) }, "noCall"],
    ["whisper", { tile: talking("6090") }, "yourself"],
    ["barge", { me: me("talking") }, "onCall"],
    ["monitor", { me: me("ringing") }, "onCall"],
    ["monitor", { watch: watch({ target: "7" }) }, "another"],
    ["monitor", { watch: watch({ call: "the one before" }) }, "another"],
    ["whisper", { watch: watch({ how: null }) }, "joining"],
    ["intercept", {}, "listenFirst"],
    ["intercept", { watch: watch({ how: null }) }, "listenFirst"],
    ["intercept", { watch: watch(), handing: true }, "handing"],
    ["intercept", { watch: watch(), me: null }, "notSignedIn"],
    ["intercept", { watch: watch(), me: me("out") }, "notSignedIn"],
    ["stop", {}, "notWatching"],
  ] as const)("%s is kept back in %j: %s", (how, change, reason) => expect(why(how, change)).toBe(reason));

  it("a call that one is on is taken over, and left", () => {
    expect(why("intercept", { watch: watch() })).toBeNull();
    expect(why("stop", { watch: watch({ how: null }), tile: null })).toBeNull();
  });
});
