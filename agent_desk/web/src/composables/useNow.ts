// The one timer of a page: the server's time, twice a second.
import { computed, readonly, ref, type Ref, shallowRef } from "vue";
import { serverNow } from "../clock";

const TICK = 500;
const now = ref(serverNow());
window.setInterval(() => (now.value = serverNow()), TICK);

// A ref within an object: a shallowRef of a ref would be that ref itself.
const stopped = shallowRef<{ readonly at: Readonly<Ref<number | null>> }>({ at: ref(null) });
const shown = computed(() => stopped.value.at.value ?? now.value);

/** The time that figures on the page are of, in ms since the epoch: it stands still while the link is lost. */
export function useNow(): Readonly<Ref<number>> {
  return shown;
}

/** The server's time in ms since the epoch, ticking whatever happens. */
export function useClock(): Readonly<Ref<number>> {
  return readonly(now);
}

/** Let the page's figures stand still at `at` whenever it is not null. */
export function stopNowAt(at: Readonly<Ref<number | null>>): void {
  stopped.value = { at };
}
