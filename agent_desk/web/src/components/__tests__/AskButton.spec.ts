// A button's life: idle, asking, accepted or refused with the server's sentence.
import { flushPromises, mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { Problem } from "../../http";
import AskButton from "../AskButton.vue";

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

describe("AskButton", () => {
  it("asks once, however often it is pressed", async () => {
    const answer = deferred();
    let asked = 0;
    const button = mount(AskButton, { props: { label: "示闲", testid: "ready", action: () => { asked += 1; return answer.promise; } } });
    await button.get("button").trigger("click");
    await button.get("button").trigger("click");
    expect(asked).toBe(1);
    expect(button.get("button").attributes("aria-busy")).toBe("true");
    answer.resolve();
    await flushPromises();
    expect(button.get("button").attributes("aria-busy")).toBe("false");
    expect(button.find("[role=alert]").exists()).toBe(false);
  });

  it("shows the server's sentence when refused, until the next attempt", async () => {
    const answers = [Promise.reject(new Problem(409, { zh: "现在没有通话。", en: "There is no call now." })), Promise.resolve()];
    const button = mount(AskButton, { props: { label: "挂断", testid: "hang-up", action: () => answers.shift() ?? Promise.resolve() } });
    await button.get("button").trigger("click");
    await flushPromises();
    expect(button.get("[role=alert]").text()).toBe("现在没有通话。");
    await button.get("button").trigger("click");
    await flushPromises();
    expect(button.find("[role=alert]").exists()).toBe(false);
  });

  it("says why it cannot be pressed, to eyes and ears, and asks nothing", async () => {
    let asked = 0;
    const button = mount(AskButton, { props: { label: "保持", testid: "hold", why: "没有通话", action: () => { asked += 1; return Promise.resolve(); } } });
    await button.get("button").trigger("click");
    expect(asked).toBe(0);
    expect(button.get("button").attributes("title")).toBe("没有通话");
    const described = button.get("button").attributes("aria-describedby");
    expect(button.get(`[id="${described}"]`).text()).toBe("没有通话");
  });

  it("shows why it does nothing when it is pressed all the same, until it works", async () => {
    const button = mount(AskButton, { props: { label: "示闲", testid: "ready", why: "电话系统失联", action: () => Promise.resolve() } });
    expect(button.find("[role=alert]").exists()).toBe(false);
    await button.get("button").trigger("click");
    expect(button.get("[role=alert]").text()).toBe("电话系统失联");
    await button.setProps({ why: "" });
    expect(button.find("[role=alert]").exists()).toBe(false);
  });

  it("tells only switches' state", () => {
    const plain = mount(AskButton, { props: { label: "x", testid: "x", action: () => Promise.resolve() } });
    expect(plain.get("button").attributes("aria-pressed")).toBeUndefined();
    const pressed = mount(AskButton, { props: { label: "x", testid: "x", pressed: false, action: () => Promise.resolve() } });
    expect(pressed.get("button").attributes("aria-pressed")).toBe("false");
  });
});
