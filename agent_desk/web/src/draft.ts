// Ticket forms kept on this computer, one per call, until the server has them. Survives reload, crash and lost link.
import type { TicketForm } from "./wire.gen";

export type Draft = {
  readonly call: string;
  readonly agent: string;
  readonly number: string;
  readonly caller: string;
  readonly form: TicketForm;
  readonly mergeInto: string | null;
  /** Milliseconds since the epoch, by this computer. */
  readonly at: number;
};

export const EMPTY: TicketForm = {
  domain: "", demand_type: "", urgent: false, place: "", text: "", not_accepted: "", caller_name: "", confidential: false,
};

const PREFIX = "jt.draft.";
const KEPT_MS = 7 * 24 * 3_600_000;

export function keepDraft(store: Storage, draft: Draft): void {
  store.setItem(PREFIX + draft.call, JSON.stringify(draft));
}

export function dropDraft(store: Storage, call: string): void {
  store.removeItem(PREFIX + call);
}

/** The draft of a call, if this agent left one. */
export function draftOf(store: Storage, call: string, agent: string): Draft | null {
  return drafts(store, agent, 0).find((one) => one.call === call) ?? null;
}

/** This agent's drafts, newest first; those older than a week are deleted on the way. `now` in ms, 0: keep all. */
export function drafts(store: Storage, agent: string, now: number): Draft[] {
  const found: Draft[] = [];
  for (const key of Object.keys(store).filter((one) => one.startsWith(PREFIX))) {
    const draft = read(store.getItem(key));
    if (draft === null || draft.at < now - KEPT_MS) store.removeItem(key);
    else if (draft.agent === agent) found.push(draft);
  }
  return found.sort((a, b) => b.at - a.at);
}

/** Anyone may write to localStorage: what is not a draft is none. */
function read(text: string | null): Draft | null {
  try {
    const draft = JSON.parse(text ?? "null") as Partial<Draft> | null;
    if (draft === null || typeof draft.call !== "string" || typeof draft.form !== "object") return null;
    return { mergeInto: null, number: "", caller: "", agent: "", at: 0, ...draft, call: draft.call, form: { ...EMPTY, ...draft.form } };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whether nothing has been written yet. */
export function isEmpty(form: TicketForm): boolean {
  return JSON.stringify({ ...EMPTY, ...form }) === JSON.stringify(EMPTY);
}

export type Field = "domain" | "type" | "text";

/** What must still be filled in before saving; a merge or a refusal needs no classification. */
export function missing(form: TicketForm, mergeInto: string | null): Field[] {
  const classified = mergeInto !== null || form.not_accepted !== "";
  const fields: Field[] = [];
  if (!classified && form.domain === "") fields.push("domain");
  if (!classified && form.demand_type === "") fields.push("type");
  if (form.text.trim() === "" && form.not_accepted === "") fields.push("text");
  return fields;
}
