// Making a ringing call noticed with the tab hidden: sound, desktop notification, title.
import { onScopeDispose, watch, type Ref } from "vue";

const PLAIN_TITLE = "接通 12345";
/** Two tones a second on, three off, the way Chinese desk phones ring (450 Hz with a fifth above). */
const TONES = [450, 675] as const;
const PERIOD = 2_500;

let context: AudioContext | null = null;

/** Make sound possible; must be called from a click or a key. */
export function unlockSound(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
}

function chime(): void {
  if (context === null || context.state !== "running") return;
  const [start, output] = [context.currentTime, context.createGain()];
  output.connect(context.destination);
  output.gain.setValueAtTime(0, start);
  for (const at of [0, 0.5]) {
    output.gain.linearRampToValueAtTime(0.16, start + at + 0.03);
    output.gain.setValueAtTime(0.16, start + at + 0.35);
    output.gain.linearRampToValueAtTime(0, start + at + 0.42);
  }
  for (const frequency of TONES) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(output);
    tone.start(start);
    tone.stop(start + 1);
  }
}

/** Ring as long as `words` is not empty; they go to the title and the notification. */
export function useRinging(words: Ref<string>): void {
  let timer = 0;
  let notice: Notification | null = null;
  let odd = false;

  const stop = (): void => {
    window.clearInterval(timer);
    notice?.close();
    notice = null;
    document.title = PLAIN_TITLE;
  };
  const start = (text: string): void => {
    const once = (): void => {
      odd = !odd;
      document.title = odd ? `☎ ${text}` : PLAIN_TITLE;
      chime();
    };
    once();
    timer = window.setInterval(once, PERIOD / 2);
    if ("Notification" in window && Notification.permission === "granted" && document.hidden) {
      notice = new Notification(PLAIN_TITLE, { body: text, requireInteraction: true, tag: "jietong-ring" });
      notice.onclick = () => window.focus();
    }
  };
  watch(words, (text) => {
    stop();
    if (text !== "") start(text);
  }, { immediate: true });
  onScopeDispose(stop);
}
