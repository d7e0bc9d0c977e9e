// A live view over a websocket, and requests with their answers.
import { computed, type ComputedRef, shallowRef, type ShallowRef } from "vue";
import { apply, type Sections } from "../board";
import { byServerClock } from "../clock";
import { Problem, type Sentence } from "../http";
import { type Link, lostSince, START } from "../link";
import { LiveSocket } from "../socket";
import type { Accepted, FromBrowser, Refused } from "../wire.gen";

type WithRequest<M> = M extends { readonly request: string } ? M : never;
type WithoutRequest<M> = M extends unknown ? Omit<M, "request"> : never;
/** A request as components write it; the store numbers it. */
export type Wish = WithoutRequest<WithRequest<FromBrowser>>;

const ANSWER_WITHIN = 8_000;
const NOT_SENT: Sentence = {
  zh: "与服务器的连接中断,没有发出;恢复后请再试。",
  en: "The link to the server is down; nothing was sent. Try again when it is back.",
};
const NOT_KNOWN: Sentence = {
  zh: "服务器没有回应,不知道是否已执行;请看当前状态。",
  en: "The server did not answer; whether it was done shows in the state.",
};

export type Live<V> = {
  readonly view: ShallowRef<V | null>;
  readonly link: ShallowRef<Link>;
  /** Since when the screen cannot be believed, by the server's clock; null while it can. */
  readonly lost: ComputedRef<number | null>;
  /** Ask and wait for the answer. Raises Problem with the server's sentence. */
  readonly ask: (wish: Wish) => Promise<void>;
  readonly open: () => void;
  readonly close: () => void;
};

type Pending = { readonly settle: (answer: Accepted | Refused | null) => void };

/** Make a store of a view; `nobody` is called when the server wants a log-in first. */
export function createLive<V extends Sections>(path: string, nobody: () => void): Live<V> {
  const view = shallowRef(null) as ShallowRef<V | null>;
  const link = shallowRef<Link>(START);
  const pending = new Map<string, Pending>();
  const socket = new LiveSocket(path, {
    snapshot: (message) => (view.value = message.view as unknown as V),
    delta: (message) => {
      if (view.value !== null) view.value = apply(view.value, message.changes);
    },
    answer: (message) => pending.get(message.request)?.settle(message),
    nobody,
    link: (next) => {
      // A new snapshot tells what became of whatever was asked before the loss.
      if (next.phase === "waiting") for (const one of [...pending.values()]) one.settle(null);
      link.value = next;
    },
  });

  const ask = (wish: Wish): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = requestId();
      if (!socket.send({ ...wish, request } as FromBrowser)) return reject(new Problem(0, NOT_SENT));
      const timer = window.setTimeout(() => settle(null), ANSWER_WITHIN);
      const settle = (answer: Accepted | Refused | null): void => {
        window.clearTimeout(timer);
        pending.delete(request);
        if (answer?.type === "accepted") return resolve();
        reject(answer === null ? new Problem(0, NOT_KNOWN) : new Problem(409, answer));
      };
      pending.set(request, { settle });
    });

  return {
    view, link, ask, lost: computed(() => {
      const since = lostSince(link.value);
      return since === null ? null : byServerClock(since);
    }),
    open: () => socket.open(), close: () => socket.close(),
  };
}

let requests = 0;
const page = Math.random().toString(36).slice(2, 8);

function requestId(): string {
  requests += 1;
  return `${page}-${requests}`;
}
