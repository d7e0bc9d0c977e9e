// Handing the call at hand on: which panel is open, why it cannot be done now, and what is asked of the server.
import { computed, inject, type InjectionKey, nextTick, provide, ref, watch } from "vue";
import { Problem } from "../http";
import type { Command, DestinationEntry, TransferMode } from "../wire.gen";
import { said, useWords } from "../words";
import type { Desk } from "./desk";
import { catalogue } from "./session";
import type { Ticket } from "./ticket";

export type Handing = ReturnType<typeof createHanding>;

const KEY: InjectionKey<Handing> = Symbol("handing");

export function createHanding(desk: Desk, ticket: Ticket) {
  const w = useWords();
  const shown = ref<"directory" | "emergency" | null>(null);
  const closed = ref("");
  const transfer = computed(() => desk.call.value?.transfer ?? null);
  const talking = computed(() => desk.phone.value.call === "talking" || desk.call.value?.stage === "talking");
  const entries = computed(() => catalogue.value?.destinations ?? []);
  const entryOf = (key: string): DestinationEntry | null => entries.value.find((one) => one.key === key) ?? null;
  /** The newest transfer that is over; null also when its outcome was put away. */
  const outcome = computed(() => {
    const call = desk.call.value;
    const last = call?.last_transfer ?? null;
    return call === null || last === null || closed.value === `${call.call} ${last.number}` ? null : last;
  });

  /** Why nothing can be asked of the server now; empty: it can. */
  const cannot = computed(() => {
    if (desk.live.lost.value !== null) return w.value.desk.why.link;
    return desk.pbxLost.value !== null ? w.value.desk.why.pbx : "";
  });
  /** Why no transfer can be begun now; empty: one can. */
  const why = computed(() => {
    if (!talking.value) return w.value.desk.why.noCall;
    if (cannot.value !== "") return cannot.value;
    if (transfer.value !== null) return w.value.hand.why.underWay;
    if (desk.call.value?.passed?.alone === false) return w.value.hand.why.passer;
    return desk.phone.value.held || desk.call.value?.held_since != null ? w.value.hand.why.held : "";
  });

  let before: HTMLElement | null = null;

  function open(which: "directory" | "emergency"): void {
    if (shown.value === null) before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    shown.value = which;
  }

  function close(): void {
    if (shown.value === null) return;
    shown.value = null;
    // Back to the ticket, or wherever the agent was writing.
    void nextTick(() => before?.focus());
  }

  // What was asked for is under way, or over already, or there is nobody left to hand on.
  watch(() => [transfer.value?.number, desk.call.value?.last_transfer?.number, talking.value], () => {
    if (transfer.value !== null || !talking.value || outcome.value !== null) close();
  });

  /** What is written so far goes along: asked first, but waited for by nobody. */
  function sendNotes(): void {
    if (!ticket.dirty.value || ticket.subject.value?.call !== desk.call.value?.call) return;
    ticket.save().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
    });
  }

  return {
    shown, transfer, talking, entries, entryOf, outcome, cannot, why, open, close,
    toggle: (which: "directory" | "emergency") => (shown.value === which ? close() : open(which)),
    /** `12366 税务分中心`. */
    nameOf: (key: string): string => {
      const entry = entryOf(key);
      return entry === null ? key : [entry.number, said(entry)].filter(Boolean).join(" ");
    },
    start: async (to: string, mode: TransferMode): Promise<void> => {
      sendNotes();
      await desk.live.ask({ type: "transfer", to, mode });
    },
    /** Why no expert can be asked in writing now; empty: one can. */
    whyNotInWriting: computed(() => {
      const call = desk.call.value;
      if (call === null) return w.value.desk.why.noCall;
      if (desk.live.lost.value !== null) return w.value.desk.why.link;
      const here = ticket.subject.value?.call === call.call;
      return here && ticket.form.text.trim() === "" && ticket.mergeInto.value === null ? w.value.hand.expert.noText : "";
    }),
    /** Send the ticket to a line's experts; what is written so far is saved first: it is the question. Raises Problem. */
    askInWriting: async (to: string): Promise<void> => {
      const call = desk.call.value?.call;
      if (call === undefined) return;
      if (ticket.dirty.value && ticket.subject.value?.call === call) await ticket.save();
      await desk.live.ask({ type: "ask_expert", call, to });
      await desk.loadPop();
    },
    command: (command: Command): Promise<void> => desk.live.ask({ type: "transfer_command", command }),
    putAway: () => {
      const call = desk.call.value;
      closed.value = `${call?.call ?? ""} ${call?.last_transfer?.number ?? 0}`;
    },
  };
}

export function provideHanding(handing: Handing): void {
  provide(KEY, handing);
}

/** The transfers of the page. Raises Error outside of one. */
export function useHanding(): Handing {
  const handing = inject(KEY);
  if (handing === undefined) throw new Error("useHanding() needs a component under Desk.vue");
  return handing;
}
