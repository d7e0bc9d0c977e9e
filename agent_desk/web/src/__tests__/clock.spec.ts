// The server's clock: large differences are taken over, jitter is not.
import { describe, expect, it } from "vitest";
import { byServerClock, noteServerClock, serverNow } from "../clock";

describe("clock", () => {
  it("follows the server, not the network", () => {
    const here = Date.now();
    noteServerClock(here + 60_000);
    expect(Math.abs(serverNow() - Date.now() - 60_000)).toBeLessThan(50);
    noteServerClock(Date.now() + 60_100);
    expect(Math.abs(serverNow() - Date.now() - 60_000)).toBeLessThan(50);
    expect(byServerClock(1_000) - 1_000).toBe(serverNow() - Date.now());
    noteServerClock(Date.now(), 0);
    expect(Math.abs(serverNow() - Date.now())).toBeLessThan(50);
  });
});
