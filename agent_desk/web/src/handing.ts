// Who hears whom while a call is handed on, and how a transfer ended; pure.
import type { Command, LastTransfer, Passed, TransferView } from "./wire.gen";

/** The situations that have a sentence of their own. */
export type Situation =
  | "callingTogether" | "callingMusic" | "consulting" | "swapped" | "joined" | "step" | "released" | "moving";

/** What one party is doing. */
export type Seat = "talking" | "music" | "ringing" | "calling" | "away" | "waiting" | "moving";

export type Picture = {
  readonly situation: Situation;
  readonly citizen: Seat;
  readonly me: Seat;
  readonly other: Seat;
};

/** Read the picture off the facts: who is in one room, and how far the transfer is. */
export function pictureOf(transfer: TransferView): Picture {
  const hears = new Set(transfer.hears);
  const [citizenMe, meOther, citizenOther] = [hears.has("citizen_agent"), hears.has("agent_other"), hears.has("citizen_other")];
  if (transfer.step === "away") {
    const step = transfer.mode === "transfer_suspend";
    return { situation: step ? "step" : "released", citizen: "away", me: "waiting", other: step ? "away" : "ringing" };
  }
  if (transfer.step === "calling") {
    return citizenMe
      ? { situation: "callingTogether", citizen: "talking", me: "talking", other: "ringing" }
      : { situation: "callingMusic", citizen: "music", me: "calling", other: "ringing" };
  }
  if (citizenMe && meOther) return { situation: "joined", citizen: "talking", me: "talking", other: "talking" };
  if (meOther) return { situation: "consulting", citizen: "music", me: "talking", other: "talking" };
  if (citizenMe) return { situation: "swapped", citizen: "talking", me: "talking", other: "music" };
  if (citizenOther) return { situation: "moving", citizen: "talking", me: "moving", other: "talking" };
  return { situation: "moving", citizen: "moving", me: "moving", other: "moving" };
}

/** The key of each command while a transfer is under way, in the order of the buttons. */
export const COMMAND_KEYS: readonly (readonly [Command, string])[] = [
  ["merge", "F2"], ["swap", "F9"], ["complete", "Ctrl+Enter"], ["drop", "F8"],
];

/** How a transfer ended, as a key of the outcomes' sentences. */
export type Outcome = "completed" | "released" | "stepDone" | "stepEmpty" | "no_answer" | "rejected" | "unreachable" | "cancelled" | "back";

export function outcomeOf(last: LastTransfer): Outcome {
  if (last.mode === "transfer_suspend") return last.answer ? "stepDone" : "stepEmpty";
  if (last.completed) return last.mode === "transfer_blind" ? "released" : "completed";
  return last.result === null || last.result === "answered" ? "back" : last.result;
}

/** Whether it is good news: the call went on, or the step brought an answer. */
export function wentWell(outcome: Outcome): boolean {
  return outcome === "completed" || outcome === "released" || outcome === "stepDone";
}

/** What an agent to whom a call was passed on should know of who else is there. */
export type Company = "alone" | "three" | "passerOnly" | "citizenOnly" | "coming";

export function companyOf(passed: Passed): Company {
  if (passed.alone) return "alone";
  const hears = new Set(passed.hears);
  if (hears.has("agent_other")) return hears.has("citizen_other") ? "three" : "passerOnly";
  return hears.has("citizen_other") ? "citizenOnly" : "coming";
}
