// The signs of the states; their colours are in styles/base.css under the same names.
import type { Presence } from "./wire.gen";

const ICONS: Readonly<Record<Presence | "unknown", string>> = {
  ready: "●", ringing: "☎", talking: "▶", acw: "✎", not_ready: "■", out: "○", unknown: "?",
};

/** The sign of a call on hold. */
export const HELD = "❚❚";

/** The sign of somebody who asks for help. */
export const HELP = "⚑";

export function presenceIcon(presence: Presence | "unknown"): string {
  return ICONS[presence];
}
