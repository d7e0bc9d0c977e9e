// A button's life: idle, asking, accepted or refused with the server's sentence. Nothing optimistic.
import { ref, type Ref } from "vue";
import { Problem, type Sentence } from "../http";

export type Asking = {
  readonly busy: Ref<boolean>;
  /** The server's no, until the next attempt. */
  readonly refusal: Ref<Sentence | null>;
  readonly run: () => Promise<boolean>;
};

/** Wrap an action that raises Problem when it is refused; `run` says whether it was accepted. */
export function useAsk(action: () => Promise<void>): Asking {
  const busy = ref(false);
  const refusal = ref<Sentence | null>(null);
  const run = async (): Promise<boolean> => {
    if (busy.value) return false;
    busy.value = true;
    refusal.value = null;
    try {
      await action();
      return true;
    } catch (error) {
      refusal.value = sentenceOf(error);
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, refusal, run };
}

/** The words for a person in an error of ours, of SIP.js or of the browser. */
export function sentenceOf(error: unknown): Sentence {
  if (error instanceof Problem) return error.sentence;
  if (error instanceof Error) return { zh: error.message, en: error.message };
  throw error;
}
