"""Which of several bridges may write to one Asterisk: a fencing token, settled by listening to the same beats.

Asterisk passes every UserEvent to every session, and to all in the same order. Each bridge beats, and a beat names the
bridge and the token it claims (0: it only watches). The highest token is the holder's. No clock is compared with
another, only seconds are counted:

- the holder may write until `LEASE_SECONDS` after it *sent* the newest beat whose echo it heard, and no longer once it
  has heard a higher token;
- whoever takes over has heard no beat of the holder for `SILENCE_SECONDS`, which is longer, and has heard its own claim
  come back. A beat is heard after it was sent, so the old right has run out before the new one begins, however late
  either side hears (tests/telephony/test_fence.py tries orders and delays);
- a new session has heard nothing yet and waits as long, but for two cases in which nobody else can have claimed: our
  own lease still runs, or the last holder was our own installation and no other has ever put its name into Asterisk's
  database, as each must before it begins to wait;
- a claim lower than ours comes from one who could not hear us: we claim anew, and write when it has fallen silent.
"""

from msgspec import Struct

LEASE_SECONDS = 3.0
SILENCE_SECONDS = 3.5
_REMEMBERED = 16
"""Beats under way whose sending is remembered."""


class Beat(Struct, frozen=True, kw_only=True):
    """One heartbeat as Asterisk passed it on."""

    bridge: str
    """`<installation>/<process>`."""
    token: int
    number: int


class Register(Struct, frozen=True, kw_only=True):
    """What Asterisk's own database remembers."""

    holder: str = ""
    """The bridge that last wrote; empty: none ever did."""
    token: int = 0
    installations: frozenset[str] = frozenset()
    """All that ever waited for their turn here."""


class Fence:
    """One bridge's view of who may write.

    Args:
        installation: the same for every process of one data directory, of which only one can run.
        process: another for every process.

    """

    def __init__(self, installation: str, process: str) -> None:
        self.installation = installation
        self.bridge = f"{installation}/{process}"
        self._fresh = True
        """No session yet: what our installation held before is ours."""
        self.holder = ""
        self.token = 0
        self._listening_from = 0.0
        self._free_at = float("inf")
        """When the holder, if it is another, has certainly no right any more."""
        self._unbroken_until = float("-inf")
        """An own claim heard before this needs no waiting: nobody else can have claimed by then."""
        self._disputed = False
        """Somebody claimed no more than we hold: our next beat claims more."""
        self._sent: dict[int, float] = {}
        self._number = 0
        self._lease_ends = float("-inf")

    @property
    def ours(self) -> bool:
        """Whether the highest token is ours."""
        return self.holder == self.bridge

    def listen(self, register: Register, now: float) -> None:
        """Begin to hear beats on a new session.

        Args:
            register: read on this session, with our installation in it.
            now: before it was asked for, in seconds.

        """
        if register.token > self.token:
            self.token, self.holder = register.token, register.holder
        known = register.installations == {self.installation}
        self._unbroken_until = self._lease_ends if self.ours else float("-inf")
        if (self._fresh or self.ours) and known and register.holder.partition("/")[0] == self.installation:
            self._unbroken_until = now + SILENCE_SECONDS
        self._fresh = False
        self._sent.clear()
        self._listening_from, self._lease_ends = now, float("-inf")
        self._free_at = now if now <= self._unbroken_until else now + SILENCE_SECONDS

    def beat(self, now: float) -> Beat:
        """Return the next beat to be sent: a watcher's, the holder's, or a claim."""
        self._number += 1
        self._sent[self._number] = now
        if len(self._sent) > _REMEMBERED:
            del self._sent[min(self._sent)]
        if not self.ours:
            token = self.token + 1 if now >= self._free_at else 0
        else:
            token = self.token + 1 if self._disputed else self.token
        return Beat(bridge=self.bridge, token=token, number=self._number)

    def hear(self, beat: Beat, now: float) -> float | None:
        """Take note of a beat; return when it was sent, if it is one of ours, sent on this session."""
        if beat.token > self.token:
            self.token, self.holder, self._disputed = beat.token, beat.bridge, False
        elif beat.token and beat.bridge != self.bridge:
            self._disputed = self.ours
        if beat.bridge != self.bridge:
            if beat.token:
                self._free_at = now + SILENCE_SECONDS
            return None
        sent = self._sent.pop(beat.number, None)
        if sent is None:
            return None
        self._lease_ends = max(self._lease_ends, sent + LEASE_SECONDS)
        if beat.token and self.ours:
            if now > self._unbroken_until:
                self._free_at = max(self._free_at, self._listening_from + SILENCE_SECONDS)
            else:
                self._unbroken_until = float("inf")
        return sent

    def wait(self, now: float) -> float:
        """Return the seconds until a claim may be of use; 0: now."""
        return max(0.0, self._free_at - now)

    def may_write(self, now: float) -> bool:
        """Tell whether no other bridge can be writing."""
        return self.ours and self._free_at <= now <= self._lease_ends
