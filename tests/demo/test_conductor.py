from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from kiosk.clock import VIETNAM
from kiosk.demo import conductor as conductor_module
from kiosk.demo.conductor import Conductor, Peer, Stuck
from kiosk.demo.control import ControlServer, Json

MORNING = datetime(2026, 11, 24, 7, 30, tzinfo=VIETNAM)


class Puppet:
    """The far end of a control channel, whose reports the test writes."""

    def __init__(self, **state: object) -> None:
        self.state: Json = dict(state)
        self.done: list[Json] = []
        self.answers = True
        self.server = ControlServer(self._receive)

    def _receive(self, message: Json) -> None:
        if message["do"] == "hello":
            self.server.send({"n": 0, **self.state})
            return
        self.done.append(message)
        if self.answers:
            self.server.send({**self.state, "n": message["n"]})


@pytest.fixture
def stage() -> Iterator[tuple[Conductor, Puppet, Puppet]]:
    hub = Puppet(rev=7, boot="b1")
    counter = Puppet(hub_ready=True, hub_boot="b1", pending=0, in_flight=0, rev_seen=7, rev_heard=7)
    conductor = Conductor(MORNING, speed=1e9)
    conductor.attach(Peer("hub", is_hub=True), hub.server.port)
    conductor.attach(Peer("counter-1", is_hub=False), counter.server.port)
    yield conductor, hub, counter
    for peer in conductor.peers.values():
        if peer.client is not None:
            peer.client.close()


def test_everybody_knows_the_time_before_anybody_acts_in_it(stage: tuple[Conductor, Puppet, Puppet]) -> None:
    conductor, hub, counter = stage
    later = MORNING + timedelta(minutes=3)
    conductor.move_to(later)
    conductor.act("counter-1", {"do": "press", "verb": "next"})
    assert [(m["do"], m["at"]) for m in hub.done] == [("now", later.isoformat())]
    assert [(m["do"], m["at"]) for m in counter.done] == [("now", later.isoformat()), ("press", later.isoformat())]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"pending": 2}, "2 events"),
        ({"in_flight": 1}, "1 replies"),
        ({"rev_seen": 6}, "snapshot 7"),
        ({"rev_heard": 9}, "snapshot 9"),
        ({"hub_ready": False}, "hub to be back"),
        ({"hub_boot": "b0"}, "hub to be back"),
    ],
)
def test_time_stands_while_something_is_under_way(
    stage: tuple[Conductor, Puppet, Puppet], state: Json, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    conductor, _, counter = stage
    monkeypatch.setattr(conductor_module, "SETTLE_LIMIT_S", 0.05)
    counter.state.update(state)
    with pytest.raises(Stuck, match=why):
        conductor.act("counter-1", {"do": "press", "verb": "next"})


def test_a_killed_hub_holds_nobody_up_once_its_loss_was_noticed(stage: tuple[Conductor, Puppet, Puppet]) -> None:
    conductor, _, counter = stage
    counter.state.update(hub_ready=False, pending=5)
    counter.server.send(counter.state)
    conductor.lose("hub")
    conductor.settle()
    conductor.move_to(MORNING + timedelta(hours=1))
    conductor.act("counter-1", {"do": "press", "verb": "next"})


def test_a_process_that_ends_by_itself_is_told_at_once(stage: tuple[Conductor, Puppet, Puppet]) -> None:
    conductor, _, counter = stage
    counter.answers = False
    counter.server.close()
    with pytest.raises(Stuck, match="counter-1 ended by itself"):
        conductor.act("counter-1", {"do": "press", "verb": "next"})


def test_processes_that_are_due_act_one_after_another_by_name(stage: tuple[Conductor, Puppet, Puppet]) -> None:
    conductor, hub, counter = stage
    for puppet in (hub, counter):
        puppet.state["due"] = (MORNING + timedelta(minutes=1)).isoformat()
    conductor.act("hub", {"do": "now"})
    conductor.act("counter-1", {"do": "now"})
    assert conductor.next_due() == MORNING + timedelta(minutes=1)
    for puppet in (hub, counter):
        puppet.done.clear()
        puppet.state["due"] = None
    conductor.move_to(MORNING + timedelta(minutes=1))
    order = [m["do"] for m in counter.done + hub.done]
    assert order == ["now", "now"]
    conductor.run_due()
    assert conductor.next_due() is None
