// The supervisor's floor: the board, the supervisor's own desk and telephone, and whose call they are on.
import { computed, inject, type InjectionKey, provide, ref, shallowRef, watch } from "vue";
import { sentenceOf } from "../composables/useAsk";
import { whyNot, ON_THE_LINE } from "../floor";
import { Problem, type Sentence } from "../http";
import type { Board, ForcedState, Phone, Watching } from "../wire.gen";
import { useWords } from "../words";
import { en } from "../words/en";
import { zh } from "../words/zh";
import { createDesk } from "./desk";
import { createLive } from "./live";
import { goToLogin, who } from "./session";

export type Floor = ReturnType<typeof createFloor>;

const KEY: InjectionKey<Floor> = Symbol("floor");
const onTheLine: ReadonlySet<Watching> = new Set(ON_THE_LINE);

export function createFloor() {
  const w = useWords();
  const live = createLive<Board>("/ws/board", goToLogin);
  const desk = createDesk();
  const seat = who.value?.agent ?? null;
  const selected = ref<string | null>(null);
  /** What is asked and not answered yet. */
  const asked = ref<Watching | null>(null);
  /** Why the telephone could not answer by itself. */
  const deaf = shallowRef<Sentence | null>(null);

  const tile = computed(() => live.view.value?.agents[selected.value ?? ""] ?? null);
  const watching = computed(() => desk.live.view.value?.watch["watch"] ?? null);
  const phone = computed<Phone>(() => (desk.me.value?.phone === "sip" && desk.me.value.presence !== "out" ? "sip" : "web"));
  /** Since when not everything on the page can be believed; null: all can. */
  const lost = computed(() => {
    const since = [live.lost.value, seat === null ? null : desk.live.lost.value].filter((one) => one !== null);
    return since.length === 0 ? null : Math.min(...since);
  });
  const pbxLost = computed(() => live.view.value?.system["system"]?.pbx === "lost");
  const lineOf = (call: string | null | undefined) => live.view.value?.calls[call ?? ""] ?? null;

  /** Why this cannot be asked now, in words; empty: it can. */
  function why(how: Watching): string {
    const words = w.value.floor.why;
    if (seat === null) return words.noSeat;
    if (lost.value !== null) return w.value.desk.why.link;
    if (pbxLost.value) return w.value.desk.why.pbx;
    const reason = whyNot(how, {
      tile: tile.value, me: desk.me.value, seat, watch: watching.value, handing: lineOf(tile.value?.call)?.handing != null,
    });
    if (reason === "another") return words.another(watching.value?.target ?? "");
    return reason === null ? "" : words[reason];
  }

  /** Ask to be on the selected agent's call in some way, or no more. Raises Problem or Error. */
  async function ask(how: Watching): Promise<void> {
    const target = how === "stop" ? watching.value?.target : selected.value;
    if (target == null) return;
    asked.value = how;
    deaf.value = null;
    try {
      if (onTheLine.has(how) && watching.value === null) await ring();
      await desk.live.ask({ type: "watch", target, how, phone: phone.value });
    } finally {
      asked.value = null;
    }
  }

  /** Why an agent's state cannot be changed now, in words; empty: it can. */
  function whyForce(to: ForcedState): string {
    const words = w.value.floor;
    if (seat === null) return words.why.noSeat;
    if (lost.value !== null) return w.value.desk.why.link;
    if (pbxLost.value) return w.value.desk.why.pbx;
    if (tile.value === null) return words.why.nobody;
    if (tile.value.agent === seat) return words.force.yourself;
    if (to === "ready" && tile.value.presence === "ready") return words.force.readyNow;
    const busy = tile.value.presence === "talking" || tile.value.presence === "ringing";
    return to === "sign_out" && busy ? words.force.talks : "";
  }

  /** Change the selected agent's state. Raises Problem or Error. */
  async function force(to: ForcedState, reason: string): Promise<void> {
    if (selected.value !== null) await desk.live.ask({ type: "force", target: selected.value, to, why: reason });
  }

  /** Register this page's telephone anew: another page of the same person may have taken the seat's calls since. */
  async function ring(): Promise<void> {
    if (phone.value === "sip") return;
    await desk.registerAgain();
    const microphone = desk.microphone.value;
    if (microphone === "refused" || microphone === "absent" || microphone === "insecure") {
      throw new Problem(0, { zh: zh.desk.micHelp[microphone], en: en.desk.micHelp[microphone] });
    }
  }

  async function signIn(): Promise<void> {
    if (desk.phone.value.line !== "registered") await ring();
    await desk.live.ask({ type: "sign_in", phone: "web" });
  }

  /** The call that rings is the one that was asked for, and no citizen's. */
  const wanted = computed(() => {
    const rings = (asked.value !== null && onTheLine.has(asked.value)) || (watching.value !== null && watching.value.how === null);
    return rings && desk.phone.value.call === "incoming" && desk.me.value?.presence !== "ringing";
  });
  let answering = false;
  watch(wanted, async (now) => {
    // Asked for first, under way next: that it is wanted may be learnt twice of one ring.
    if (!now || answering) return;
    answering = true;
    try {
      await desk.answer();
    } catch (error) {
      deaf.value = sentenceOf(error);
      await desk.hangUp();
    } finally {
      answering = false;
    }
  });

  // After a reload, whoever is listened to is whom the page is about.
  watch(watching, (now) => {
    if (now !== null) selected.value ??= now.target;
  });

  return {
    live, desk, seat, selected, asked, deaf, tile, watching, phone, lost, pbxLost, wanted, lineOf, why, ask, whyForce, force, signIn,
    open: () => {
      live.open();
      if (seat !== null) desk.live.open();
    },
    close: () => {
      live.close();
      desk.close();
    },
  };
}

export function provideFloor(floor: Floor): void {
  provide(KEY, floor);
}

/** The floor of the page. Raises Error outside of one. */
export function useFloor(): Floor {
  const floor = inject(KEY);
  if (floor === undefined) throw new Error("useFloor() needs a component under Floor.vue");
  return floor;
}
