// Experts' written answers, which tickets wait for when nobody of the field is there. Pure; times in ms.
import { refusalOf } from "./directory";
import type { DestinationEntry, DirectoryLine, ExpertAnswerLine, TransferMode } from "./wire.gen";

/** Whether a line's experts are asked in writing instead: nobody of them can be called now. */
export function asksInstead(entry: DestinationEntry, line: DirectoryLine | undefined): boolean {
  return entry.kind === "EXPERT" && line !== undefined && line.why_zh !== "";
}

/** The modes that are offered for a line, each with its place in the catalogue: an expert line drops those it refuses. */
export function offered(entry: DestinationEntry, line: DirectoryLine | undefined): { readonly mode: TransferMode; readonly place: number }[] {
  const modes = entry.modes.map((mode, place) => ({ mode, place }));
  return asksInstead(entry, line) ? modes.filter(({ mode }) => refusalOf(line, mode) === null) : modes;
}

/** An answer that a ticket waits for, with the line it is to come from. */
export type Due = { readonly name: DestinationEntry | null; readonly answer: ExpertAnswerLine; readonly late: boolean };

/** The answers a ticket waits for, the earliest due first. */
export function dueOf(answers: readonly ExpertAnswerLine[], entries: readonly DestinationEntry[], now: number): Due[] {
  return answers.filter((one) => one.awaited).map((answer) => ({
    name: entries.find((one) => one.field === answer.field) ?? null, answer, late: answer.due_at < now,
  }));
}
