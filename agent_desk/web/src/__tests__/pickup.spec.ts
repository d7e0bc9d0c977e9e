// Picking up a colleague's ringing call: which is meant, when it cannot be, and what becomes of it. The server and the
// telephone are stand-ins.
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { computed, effectScope, type EffectScope, nextTick, ref, shallowRef } from "vue";
import { OFF, type PhoneState } from "../phone";
import { codeFor, hindrance, matching, seatMeant } from "../pickup";
import type { Desk } from "../stores/desk";
import { createPickup, type Pickup } from "../stores/pickup";
import type { RingElsewhere } from "../wire.gen";

const ring = (agent: string): RingElsewhere => ({ agent, name: `坐席${agent}`, queue: "general", caller: "138****0001", since: 0 });
const RINGS = [ring("6004"), ring("6001"), ring("6017")];

describe("the seat that is meant", () => {
  it("is the ring that has lasted longest, until another is chosen", () => {
    expect(seatMeant(RINGS, "", "")).toBe("6004");
    expect(seatMeant(RINGS, "", "6017")).toBe("6017");
    expect(seatMeant(RINGS, "", "6099")).toBe("6004");
  });

  it("is found by its first figures, and is what was typed when nothing is known to ring there", () => {
    expect(matching(RINGS, "601").map((one) => one.agent)).toEqual(["6017"]);
    expect(seatMeant(RINGS, "601", "6004")).toBe("6017");
    expect(seatMeant([], " 6009 ", "")).toBe("6009");
  });

  it.each(["", "6", "60a", "*8"])("is nobody's: %j", (typed) => expect(seatMeant([], typed, "")).toBe(""));

  it("is dialled after the dialplan's code", () => expect(codeFor("6001")).toBe("*86001"));
});

describe("what hinders", () => {
  const free = { presence: "ready", onWeb: true, line: "registered", call: "none" } as const;
  it.each([
    [{}, null], [{ presence: "acw" }, null], [{ presence: "not_ready" }, null], [{ onWeb: false, line: "off" }, null],
    [{ presence: "ringing" }, "ringing"], [{ call: "incoming" }, "ringing"], [{ presence: "talking" }, "onCall"],
    [{ call: "talking" }, "onCall"], [{ call: "outgoing" }, "onCall"], [{ line: "lost" }, "phone"], [{ line: "off" }, "phone"],
  ] as const)("%j", (now, expected) => expect(hindrance({ ...free, ...now })).toBe(expected));
});

describe("the panel", () => {
  const phone = shallowRef<PhoneState>(OFF);
  const presence = ref("ready");
  const call = shallowRef<{ stage: string } | null>(null);
  const lost = ref<number | null>(null);
  const dialled: string[] = [];
  let answers: { status: number; body: unknown }[] = [];
  let asked = 0;
  let scope: EffectScope;
  let pickup: Pickup;
  const desk = {
    me: computed(() => ({ presence: presence.value })), call, phone, live: { lost }, onWeb: ref(true),
    dialCode: (number: string) => Promise.resolve(void dialled.push(number)),
  } as unknown as Desk;
  const say = async (state: Partial<PhoneState>): Promise<void> => {
    phone.value = { ...phone.value, ...state };
    await nextTick();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    [phone.value, presence.value, call.value, lost.value, asked, answers] = [{ ...OFF, line: "registered" }, "ready", null, null, 0, []];
    dialled.length = 0;
    vi.stubGlobal("fetch", () => {
      asked += 1;
      const { status, body } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 200, body: RINGS };
      return Promise.resolve(new Response(JSON.stringify(body), { status }));
    });
    scope = effectScope();
    pickup = scope.run(() => createPickup(desk)) as Pickup;
  });
  afterEach(() => {
    scope.stop();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("asks once a second while it is open, and never while it is closed", async () => {
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(0);
    pickup.open();
    await flushPromises();
    expect([asked, pickup.rings.value]).toEqual([1, RINGS]);
    answers = [{ status: 200, body: [] }];
    await vi.advanceTimersByTimeAsync(2_000);
    expect([asked, pickup.rings.value]).toEqual([3, []]);
    pickup.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(3);
  });

  it("asks once a second also when it is closed and opened again at once", async () => {
    pickup.open();
    pickup.toggle();
    pickup.toggle();
    await flushPromises();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked).toBe(5);
  });

  it("shows the server's sentence, and goes on asking", async () => {
    answers = [{ status: 503, body: { detail: { key: "pbx_lost", zh: "失联", en: "lost" } } }, { status: 200, body: RINGS }];
    pickup.open();
    await flushPromises();
    expect([pickup.problem.value, pickup.rings.value]).toEqual([{ zh: "失联", en: "lost" }, null]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([pickup.problem.value, pickup.rings.value]).toEqual([null, RINGS]);
  });

  it("claims nothing while our server is away, and dials all the same", async () => {
    lost.value = 1;
    pickup.open();
    await flushPromises();
    expect([asked, pickup.rings.value, pickup.why.value]).toEqual([0, null, ""]);
    await pickup.take("6001");
    expect(dialled).toEqual(["*86001"]);
    await say({ call: "talking" });
    expect(pickup.shown.value).toBe(true);
    await say({ call: "none" });
    expect([pickup.asked.value, pickup.failed.value]).toEqual(["", null]);
  });

  it("closes when the call has come", async () => {
    pickup.open();
    await pickup.take("6004");
    expect([dialled, pickup.asked.value]).toEqual([["*86004"], "6004"]);
    await say({ call: "outgoing" });
    await say({ call: "talking" });
    expect([pickup.shown.value, pickup.why.value]).toEqual([true, "正在代答 6004,接通后直接说话…"]);
    [presence.value, call.value] = ["talking", { stage: "talking" }];
    await nextTick();
    expect(pickup.shown.value).toBe(false);
    await say({ call: "none" });
    expect(pickup.failed.value).toBe(null);
  });

  it("stays and says so when nobody was there any more, until the next attempt", async () => {
    pickup.open();
    await pickup.take("6004");
    await say({ call: "outgoing" });
    await say({ call: "talking" });
    await say({ call: "none" });
    expect([pickup.shown.value, pickup.asked.value, pickup.failed.value]).toEqual([true, "", ""]);
    await pickup.take("6001");
    expect(pickup.failed.value).toBe(null);
    await say({ call: "outgoing" });
    await say({ call: "none", ended: "503 Service Unavailable" });
    expect(pickup.failed.value).toBe("503 Service Unavailable");
  });

  it("makes way when this desk rings itself, and cannot be used then", async () => {
    pickup.open();
    await say({ call: "incoming" });
    expect([pickup.shown.value, pickup.why.value]).toEqual([false, "正在振铃,先接听自己的来电"]);
  });

  it("stays open while the telephone is away, and says so", async () => {
    pickup.open();
    await say({ line: "lost" });
    expect([pickup.shown.value, pickup.why.value]).toEqual([true, "话机没有注册好"]);
  });
});
