// The words of the supervisor's floor in English.
import type { FloorWords } from "./floor.zh";

export const floorEn: FloorWords = {
  title: "Supervisor's floor", text: "Who needs you first; listen, whisper, barge in, take over",
  mayNot: (name) => `${name}, this page is for supervisors and administrators. The desk and the wallboard are open to you.`,
  noSeat: "Your account has no agent number: you see the floor but cannot listen. Ask the administrator for a number.",
  waiting: "Waiting", longest: "longest", find: "Find an agent", findHint: "Number or name", allQueues: "All queues", queue: "Queue",
  tiles: "Tiles", table: "Table", view: "View", filters: "Filter by state", agents: "Agents, those in need first", nobody: "No agent is signed in", noneMatch: "No agent matches", clear: "Show all",
  states: { "": "All", help: "Help", need: "In need", talking: "Talking", ringing: "Ringing", acw: "After-call", not_ready: "Not ready", ready: "Ready" },
  needs: { help: "Help", over: "Over limit", hold: "Long hold", ring: "Long ring", dead: "Cut off", acw: "Long ACW", none: "" },
  dead: { desk: "page gone", phone: "phone gone", both: "page and phone gone" },
  heads: { agent: "Agent", state: "State", time: "For", need: "Attention", number: "Dialled", caller: "Caller", handing: "Transfer" },
  pick: "Choose an agent", pickText: "Click one, or use the arrow keys. You can listen to an agent who talks, whisper, barge in, take over or release the call.",
  notShown: "This agent is not here any more.", queues: "Queues", device: "Phone", page: "Desk page", good: "good", gone: "gone", help: "Help", noCallNow: "Not talking with a citizen now.",
  ways: { monitor: "Listen", whisper: "Whisper", barge: "Barge in", intercept: "Take over", force_release: "Release", stop: "Stop" },
  wayText: {
    monitor: "Neither hears you", whisper: "Only the agent hears you", barge: "Both hear you", intercept: "You go on, the agent leaves", force_release: "Ends this call at once", stop: "Listen no more",
  },
  now: {
    monitor: (agent, caller) => `You are listening to ${agent} with ${caller}; neither hears you.`,
    whisper: (agent, caller) => `You are whispering to ${agent}; ${caller} cannot hear you.`,
    barge: (agent, caller) => `You are in the call of ${agent} with ${caller}; both hear you.`,
    ringing: (agent) => `Joining the call of ${agent}; this page's phone answers by itself…`,
    pickUp: (agent) => `Joining the call of ${agent}; pick up your SIP phone.`,
  },
  citizen: "the citizen",
  confirm: (agent, caller) => `This hangs up the call of ${agent} with ${caller} at once, for the citizen too. Release it?`,
  confirmYes: "Release it", confirmNo: "Keep it",
  signIn: "Sign in with the browser phone", signInFirst: "Sign in to take over; you start as not ready.",
  mine: "You are talking with the citizen", mineText: "This call is yours now. Its ticket is on the desk; the sound is on this page, so keep it open.", toDesk: "To the desk for the ticket (new tab)", toDeskShort: "Desk", toBoard: "Wallboard",
  seat: "Agent", signedOut: "signed out", keys: "Keys", move: "Move among agents",
  why: {
    noSeat: "You have no agent number", nobody: "Choose an agent first", noCall: "This agent has no call now", yourself: "You cannot listen to yourself", onCall: "You have a call of your own",
    another: (agent) => `You are on the call of ${agent}; stop that first`, joining: "Joining; one moment", listenFirst: "Listen first, then take over", handing: "This call is being transferred", notSignedIn: "Sign in first, then take over", notWatching: "You are listening to nobody",
  },
  figures: {
    open: "Transfers", close: "Back to the agents", title: "Transfers", today: "Today", yesterday: "Yesterday", day: "Which day",
    line: "Line", asked: "Asked", answered: "Answered", answerRate: "Answer rate", noAnswer: "No answer", rejected: "Busy, refused", unreachable: "Not reached", cancelled: "Given up", notKnown: "Not known", ringing: "Ringing", completed: "Handed over", threeParty: "Three-party",
    all: "All lines", handOffs: "Hand-offs per call", times: "a call", most: (n, calls) => `${calls} ${calls === 1 ? "call was" : "calls were"} handed on, at most ${n} times each`,
    went: (n) => `${n} went on without the agent`,
    balance: "Asked = answered + no answer + busy, refused + not reached + given up + not known + ringing. Handed over: the agent left and the call went on. Steps of the IVR ring nobody and are not in it.",
    none: "No transfers on this day yet", counting: "Counting…", at: (time) => `Counted at ${time}`, old: (time) => `Nothing new since ${time}`,
    unwritten: (n) => `${n} ${n === 1 ? "change is" : "changes are"} still to be written; the figures will move`,
  },
  force: {
    title: "Change the state", ready: "Ready", not_ready: "Not ready", sign_out: "Sign out", reason: "Why the state changes (the agent sees it)",
    tips: { ready: "Lets this agent take calls; ends after-call work or not ready", not_ready: "After the call, if one runs; does not count as their own", sign_out: "Not during a call" },
    yourself: "Change your own state at your desk", readyNow: "Ready already", talks: "A call rings or runs; sign out after it", by: (name) => `Set by ${name}`,
  },
  message: {
    title: "Message to the desk", text: "Message to the desk, 200 characters", one: (agent) => `Send to ${agent}`, all: "Send to all", empty: "Write the message first",
    sent: (n) => `On ${n} ${n === 1 ? "desk" : "desks"} now`, away: (n) => `; ${n} not open`, from: (name) => `Message from ${name}`, toAll: "(to all)", read: "Got it", more: (n) => `${n} more`,
    forced: { ready: (name) => `${name} made you ready`, not_ready: (name) => `${name} made you not ready; it does not count as yours`, sign_out: (name) => `${name} signed you out` },
    later: "begins after the call and its after-call work",
  },
  desk: { ask: "Help", cancel: "Cancel help", asked: "Help asked", tip: "Ask the supervisor to listen in", heldWhy: "On hold; retrieve first (F6)" },
};
