// Statistics read from WebRTC, and the microphone's ways to fail.
import { afterEach, describe, expect, it, vi } from "vitest";
import { askMicrophone, loudness, packets } from "../media";

const report = new Map<string, unknown>([
  ["a", { type: "media-source", kind: "audio", audioLevel: 0.25 }],
  ["b", { type: "inbound-rtp", kind: "audio", audioLevel: 0.5, packetsReceived: 40 }],
  ["c", { type: "outbound-rtp", kind: "audio", packetsSent: 41 }],
  ["d", { type: "transport" }],
]) as unknown as RTCStatsReport;
const none = new Map() as unknown as RTCStatsReport;

afterEach(() => void vi.unstubAllGlobals());

describe("statistics", () => {
  it("tell both voices and both directions", () => {
    expect(loudness(report)).toEqual({ mine: 0.25, theirs: 0.5 });
    expect(packets(report)).toEqual({ sent: 41, received: 40 });
    expect(loudness(none)).toEqual({ mine: 0, theirs: 0 });
  });
});

describe("askMicrophone", () => {
  const asking = (getUserMedia: () => Promise<unknown>): void => {
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  };

  it("lets go of the microphone again", async () => {
    let stopped = 0;
    asking(() => Promise.resolve({ getTracks: () => [{ stop: () => (stopped += 1) }] }));
    expect(await askMicrophone()).toBe("good");
    expect(stopped).toBe(1);
  });

  it.each([["NotAllowedError", "refused"], ["SecurityError", "refused"], ["NotFoundError", "absent"], ["NotReadableError", "absent"]])(
    "%s means %s", async (name, word) => {
      asking(() => Promise.reject(new DOMException("", name)));
      expect(await askMicrophone()).toBe(word);
    });

  it("knows an insecure address", async () => {
    vi.stubGlobal("navigator", {});
    expect(await askMicrophone()).toBe("insecure");
  });
});
