// The desk: the live view, the telephone, and what both say about the call at hand.
import { computed, inject, type InjectionKey, provide, ref, shallowRef, watch } from "vue";
import { api, Problem } from "../http";
import { askMicrophone, type Microphone, packets } from "../media";
import { BrowserPhone, OFF, type PhoneState } from "../phone";
import { unlockSound } from "../ring";
import { traceRtp } from "../trace";
import type { DeskCall, DeskView, PhoneCredentials, ScreenPop } from "../wire.gen";
import { en } from "../words/en";
import { zh } from "../words/zh";
import { createLive } from "./live";
import { goToLogin } from "./session";

export type SignInStep = "mic" | "credentials" | "register" | "sign" | "wait" | null;
export type Desk = ReturnType<typeof createDesk>;

const KEY: InjectionKey<Desk> = Symbol("desk");

/** Asterisk's words for a telephone that cannot ring. */
const AWAY = ["", "UNAVAILABLE", "UNKNOWN", "INVALID"];

export function createDesk() {
  const live = createLive<DeskView>("/ws/desk", () => {
    // A call under way outlives the log-in: its words are kept, and the log-in waits for its end.
    if (phone.value.call === "none") goToLogin();
  });
  const me = computed(() => live.view.value?.me["me"] ?? null);
  const call = computed(() => Object.values(live.view.value?.call ?? {})[0] ?? null);
  const queue = computed(() => live.view.value?.queue["queue"] ?? null);
  const system = computed(() => live.view.value?.system["system"] ?? null);
  const directory = computed(() => live.view.value?.directory ?? {});
  const pbxLost = computed(() => (system.value?.pbx === "lost" ? system.value.since : null));

  const phone = shallowRef<PhoneState>(OFF);
  const microphone = ref<Microphone>("unknown");
  const step = ref<SignInStep>(null);
  const sipAccount = shallowRef<PhoneCredentials | null>(null);
  let line: BrowserPhone | null = null;

  traceRtp(async () => {
    const report = await line?.stats();
    return report ? packets(report) : { sent: 0, received: 0 };
  });

  /** Fetch credentials and register the browser's telephone. Raises Problem or Error. */
  async function register(needsMicrophone: boolean): Promise<void> {
    step.value = "mic";
    microphone.value = "asking";
    microphone.value = await askMicrophone();
    if (needsMicrophone) refuseWithout(microphone.value);
    step.value = "credentials";
    const credentials = await api.phone("web");
    step.value = "register";
    await line?.stop();
    line = new BrowserPhone(credentials, true, (state) => (phone.value = state));
    try {
      await line.start();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new Problem(0, {
        zh: `话机注册不成功(${words});请再试一次。`,
        en: `The phone could not register (${words}); try again.`,
      });
    }
  }

  async function signInWeb(): Promise<void> {
    unlockSound();
    try {
      await register(true);
      step.value = "sign";
      await live.ask({ type: "sign_in", phone: "web" });
    } finally {
      step.value = null;
    }
  }

  async function showSipAccount(): Promise<void> {
    unlockSound();
    sipAccount.value = await api.phone("sip");
  }

  async function signInSip(): Promise<void> {
    unlockSound();
    await live.ask({ type: "sign_in", phone: "sip" });
    sipAccount.value = null;
  }

  async function signOut(): Promise<void> {
    await live.ask({ type: "sign_out" });
    await line?.stop();
    line = null;
  }

  /** Take a fresh password and register again, when the old one is void. Raises Problem. */
  async function registerAgain(): Promise<void> {
    try {
      await register(false);
    } finally {
      step.value = null;
    }
  }

  // After a reload the server still has us signed in with the browser's phone: register it again.
  let restoring = false;
  watch(me, async (now) => {
    if (now === null || now.presence === "out" || now.phone !== "web" || line !== null || step.value !== null || restoring) return;
    restoring = true;
    try {
      await registerAgain();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      phone.value = { ...OFF, line: "refused" };
    } finally {
      restoring = false;
    }
  });

  return {
    live, me, call, queue, system, directory, pbxLost, phone, microphone, step, sipAccount,
    ...usePop(() => call.value?.call ?? null, () => notesMayBeNew(call.value)),
    sipSeen: computed(() => !AWAY.includes(me.value?.device ?? "")),
    onWeb: computed(() => me.value?.phone !== "sip"),
    registerAgain, signInWeb, showSipAccount, signInSip, signOut,
    /** Dial a feature code of Asterisk: it works while our server is away. */
    dialCode: async (number: string) => await line?.dial({ number }),
    answer: async () => await line?.answer(),
    mute: () => line?.mute(!phone.value.muted),
    hold: async () => await line?.hold(!phone.value.held),
    stats: async () => (await line?.stats()) ?? null,
    /** The browser's phone says good-bye itself; for a SIP phone Asterisk is asked. */
    hangUp: async () => {
      if (line !== null && phone.value.call !== "none") await line.hangUp();
      else await live.ask({ type: "hang_up" });
    },
    close: () => {
      live.close();
      void line?.stop();
    },
  };
}

/** Raise Problem with the mend when there is no microphone to talk into. */
function refuseWithout(microphone: Microphone): void {
  if (microphone === "refused" || microphone === "absent" || microphone === "insecure") {
    throw new Problem(0, { zh: zh.desk.micHelp[microphone], en: en.desk.micHelp[microphone] });
  }
}

/** A call that was passed on: whoever passed it on may have written more since, until they have left. */
function notesMayBeNew(call: DeskCall | null): string {
  return call?.passed ? `${call.stage} ${call.passed.alone}` : "";
}

/** What is known of the caller, fetched once for each call, and again when `newer` changes. */
function usePop(call: () => string | null, newer: () => string) {
  const pop = shallowRef<ScreenPop | null>(null);
  const popFailed = ref(false);
  const load = async (): Promise<void> => {
    const wanted = call();
    popFailed.value = false;
    if (wanted === null) return;
    try {
      const found = await api.pop(wanted);
      if (call() === wanted) pop.value = found;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (call() === wanted) popFailed.value = true;
    }
  };
  watch(call, () => {
    pop.value = null;
    void load();
  }, { immediate: true });
  watch(newer, (now) => {
    if (now !== "" && pop.value?.call === call()) void load();
  });
  return { pop, popFailed, loadPop: load };
}

export function provideDesk(desk: Desk): void {
  provide(KEY, desk);
}

/** The desk of the page. Raises Error outside of one. */
export function useDesk(): Desk {
  const desk = inject(KEY);
  if (desk === undefined) throw new Error("useDesk() needs a component under Desk.vue");
  return desk;
}
