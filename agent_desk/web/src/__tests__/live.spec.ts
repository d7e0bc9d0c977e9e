// The store around the socket: views kept in step, requests answered, losses said. The socket is a stand-in.
import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../http";
import { createLive, type Live } from "../stores/live";
import type { Board, ToBrowser } from "../wire.gen";

class StandInSocket {
  static readonly OPEN = 1;
  static all: StandInSocket[] = [];
  readyState = 0;
  sent: { type: string; request?: string; n?: number }[] = [];
  onopen: () => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;

  constructor(readonly address: URL) {
    StandInSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { type: string });
  }
  close(): void {
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.onopen();
  }
  say(message: ToBrowser): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const EMPTY: Board = { agents: {}, queues: {}, calls: {}, figures: {}, intervals: {}, system: {}, alarms: {}, lines: {} };
let live: Live<Board>;
let turnedAway = 0;
const newest = (): StandInSocket => StandInSocket.all.at(-1) as StandInSocket;
const snapshot = (seq: number): ToBrowser => ({ type: "board_snapshot", seq, now: Date.now(), view: EMPTY });
const asked = (type: string): number => newest().sent.filter((one) => one.type === type).length;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", StandInSocket);
  StandInSocket.all = [];
  turnedAway = 0;
  live = createLive<Board>("/ws/board", () => (turnedAway += 1));
  live.open();
  newest().accept();
  newest().say(snapshot(7));
});
afterEach(() => {
  live.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("views", () => {
  it("take deltas in their order and drop old ones", () => {
    newest().say({ type: "delta", seq: 8, now: 0, changes: { calls: { set: { a: {} } } } });
    newest().say({ type: "delta", seq: 8, now: 0, changes: { calls: { set: { b: {} } } } });
    expect(Object.keys(live.view.value?.calls ?? {})).toEqual(["a"]);
    expect(asked("snapshot")).toBe(0);
  });

  it("ask once for a snapshot after a gap, ignore deltas meanwhile, and go on from it", () => {
    newest().say({ type: "delta", seq: 10, now: 0, changes: { calls: { set: { a: {} } } } });
    newest().say({ type: "delta", seq: 11, now: 0, changes: { calls: { set: { b: {} } } } });
    expect(asked("snapshot")).toBe(1);
    expect(live.view.value?.calls).toEqual({});
    newest().say(snapshot(11));
    newest().say({ type: "delta", seq: 12, now: 0, changes: { calls: { set: { c: {} } } } });
    expect(Object.keys(live.view.value?.calls ?? {})).toEqual(["c"]);
  });

  it("are called lost within three seconds of silence, and kept", () => {
    expect(live.lost.value).toBeNull();
    vi.advanceTimersByTime(3_000);
    expect(live.lost.value).not.toBeNull();
    expect(live.view.value).not.toBeNull();
  });

  it("come back with a new socket, and the old one is not heard any more", () => {
    const old = newest();
    old.onclose({ code: 1006 });
    vi.advanceTimersByTime(1_000);
    expect(newest()).not.toBe(old);
    old.say(snapshot(99));
    expect(live.lost.value).not.toBeNull();
    newest().accept();
    newest().say(snapshot(3));
    expect(live.lost.value).toBeNull();
  });

  it("say when the server wants a log-in", () => {
    newest().onclose({ code: 4401 });
    expect(turnedAway).toBe(1);
  });
});

describe("requests", () => {
  const request = (): string => newest().sent.find((one) => one.request !== undefined)?.request ?? "";

  it("are fulfilled by their own answer", async () => {
    let done = false;
    void live.ask({ type: "ready" }).then(() => (done = true));
    newest().say({ type: "accepted", request: "somebody else's" });
    await flushPromises();
    expect(done).toBe(false);
    newest().say({ type: "accepted", request: request() });
    await flushPromises();
    expect(done).toBe(true);
  });

  it("carry the server's sentence when refused", async () => {
    const answer = live.ask({ type: "hang_up" }).catch((error: unknown) => error);
    newest().say({ type: "refused", request: request(), key: "no_call", zh: "现在没有通话。", en: "There is no call now.", detail: "" });
    expect(((await answer) as Problem).sentence.en).toBe("There is no call now.");
  });

  it("end when the link is lost, saying that nobody knows", async () => {
    const answer = live.ask({ type: "ready" }).catch((error: unknown) => error);
    newest().onclose({ code: 1006 });
    expect(((await answer) as Problem).sentence.en).toContain("did not answer");
  });

  it("are not sent at all without a link", async () => {
    newest().onclose({ code: 1006 });
    const answer = await live.ask({ type: "ready" }).catch((error: unknown) => error);
    expect((answer as Problem).sentence.en).toContain("nothing was sent");
  });

  it("are not waited for for ever", async () => {
    const answer = live.ask({ type: "ready" }).catch((error: unknown) => error);
    const pinging = window.setInterval(() => newest().say({ type: "pong", n: 0, now: Date.now() }), 200);
    await vi.advanceTimersByTimeAsync(8_100);
    window.clearInterval(pinging);
    expect(((await answer) as Problem).sentence.zh).toContain("没有回应");
  });
});
