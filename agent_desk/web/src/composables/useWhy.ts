// A button that cannot be pressed says why when it is pressed all the same, by mouse or by key.
import { computed, type ComputedRef, ref } from "vue";
import { useClock } from "./useNow";

const SHOWN_FOR = 4_000;

export type Why = {
  /** The reason to be shown now; empty: none. */
  readonly shown: ComputedRef<string>;
  readonly press: () => void;
};

/** Wrap the reason why a button does nothing; empty: it works. */
export function useWhy(reason: () => string): Why {
  const now = useClock();
  const pressedAt = ref<number | null>(null);
  return {
    shown: computed(() => (pressedAt.value !== null && now.value - pressedAt.value < SHOWN_FOR ? reason() : "")),
    press: () => (pressedAt.value = now.value),
  };
}
