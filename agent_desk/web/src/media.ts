// Microphone permission, and loudness and packet counts out of WebRTC's statistics.
import type { RtpCount } from "./trace";

export type Microphone = "unknown" | "asking" | "good" | "refused" | "absent" | "insecure";

/** Ask for the microphone once, so that the browser's question does not come with the first call. */
export async function askMicrophone(): Promise<Microphone> {
  // Old typings say this is always there; on plain http from another machine it is not.
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (devices === undefined) return "insecure";
  try {
    const stream = await devices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    return "good";
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return error.name === "NotAllowedError" || error.name === "SecurityError" ? "refused" : "absent";
  }
}

export type Loudness = { readonly mine: number; readonly theirs: number };
export const SILENT: Loudness = { mine: 0, theirs: 0 };

type AudioStats = { readonly type: string; readonly kind?: string; readonly audioLevel?: number };
type PacketStats = { readonly type: string; readonly kind?: string; readonly packetsSent?: number; readonly packetsReceived?: number };

/** Loudness of both voices, each 0 to 1. */
export function loudness(report: RTCStatsReport): Loudness {
  let [mine, theirs] = [0, 0];
  report.forEach((stat: AudioStats) => {
    if (stat.kind !== "audio") return;
    if (stat.type === "media-source") mine = stat.audioLevel ?? 0;
    if (stat.type === "inbound-rtp") theirs = stat.audioLevel ?? 0;
  });
  return { mine, theirs };
}

/** RTP packets sent and received so far. */
export function packets(report: RTCStatsReport): RtpCount {
  let [sent, received] = [0, 0];
  report.forEach((stat: PacketStats) => {
    if (stat.type === "outbound-rtp") sent += stat.packetsSent ?? 0;
    if (stat.type === "inbound-rtp") received += stat.packetsReceived ?? 0;
  });
  return { sent, received };
}
