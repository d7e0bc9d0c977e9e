// Two languages, switched without reload and remembered. Chinese comes first.
import { computed, type ComputedRef, ref, watch } from "vue";
import { en } from "./en";
import { type Words, zh } from "./zh";

export type Language = "zh" | "en";
const KEY = "jt.language";

function remembered(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(KEY);
  return asked === "en" ? "en" : "zh";
}

export const language = ref<Language>(remembered());

watch(language, (now) => {
  localStorage.setItem(KEY, now);
  document.documentElement.lang = now === "zh" ? "zh-CN" : "en";
}, { immediate: true });

const words = computed<Words>(() => (language.value === "zh" ? zh : en));

/** All words of the screens, in the language of the moment. */
export function useWords(): ComputedRef<Words> {
  return words;
}

/** The one of an entry's two texts that is wanted now. */
export function said(entry: { readonly zh: string; readonly en: string }): string {
  return language.value === "zh" ? entry.zh : entry.en;
}

/** The name of a not-ready reason, also of those that only the server sets. */
export function reasonName(reasons: readonly { key: string; zh: string; en: string }[], key: string): string {
  return words.value.ownReasons[key] ?? nameOf(reasons, key);
}

/** The name of the entry with this key, or the key itself when the catalogue has none. */
export function nameOf(entries: readonly { key: string; zh: string; en: string }[], key: string): string {
  const entry = entries.find((one) => one.key === key);
  return entry === undefined ? key : said(entry);
}
