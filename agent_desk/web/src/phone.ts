// The browser's telephone: SIP.js over Asterisk's websocket. The only file that imports sip.js.
//
// line:  off -> connecting -> registered <-> lost        call:  none -> incoming | outgoing -> talking -> none
import {
  Inviter, Invitation, Registerer, RegistererState, type Session, SessionState, UserAgent, type URI, Web,
} from "sip.js";
import type { PhoneCredentials } from "./wire.gen";

export type Line = "off" | "connecting" | "registered" | "lost" | "refused";
export type CallKind = "none" | "incoming" | "outgoing" | "talking";
export type PhoneState = {
  readonly line: Line;
  readonly call: CallKind;
  /** The other side as the network shows it. */
  readonly peer: string;
  readonly held: boolean;
  readonly muted: boolean;
  /** The other side rings or plays something before the answer. */
  readonly early: boolean;
  /** Why the last outgoing call failed: SIP code and words; empty otherwise. */
  readonly ended: string;
};

export const OFF: PhoneState = {
  line: "off", call: "none", peer: "", held: false, muted: false, early: false, ended: "",
};

const REGISTER_SECONDS = 120;
/** SIP answers that mean: these credentials are void. */
const VOID = [401, 403, 407];
const RETRY_FIRST = 500;
const RETRY_LONGEST = 8_000;
const NO_SERVERS = { iceServers: [] };
const AUDIO: MediaStreamConstraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false,
};

export type Dial = { readonly number: string; readonly callerNumber?: string };

/** One telephone for one set of credentials. Every change is told to `changed`. */
export class BrowserPhone {
  #state: PhoneState = OFF;
  #agent: UserAgent | null = null;
  #registerer: Registerer | null = null;
  #session: Session | null = null;
  #stopped = false;
  #retry = RETRY_FIRST;
  readonly #registers: boolean;
  readonly #credentials: PhoneCredentials;
  readonly #changed: (state: PhoneState) => void;
  readonly #speaker = new Audio();

  constructor(credentials: PhoneCredentials, registers: boolean, changed: (state: PhoneState) => void) {
    this.#credentials = credentials;
    this.#registers = registers;
    this.#changed = changed;
    this.#speaker.autoplay = true;
  }

  get state(): PhoneState {
    return this.#state;
  }

  /** Connect, and register when this phone takes calls. Raises Error with Asterisk's words when refused. */
  async start(): Promise<void> {
    this.#tell({ line: "connecting" });
    const agent = new UserAgent({
      uri: this.#uri(this.#credentials.username),
      authorizationUsername: this.#credentials.username,
      authorizationPassword: this.#credentials.password,
      transportOptions: { server: this.#credentials.websocket, connectionTimeout: 5, keepAliveInterval: 15 },
      sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: NO_SERVERS, iceGatheringTimeout: 1000 },
      logLevel: "warn",
      logBuiltinEnabled: false,
      delegate: {
        onInvite: (invitation) => this.#rung(invitation),
        onDisconnect: (error) => void (error !== undefined && this.#reconnect()),
      },
    });
    this.#agent = agent;
    await agent.start();
    if (this.#registers) await this.#register(agent);
    else this.#tell({ line: "registered" });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#session !== null) await this.hangUp();
    if (this.#registerer?.state === RegistererState.Registered) await this.#registerer.unregister();
    await this.#agent?.stop();
    this.#tell(OFF);
  }

  async answer(): Promise<void> {
    if (!(this.#session instanceof Invitation)) return;
    await this.#session.accept({ sessionDescriptionHandlerOptions: { constraints: AUDIO } });
  }

  /** Dial; the demo telephone shows `callerNumber` to the hotline. */
  async dial({ number, callerNumber }: Dial): Promise<void> {
    if (this.#agent === null || this.#session !== null) return;
    const domain = this.#credentials.domain;
    const inviter = new Inviter(this.#agent, this.#uri(number), {
      earlyMedia: true,
      extraHeaders: callerNumber === undefined ? [] : [`P-Asserted-Identity: <sip:${callerNumber}@${domain}>`],
      sessionDescriptionHandlerOptions: { constraints: AUDIO },
    });
    this.#take(inviter, "outgoing", number);
    await inviter.invite({
      requestDelegate: {
        onProgress: () => this.#ours(inviter) && this.#tell({ early: true }),
        onReject: ({ message }) => this.#tell({ ended: `${message.statusCode ?? ""} ${message.reasonPhrase ?? ""}` }),
      },
    });
  }

  async hangUp(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    if (session.state === SessionState.Established) await session.bye();
    else if (session instanceof Invitation) await session.reject();
    else if (session instanceof Inviter) await session.cancel();
  }

  mute(muted: boolean): void {
    this.#senders((track) => (track.enabled = !muted && !this.#state.held));
    this.#tell({ muted });
  }

  /** Hold or retrieve by re-INVITE. Raises Error when Asterisk refuses. */
  async hold(held: boolean): Promise<void> {
    const session = this.#session;
    if (session === null || session.state !== SessionState.Established) return;
    const options: Web.SessionDescriptionHandlerOptions = { hold: held, constraints: AUDIO };
    session.sessionDescriptionHandlerOptionsReInvite = options;
    await new Promise<void>((resolve, reject) => {
      const refused = (words: string): void => reject(new Error(words));
      session
        .invite({
          requestDelegate: {
            onAccept: () => resolve(),
            onReject: ({ message }) => refused(message.reasonPhrase ?? "refused"),
          },
        })
        .catch((error: unknown) => refused(error instanceof Error ? error.message : String(error)));
    });
    this.#senders((track) => (track.enabled = !held && !this.#state.muted));
    this.#tell({ held });
  }

  async press(digit: string): Promise<void> {
    if (this.#session?.state !== SessionState.Established) return;
    const body = {
      contentDisposition: "render", contentType: "application/dtmf-relay",
      content: `Signal=${digit}\r\nDuration=160`,
    };
    const sender = this.#peer()?.getSenders().find((one) => one.dtmf?.canInsertDTMF === true);
    if (sender?.dtmf) sender.dtmf.insertDTMF(digit, 160);
    else await this.#session.info({ requestOptions: { body } });
  }

  /** What the call's media statistics say now; null without a call. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.#peer()?.getStats()) ?? null;
  }

  #uri(user: string): URI {
    const uri = UserAgent.makeURI(`sip:${user}@${this.#credentials.domain}`);
    if (uri === undefined) throw new Error(`sip:${user}@${this.#credentials.domain} is no SIP address`);
    return uri;
  }

  #tell(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed(this.#state);
  }

  #ours(session: Session): boolean {
    return this.#session === session;
  }

  /** Register and wait for Asterisk's word. Raises Error when it is no. */
  async #register(agent: UserAgent): Promise<void> {
    const registerer = this.#registerer ?? new Registerer(agent, { expires: REGISTER_SECONDS });
    if (this.#registerer === null) {
      this.#registerer = registerer;
      registerer.stateChange.addListener((state) => this.#registrationMoved(state));
    }
    await new Promise<void>((resolve, reject) => {
      const refused = (words: string, line: Line): void => {
        this.#tell({ line });
        reject(new Error(words));
      };
      registerer
        .register({
          requestDelegate: {
            onAccept: () => {
              this.#retry = RETRY_FIRST;
              this.#tell({ line: "registered" });
              resolve();
            },
            onReject: ({ message }) => {
              const code = message.statusCode ?? 0;
              // A password that is void stays void: only a new hand-out helps, and trying on would only make noise.
              refused(`${code} ${message.reasonPhrase ?? ""}`, VOID.includes(code) ? "refused" : "lost");
            },
          },
        })
        .catch((error: unknown) => refused(error instanceof Error ? error.message : String(error), "lost"));
    });
  }

  #registrationMoved(state: RegistererState): void {
    if (state === RegistererState.Unregistered && this.#state.line === "registered" && !this.#stopped) {
      this.#tell({ line: "lost" });
      this.#reconnect();
    }
  }

  /** Try again after a while, longer each time; a call under way keeps its media meanwhile. */
  #reconnect(): void {
    if (this.#stopped) return;
    this.#tell({ line: "lost" });
    const wait = this.#retry * (0.5 + Math.random() / 2);
    this.#retry = Math.min(RETRY_LONGEST, this.#retry * 2);
    window.setTimeout(() => void this.#again(), wait);
  }

  async #again(): Promise<void> {
    const agent = this.#agent;
    if (agent === null || this.#stopped) return;
    try {
      if (!agent.isConnected()) await agent.reconnect();
      if (this.#registers) await this.#register(agent);
      else this.#tell({ line: "registered" });
    } catch (error) {
      // Whatever SIP.js could not do now is tried again; the strip shows the line as lost meanwhile.
      if (!(error instanceof Error)) throw error;
      if (this.#state.line !== "refused") this.#reconnect();
    }
  }

  #rung(invitation: Invitation): void {
    if (this.#session !== null) return void invitation.reject({ statusCode: 486 });
    this.#take(invitation, "incoming", invitation.remoteIdentity.displayName || invitation.remoteIdentity.uri.user || "");
  }

  #take(session: Session, call: CallKind, peer: string): void {
    this.#session = session;
    this.#tell({ call, peer, held: false, muted: false, early: false, ended: "" });
    session.stateChange.addListener((state) => {
      if (!this.#ours(session)) return;
      if (state === SessionState.Established) this.#established(session);
      if (state === SessionState.Terminated) this.#over();
    });
  }

  #established(session: Session): void {
    const handler = session.sessionDescriptionHandler;
    if (handler instanceof Web.SessionDescriptionHandler) {
      this.#speaker.srcObject = handler.remoteMediaStream;
      this.#speaker.play().catch(() => undefined); // refused only without a click before: signing in was one
    }
    this.#tell({ call: "talking", early: false });
  }

  #over(): void {
    this.#session = null;
    this.#speaker.srcObject = null;
    this.#tell({ call: "none", peer: "", held: false, muted: false, early: false });
  }

  #peer(): RTCPeerConnection | undefined {
    const handler = this.#session?.sessionDescriptionHandler;
    return handler instanceof Web.SessionDescriptionHandler ? handler.peerConnection : undefined;
  }

  #senders(act: (track: MediaStreamTrack) => void): void {
    for (const { track } of this.#peer()?.getSenders() ?? []) if (track !== null) act(track);
  }
}
