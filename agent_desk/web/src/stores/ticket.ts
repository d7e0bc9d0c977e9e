// The ticket form of the call at hand: typed here, kept on this computer, saved by the server.
import { computed, reactive, ref, shallowRef, watch } from "vue";
import { type Draft, draftOf, drafts, dropDraft, EMPTY, isEmpty, keepDraft, missing } from "../draft";
import type { TicketForm } from "../wire.gen";
import type { Desk } from "./desk";

type Editable = { -readonly [K in keyof TicketForm]: TicketForm[K] };
type Subject = { readonly call: string; readonly number: string; readonly caller: string };

export type Ticket = ReturnType<typeof createTicket>;

export function createTicket(desk: Desk) {
  const form = reactive<Editable>({ ...EMPTY });
  const subject = shallowRef<Subject | null>(null);
  const mergeInto = ref<string | null>(null);
  const dirty = ref(false);
  const restored = ref(false);
  const shelf = shallowRef<Draft[]>([]);
  let filling = false;

  const agent = (): string => desk.me.value?.agent ?? "";
  const shelve = (): void => {
    shelf.value = drafts(localStorage, agent(), Date.now()).filter((one) => one.call !== subject.value?.call);
  };

  function fill(values: TicketForm, merge: string | null): void {
    filling = true;
    Object.assign(form, values);
    mergeInto.value = merge;
    filling = false;
  }

  function open(next: Subject | null): void {
    subject.value = next;
    const draft = next === null ? null : draftOf(localStorage, next.call, agent());
    fill(draft?.form ?? EMPTY, draft?.mergeInto ?? null);
    dirty.value = restored.value = draft !== null;
    shelve();
  }

  /** The call whose form belongs on the screen; undefined: leave the one that is there. */
  const wanted = computed<string | null | undefined>(() => {
    const now = desk.call.value;
    const unsaved = dirty.value && subject.value !== null && subject.value.call !== now?.call;
    // Unsaved words stay after their call is gone, and while the next one only rings: nobody types into a stranger's form.
    if (unsaved && (now === null || now.stage === "ringing")) return undefined;
    return now?.call ?? null;
  });

  watch(wanted, (call) => {
    const now = desk.call.value;
    if (call === undefined || call === subject.value?.call) return;
    open(call === null || now === null ? null : { call, number: now.number, caller: now.caller });
  }, { immediate: true });

  watch(() => desk.me.value?.agent, shelve);

  // What was saved for this call before, perhaps on another computer, unless something newer is here.
  watch(desk.pop, (pop) => {
    if (pop?.form && pop.call === subject.value?.call && !dirty.value) fill(pop.form, null);
  });

  watch([form, mergeInto], () => {
    const about = subject.value;
    if (filling || about === null) return;
    dirty.value = true;
    if (isEmpty(form) && mergeInto.value === null) dropDraft(localStorage, about.call);
    else keepDraft(localStorage, { ...about, agent: agent(), form: { ...form }, mergeInto: mergeInto.value, at: Date.now() });
  }, { flush: "sync" });

  /** Save. Raises Problem with the server's sentence; the draft stays then. */
  async function save(): Promise<void> {
    const about = subject.value;
    if (about === null) return;
    const sent = JSON.stringify(form);
    await desk.live.ask({ type: "save_ticket", call: about.call, form: { ...form }, merge_into: mergeInto.value });
    // What was typed while the server was asked is not saved yet.
    if (subject.value?.call !== about.call || JSON.stringify(form) !== sent) return;
    dropDraft(localStorage, about.call);
    dirty.value = restored.value = false;
  }

  function discard(call: string): void {
    dropDraft(localStorage, call);
    shelve();
  }

  return {
    form, subject, mergeInto, dirty, restored, shelf, save, discard,
    resume: (draft: Draft) => open(draft),
    missing: computed(() => missing(form, mergeInto.value)),
  };
}
