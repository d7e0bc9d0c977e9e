// Who is logged in, and the catalogue of names every screen needs once.
import { shallowRef } from "vue";
import { api, Problem } from "../http";
import type { Catalogue, NumberEntry, Who } from "../wire.gen";
import { said } from "../words";

export const who = shallowRef<Who | null>(null);
export const catalogue = shallowRef<Catalogue | null>(null);

/** Fetch the catalogue. Raises Problem. */
export async function loadCatalogue(): Promise<void> {
  catalogue.value ??= await api.catalogue();
}

/** The registered number with these digits. */
export function numberOf(digits: string | undefined): NumberEntry | null {
  return catalogue.value?.numbers.find((one) => one.number === digits) ?? null;
}

/** A number's name in the language of the moment; empty for a number that is not registered. */
export function numberName(entry: NumberEntry | null): string {
  return entry === null ? "" : said({ zh: entry.name, en: entry.name_en });
}

/** Whether someone is logged in. Raises Problem when the server cannot say. */
export async function loadWho(): Promise<boolean> {
  try {
    who.value = await api.me();
    return true;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return false;
    throw error;
  }
}

/** Go to the log-in page and come back here afterwards. */
export function goToLogin(): void {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Where to go after the log-in: only to pages of ours. */
export function afterLogin(role: string): string {
  const next = new URLSearchParams(location.search).get("next") ?? "";
  if (/^\/(desk|wallboard|floor|call)(\?|$)/.test(next)) return next;
  return role === "agent" ? "/desk" : "/wallboard";
}
