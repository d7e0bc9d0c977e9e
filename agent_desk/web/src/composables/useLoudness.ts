// Loudness of both voices while a call runs, five times a second.
import { onScopeDispose, type Ref, shallowRef, watch } from "vue";
import { type Loudness, loudness, SILENT } from "../media";

const EVERY = 200;

export function useLoudness(talking: Ref<boolean>, stats: () => Promise<RTCStatsReport | null>): Ref<Loudness> {
  const level = shallowRef<Loudness>(SILENT);
  let timer = 0;
  const look = async (): Promise<void> => {
    const report = await stats();
    level.value = report === null ? SILENT : loudness(report);
  };
  watch(talking, (now) => {
    window.clearInterval(timer);
    level.value = SILENT;
    if (now) timer = window.setInterval(() => void look(), EVERY);
  }, { immediate: true });
  onScopeDispose(() => window.clearInterval(timer));
  return level;
}
