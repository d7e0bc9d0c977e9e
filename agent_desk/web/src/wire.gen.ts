// Written from agent_desk/wire*.py by `python -m agent_desk.typescript`; never edited by hand.

/** The request is fulfilled, as seen by Asterisk. */
export type Accepted = {
  readonly type: "accepted";
  readonly request: string;
};

/** One agent on a board. */
export type AgentTile = {
  readonly agent: string;
  readonly name: string;
  readonly presence: Presence;
  readonly since: number;
  readonly reason: string | null;
  readonly forced_by: string | null;
  readonly until: number | null;
  readonly held_since: number | null;
  readonly help_since: number | null;
  readonly call: string | null;
  readonly number: string | null;
  readonly device: string;
  readonly desk: boolean;
  readonly queues: readonly string[];
};

/** Something is wrong: what, since when, and what to do. */
export type Alarm = {
  readonly key: AlarmKey;
  readonly level: Level;
  readonly since: number;
  readonly subject: string;
  readonly count: number;
  readonly why: string;
  readonly zh: string;
  readonly en: string;
  readonly do_zh: string;
  readonly do_en: string;
};

/** What can be wrong; docs/runbook.md has a row for each. */
export type AlarmKey = "pbx_lost" | "pbx_refused" | "standby" | "overload" | "facts_unkept" | "journal_blocked" | "events_late" | "clocks_apart" | "recorder_behind" | "effects_rejected" | "facts_refused" | "dead_member" | "not_registered" | "in_use_without_call" | "free_in_call" | "help_asked" | "line_unreachable" | "line_stale";

/** Nobody of an expert line is there: send the ticket of a call to its experts for a written answer. */
export type AskExpert = {
  readonly type: "ask_expert";
  readonly request: string;
  readonly call: string;
  readonly to: string;
};

/** The wallboard's view. Keys of `figures`: `today`, `rolling24h`; of `system`: `system`. */
export type Board = {
  readonly agents: Readonly<Record<string, AgentTile>>;
  readonly queues: Readonly<Record<string, QueueLine>>;
  readonly calls: Readonly<Record<string, CallLine>>;
  readonly figures: Readonly<Record<string, FigureBlock>>;
  readonly intervals: Readonly<Record<string, IntervalBar>>;
  readonly system: Readonly<Record<string, SystemState>>;
  readonly lines: Readonly<Record<string, DirectoryLine>>;
  readonly alarms: Readonly<Record<string, Alarm>>;
};

/** The whole board as of `seq`. */
export type BoardSnapshot = {
  readonly type: "board_snapshot";
  readonly seq: number;
  readonly now: number;
  readonly view: Board;
};

/** One live call on a board; the caller's number is masked. */
export type CallLine = {
  readonly call: string;
  readonly number: string;
  readonly caller: string;
  readonly queue: string;
  readonly stage: Stage;
  readonly since: number;
  readonly agent: string | null;
  readonly handing: Handing | null;
};

/** What screens need to know once. */
export type Catalogue = {
  readonly demo: boolean;
  readonly numbers: readonly NumberEntry[];
  readonly queues: readonly NamedKey[];
  readonly destinations: readonly DestinationEntry[];
  readonly not_ready: readonly NotReadyReason[];
  readonly domains: readonly NamedKey[];
  readonly demand_types: readonly NamedKey[];
  readonly not_accepted: readonly NotAcceptedReason[];
  readonly rules: readonly RateRule[];
  readonly service_level_ms: number;
  readonly acw_seconds: number;
  readonly interval_minutes: number;
};

/** What an agent may want while a transfer is under way. */
export type Command = "merge" | "swap" | "complete" | "drop";

/** An earlier call of the same caller. */
export type Contact = {
  readonly call: string;
  readonly at: number;
  readonly number: string;
  readonly outcome: string;
  readonly agent: string | null;
  readonly ticket: string | null;
};

/** What changed since `seq - 1`. */
export type Delta = {
  readonly type: "delta";
  readonly seq: number;
  readonly now: number;
  readonly changes: Readonly<Record<string, SectionChange>>;
};

/** The call an agent is rung by, talks on, or writes up; the caller's number is whole. */
export type DeskCall = {
  readonly call: string;
  readonly number: string;
  readonly caller: string;
  readonly queue: string;
  readonly stage: Stage;
  readonly offered_at: number;
  readonly queued_at: number | null;
  readonly ring_since: number | null;
  readonly answered_at: number | null;
  readonly held_since: number | null;
  readonly ended_at: number | null;
  readonly ticket: string | null;
  readonly saved: boolean;
  readonly transfer: TransferView | null;
  readonly last_transfer: LastTransfer | null;
  readonly passed: Passed | null;
  readonly came_from: string;
  readonly reference: string;
};

/** A supervisor's message that the agent has not read yet. */
export type DeskMessage = {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly text: string;
  readonly to_all: boolean;
};

/** The whole desk as of `seq`. */
export type DeskSnapshot = {
  readonly type: "desk_snapshot";
  readonly seq: number;
  readonly now: number;
  readonly view: DeskView;
};

/** A desk's view. Keys: `me` of me, `call` of call (absent without one), `queue` of queue, `system` of system, */
export type DeskView = {
  readonly me: Readonly<Record<string, Me>>;
  readonly watch: Readonly<Record<string, WatchView>>;
  readonly call: Readonly<Record<string, DeskCall>>;
  readonly queue: Readonly<Record<string, QueueGlance>>;
  readonly system: Readonly<Record<string, SystemState>>;
  readonly directory: Readonly<Record<string, DirectoryLine>>;
  readonly messages: Readonly<Record<string, DeskMessage>>;
  readonly alarms: Readonly<Record<string, Alarm>>;
};

/** A line of the directory; how it stands now is in the desk's view. */
export type DestinationEntry = {
  readonly key: string;
  readonly number: string;
  readonly zh: string;
  readonly en: string;
  readonly initials: string;
  readonly kind: string;
  readonly modes: readonly TransferMode[];
  readonly field: string;
  readonly favourite: number | null;
};

/** How a line of the directory stands now; its number, names and modes are in the catalogue. */
export type DirectoryLine = {
  readonly key: string;
  readonly open: boolean;
  readonly source: Source;
  readonly connected: boolean;
  readonly reachable: boolean;
  readonly ready: number | null;
  readonly waiting: number | null;
  readonly signed_in: number | null;
  readonly told_at: number | null;
  readonly last_answered: number | null;
  readonly why_zh: string;
  readonly why_en: string;
};

/** An expert's written answer that was asked for on a ticket. */
export type ExpertAnswerLine = {
  readonly field: string;
  readonly due_at: number;
  readonly awaited: boolean;
};

/** The counts and rates of one period; always offered = answered + lost + in_progress. */
export type FigureBlock = {
  readonly since: number;
  readonly offered: number;
  readonly requested: number;
  readonly answered: number;
  readonly answered_in: number;
  readonly lost: number;
  readonly lost_ivr: number;
  readonly lost_queue: number;
  readonly lost_ring: number;
  readonly lost_overflow: number;
  readonly lost_system: number;
  readonly in_progress: number;
  readonly refused: number;
  readonly avg_wait_ms: number | null;
  readonly avg_talk_ms: number | null;
  readonly rates: readonly Rate[];
  readonly final_to: number;
};

/** A supervisor makes an agent ready or not ready, or signs them out; `why` is for the agent and the ledger. */
export type Force = {
  readonly type: "force";
  readonly request: string;
  readonly target: string;
  readonly to: ForcedState;
  readonly why: string;
};

/** What a supervisor may make of an agent. */
export type ForcedState = "ready" | "not_ready" | "sign_out";

/** What a supervisor made of an agent. */
export type ForcedView = {
  readonly to: ForcedState;
  readonly by: string;
  readonly why: string;
  readonly at: number;
};

/** How often citizens were sent on. */
export type HandOffs = {
  readonly calls: number;
  readonly handed_on: number;
  readonly hand_offs: number;
  readonly most: number;
  readonly per_call: string | null;
};

/** A transfer under way, as far as a board shows it. */
export type Handing = {
  readonly to: string;
  readonly step: Step;
};

/** End the call (a browser phone may also do it itself). */
export type HangUp = {
  readonly type: "hang_up";
  readonly request: string;
};

/** Two who hear each other. */
export type Hears = "citizen_agent" | "agent_other" | "citizen_other";

/** Ask for a supervisor's help on the call, or take that back. */
export type Help = {
  readonly type: "help";
  readonly request: string;
  readonly wanted: boolean;
};

/** One interval of the arrivals chart. */
export type IntervalBar = {
  readonly start: number;
  readonly offered: number;
  readonly answered: number;
  readonly lost: number;
  readonly final: boolean;
};

/** How this agent's newest transfer of the call ended. */
export type LastTransfer = {
  readonly number: number;
  readonly mode: TransferMode;
  readonly to: string;
  readonly result: RingResult | null;
  readonly completed: boolean;
  readonly answer: string | null;
  readonly ended_at: number;
};

/** How loud an alarm is. */
export type Level = "critical" | "warning";

/** How one line of the directory answered. */
export type LineFigures = {
  readonly destination: string;
  readonly asked: number;
  readonly answered: number;
  readonly no_answer: number;
  readonly rejected: number;
  readonly unreachable: number;
  readonly cancelled: number;
  readonly not_known: number;
  readonly ringing: number;
  readonly completed: number;
  readonly answer_rate: Rate;
  readonly three_party: Rate;
};

/** The agent whose desk it is. */
export type Me = {
  readonly agent: string;
  readonly name: string;
  readonly presence: Presence;
  readonly since: number;
  readonly reason: string | null;
  readonly until: number | null;
  readonly help_since: number | null;
  readonly next_reason: string | null;
  readonly forced: ForcedView | null;
  readonly phone: Phone | null;
  readonly device: string;
  readonly queues: readonly string[];
  readonly answered_today: number;
  readonly talk_ms_today: number;
  readonly acw_ms_today: number;
  readonly not_ready_ms_today: Readonly<Record<string, number>>;
};

/** How many desks have a message now. */
export type MessageSent = {
  readonly agents: number;
  readonly without_page: number;
};

/** A catalogue entry with its two names. */
export type NamedKey = {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
};

/** Why a demand is not accepted, with the script that names the legal route. */
export type NotAcceptedReason = {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly script_zh: string;
  readonly script_en: string;
};

/** Ask for no calls, for a reason of the catalogue; during a call: afterwards. */
export type NotReady = {
  readonly type: "not_ready";
  readonly request: string;
  readonly reason: string;
};

/** A not-ready reason with its limits; 0: none. */
export type NotReadyReason = {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly per_use_minutes: number;
  readonly per_shift_minutes: number;
};

/** A registered number. */
export type NumberEntry = {
  readonly number: string;
  readonly name: string;
  readonly name_en: string;
  readonly mode: string;
  readonly ministry: string;
  readonly queue: string;
  readonly greeting_zh: string;
  readonly greeting_en: string;
};

/** Who passed the call on to this agent. */
export type Passed = {
  readonly by: string;
  readonly mode: TransferMode;
  readonly hears: readonly Hears[];
  readonly alone: boolean;
};

/** What an agent answers with; the value is the suffix of the endpoint's name. */
export type Phone = "web" | "sip";

/** What a telephone needs to register; good until the next hand-out or the sign-out. */
export type PhoneCredentials = {
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  readonly registrar: string;
  readonly websocket: string;
};

/** Are you there? Sent every second by the browser. */
export type Ping = {
  readonly type: "ping";
  readonly n: number;
};

/** Answer to Ping. */
export type Pong = {
  readonly type: "pong";
  readonly n: number;
  readonly now: number;
};

/** What an agent is doing. */
export type Presence = "out" | "not_ready" | "ready" | "ringing" | "talking" | "acw";

/** How many wait in the agent's queues. */
export type QueueGlance = {
  readonly waiting: number;
  readonly longest_since: number | null;
};

/** One queue on a board; counts are today's, by the day the call arrived. */
export type QueueLine = {
  readonly queue: string;
  readonly waiting: number;
  readonly longest_since: number | null;
  readonly ready: number;
  readonly signed_in: number;
  readonly requested: number;
  readonly answered: number;
  readonly answered_in: number;
  readonly lost: number;
};

/** A rate with its counts; `percent` is rounded half up to 2 decimals, or None for 0/0 (shown as `--`). */
export type Rate = {
  readonly key: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly percent: string | null;
};

/** How a rate is computed, in words. */
export type RateRule = {
  readonly key: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly rule_zh: string;
  readonly rule_en: string;
};

/** Ask for calls; ends after-call work. */
export type Ready = {
  readonly type: "ready";
  readonly request: string;
};

/** The request is refused; the sentence is for the person who asked. */
export type Refused = {
  readonly type: "refused";
  readonly request: string;
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly detail: string;
};

/** A call of one's own queues that rings at a colleague's and may be picked up. */
export type RingElsewhere = {
  readonly agent: string;
  readonly name: string;
  readonly queue: string;
  readonly caller: string;
  readonly since: number;
};

/** How one ring at one agent ended. */
export type RingResult = "answered" | "no_answer" | "rejected" | "unreachable" | "cancelled";

/** Save the ticket of a call. */
export type SaveTicket = {
  readonly type: "save_ticket";
  readonly request: string;
  readonly call: string;
  readonly form: TicketForm;
  readonly merge_into: string | null;
};

/** What the agent should know about a caller; every reading of it stands in the ledger. */
export type ScreenPop = {
  readonly call: string;
  readonly caller: string;
  readonly area_zh: string;
  readonly area_en: string;
  readonly calls_total: number;
  readonly contacts: readonly Contact[];
  readonly open_tickets: readonly TicketLine[];
  readonly ticket: TicketLine | null;
  readonly form: TicketForm | null;
};

/** What changed in one section of a view. */
export type SectionChange = {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly gone?: readonly string[];
};

/** Take part with this telephone; the queues are the server's to know. */
export type SignIn = {
  readonly type: "sign_in";
  readonly request: string;
  readonly phone: Phone;
};

/** Stop taking part. */
export type SignOut = {
  readonly type: "sign_out";
  readonly request: string;
};

/** A delta was missed: send everything again. */
export type SnapshotAsked = {
  readonly type: "snapshot";
};

/** From where we know how a line of the directory stands. */
export type Source = "here" | "told" | "unknown";

/** Where a call is. */
export type Stage = "ivr" | "queue" | "ringing" | "talking" | "ended";

/** How far a transfer is. */
export type Step = "calling" | "consulting" | "swapped" | "joined" | "away";

/** Whether what the screen shows can be believed. */
export type SystemState = {
  readonly pbx: string;
  readonly since: number;
  readonly why: string;
  readonly event_age_ms: number | null;
  readonly node: string;
};

/** What an agent wrote down during a call; keys are those of `config/demand.toml`. */
export type TicketForm = {
  readonly domain: string;
  readonly demand_type: string;
  readonly urgent: boolean;
  readonly place: string;
  readonly text: string;
  readonly not_accepted: string;
  readonly caller_name: string;
  readonly confidential: boolean;
};

/** A ticket in a list. */
export type TicketLine = {
  readonly ticket: string;
  readonly opened_at: number;
  readonly stage: string;
  readonly domain: string;
  readonly demand_type: string;
  readonly urgent: boolean;
  readonly text: string;
  readonly missed: boolean;
  readonly expert_answers: readonly ExpertAnswerLine[];
};

/** Hand the call on to a line of the directory, in one of the modes allowed for it. */
export type Transfer = {
  readonly type: "transfer";
  readonly request: string;
  readonly to: string;
  readonly mode: TransferMode;
};

/** Let the transfer under way go on in some way; the view says which ways there are now. */
export type TransferCommand = {
  readonly type: "transfer_command";
  readonly request: string;
  readonly command: Command;
};

/** Transfers asked for on one local day, and hand-offs of the calls that came on it. */
export type TransferDay = {
  readonly since: number;
  readonly until: number;
  readonly at: number;
  readonly unwritten: number;
  readonly lines: readonly LineFigures[];
  readonly total: LineFigures;
  readonly three_completed: number;
  readonly hand_offs: HandOffs;
};

/** The five modes (docs/vocabulary.md). */
export type TransferMode = "transfer_blind" | "transfer_success" | "transfer_attended" | "transfer_conference" | "transfer_suspend";

/** The transfer under way that this agent asked for. */
export type TransferView = {
  readonly number: number;
  readonly mode: TransferMode;
  readonly to: string;
  readonly step: Step;
  readonly since: number;
  readonly asked_at: number;
  readonly rung_at: number | null;
  readonly answered_at: number | null;
  readonly third_agent: string | null;
  readonly hears: readonly Hears[];
  readonly commands: readonly Command[];
};

/** A supervisor wants to be on an agent's call in some way; they are rung on this telephone. */
export type Watch = {
  readonly type: "watch";
  readonly request: string;
  readonly target: string;
  readonly how: Watching;
  readonly phone: Phone;
};

/** The call of an agent that this supervisor is on. */
export type WatchView = {
  readonly call: string;
  readonly target: string;
  readonly how: Watching | null;
  readonly since: number;
};

/** What a supervisor may want of an agent's call. */
export type Watching = "monitor" | "whisper" | "barge" | "intercept" | "force_release" | "stop";

/** Who is logged in; `csrf` goes back as the header X-CSRF-Token with everything but GET. */
export type Who = {
  readonly user: string;
  readonly name: string;
  readonly role: string;
  readonly agent: string | null;
  readonly csrf: string;
};

export type ToBrowser = BoardSnapshot | DeskSnapshot | Delta | Accepted | Refused | Pong;

export type FromBrowser = SignIn | SignOut | Ready | NotReady | HangUp | Transfer | TransferCommand | Help | Watch | Force | SaveTicket | AskExpert | Ping | SnapshotAsked;
