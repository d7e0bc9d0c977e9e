// Picks the page by its address, after what every page needs is there.
import { createApp, defineAsyncComponent, h, ref } from "vue";
import "./styles/base.css";
import { Problem } from "./http";
import { goToLogin, loadCatalogue, loadWho } from "./stores/session";
import { said, useWords } from "./words";

const PAGES = {
  "/": defineAsyncComponent(() => import("./pages/Door.vue")),
  "/login": defineAsyncComponent(() => import("./pages/Login.vue")),
  "/desk": defineAsyncComponent(() => import("./pages/Desk.vue")),
  "/wallboard": defineAsyncComponent(() => import("./pages/Wallboard.vue")),
  "/floor": defineAsyncComponent(() => import("./pages/Floor.vue")),
  "/call": defineAsyncComponent(() => import("./pages/Call.vue")),
} as const;

const path = location.pathname.replace(/\/$/, "") || "/";
const page = path in PAGES ? PAGES[path as keyof typeof PAGES] : PAGES["/"];
const words = useWords();
const problem = ref<Problem | null>(null);
const waiting = ref(true);
const RETRY = 3_000;

/** Fetch what the page needs, again and again while the server is away. */
async function prepare(): Promise<void> {
  try {
    const [known] = await Promise.all([path === "/login" ? true : loadWho(), loadCatalogue()]);
    if (!known && (path === "/desk" || path === "/floor")) return goToLogin();
    problem.value = null;
    waiting.value = false;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.value = error;
    window.setTimeout(() => void prepare(), RETRY);
  }
}

createApp(() => {
  if (!waiting.value) return h(page);
  if (problem.value === null) return h("p", { class: "notice", role: "status" }, words.value.loading);
  return h("p", { class: "notice", role: "alert" }, `${words.value.failed}: ${said(problem.value.sentence)}`);
}).mount("#page");

void prepare();
