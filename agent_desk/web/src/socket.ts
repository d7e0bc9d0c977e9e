// The websocket around link.ts: opens it, keeps it, and hands on what the server says.
import { isGap, isOld, type Snapshot } from "./board";
import { noteServerClock } from "./clock";
import { type Link, type LinkCommand, type LinkEvent, START, step } from "./link";
import { traceMessage } from "./trace";
import type { Accepted, Delta, FromBrowser, Refused, ToBrowser } from "./wire.gen";

const TICK = 250;
/** Close code of the server: log in first. */
const NOBODY = 4401;

export type Listener = {
  readonly snapshot: (message: Snapshot) => void;
  readonly delta: (message: Delta) => void;
  readonly answer: (message: Accepted | Refused) => void;
  readonly link: (link: Link) => void;
  /** The server wants a log-in first. */
  readonly nobody: () => void;
};

/** One connection to a `/ws/...` address, reconnecting until it is closed. */
export class LiveSocket {
  readonly #path: string;
  readonly #listener: Listener;
  #socket: WebSocket | null = null;
  #link: Link = START;
  #seq = 0;
  #timer = 0;

  constructor(path: string, listener: Listener) {
    this.#path = path;
    this.#listener = listener;
  }

  open(): void {
    this.#timer = window.setInterval(() => this.#feed({ kind: "tick" }), TICK);
    this.#feed({ kind: "start" });
  }

  close(): void {
    window.clearInterval(this.#timer);
    this.#drop();
  }

  /** Send a request; false when the link is down, and then nothing was sent. */
  send(message: FromBrowser): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN || this.#link.phase === "waiting") return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #feed(event: LinkEvent): void {
    const before = this.#link;
    const { link, commands } = step(before, event, Date.now(), Math.random());
    this.#link = link;
    for (const command of commands) this.#obey(command);
    if (link !== before) this.#listener.link(this.#link);
  }

  #obey(command: LinkCommand): void {
    switch (command.kind) {
      case "connect":
        return this.#connect();
      case "drop":
        return this.#drop();
      case "ping":
        this.send({ type: "ping", n: command.n });
        return;
      case "ask_snapshot":
        this.send({ type: "snapshot" });
        return;
    }
  }

  #connect(): void {
    this.#drop();
    const address = new URL(this.#path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    // A socket we gave up on may still speak: only the newest one is heard.
    const ours = (): boolean => this.#socket === socket;
    socket.onopen = () => ours() && this.#feed({ kind: "opened" });
    socket.onclose = (event) => {
      if (!ours()) return;
      this.#feed({ kind: "closed" });
      if (event.code === NOBODY) this.#listener.nobody();
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      if (ours()) this.#receive(JSON.parse(event.data) as ToBrowser);
    };
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #receive(message: ToBrowser): void {
    traceMessage(message);
    switch (message.type) {
      case "board_snapshot":
      case "desk_snapshot":
        this.#seq = message.seq;
        noteServerClock(message.now);
        this.#listener.snapshot(message);
        return this.#feed({ kind: "snapshot" });
      case "delta":
        return this.#receiveDelta(message);
      case "accepted":
      case "refused":
        this.#listener.answer(message);
        return this.#feed({ kind: "heard" });
      case "pong":
        this.#feed({ kind: "pong", n: message.n });
        return noteServerClock(message.now, (this.#link.roundTrip ?? 0) / 2);
    }
  }

  #receiveDelta(message: Delta): void {
    // While a snapshot is asked for, deltas on the same ordered socket are already in it.
    if (this.#link.phase !== "live" || isOld(this.#seq, message)) return this.#feed({ kind: "heard" });
    if (isGap(this.#seq, message)) return this.#feed({ kind: "gap" });
    this.#seq = message.seq;
    this.#listener.delta(message);
    this.#feed({ kind: "heard" });
  }
}
