// The HTTP interface: the CSRF token goes along, and every failure has two sentences.
import { afterEach, describe, expect, it, vi } from "vitest";
import { api, Problem } from "../http";

type Sent = { path: string; init: RequestInit };

function answering(status: number, body: string): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    sent.push({ path, init });
    return Promise.resolve(new Response(body, { status }));
  });
  return sent;
}
afterEach(() => void vi.unstubAllGlobals());

describe("api", () => {
  it("gives back the token of the log-in with everything that changes something", async () => {
    answering(200, JSON.stringify({ user: "6001", name: "", role: "agent", agent: "6001", csrf: "t0ken" }));
    await api.login("6001", "secret");
    const sent = answering(200, "{}");
    await api.phone("web");
    expect(sent[0]?.init.headers).toMatchObject({ "X-CSRF-Token": "t0ken" });
    expect(sent[0]?.init.body).toBe('{"phone":"web"}');
  });

  it("passes the server's sentences on", async () => {
    answering(429, JSON.stringify({ detail: { key: "locked", zh: "请稍候。", en: "Wait." } }));
    const problem = await api.login("a", "b").catch((error: unknown) => error as Problem);
    expect(problem).toMatchObject({ status: 429, sentence: { zh: "请稍候。", en: "Wait." } });
  });

  it.each(["<html>", "", '{"detail":"x"}'])("finds words for an error without any: %s", async (body) => {
    answering(502, body);
    const problem = await api.me().catch((error: unknown) => error as Problem);
    expect((problem as Problem).sentence.en).toContain("502");
  });

  it("says when the server cannot be reached", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    const problem = await api.catalogue().catch((error: unknown) => error as Problem);
    expect((problem as Problem).status).toBe(0);
  });

  it("keeps a call's id from becoming a path", async () => {
    const sent = answering(200, "{}");
    await api.pop("jt1-1/../x");
    expect(sent[0]?.path).toBe("/api/desk/calls/jt1-1%2F..%2Fx/pop");
  });
});
