// For tests only, behind ?trace=1: what came from the server and when, and the RTP packets of the call.
import type { ToBrowser } from "./wire.gen";

export type Traced = { readonly at: number; readonly message: ToBrowser };
export type RtpCount = { readonly sent: number; readonly received: number };
type Trace = { board: Traced[]; rtp: () => Promise<RtpCount> };

declare global {
  interface Window {
    __jietong?: Trace;
  }
}

const KEPT = 200;
const wanted = new URLSearchParams(location.search).get("trace") === "1";
if (wanted) window.__jietong = { board: [], rtp: () => Promise.resolve({ sent: 0, received: 0 }) };

/** Remember a message with its time of arrival, in ms since the epoch with fractions. */
export function traceMessage(message: ToBrowser): void {
  const trace = window.__jietong;
  if (trace === undefined) return;
  trace.board.push({ at: performance.timeOrigin + performance.now(), message });
  if (trace.board.length > KEPT) trace.board.splice(0, trace.board.length - KEPT);
}

/** Say where RTP is counted. */
export function traceRtp(count: () => Promise<RtpCount>): void {
  if (window.__jietong !== undefined) window.__jietong.rtp = count;
}
