// The one timer of a page: the server's time, twice a second.
import { readonly, ref, type Ref } from "vue";
import { serverNow } from "../clock";

const TICK = 500;
const now = ref(serverNow());
window.setInterval(() => (now.value = serverNow()), TICK);

/** The server's time in ms since the epoch, ticking. */
export function useNow(): Readonly<Ref<number>> {
  return readonly(now);
}
