// Numbers and times as people read them.
import { describe, expect, it } from "vitest";
import { count, dateTime, duration, mask, timeOfDay } from "../format";

describe("format", () => {
  it.each([[0, "00:00"], [999, "00:00"], [61_000, "01:01"], [3_599_999, "59:59"], [3_600_000, "1:00:00"], [-5, "00:00"]])(
    "%i ms is %s", (ms, text) => expect(duration(ms)).toBe(text));

  it.each([["13800005678", "138****5678"], ["02912345678", "029****5678"], ["1234567", "123****67"], ["12345", "12345"], ["unknown", "unknown"]])(
    "%s is masked as %s", (number, masked) => expect(mask(number)).toBe(masked));

  it("writes dates the same in every language", () => {
    const moment = new Date(2026, 10, 21, 8, 3, 7).getTime();
    expect(dateTime(moment)).toBe("2026-11-21 08:03");
    expect(timeOfDay(moment)).toBe("08:03:07");
  });

  it("groups thousands", () => expect(count(9438)).toBe("9,438"));
});
