// Experts are asked in writing only when they cannot be called, and a ticket says what it waits for.
import { describe, expect, it } from "vitest";
import { asksInstead, dueOf, offered } from "../experts";
import type { DestinationEntry, DirectoryLine, ExpertAnswerLine } from "../wire.gen";

const entry = (kind: string, field = ""): DestinationEntry => ({
  key: `line-${field}`, number: "12348", zh: "法律专家", en: "Legal experts", initials: "flzj", kind, field, favourite: null,
  modes: ["transfer_attended", "transfer_conference", "transfer_success", "transfer_blind"],
});
const line = (more: Partial<DirectoryLine>): DirectoryLine => ({
  key: "line-law", open: true, source: "here", connected: true, reachable: true, ready: 0, waiting: 0, signed_in: 0, told_at: null, last_answered: null,
  why_zh: "没有空闲的人", why_en: "Nobody is free", ...more,
});
const LAW = entry("EXPERT", "law");
const FREE = line({ ready: 2, why_zh: "", why_en: "" });

describe("asking in writing", () => {
  it("is offered in place of a refusal, for experts only", () => {
    expect(asksInstead(LAW, line({}))).toBe(true);
    expect(asksInstead(LAW, line({ open: false }))).toBe(true);
    expect(asksInstead(LAW, FREE)).toBe(false);
    expect(asksInstead(LAW, undefined)).toBe(false);
    expect(asksInstead(entry("SUB_CENTRE"), line({}))).toBe(false);
  });

  it("leaves the ways that are not refused, in their places", () => {
    expect(offered(LAW, FREE).map(({ place }) => place)).toEqual([0, 1, 2, 3]);
    expect(offered(LAW, line({}))).toEqual([{ mode: "transfer_blind", place: 3 }]);
    expect(offered(LAW, line({ open: false }))).toEqual([]);
    expect(offered(entry("SUB_CENTRE"), line({ open: false }))).toHaveLength(4);
  });
});

describe("what a ticket waits for", () => {
  const answer = (field: string, due_at: number, awaited = true): ExpertAnswerLine => ({ field, due_at, awaited });

  it("names the line and whether it is late; the last moment is in time", () => {
    const due = dueOf([answer("law", 99), answer("law", 100), answer("farming", 200), answer("tax", 50, false)], [LAW], 100);
    expect(due.map(({ name, late }) => [name?.key ?? null, late])).toEqual([["line-law", true], ["line-law", false], [null, false]]);
  });
});
