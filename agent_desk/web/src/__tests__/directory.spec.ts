// The directory: order, finding by a few keys, and how a line stands, in words.
import { describe, expect, it } from "vitest";
import { digits, emergencies, found, inOrder, refusalOf, STALE_MS, STANDING_ICON, standingOf, standingWords } from "../directory";
import type { DestinationEntry, DirectoryLine } from "../wire.gen";
import { handEn } from "../words/hand.en";
import { handZh } from "../words/hand.zh";

const NOW = 1_795_300_000_000;
const entry = (key: string, number: string, zh: string, initials: string, more: Partial<DestinationEntry> = {}): DestinationEntry => ({
  key, number, zh, en: key, initials, kind: "SUB_CENTRE", modes: ["transfer_conference"], field: "", favourite: null, ...more,
});
const POLICE = entry("police", "110", "公安报警", "gabj", { kind: "EMERGENCY", favourite: 1, en: "Police" });
const FIRE = entry("fire", "119", "火警", "hj", { kind: "EMERGENCY", favourite: 2 });
const TAX = entry("tax", "12366", "税务分中心", "swfzx", { favourite: 5, en: "Tax sub-centre" });
const CUSTOMS = entry("customs", "12360", "海关分中心", "hgfzx", { favourite: 6 });
const POST = entry("post", "12305", "邮政业分中心", "yzyfzx");
const LAW = entry("law", "12348", "公共法律服务专家", "ggflfwzj", { kind: "EXPERT", field: "law", en: "Legal experts" });
const BEIJING = entry("city-beijing", "01012345", "北京12345", "bj12345", { kind: "CITY" });
const STEP = entry("identity-check", "", "身份核验", "sfhy", { kind: "STEP", modes: ["transfer_suspend"] });
const ALL = [POLICE, FIRE, BEIJING, CUSTOMS, TAX, POST, LAW, STEP];
const keys = (entries: readonly DestinationEntry[]): string[] => entries.map((one) => one.key);

const line = (more: Partial<DirectoryLine> = {}): DirectoryLine => ({
  key: "tax", open: true, source: "told", connected: true, reachable: true, ready: 3, waiting: 0, signed_in: null, told_at: NOW - 2_300,
  last_answered: null, why_zh: "", why_en: "", ...more,
});

describe("the order", () => {
  it("has favourites first and the emergency lines, which have keys of their own, last", () => {
    expect(keys(inOrder(ALL))).toEqual(["tax", "customs", "post", "law", "identity-check", "city-beijing", "police", "fire"]);
  });

  it("gives the first nine favourites a digit, and no emergency line one that Enter would call", () => {
    expect([...digits(ALL)]).toEqual([["tax", "1"], ["customs", "2"]]);
    const many = Array.from({ length: 12 }, (_, n) => entry(`k${n}`, "", "", "", { favourite: n + 1 }));
    expect([...digits(many).values()]).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("has four emergency keys at most, by their place", () => {
    expect(keys(emergencies(ALL))).toEqual(["police", "fire"]);
    expect(emergencies(Array.from({ length: 6 }, (_, n) => entry(`e${n}`, "", "", "", { kind: "EMERGENCY", favourite: 6 - n })))).toHaveLength(4);
  });
});

describe("finding", () => {
  it.each([
    ["", keys(inOrder(ALL))],
    ["sw", ["tax"]],
    ["SW", ["tax"]],
    [" hgfzx ", ["customs"]],
    ["12366", ["tax"]],
    ["1236", ["tax", "customs"]],
    ["110", ["police"]],
    ["火", ["fire"]],
    ["法律", ["law"]],
    ["legal", ["law"]],
    ["law", ["law"]],
    ["bj", ["city-beijing", "police"]],
    ["fzx", ["tax", "customs", "post"]],
    ["sub", ["tax"]],
    ["xyz", []],
  ])("takes %j for %j", (typed, wanted) => expect(keys(found(ALL, typed))).toEqual(wanted));

  it("takes a digit for the favourite first, and for the beginning of numbers after that", () => {
    expect(keys(found(ALL, "2"))[0]).toBe("customs");
    // 北京12345 has the digit in its name, which is farther off.
    expect(keys(found(ALL, "1"))).toEqual(["tax", "customs", "post", "law", "police", "fire", "city-beijing"]);
  });
});

describe("how a line stands", () => {
  it.each([
    [line(), "free", "空闲 3 · 等待 0 · 2 s 前", "Free 3 · wait 0 · 2 s ago"],
    [line({ ready: 0, waiting: 4 }), "busy", "全忙 · 等待 4 · 2 s 前", "All busy · wait 4 · 2 s ago"],
    [line({ open: false }), "closed", "已下班", "Closed"],
    [line({ reachable: false }), "unreachable", "连不上", "No answer"],
    [line({ connected: false, open: false }), "unconnected", "未接入", "Not connected"],
    [line({ told_at: NOW - 42_000 }), "stale", "数据过期 00:42", "Old data 00:42"],
    [line({ source: "here", told_at: null, ready: 0, waiting: 2, signed_in: 0 }), "nobody", "无人在岗", "Nobody on duty"],
    [line({ source: "here", told_at: null, ready: 0, signed_in: 1 }), "busy", "全忙 · 等待 0", "All busy · wait 0"],
    [line({ ready: null, waiting: null }), "open", "开 · 2 s 前", "Open · 2 s ago"],
    [line({ source: "unknown", ready: null, waiting: null, told_at: null }), "untold", "状态未知", "No live state"],
    [line({ source: "here", told_at: null, ready: 2, waiting: 1 }), "free", "空闲 2 · 等待 1", "Free 2 · wait 1"],
    [undefined, "untold", "状态未知", "No live state"],
  ])("is said in words: %#", (one, standing, zh, en) => {
    expect(standingOf(one, NOW)).toBe(standing);
    expect(standingWords(one, NOW, handZh)).toBe(zh);
    expect(standingWords(one, NOW, handEn)).toBe(en);
    expect(STANDING_ICON[standingOf(one, NOW)]).not.toBe("");
  });

  it("is believed up to its age and not a moment longer, and never shown with a figure then", () => {
    expect(standingOf(line({ told_at: NOW - STALE_MS }), NOW)).toBe("free");
    expect(standingOf(line({ told_at: NOW - STALE_MS - 1 }), NOW)).toBe("stale");
    expect(standingWords(line({ told_at: NOW - 42_000, ready: 7 }), NOW, handZh)).not.toContain("7");
  });

  it("is never of the future, whatever the clocks say", () => {
    expect(standingWords(line({ told_at: NOW + 5_000 }), NOW, handZh)).toBe("空闲 3 · 等待 0 · 0 s 前");
  });

  it("leaves out on a board that nobody waits", () => {
    expect(standingWords(line(), NOW, handZh, true)).toBe("空闲 3 · 2 s");
    expect(standingWords(line({ waiting: 2 }), NOW, handZh, true)).toBe("空闲 3 · 等待 2 · 2 s");
  });
});

describe("why a line cannot be chosen", () => {
  const nobody = line({ source: "here", ready: 0, why_zh: "没有空闲的人", why_en: "Nobody is free" });

  it("is the server's sentence, in every mode that needs somebody", () => {
    expect(refusalOf(nobody, "transfer_attended")).toEqual({ zh: "没有空闲的人", en: "Nobody is free" });
    expect(refusalOf(line(), "transfer_attended")).toBeNull();
    expect(refusalOf(undefined, "transfer_attended")).toBeNull();
  });

  it("is none for a release to a queue of ours, where the citizen waits, unless it is closed", () => {
    expect(refusalOf(nobody, "transfer_blind")).toBeNull();
    expect(refusalOf({ ...nobody, open: false }, "transfer_blind")).not.toBeNull();
    expect(refusalOf({ ...nobody, source: "told" }, "transfer_blind")).not.toBeNull();
  });
});
