// The words of picking up a colleague's ringing call in English.
import type { PickWords } from "./pick.zh";

export const pickEn: PickWords = {
  title: "Pick up", lead: "Take a call that rings at a colleague's, of your own queues", close: "Close", find: "Seat", hint: "Seat, or choose with ↑ ↓", list: "Calls that ring at colleagues now",
  take: (seat) => `Pick up ${seat}`, asking: (seat) => `Picking up at ${seat}; speak as soon as you are connected…`,
  none: "There is no call to pick up", gone: "There is no call to pick up any more", seat: "Nothing rings at colleagues; you can also enter a seat", unknown: "No link to the server, so who rings is not known; enter a seat to try.",
  sip: (code) => `Dial ${code} on your SIP phone`, sipNone: "With a SIP phone, dial *8 and the colleague's seat",
  why: { ringing: "A call rings here; answer it first", onCall: "You cannot pick up during a call", phone: "The phone is not registered" },
};
