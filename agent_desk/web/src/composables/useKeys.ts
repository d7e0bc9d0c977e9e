// Keys for actions, on the whole page. Function keys work while typing; plain ones do not.
import { onBeforeUnmount, onMounted } from "vue";

export type KeyMap = Readonly<Record<string, () => void>>;

/** `Ctrl+S`, `F2`, `?`: how a key press is written in a KeyMap. */
export function keyName(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  return control + (event.key.length === 1 && control !== "" ? event.key.toUpperCase() : event.key);
}

/** Listen for as long as the component lives. */
export function useKeys(keys: KeyMap): void {
  const pressed = (event: KeyboardEvent): void => {
    const name = keyName(event);
    const act = keys[name];
    if (act === undefined || event.repeat) return;
    const plain = name.length === 1 || name === "Enter";
    if (plain && isTyping(event.target)) return;
    event.preventDefault();
    act();
  };
  onMounted(() => window.addEventListener("keydown", pressed));
  onBeforeUnmount(() => window.removeEventListener("keydown", pressed));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, button, a, [contenteditable]");
}
