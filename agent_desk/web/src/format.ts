// Numbers and times as people read them; pure.

/** `mm:ss`, or `h:mm:ss` from an hour on; negative durations show as 00:00. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

const pad = (n: number): string => String(n).padStart(2, "0");

/** `2026-11-21 08:30` in this computer's time zone. */
export function dateTime(moment: number): string {
  const d = new Date(moment);
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${pad(d.getHours())}:${pad(d.getMinutes())}`;
}

/** `2026-11-21` in this computer's time zone. */
export function day(moment: number): string {
  return dateTime(moment).slice(0, 10);
}

/** `08:30:05` in this computer's time zone. */
export function timeOfDay(moment: number): string {
  const d = new Date(moment);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}

/** `9,438`. */
export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** `138****5678`: the middle four of eleven digits; shorter ones lose all but three and two. */
export function mask(number: string): string {
  if (!/^\+?\d{6,}$/.test(number)) return number;
  const tail = number.length >= 10 ? 4 : 2;
  return `${number.slice(0, 3)}****${number.slice(-tail)}`;
}
