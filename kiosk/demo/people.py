"""Simulated citizens and officers: they use the same doors as real ones (card frames, touches, keypads).

They know only what a person would see: the lobby's screen, the tablet's number, who was called. Their patience, pace
and opinions come from one seeded source of randomness per day.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from kiosk.demo.cards import synthetic_card
from kiosk.demo.conductor import Conductor, View
from kiosk.demo.control import Json
from kiosk.domain.model_day import Arrival
from kiosk.domain.office import Office
from kiosk.domain.priority import Priority

WALK_S = 14.0
"""From being called to sitting down; with `OFFICER_PAUSE_S` it makes the model's call overhead of 0.3 min."""
OFFICER_PAUSE_S = 4.0
NO_SHOW_BLOCKS_S = 48.0
"""0.8 min that a no-show blocks the counter (product notes §4.3)."""
RATES_SHARE = 0.55
PAD_SHARE = 0.25
"""Of those who rate: they press a key with a face instead of the screen."""
PETITION_SHARE = 0.03
OFFICERS = (
    "Trần Thị Minh", "Nguyễn Văn Hòa", "Lê Thu Hương", "Phạm Quốc An", "Võ Thị Ngọc", "Đặng Minh Châu",
    "Bùi Thanh Tùng", "Hoàng Thị Lan", "Huỳnh Đức Anh", "Phan Thị Yến", "Vũ Quang Hải", "Đỗ Kim Oanh",
)  # fmt: skip

PROCEDURE_SHARE = 0.5
"""Citizens who name the procedure; the others choose only the group."""


class Citizen(msgspec.Struct, kw_only=True):
    """One visitor of the day, as the simulation knows them."""

    arrival: Arrival
    with_card: bool
    ticket: str = ""
    number: str = ""
    issued_at: datetime | None = None
    started_at: datetime | None = None
    low_minutes: int | None = None
    state: str = "outside"
    """`outside`, `lobby`, `waiting`, `called`, `served`, `gone`."""


class Agenda:
    """What people are about to do, earliest first; ties in the order of planning."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Plan `act` for `moment`."""
        heapq.heappush(self._heap, (moment, next(self._order), act))

    def next_due(self) -> datetime | None:
        """Return the earliest planned moment."""
        return self._heap[0][0] if self._heap else None

    def run_one(self, now: datetime) -> bool:
        """Do the next thing that is due; tell whether there was one."""
        if not self._heap or self._heap[0][0] > now:
            return False
        heapq.heappop(self._heap)[2]()
        return True


class Lobby:
    """The people in front of one lobby kiosk: one at a time, the others stand behind."""

    def __init__(
        self, name: str, office: Office, conductor: Conductor, agenda: Agenda, random_source: random.Random
    ) -> None:
        self._name = name
        self._office = office
        self._conductor = conductor
        self._agenda = agenda
        self._random = random_source
        self._line: list[Citizen] = []
        self._busy = False
        self.by_ticket: dict[str, Citizen] = {}

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody stands at or behind the kiosk."""
        return not self._line and not self._busy

    def arrive(self, citizen: Citizen) -> None:
        """Step up to the kiosk, or stand behind whoever is there."""
        citizen.state = "lobby"
        self._line.append(citizen)
        if not self._busy:
            self._next()

    def _next(self) -> None:
        if not self._line:
            return
        self._busy = True
        citizen = self._line.pop(0)
        steps: list[Json] = []
        if citizen.with_card:
            today = self._conductor.now.date()
            old = citizen.arrival.priority is Priority.PRIORITY
            year = today.year - self._random.randint(76, 90) if old else today.year - self._random.randint(20, 58)
            card = synthetic_card(self._random, today, year)
            steps.append({"do": "card", "payload": card.payload, "seed": self._random.randint(0, 10**6)})
        steps.append({"do": "intent", "intent": {"do": "choose", "key": citizen.arrival.group}})
        self._walk(citizen, steps)

    def _walk(self, citizen: Citizen, steps: list[Json]) -> None:
        def step() -> None:
            if steps:
                self._conductor.act(self._name, steps.pop(0))
                self._agenda.at(self._conductor.now + timedelta(seconds=3), step)
            else:
                self._choose_and_take(citizen)

        step()

    def _choose_and_take(self, citizen: Citizen) -> None:
        view = self._conductor.peers[self._name].view
        if view.get("step") == "group":
            tiles = view.get("tiles", [])
            wanted = self._random.randrange(len(tiles)) if self._random.random() < PROCEDURE_SHARE else len(tiles) - 1
            self._intend({"do": "choose", "key": tiles[wanted]["key"]})
        view = self._conductor.peers[self._name].view
        if citizen.arrival.priority is Priority.PRIORITY and not view.get("priority_by_age"):
            self._intend({"do": "priority", "reason": "disability"})
        self._agenda.at(self._conductor.now + timedelta(seconds=5), lambda: self._take(citizen))

    def _take(self, citizen: Citizen) -> None:
        self._intend({"do": "take"})
        ticket = self._conductor.peers[self._name].view.get("ticket")
        if ticket:
            citizen.ticket, citizen.number = ticket["ticket"], ticket["number"]
            citizen.low_minutes = ticket["low_minutes"]
            citizen.issued_at = self._conductor.now
            citizen.state = "waiting"
            self.by_ticket[citizen.ticket] = citizen
        self._agenda.at(self._conductor.now + timedelta(seconds=4), self._leave)

    def _leave(self) -> None:
        self._intend({"do": "home"})
        self._busy = False
        self._next()

    def _intend(self, intent: Json) -> None:
        self._conductor.act(self._name, {"do": "intent", "intent": intent})


class Officer:
    """The officer at one counter, with the citizen who sits there."""

    def __init__(
        self,
        counter: int,
        office: Office,
        conductor: Conductor,
        agenda: Agenda,
        random_source: random.Random,
        find: Callable[[str], Citizen | None],
    ) -> None:
        self.name = f"counter-{counter}"
        self._counter = counter
        self._office = office
        self._conductor = conductor
        self._agenda = agenda
        self._random = random_source
        self._find = find
        self.state = "away"
        """`away`, `free`, `reaching` (about to press next), `busy`."""
        self._serving: Citizen | None = None

    def come(self) -> None:
        """Sign in and be ready for the first citizen."""
        self._do({"do": "sign_in", "officer": f"cb{self._counter:02d}", "name": OFFICERS[self._counter - 1]})
        self.state = "free"

    def go(self) -> None:
        """Sign out at the end of the day."""
        self._do({"do": "sign_out"})
        self.state = "away"

    def look(self) -> None:
        """Glance at the tablet: somebody is waiting for this counter, so reach for the keypad."""
        if self.state != "free" or self._office.is_lunch(self._conductor.now):
            return
        if self._view().get("waiting"):
            self._reach(2.0 + self._counter / 1000)

    def _view(self) -> View:
        return self._conductor.peers[self.name].view

    def _do(self, command: Json) -> None:
        self._conductor.act(self.name, command)

    def _press(self, verb: str) -> None:
        self._do({"do": "press", "verb": verb})

    def _reach(self, seconds: float) -> None:
        self.state = "reaching"
        self._agenda.at(self._conductor.now + timedelta(seconds=seconds), self._call)

    def _call(self) -> None:
        if self._office.is_lunch(self._conductor.now):
            self.state = "free"
            return
        self._press("next")
        ticket = self._view().get("ticket", "")
        if not ticket:
            self.state = "free"
            return
        self.state = "busy"
        citizen = self._find(ticket)
        comes = citizen is not None and not citizen.arrival.is_no_show and citizen.state == "waiting"
        if comes and citizen is not None:
            citizen.state = "called"
            self._serving = citizen
            self._agenda.at(self._conductor.now + timedelta(seconds=WALK_S), self._start)
        else:
            self._agenda.at(self._conductor.now + timedelta(seconds=NO_SHOW_BLOCKS_S / 2), self._recall)

    def _recall(self) -> None:
        self._press("recall")
        self._agenda.at(self._conductor.now + timedelta(seconds=NO_SHOW_BLOCKS_S / 2), self._give_up)

    def _give_up(self) -> None:
        citizen = self._find(self._view().get("ticket", ""))
        self._press("no_show")
        if citizen is not None and citizen.state == "waiting":
            citizen.state = "gone"
        self.state = "free"

    def _start(self) -> None:
        self._press("start")
        assert self._serving is not None
        self._serving.started_at = self._conductor.now
        minutes = self._serving.arrival.service_minutes
        self._agenda.at(self._conductor.now + timedelta(minutes=minutes), self._finish)

    def _finish(self) -> None:
        self._press("finish")
        assert self._serving is not None
        self._serving.state = "served"
        self._serving = None
        self._agenda.at(self._conductor.now + timedelta(seconds=1.5), self._citizen_rates)

    def _citizen_rates(self) -> None:
        if self._view().get("step") != "rating":
            self._free_again(OFFICER_PAUSE_S)
            return
        if self._random.random() >= RATES_SHARE:
            if self._random.random() < 0.3:
                self._intend({"do": "decline"})
            self._free_again(OFFICER_PAUSE_S)
            return
        score = self._random.choices((1, 2, 3, 4, 5), weights=(2, 4, 10, 34, 50))[0]
        if self._random.random() < PAD_SHARE:
            self._do({"do": "face", "score": score})
        else:
            self._intend({"do": "rate", "score": score})
        if score <= 3:
            self._agenda.at(self._conductor.now + timedelta(seconds=2), self._give_reasons)
        else:
            self._free_again(OFFICER_PAUSE_S)

    def _give_reasons(self) -> None:
        if self._view().get("step") == "reasons":
            self._intend({"do": "reason", "key": self._random.choice(("wait", "attitude", "unclear", "many_trips"))})
            if self._random.random() < 0.3:
                self._intend({"do": "comment"})
                self._intend({"do": "text", "text": "Chờ hơi lâu, mong có thêm ghế cho người già."})
            self._intend({"do": "send"})
            if self._random.random() < PETITION_SHARE * 6:
                self._intend({"do": "petition"})
                self._intend({"do": "text", "text": "Đề nghị mở thêm quầy chứng thực vào buổi sáng."})
                self._intend({"do": "send"})
        self._free_again(OFFICER_PAUSE_S)

    def _free_again(self, seconds: float) -> None:
        self.state = "free"
        if self._view().get("waiting"):
            self._reach(seconds)

    def _intend(self, intent: Json) -> None:
        self._do({"do": "intent", "intent": intent})
