// A ringing call is seen in the title for as long as it rings.
import { effectScope, nextTick, ref } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useRinging } from "../ring";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("useRinging", () => {
  it("flashes the title, and leaves it as it was", async () => {
    const words = ref("");
    const scope = effectScope();
    scope.run(() => useRinging(words));
    words.value = "来电 12345";
    await nextTick();
    expect(document.title).toBe("☎ 来电 12345");
    vi.advanceTimersByTime(1_300);
    expect(document.title).toBe("接通 12345");
    vi.advanceTimersByTime(1_300);
    expect(document.title).toContain("☎");
    words.value = "";
    await nextTick();
    expect(document.title).toBe("接通 12345");
    scope.stop();
    vi.advanceTimersByTime(9_000);
    expect(document.title).toBe("接通 12345");
  });
});
