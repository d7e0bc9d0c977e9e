// Pure: which of the calls that ring at colleagues is meant, and whether this desk can take one at all.
import type { CallKind, Line } from "./phone";
import type { Presence, RingElsewhere } from "./wire.gen";

/** The dialplan's code (asterisk/extensions/pickup.conf): it works while our server is away. */
export const codeFor = (seat: string): string => `*8${seat}`;

const SEAT = /^\d{2,}$/;

/** The rings whose seat begins with what was typed. */
export function matching(rings: readonly RingElsewhere[], typed: string): readonly RingElsewhere[] {
  return rings.filter((one) => one.agent.startsWith(typed.trim()));
}

/** The seat that Enter means: the chosen ring, else the first, else what was typed; empty: none. */
export function seatMeant(rings: readonly RingElsewhere[], typed: string, chosen: string): string {
  const shown = matching(rings, typed);
  const seat = (shown.find((one) => one.agent === chosen) ?? shown[0])?.agent ?? typed.trim();
  return SEAT.test(seat) ? seat : "";
}

/** Why nobody else's call can be picked up now; null: one can. */
export type Hindrance = "ringing" | "onCall" | "phone" | null;

export function hindrance(
  { presence, onWeb, line, call }: { presence: Presence; onWeb: boolean; line: Line; call: CallKind },
): Hindrance {
  if (presence === "ringing" || call === "incoming") return "ringing";
  if (presence === "talking" || call !== "none") return "onCall";
  return onWeb && line !== "registered" ? "phone" : null;
}
