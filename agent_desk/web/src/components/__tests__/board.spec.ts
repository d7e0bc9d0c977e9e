// The board's parts: counts and rules stand beside every rate, and the unknown is called unknown.
import axe from "axe-core";
import { mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { catalogue } from "../../stores/session";
import type { AgentTile, FigureBlock } from "../../wire.gen";
import RateCard from "../board/RateCard.vue";
import StateCounts from "../board/StateCounts.vue";
import TodayLine from "../board/TodayLine.vue";
import PresencePill from "../PresencePill.vue";

const block = (percent: string | null, numerator: number, denominator: number): FigureBlock => ({
  since: 36e5, final_to: 0, offered: 10, requested: 9, answered: 7, answered_in: 6, lost: 2, lost_ivr: 1, lost_queue: 1, lost_ring: 0,
  lost_overflow: 0, lost_system: 0, in_progress: 1, refused: 0, avg_wait_ms: null, avg_talk_ms: 65_000,
  rates: [{ key: "connect_rate_inbound", numerator, denominator, percent }],
});
const agent = (id: string, presence: AgentTile["presence"], reason: string | null = null): AgentTile => ({
  agent: id, name: id, presence, since: 0, reason, forced_by: null, until: null, held_since: null, help_since: null, call: null, number: null,
  device: "NOT_INUSE", desk: true, queues: [],
});

beforeEach(() => {
  catalogue.value = {
    demo: true, numbers: [], queues: [], destinations: [], not_ready: [], domains: [], demand_types: [], not_accepted: [],
    rules: [{ key: "connect_rate_inbound", name_zh: "接通率", name_en: "Connection rate", rule_zh: "接通 ÷ 呼入", rule_en: "answered ÷ offered" }],
    service_level_ms: 15_000, acw_seconds: 60, interval_minutes: 15,
  };
});

describe("RateCard", () => {
  const card = (percent: string | null, up: number, down: number) =>
    mount(RateCard, { props: { block: block(percent, up, down), rateKey: "connect_rate_inbound", target: 95, testid: "rate", period: "24小时" } });

  it("prints percent, counts and rule", () => {
    const text = card("94.38", 9_438, 10_000).text();
    for (const part of ["94.38", "9,438 / 10,000", "接通 ÷ 呼入", "✕"]) expect(text).toContain(part);
  });

  it("says in words that calls in progress may still decide it", () => {
    expect(card("94.00", 94, 100).get(".target").text()).toBe("目标 ≥ 95 未定");
    expect(card("93.00", 93, 100).get(".target").text()).toBe("目标 ≥ 95 ✕");
  });

  it("prints two dashes for 0/0", () => {
    expect(card(null, 0, 0).get("[data-testid=rate]").text()).toBe("--");
  });
});

describe("StateCounts", () => {
  const agents = [agent("1", "talking"), agent("2", "not_ready", "break"), agent("3", "out")];

  it("counts who is signed in", () => {
    const counts = mount(StateCounts, { props: { agents, unknown: false } });
    expect(counts.get("[data-testid=board-agents]").text()).toBe("2");
    expect(counts.get("[data-testid=board-state-talking]").text()).toContain("1");
  });

  it("knows nothing of anybody when Asterisk is lost", () => {
    const counts = mount(StateCounts, { props: { agents, unknown: true } });
    expect(counts.get("[data-testid=board-state-unknown]").text()).toContain("2");
    expect(counts.find("[data-testid=board-state-talking]").exists()).toBe(false);
  });
});

describe("TodayLine", () => {
  it("says where calls were lost, and -- for no average", () => {
    const text = mount(TodayLine, { props: { block: block("70.00", 7, 10), unknown: false } }).text();
    expect(text).toContain("放音 1");
    expect(text).toContain("平均等待 --");
    expect(text).toContain("平均通话 01:05");
  });

  it("says until when its figures are final", () => {
    const line = (final_to: number): string =>
      mount(TodayLine, { props: { block: { ...block("70.00", 7, 10), final_to }, unknown: false } }).get("[data-testid=board-final]").text();
    const then = new Date(2026, 10, 21, 14, 30).getTime();
    expect(line(then)).toBe("数据截至 14:30 为最终");
    expect(line(0)).toBe("数据均未最终");
  });

  it("does not know what is under way while Asterisk is not heard", () => {
    expect(mount(TodayLine, { props: { block: block("70.00", 7, 10), unknown: true } }).text()).toContain("进行中 ?");
  });
});

describe("PresencePill", () => {
  it("has an icon and a word besides its colour", () => {
    expect(mount(PresencePill, { props: { presence: "ready" } }).text()).toBe("●空闲");
    expect(mount(PresencePill, { props: { presence: "talking", held: true } }).text()).toContain("保持");
    expect(mount(PresencePill, { props: { presence: "ready", unknown: true } }).text()).toContain("未知");
  });
});

describe("accessibility", () => {
  it("finds nothing in the board's parts", async () => {
    const place = document.createElement("main");
    document.body.append(place);
    mount(RateCard, { attachTo: place, props: { block: block("97.00", 97, 100), rateKey: "connect_rate_inbound", testid: "rate", period: "24小时" } });
    const found = await axe.run(place, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
    expect(found.violations).toEqual([]);
    place.remove();
  });
});
