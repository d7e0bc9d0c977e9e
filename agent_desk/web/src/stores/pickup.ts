// Picking up what rings at a colleague's (代答): who rings is asked while the panel is open; the telephone does the rest.
import { computed, inject, type InjectionKey, nextTick, onScopeDispose, provide, ref, shallowRef, watch } from "vue";
import { api, Problem, type Sentence } from "../http";
import { codeFor, hindrance } from "../pickup";
import type { RingElsewhere } from "../wire.gen";
import { useWords } from "../words";
import type { Desk } from "./desk";

export type Pickup = ReturnType<typeof createPickup>;

const KEY: InjectionKey<Pickup> = Symbol("pickup");
const LOOK_EVERY = 1_000;

export function createPickup(desk: Desk) {
  const w = useWords();
  const shown = ref(false);
  /** Null: who rings is not known. */
  const rings = shallowRef<readonly RingElsewhere[] | null>(null);
  const problem = shallowRef<Sentence | null>(null);
  /** The seat whose call was asked for, until its call has come or the telephone was hung up on. */
  const asked = ref("");
  /** How the last attempt failed, in SIP's words, or empty when Asterisk said that nothing rings; null: it did not. */
  const failed = ref<string | null>(null);
  const hindered = computed(() => {
    const me = desk.me.value;
    if (me === null || me.presence === "out") return null;
    const { line, call } = desk.phone.value;
    return hindrance({ presence: me.presence, onWeb: desk.onWeb.value, line, call });
  });
  /** Why none can be picked up now; empty: one can. */
  const why = computed(() => {
    if (asked.value !== "") return w.value.pick.asking(asked.value);
    return hindered.value === null ? "" : w.value.pick.why[hindered.value];
  });

  let before: HTMLElement | null = null;
  let timer = 0;
  let looks = 0;

  async function look(): Promise<void> {
    const mine = (looks += 1);
    try {
      const found = desk.live.lost.value === null ? await api.ringing() : null;
      if (mine === looks) [rings.value, problem.value] = [found, null];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine === looks) [rings.value, problem.value] = [null, error.sentence];
    }
    if (mine === looks && shown.value) timer = window.setTimeout(() => void look(), LOOK_EVERY);
  }

  function open(): void {
    before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    [shown.value, failed.value, rings.value, problem.value] = [true, null, null, null];
    void look();
  }

  function close(): void {
    if (!shown.value) return;
    [shown.value, asked.value] = [false, ""];
    looks += 1;
    window.clearTimeout(timer);
    // Back to the ticket, or wherever the agent was writing.
    void nextTick(() => before?.focus());
  }

  async function take(seat: string): Promise<void> {
    [asked.value, failed.value] = [seat, null];
    try {
      await desk.dialCode(codeFor(seat));
    } catch (error) {
      asked.value = "";
      throw error;
    }
  }

  // The call has come, from whomever, or rings at this very desk.
  watch(() => [desk.call.value?.stage, desk.me.value?.presence, hindered.value] as const, ([stage, presence, why]) => {
    if (stage === "talking" || presence === "talking" || presence === "out" || why === "ringing") close();
  });
  watch(() => desk.phone.value.call, (now, then) => {
    if (now !== "none" || then === "none" || asked.value === "") return;
    // Without our server nobody tells whether the citizen was there: whoever heard them knows.
    failed.value = desk.live.lost.value === null ? desk.phone.value.ended : null;
    asked.value = "";
  });
  onScopeDispose(close);

  return { shown, rings, problem, asked, failed, hindered, why, open, close, take, toggle: () => (shown.value ? close() : open()) };
}

export function providePickup(pickup: Pickup): void {
  provide(KEY, pickup);
}

/** The picking up of the page. Raises Error outside of one. */
export function usePickup(): Pickup {
  const pickup = inject(KEY);
  if (pickup === undefined) throw new Error("usePickup() needs a component under Desk.vue");
  return pickup;
}
