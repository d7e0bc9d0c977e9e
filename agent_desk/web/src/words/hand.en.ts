// The words of transfers in English.
import type { HandWords } from "./hand.zh";

export const handEn: HandWords = {
  transfer: "Transfer", emergency: "Emergency", title: "Transfer to", emergencyTitle: "Emergency lines", emergencyText: "A digit calls at once. The citizen stays on the line and it answers into the conversation; the ticket comes later.",
  choose: "Type a place or a few letters, then Enter",
  hint: "Place, pinyin initials, number or name", find: "Find a line", list: "Lines you can transfer to", none: "No such line; dispatch a ticket instead", close: "Close", again: "Transfer again",
  modes: {
    transfer_blind: "Release", transfer_success: "On answer", transfer_attended: "Attended", transfer_conference: "Three-party", transfer_suspend: "Suspend",
  },
  modeText: {
    transfer_blind: "You leave now; the citizen hears it ring, and goes to the head of the queue if nobody answers", transfer_success: "You go on talking with the citizen and leave when it answers",
    transfer_attended: "The citizen hears music, you speak first", transfer_conference: "It answers into the conversation; leave when you are ready", transfer_suspend: "The citizen presses keys, then comes back to you",
  },
  standing: { free: "Free", busy: "All busy", nobody: "Nobody on duty", closed: "Closed", unconnected: "Not connected", unreachable: "No answer", stale: "Old data", open: "Open", untold: "No live state" },
  waiting: "wait", ago: (t) => `${t} ago`, seconds: (n) => `${n} s`, answered: (t) => `last answered ${t} ago`,
  untoldText: "It does not tell its live state; it can be called all the same", staleText: "Its platform has been silent; the figures may have changed", closedText: "Its platform says it is closed now; it can be called all the same", unreachableText: "It cannot be reached now, so a transfer will hardly work; you can dispatch a ticket",
  why: { held: "On hold; retrieve first (F6)", hold: "Use Swap during a transfer", underWay: "A transfer is under way", passer: "Whoever passed it on is still there; leave it to them", step: "Not possible at this step" },
  commands: { merge: "Three-party", swap: "Swap", complete: "Hand over", drop: "Take back" },
  commandText: { merge: "All three talk", swap: "Change who hears music", complete: "You leave, the others go on", drop: "The other side goes, the citizen is with you" },
  step: { calling: "Calling", consulting: "Consulting", swapped: "Swapped", joined: "Three-party", away: "Away" },
  citizen: "Citizen", me: "Me", seat: { talking: "talking", music: "♪ music", ringing: "☎ ringing", calling: "hears it ring", away: "pressing keys", waiting: "waiting", moving: "moving…" },
  situation: {
    callingTogether: (to) => `Calling ${to}. You and the citizen go on talking.`, callingMusic: (to) => `Calling ${to}. The citizen hears music.`,
    consulting: (to) => `You are talking with ${to}. The citizen hears music and cannot hear you.`, swapped: (to) => `You are talking with the citizen. ${to} hears music and cannot hear you.`,
    joined: (to) => `Three-party: the citizen, you and ${to} all hear each other.`, step: (to) => `The citizen is in “${to}” and comes back to you.`,
    released: (to) => `The citizen is on the way to ${to}.`, moving: () => "Connecting, one moment…",
  },
  leavesSoon: "You leave as soon as it answers.",
  outcome: {
    completed: (to) => `Handed over to ${to}; the citizen goes on talking there.`, released: (to) => `The citizen was released to ${to}; unanswered, they go to the head of the queue.`,
    stepDone: (to, answer) => `“${to}” is done. The citizen keyed in: ${answer}`, stepEmpty: (to) => `“${to}” brought no keys; the citizen is back with you.`,
    no_answer: (to) => `${to} did not answer; the citizen is back with you.`, rejected: (to) => `${to} is busy or declined; the citizen is back with you.`,
    unreachable: (to) => `${to} could not be reached; the citizen is back with you.`, cancelled: (to) => `The call to ${to} was taken back; the citizen is with you.`,
    back: (to) => `${to} has left; the citizen is with you.`,
  },
  citizenGone: "The citizen hung up.", notes: "What you wrote goes along with the call",
  passedCall: "Passed on to you", passedBy: (agent) => `Passed on by ${agent}`, reference: (number) => `reference ${number}`, notesSoFar: "Noted so far",
  company: {
    alone: (by) => `${by} has left; you talk with the citizen`, three: (by) => `Three-party: the citizen and ${by} are on the line`, passerOnly: (by) => `You talk with ${by}; the citizen hears music`,
    citizenOnly: (by) => `You talk with the citizen; ${by} cannot hear`, coming: (by) => `${by} is waiting for you`,
  },
  expert: {
    ask: "Ask for the expert's written answer", askText: "The ticket goes as it stands to the experts' department, which must answer in writing by a set day", noText: "Write the citizen's question into the ticket first; the experts answer that",
    asked: (day) => `The expert's written answer is asked for, due by ${day}`, due: (who, day) => `Written answer due by ${day}: ${who}`, late: (who, day) => `Written answer overdue, was due by ${day}: ${who}`,
  },
  board: { lines: "Sub-centres", short: (name) => name.replace(/ sub-centre$/, "") },
};
