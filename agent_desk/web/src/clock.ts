// The server's clock as seen from here: every message carries the server's `now`.

let offset = 0;
let known = false;

/** Take note of the server's clock; `delay` is how long ago, in ms, it said so at the latest guess. */
export function noteServerClock(now: number, delay = 0): void {
  const seen = now + delay - Date.now();
  // Small differences are the network's, not the clock's: do not let the figures jump about.
  if (!known || Math.abs(seen - offset) > 250) offset = seen;
  known = true;
}

/** A moment of this computer's clock by the server's. */
export function byServerClock(local: number): number {
  return local + offset;
}

/** The server's time, in ms since the epoch. */
export function serverNow(): number {
  return Date.now() + offset;
}
