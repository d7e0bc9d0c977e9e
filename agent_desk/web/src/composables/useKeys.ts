// Keys for actions, on the whole page. Function keys work while typing; plain ones do not.
import { onBeforeUnmount, onMounted } from "vue";

export type KeyMap = Readonly<Record<string, () => void>>;

/** `Ctrl+S`, `F2`, `Shift+F8`, `?`: how a key press is written in a KeyMap. */
export function keyName(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  // With other keys, Shift is how the sign itself is typed.
  if (event.shiftKey && /^F\d+$/.test(event.key)) return `${control}Shift+${event.key}`;
  return control + (event.key.length === 1 && control !== "" ? event.key.toUpperCase() : event.key);
}

/** Listen for as long as the component lives. */
export function useKeys(keys: KeyMap): void {
  const pressed = (event: KeyboardEvent): void => {
    const name = keyName(event);
    const act = keys[name];
    if (act === undefined || event.repeat) return;
    if (isMeantFor(event.target, name)) return;
    event.preventDefault();
    act();
  };
  onMounted(() => window.addEventListener("keydown", pressed));
  onBeforeUnmount(() => window.removeEventListener("keydown", pressed));
}

const WRITING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

/** Whether the focused element itself wants this key: letters where one writes, Enter also on buttons and links. */
function isMeantFor(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (name === "Enter") return target.matches(`${WRITING}, input, button, a`);
  return (name.length === 1 || name === "Backspace") && target.matches(WRITING);
}
