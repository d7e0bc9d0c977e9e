// Forms kept on this computer: nothing typed is lost, and nothing foreign is believed.
import { beforeEach, describe, expect, it } from "vitest";
import { type Draft, draftOf, drafts, dropDraft, EMPTY, isEmpty, keepDraft, missing } from "../draft";

const draft = (call: string, at: number, agent = "6021"): Draft => ({
  call, agent, number: "12345", caller: "13800005678", at, mergeInto: null, form: { ...EMPTY, text: `words of ${call}` },
});
const DAY = 24 * 3_600_000;

beforeEach(() => localStorage.clear());

describe("drafts", () => {
  it("come back as they were", () => {
    keepDraft(localStorage, draft("a", 5));
    expect(draftOf(localStorage, "a", "6021")).toEqual(draft("a", 5));
  });

  it("are the agent's own, newest first", () => {
    for (const one of [draft("a", 5), draft("b", 9), draft("c", 7, "6033")]) keepDraft(localStorage, one);
    expect(drafts(localStorage, "6021", 10).map((one) => one.call)).toEqual(["b", "a"]);
  });

  it("go when they are saved or a week old", () => {
    keepDraft(localStorage, draft("old", 0));
    keepDraft(localStorage, draft("new", 8 * DAY));
    expect(drafts(localStorage, "6021", 8 * DAY).map((one) => one.call)).toEqual(["new"]);
    dropDraft(localStorage, "new");
    expect(localStorage.length).toBe(0);
  });

  it.each(["", "null", "{", "[]", '{"call": 1}', '{"call":"x","form":3}'])("nonsense is none: %s", (text) => {
    localStorage.setItem("jt.draft.x", text);
    expect(draftOf(localStorage, "x", "")).toBeNull();
  });
});

describe("missing", () => {
  it.each([
    [{}, null, ["domain", "type", "text"]],
    [{ domain: "environment", demand_type: "help", text: "x" }, null, []],
    [{ text: "  " }, "JT1", ["text"]],
    [{ text: "again" }, "JT1", []],
    [{ not_accepted: "litigation" }, null, []],
  ])("%j into %s lacks %j", (form, merge, fields) => {
    expect(missing({ ...EMPTY, ...form }, merge)).toEqual(fields);
  });

  it("knows an untouched form", () => {
    expect(isEmpty(EMPTY)).toBe(true);
    expect(isEmpty({ ...EMPTY, urgent: true })).toBe(false);
  });
});
