"""Whatever is touched, in whatever order, with cards, paper and hub coming and going: no number is lost or doubled."""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.demo.trial import TrialLobby, TrialOffice
from kiosk.domain import events
from kiosk.lobby import view as v

CARD = "079203004321|301234567|Nguyễn Thị Hoa|05031949|Nữ|12 Lê Lợi, Phường Bến Nghé|15082021"
KEYS = st.sampled_from(("chung-thuc", "ho-tich", "tra-ket-qua", "sao-y", "khai-sinh", "other", "giay-to", "ky", "?"))
TOUCHES = st.one_of(
    st.builds(v.Choose, key=KEYS),
    st.builds(v.Query, text=st.sampled_from(("khai sinh", "sao y", "", "?" * 200))),
    st.builds(v.DeclarePriority, reason=st.sampled_from(("pregnant", "age", "none", "?"))),
    st.builds(v.SetLanguage, language=st.sampled_from(("vi", "en", "fr"))),
    st.builds(v.Toggle, what=st.sampled_from(("large", "contrast", "lowered", "read_aloud", "?"))),
    st.sampled_from(
        (v.OpenSearch(), v.OpenGuide(), v.NoCard(), v.AddService(), v.TakeTicket(), v.TakeTicket(), v.Back(), v.Home(),
         v.CallHelp(), v.StayHere())
    ),
)  # fmt: skip
HAPPENINGS = st.sampled_from(("card", "two cards", "noise", "wait", "long wait", "paper", "hub", "power"))


class Chaos:
    """An office in which anything may happen to the lobby."""

    def __init__(self, folder: Path) -> None:
        self.office = TrialOffice(folder, 1)
        self.lobby: TrialLobby = self.office.lobby()
        self.hub_is_up = True
        self.acts: dict[str, Callable[[], None]] = {
            "card": lambda: self.lobby.scanner.scan(CARD),
            "two cards": lambda: self.lobby.scanner.scan_two(),
            "noise": lambda: self.lobby.scanner.scan("|" * 500),
            "wait": lambda: self.office.time.advance(12),
            "long wait": lambda: self.office.time.advance(95),
            "paper": lambda: self.lobby.printer.set_paper(not self.lobby.printer.paper),
            "hub": self.switch_hub,
            "power": self.cut,
        }

    def switch_hub(self) -> None:
        (self.office.kill_hub if self.hub_is_up else self.office.start_hub)()
        self.hub_is_up = not self.hub_is_up

    def cut(self) -> None:
        self.lobby.transport.die()
        self.lobby.start()

    def do(self, step: v.LobbyIntent | str) -> None:
        if isinstance(step, str):
            self.acts[step]()
        else:
            self.lobby.flow.act(step)  # type: ignore[arg-type]  # every intent of the view
        self.office.time.settle()
        assert self.lobby.flow.view.step in v.STEPS


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(TOUCHES, TOUCHES, TOUCHES, HAPPENINGS), max_size=40))
def test_no_number_is_lost_or_doubled(steps: list[v.LobbyIntent | str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chaos = Chaos(Path(folder))
        for step in steps:
            chaos.do(step)
        chaos.do(v.Home())
        view = chaos.lobby.flow.view
        assert (view.step, view.citizen, view.language, view.ticket) == ("idle", "", "vi", None)
        if not chaos.hub_is_up:
            chaos.switch_hub()
        issued = [event for event in chaos.lobby.events() if isinstance(event, events.TicketIssued)]
        assert len({event.number for event in issued}) == len(issued)
        stored = {row[0] for row in sqlite3.connect(chaos.lobby.database).execute("SELECT ticket FROM tickets")}
        assert stored == {event.ticket for event in issued}
        assert set(chaos.office.hub.day.visits) == stored, "the hub knows every one of them"
        assert chaos.lobby.flow.link.pending == 0


def test_the_wiring_needs_no_window() -> None:
    code = "import kiosk.lobby.app, kiosk.counter.app, kiosk.board.app, sys; sys.exit('kivy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
