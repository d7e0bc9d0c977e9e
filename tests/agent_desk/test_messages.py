"""Messages to desks: shown until read, never beyond the shift, and never too many."""

from msgspec.structs import replace

from acd.agent import Presence
from acd.names import Moment
from agent_desk.messages import KEPT, MOST_UNREAD, Messages
from agent_desk.views import Waiting, desk
from agent_desk.wire_views import DeskMessage, DeskView
from tests.acd.playbook import A1, A2, Story
from tests.fakes import FakeClock


class Desks:
    """Two agents who are signed in, and their messages."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.told = 0
        self.messages = Messages(self.clock.now, self._tell)
        story = Story()
        story.ready(A1)
        story.ready(A2)
        self.views = {agent: desk(story.state, agent, None, {}, Waiting()) for agent in (A1, A2)}

    def _tell(self) -> None:
        self.told += 1

    def unread(self, agent: str = A1, *, out: bool = False) -> list[DeskMessage]:
        view: DeskView = self.views[agent]  # type: ignore[index] # a test's name for an agent
        if out:
            view = replace(view, me={"me": replace(view.me["me"], presence=Presence.OUT)})
        return list(self.messages.onto(view).messages.values())

    def send(self, text: str = "十点开会") -> None:
        self.messages.send([A1], by="值班长", text=text, to_all=False)


def test_it_is_on_the_desks_it_is_for_until_it_is_read() -> None:
    desks = Desks()
    assert desks.unread() == []
    desks.send()
    (message,) = desks.unread()
    assert (message.by, message.text, message.at, desks.told) == ("值班长", "十点开会", desks.clock.at, 1)
    assert desks.unread(A2) == []
    assert not desks.messages.read(A2, message.id)
    assert desks.messages.read(A1, message.id)
    assert (desks.unread(), desks.told) == ([], 2)
    assert not desks.messages.read(A1, message.id)


def test_who_signs_out_leaves_nothing_behind() -> None:
    desks = Desks()
    desks.send()
    assert desks.unread(out=True) == []
    assert desks.unread() == []


def test_it_does_not_outlive_a_shift() -> None:
    desks = Desks()
    desks.send("早")
    desks.clock.at = Moment(desks.clock.at + KEPT - 1)
    desks.send("晚")
    assert [one.text for one in desks.unread()] == ["早", "晚"]
    desks.clock.at += 1
    assert [one.text for one in desks.unread()] == ["晚"]


def test_of_too_many_the_oldest_give_way() -> None:
    desks = Desks()
    for number in range(MOST_UNREAD + 3):
        desks.send(str(number))
    assert [one.text for one in desks.unread()] == [str(number) for number in range(3, MOST_UNREAD + 3)]


def test_a_view_without_an_agent_stays_as_it_is() -> None:
    desks = Desks()
    nobody = replace(desks.views[A1], me={})
    assert desks.messages.onto(nobody) is nobody
