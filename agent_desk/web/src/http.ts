// The HTTP interface: JSON in, JSON out, and errors as the server's own two sentences.
import type { Catalogue, MessageSent, PhoneCredentials, RingElsewhere, ScreenPop, TransferDay, Who } from "./wire.gen";

export type Sentence = { readonly zh: string; readonly en: string };
export type DemoLogin = { readonly user: string; readonly password: string; readonly role: string };

/** The server said no, or could not be reached (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly sentence: Sentence;

  constructor(status: number, sentence: Sentence) {
    super(sentence.en);
    this.status = status;
    this.sentence = sentence;
  }
}

const UNREACHABLE: Sentence = {
  zh: "连不上服务器,请检查网络后再试。",
  en: "The server cannot be reached; check the network and try again.",
};

let csrf = "";

/** Ask the server. Raises Problem. */
async function ask<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method === "POST") {
    headers["Content-Type"] = "application/json";
    headers["X-CSRF-Token"] = csrf;
  }
  const response = await fetch(path, {
    method, headers, credentials: "same-origin",
    ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
  }).catch(() => {
    throw new Problem(0, UNREACHABLE);
  });
  const text = await response.text();
  if (!response.ok) throw new Problem(response.status, sentenceOf(text, response.status));
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** Take the server's sentence out of an error's body; a body of another kind gets a plain one. */
function sentenceOf(text: string, status: number): Sentence {
  try {
    const detail = (JSON.parse(text) as { detail?: Partial<Sentence> }).detail;
    if (detail?.zh !== undefined && detail.en !== undefined) return { zh: detail.zh, en: detail.en };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return {
    zh: `服务器返回错误 ${status},请再试一次;仍不行请找管理员。`,
    en: `The server answered with error ${status}; try again, then ask the administrator.`,
  };
}

function keep(who: Who): Who {
  csrf = who.csrf;
  return who;
}

export const api = {
  login: async (user: string, password: string): Promise<Who> =>
    keep(await ask<Who>("POST", "/api/login", { user, password })),
  logout: (): Promise<null> => ask<null>("POST", "/api/logout"),
  me: async (): Promise<Who> => keep(await ask<Who>("GET", "/api/me")),
  catalogue: (): Promise<Catalogue> => ask<Catalogue>("GET", "/api/catalogue"),
  phone: (phone: "web" | "sip"): Promise<PhoneCredentials> =>
    ask<PhoneCredentials>("POST", "/api/desk/phone", { phone }),
  pop: (call: string): Promise<ScreenPop> =>
    ask<ScreenPop>("GET", `/api/desk/calls/${encodeURIComponent(call)}/pop`),
  ringing: (): Promise<readonly RingElsewhere[]> => ask<readonly RingElsewhere[]>("GET", "/api/ringing"),
  transfers: (back: number): Promise<TransferDay> => ask<TransferDay>("GET", `/api/figures/transfers?back=${back}`),
  /** Put a line on these agents' desks; none named: on all. */
  message: (to: readonly string[], text: string): Promise<MessageSent> => ask<MessageSent>("POST", "/api/floor/messages", { to, text }),
  read: (message: string): Promise<null> => ask<null>("POST", `/api/desk/messages/${encodeURIComponent(message)}/read`),
  citizen: (): Promise<PhoneCredentials> => ask<PhoneCredentials>("GET", "/api/demo/citizen"),
  demoLogins: (): Promise<DemoLogin[]> => ask<DemoLogin[]>("GET", "/api/demo/logins"),
};
