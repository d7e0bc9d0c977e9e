// The connection machine: every way it can be lost is noticed within three seconds, and it always comes back.
import { describe, expect, it } from "vitest";
import { FIRST_RETRY, type Link, type LinkEvent, LONGEST_RETRY, lostSince, PING_EVERY, START, step } from "../link";

type Moment = readonly [at: number, event: LinkEvent];

/** Play events with a tick every 250 ms between them; return the link and the commands with their times. */
function play(moments: readonly Moment[], until: number, chance = 0.5): { link: Link; log: string[]; lostAt: number | null } {
  const queue = [...moments];
  const log: string[] = [];
  let link: Link = START;
  let lostAt: number | null = null;
  for (let now = 0; now <= until; now += 250) {
    const due: LinkEvent[] = [];
    while (queue[0] !== undefined && queue[0][0] <= now) due.push((queue.shift() as Moment)[1]);
    for (const event of [...due, { kind: "tick" } as const]) {
      const next = step(link, event, now, chance);
      link = next.link;
      log.push(...next.commands.map((command) => `${now} ${command.kind}`));
      if (lostSince(link) !== null && link.heardAt !== null) lostAt ??= now;
    }
  }
  return { link, log, lostAt };
}

const UP: readonly Moment[] = [[0, { kind: "start" }], [0, { kind: "opened" }], [0, { kind: "snapshot" }]];

describe("link", () => {
  it("is live after a snapshot and pings every second or sooner while answered", () => {
    const pongs = [1, 2, 3].map((n): Moment => [(n - 1) * PING_EVERY, { kind: "pong", n }]);
    const { link, log } = play([...UP, ...pongs], 2_500);
    expect(link.phase).toBe("live");
    expect(lostSince(link)).toBeNull();
    expect(log.filter((line) => line.endsWith("ping")).length).toBeGreaterThanOrEqual(2);
  });

  it("notices silence within three seconds", () => {
    const { lostAt, log, link } = play(UP, 3_000);
    expect(lostAt).toBeLessThanOrEqual(3_000);
    expect(log.some((line) => line.endsWith("drop"))).toBe(true);
    expect(lostSince(link)).toBe(0);
  });

  it.each([[[0]], [[0, -4, 3, 0, -2]], [[40, -40, 0]]])(
    "notices a loss right after an answer within three seconds, though its ticks are early or late by %j ms", (off) => {
      for (let answered = 1; answered <= 8; answered += 1) {
        let link = play(UP, 0).link;
        link = step(link, { kind: "pong", n: 1 }, 0, 0).link;
        let heardAt = 0;
        for (let n = 1; lostSince(link) === null; n += 1) {
          const now = n * 250 + (off[n % off.length] ?? 0);
          const next = step(link, { kind: "tick" }, now, 0);
          link = next.link;
          const ping = next.commands.find((command) => command.kind === "ping");
          if (ping !== undefined && ping.n <= answered) {
            link = step(link, { kind: "pong", n: ping.n }, now, 0).link;
            heardAt = now;
          }
          expect(now - heardAt).toBeLessThanOrEqual(3_000);
        }
      }
    },
  );

  it("measures the round trip of the newest ping", () => {
    let link = step(START, { kind: "start" }, 0, 0).link;
    link = step(link, { kind: "opened" }, 0, 0).link;
    link = step(link, { kind: "tick" }, 0, 0).link;
    link = step(link, { kind: "heard" }, 5, 0).link;
    expect(step(link, { kind: "pong", n: 1 }, 12, 0).link.roundTrip).toBe(12);
    expect(step(link, { kind: "pong", n: 99 }, 12, 0).link.roundTrip).toBeNull();
  });

  it("is not lost while a late tick finds its ping answered", () => {
    let link = play(UP, 0).link;
    link = step(link, { kind: "pong", n: 1 }, 10, 0).link;
    // A hidden tab's timer may fire a minute late.
    const next = step(link, { kind: "tick" }, 60_000, 0);
    expect(next.link.phase).toBe("live");
    expect(next.commands).toEqual([{ kind: "ping", n: 2 }]);
  });

  it("asks for a snapshot once after a gap, and is not grey meanwhile", () => {
    const first = step(play(UP, 0).link, { kind: "gap" }, 100, 0);
    expect(first.commands).toEqual([{ kind: "ask_snapshot" }]);
    expect(lostSince(first.link)).toBeNull();
    expect(step(first.link, { kind: "gap" }, 120, 0).commands).toEqual([]);
  });

  it("gives up a socket that never sends its snapshot", () => {
    const { log } = play([[0, { kind: "start" }], [0, { kind: "opened" }]], 3_000);
    expect(log.some((line) => line.endsWith("drop"))).toBe(true);
  });

  it("waits longer each time, up to a limit, spread by chance", () => {
    const waits: number[] = [];
    let link = step(START, { kind: "start" }, 0, 0).link;
    for (let n = 0; n < 9; n += 1) {
      link = step(link, { kind: "closed" }, 0, 0.999).link;
      waits.push(link.retryAt);
      link = step(link, { kind: "tick" }, link.retryAt, 0).link;
    }
    expect(waits[0]).toBeLessThanOrEqual(FIRST_RETRY);
    expect(Math.max(...waits)).toBeLessThanOrEqual(LONGEST_RETRY);
    expect([...waits].sort((a, b) => a - b)).toEqual(waits);
    const early = step(step(START, { kind: "start" }, 0, 0).link, { kind: "closed" }, 0, 0).link.retryAt;
    expect(early).toBe(FIRST_RETRY / 2);
  });

  it("hears a close only once", () => {
    const closed = step(play(UP, 0).link, { kind: "closed" }, 50, 0).link;
    expect(step(closed, { kind: "closed" }, 60, 0).link).toBe(closed);
  });
});
