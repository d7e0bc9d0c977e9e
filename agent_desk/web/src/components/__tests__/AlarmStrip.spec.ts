// The strip of alarms: words and time, at most two, and nothing while all is well.
import axe from "axe-core";
import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { catalogue } from "../../stores/session";
import type { Alarm, Board } from "../../wire.gen";
import { language } from "../../words";
import AlarmStrip from "../board/AlarmStrip.vue";

const lost: Alarm = {
  key: "pbx_lost", level: "critical", since: Date.now() - 42_000, subject: "", count: 0, why: "",
  zh: "听不到电话系统", en: "Asterisk is not heard", do_zh: "查 Asterisk", do_en: "look at Asterisk",
};
const phone = (agent: string): Alarm => ({ ...lost, key: "not_registered", level: "warning", subject: agent, zh: `${agent} 话机没有注册`, en: `${agent}: not registered` });
const board = (...alarms: Alarm[]): Board => ({
  agents: {}, queues: {}, calls: {}, figures: {}, intervals: {}, system: {}, lines: {}, alarms: Object.fromEntries(alarms.map((one) => [`${one.key}:${one.subject}`, one])),
});
const strip = (...alarms: Alarm[]) => mount(AlarmStrip, { props: { board: board(...alarms) } });

beforeEach(() => {
  language.value = "zh";
  catalogue.value = {
    demo: true, numbers: [], queues: [], destinations: [], not_ready: [], domains: [], demand_types: [], not_accepted: [], rules: [],
    service_level_ms: 15_000, acw_seconds: 60, interval_minutes: 15,
  };
});

describe("AlarmStrip", () => {
  it("is not there while all is well", () => {
    expect(strip().text()).toBe("");
    expect(strip().find(".alarms").exists()).toBe(false);
  });

  it("says level, sentence, time, what to do, and the sentence in the other language", () => {
    const text = strip(lost).text();
    for (const part of ["严重", "听不到电话系统", "查 Asterisk", "Asterisk is not heard"]) expect(text).toContain(part);
    expect(text).toMatch(/已 00:4[123]/);
    language.value = "en";
    expect(strip(lost).get(".said b").text()).toBe("Asterisk is not heard");
    expect(strip(lost).get(".other").text()).toBe("听不到电话系统");
  });

  it("shows two and counts the rest; many of one kind are one", () => {
    const shown = strip(lost, phone("6001"), phone("6002"), { ...lost, key: "clocks_apart", level: "warning", since: Date.now() });
    expect(shown.findAll(".alarm").map((one) => one.attributes("data-alarm"))).toEqual(["pbx_lost", "not_registered"]);
    expect(shown.text()).toContain("6001 话机没有注册 等 2 处");
    expect(shown.text()).toContain("另有 1 项");
  });

  it("has nothing that axe finds", async () => {
    const place = document.createElement("main");
    document.body.append(place);
    mount(AlarmStrip, { attachTo: place, props: { board: board(lost, phone("6001")) } });
    const found = await axe.run(place, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(found.violations).toEqual([]);
    place.remove();
  });
});
