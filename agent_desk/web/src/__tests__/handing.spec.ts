// Who hears whom is read off the facts, and every outcome has its sentence.
import { describe, expect, it } from "vitest";
import { COMMAND_KEYS, companyOf, outcomeOf, pictureOf, wentWell } from "../handing";
import type { Hears, LastTransfer, Passed, RingResult, TransferView } from "../wire.gen";
import { handEn } from "../words/hand.en";
import { handZh } from "../words/hand.zh";

const ALL: Hears[] = ["citizen_agent", "agent_other", "citizen_other"];
const transfer = (step: TransferView["step"], hears: Hears[], mode: TransferView["mode"] = "transfer_attended"): TransferView => ({
  number: 1, mode, to: "tax", step, since: 0, asked_at: 0, rung_at: null, answered_at: null, third_agent: null, hears, commands: [],
});
const last = (result: RingResult | null, more: Partial<LastTransfer> = {}): LastTransfer => ({
  number: 1, mode: "transfer_attended", to: "tax", result, completed: false, answer: null, ended_at: 0, ...more,
});

describe("the picture", () => {
  it.each([
    [transfer("calling", []), "callingMusic", "music", "calling", "ringing"],
    [transfer("calling", ["citizen_agent"], "transfer_success"), "callingTogether", "talking", "talking", "ringing"],
    [transfer("consulting", ["agent_other"]), "consulting", "music", "talking", "talking"],
    [transfer("swapped", ["citizen_agent"]), "swapped", "talking", "talking", "music"],
    [transfer("joined", ALL), "joined", "talking", "talking", "talking"],
    [transfer("joined", ["citizen_other"]), "moving", "talking", "moving", "talking"],
    [transfer("away", [], "transfer_suspend"), "step", "away", "waiting", "away"],
    [transfer("away", [], "transfer_blind"), "released", "away", "waiting", "ringing"],
  ])("%#: %j", (one, situation, citizen, me, other) => {
    expect(pictureOf(one)).toEqual({ situation, citizen, me, other });
    for (const words of [handZh, handEn]) expect(words.situation[pictureOf(one).situation]("12366").length).toBeGreaterThan(5);
  });

  it("promises nothing while the parties are being moved, whatever the step is called", () => {
    for (const step of ["consulting", "swapped", "joined"] as const) expect(pictureOf(transfer(step, [])).situation).toBe("moving");
  });
});

describe("the keys", () => {
  it("are one for each command, and none is the browser's own", () => {
    expect(new Set(COMMAND_KEYS.map(([command]) => command)).size).toBe(4);
    const own = ["F1", "F3", "F5", "F11", "F12", "Ctrl+W", "Ctrl+T", "Ctrl+N", "Ctrl+R", "Ctrl+P", "Ctrl+F"];
    for (const [, key] of COMMAND_KEYS) expect(own).not.toContain(key);
  });
});

describe("the outcome", () => {
  it.each([
    [last("no_answer"), "no_answer", false], [last("rejected"), "rejected", false], [last("unreachable"), "unreachable", false],
    [last("cancelled"), "cancelled", false], [last("answered"), "back", false], [last(null), "back", false],
    [last("answered", { completed: true }), "completed", true], [last(null, { completed: true, mode: "transfer_blind" }), "released", true],
    [last(null, { completed: true, mode: "transfer_suspend", answer: "4821" }), "stepDone", true],
    [last(null, { completed: true, mode: "transfer_suspend", answer: "" }), "stepEmpty", false],
    [last(null, { mode: "transfer_suspend" }), "stepEmpty", false],
  ])("%#: %j", (one, outcome, well) => {
    expect(outcomeOf(one)).toBe(outcome);
    expect(wentWell(outcomeOf(one))).toBe(well);
    for (const words of [handZh, handEn]) expect(words.outcome[outcomeOf(one)]("12366", "4821")).toContain("12366");
  });

  it("tells what the citizen keyed in", () => expect(handZh.outcome.stepDone("身份核验", "4821")).toContain("4821"));
});

describe("the company of a call that was passed on", () => {
  const passed = (hears: Hears[], alone = false): Passed => ({ by: "6033", mode: "transfer_attended", hears, alone });
  it.each([
    [passed([]), "coming"], [passed(["agent_other"]), "passerOnly"], [passed(ALL), "three"],
    [passed(["citizen_other"]), "citizenOnly"], [passed(["citizen_other"], true), "alone"], [passed([], true), "alone"],
  ])("%#", (one, company) => expect(companyOf(one)).toBe(company));
});
