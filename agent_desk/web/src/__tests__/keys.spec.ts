// Keys: function keys work while typing, plain ones do not.
import { mount } from "@vue/test-utils";
import { defineComponent, h } from "vue";
import { describe, expect, it } from "vitest";
import { keyName, useKeys } from "../composables/useKeys";

function page(log: string[]) {
  return mount(defineComponent({
    setup() {
      useKeys({ F8: () => void log.push("F8"), "?": () => void log.push("?"), "Ctrl+S": () => void log.push("save"), Enter: () => void log.push("Enter") });
      return () => h("div", [h("textarea"), h("button")]);
    },
  }), { attachTo: document.body });
}

describe("useKeys", () => {
  it("names keys as they are printed", () => {
    expect(keyName(new KeyboardEvent("keydown", { key: "s", ctrlKey: true }))).toBe("Ctrl+S");
    expect(keyName(new KeyboardEvent("keydown", { key: "F2" }))).toBe("F2");
    expect(keyName(new KeyboardEvent("keydown", { key: "F8", shiftKey: true }))).toBe("Shift+F8");
    expect(keyName(new KeyboardEvent("keydown", { key: "?", shiftKey: true }))).toBe("?");
    expect(keyName(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true }))).toBe("Ctrl+Enter");
  });

  it("hears function keys and Ctrl+S while typing, plain keys only outside", async () => {
    const log: string[] = [];
    const wrapper = page(log);
    for (const key of ["F8", "?", "Enter"]) await wrapper.get("textarea").trigger("keydown", { key });
    await wrapper.get("textarea").trigger("keydown", { key: "s", ctrlKey: true });
    expect(log).toEqual(["F8", "save"]);
    await wrapper.get("button").trigger("keydown", { key: "Enter" });
    await wrapper.get("button").trigger("keydown", { key: "?" });
    await wrapper.get("div").trigger("keydown", { key: "F8", repeat: true });
    expect(log).toEqual(["F8", "save", "?"]);
    wrapper.unmount();
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "F8" }));
    expect(log).toHaveLength(3);
  });
});
