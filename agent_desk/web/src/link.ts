// The connection to the server as a pure machine: (state, event, now) -> (state, commands). All times in ms.
//
//   waiting --due--> asking --snapshot--> live --gap--> asking
//      ^                |                   |
//      +----closed------+------silence------+

/**
 * A ping goes out at the first tick (every 250 ms) this long after the last; the answer's delay is the figure on the
 * health strip. Both this and SILENCE stay clear of a whole number of ticks: a browser's timer may be early by some
 * milliseconds, and a ping would then wait for one more tick.
 */
export const PING_EVERY = 700;
/** An unanswered ping this old means the link is lost: 2.75 s after the last answer, so within 3 s by a late timer too. */
export const SILENCE = 1_900;
/** The socket must open within this time. */
export const OPEN_WITHIN = 5_000;
/** A snapshot must come within this time after it could be sent. */
export const SNAPSHOT_WITHIN = 2_500;
export const FIRST_RETRY = 400;
export const LONGEST_RETRY = 10_000;

export type Phase = "waiting" | "asking" | "live";

export type Link = {
  readonly phase: Phase;
  /** When this phase began. */
  readonly since: number;
  /** When the last true word came from the server; null before the first. */
  readonly heardAt: number | null;
  /** When the oldest unanswered ping went out. */
  readonly pingedAt: number | null;
  /** When the newest ping went out, answered or not. */
  readonly sentAt: number;
  readonly nextPing: number;
  readonly pings: number;
  /** Milliseconds a ping took, there and back. */
  readonly roundTrip: number | null;
  readonly attempt: number;
  readonly retryAt: number;
  /** Whether the socket is open, so that pings can be sent. */
  readonly open: boolean;
};

export type LinkEvent =
  | { readonly kind: "start" }
  | { readonly kind: "opened" }
  | { readonly kind: "closed" }
  | { readonly kind: "snapshot" }
  | { readonly kind: "gap" }
  | { readonly kind: "heard" }
  | { readonly kind: "pong"; readonly n: number }
  | { readonly kind: "tick" };

export type LinkCommand =
  | { readonly kind: "connect" }
  | { readonly kind: "drop" }
  | { readonly kind: "ping"; readonly n: number }
  | { readonly kind: "ask_snapshot" };

export type Step = { readonly link: Link; readonly commands: readonly LinkCommand[] };

export const START: Link = {
  phase: "waiting", since: 0, heardAt: null, pingedAt: null, sentAt: 0, nextPing: 0, pings: 0,
  roundTrip: null, attempt: 0, retryAt: 0, open: false,
};

/** Move the connection on. `chance` in [0, 1) spreads reconnecting browsers over time. */
export function step(link: Link, event: LinkEvent, now: number, chance: number): Step {
  switch (event.kind) {
    case "start":
      return connect(link, now);
    case "opened":
      return { link: { ...link, open: true, since: now, nextPing: now }, commands: [] };
    case "closed":
      return link.phase === "waiting" ? stay(link) : back(link, now, chance, []);
    case "snapshot":
      return stay({ ...heard(link, now), phase: "live", since: now, attempt: 0 });
    case "gap":
      return link.phase !== "live"
        ? stay(heard(link, now))
        : { link: { ...heard(link, now), phase: "asking", since: now }, commands: [{ kind: "ask_snapshot" }] };
    case "heard":
      return stay(heard(link, now));
    case "pong":
      return stay(pong(link, event.n, now));
    case "tick":
      return tick(link, now, chance);
  }
}

function stay(link: Link): Step {
  return { link, commands: [] };
}

function connect(link: Link, now: number): Step {
  return {
    link: { ...link, phase: "asking", since: now, pingedAt: null, open: false, roundTrip: null },
    commands: [{ kind: "connect" }],
  };
}

function heard(link: Link, now: number): Link {
  return { ...link, heardAt: now, pingedAt: null };
}

function pong(link: Link, n: number, now: number): Link {
  const roundTrip = n === link.pings ? now - link.sentAt : link.roundTrip;
  return { ...heard(link, now), roundTrip };
}

/** Go back to waiting: doubled each time, capped, and spread over its second half. */
function back(link: Link, now: number, chance: number, commands: readonly LinkCommand[]): Step {
  const longest = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** link.attempt);
  const wait = longest * (0.5 + chance / 2);
  return {
    link: {
      ...link, phase: "waiting", since: now, attempt: Math.min(link.attempt + 1, 16), retryAt: now + wait,
      pingedAt: null, open: false, roundTrip: null,
    },
    commands,
  };
}

function tick(link: Link, now: number, chance: number): Step {
  if (link.phase === "waiting") return now >= link.retryAt ? connect(link, now) : stay(link);
  const silent = link.pingedAt !== null && now - link.pingedAt > SILENCE;
  const late = link.phase === "asking" && now - link.since > (link.open ? SNAPSHOT_WITHIN : OPEN_WITHIN);
  if (silent || late) return back(link, now, chance, [{ kind: "drop" }]);
  if (!link.open || now < link.nextPing || link.pingedAt !== null) return stay(link);
  const n = link.pings + 1;
  return {
    link: { ...link, pings: n, pingedAt: now, sentAt: now, nextPing: now + PING_EVERY },
    commands: [{ kind: "ping", n }],
  };
}

/** Since when the screen cannot be believed; null while it can. */
export function lostSince(link: Link): number | null {
  if (link.phase === "live") return null;
  // A gap is being mended on a socket that still talks: nothing on the screen is wrong for long.
  const mending = link.phase === "asking" && link.open && link.attempt === 0 && link.heardAt !== null;
  return mending ? null : (link.heardAt ?? link.since);
}
