"""A whole office in one process, to try rooms out: the real hub, flows and databases; broker, devices and time
are the virtual twins. Every room is wired by its own `assemble`, as in the product.
"""

from pathlib import Path

import msgspec

from kiosk.board.app import BoardDevices
from kiosk.board.app import assemble as assemble_board
from kiosk.board.flow import BoardFlow
from kiosk.clock import InlineWorker
from kiosk.config import BoardSettings, Config, ExpressionSettings, SurveySettings
from kiosk.counter import view as cv
from kiosk.counter.app import CounterDevices
from kiosk.counter.app import assemble as assemble_counter
from kiosk.counter.eyes import VirtualEyes
from kiosk.counter.flow import CounterFlow
from kiosk.demo.trial_time import Life, SimulatedTime, ids
from kiosk.devices.keypad import VirtualKeypad
from kiosk.devices.printer import VirtualPrinter
from kiosk.devices.qr_scanner import VirtualScanner
from kiosk.devices.rating_pad import VirtualRatingPad
from kiosk.devices.sign import VirtualSign
from kiosk.devices.speaker import VirtualSpeaker
from kiosk.domain.envelope import Envelope, event_of
from kiosk.domain.events import Event
from kiosk.domain.office import model_office
from kiosk.hub.ledger import Ledger
from kiosk.hub.service import HubService
from kiosk.hub.service import lost_will as hub_will
from kiosk.lobby import view as lv
from kiosk.lobby.app import LobbyDevices
from kiosk.lobby.app import assemble as assemble_lobby
from kiosk.lobby.flow import LobbyFlow
from kiosk.messaging.enrolment import signing_key
from kiosk.messaging.link import lost_will
from kiosk.messaging.memory import MemoryBroker, MemoryTransport
from kiosk.messaging.outbox import open_database
from kiosk.messaging.topics import Topics

TOPICS = Topics("79", "26740")
PUBLIC_URL = "http://hub.test"


class TrialRoom:
    """What every room on trial has: a transport whose cable can be pulled, a database file, a life to lose."""

    def __init__(self, office: "TrialOffice", role: str, name: str, counter: int | None, digit: int | None) -> None:
        self.office = office
        self.name = name
        folder = office.folder / name
        self.database = folder / "outbox.db"
        config = Config.for_demo(
            role, name, folder, office.counters, 1883, counter=counter, public_url=PUBLIC_URL, kiosk_digit=digit
        )
        self.config = msgspec.structs.replace(
            config,
            expression=office.expression,
            survey=office.survey,
            board=office.board_settings,
            office=office.plan,
        )
        self.lives = 0

    def surroundings(self, worker: object = None) -> dict[str, object]:
        """Return the arguments of `assemble` for one more life."""
        self.lives += 1
        new_id = ids(f"{abs(hash_of(self.name)):x}{self.lives}")
        boot = new_id()
        time = self.office.time
        self.transport = MemoryTransport(self.office.broker, self.name, time.post, lost_will(TOPICS, self.name, boot))
        return {
            "clock": time,
            "timer": time,
            "worker": worker or InlineWorker(),
            "transport": self.transport,
            "new_id": new_id,
            "boot": boot,
            "show_clock": self.office.show_clock,
            "clk": "simulated",
        }

    def events(self) -> list[Event]:
        """Return every event in the room's outbox, oldest first."""
        connection = open_database(self.database)
        rows = connection.execute("SELECT envelope FROM outbox ORDER BY seq").fetchall()
        connection.close()
        return [event for row in rows if (event := event_of(decode(row[0]))) is not None]


class TrialLobby(TrialRoom):
    """A lobby kiosk."""

    flow: LobbyFlow

    def __init__(self, office: "TrialOffice", name: str, digit: int | None) -> None:
        super().__init__(office, "lobby", name, None, digit)
        self.printer = VirtualPrinter()
        self.start()

    def start(self, worker: object = None) -> None:
        """Give it power."""
        self.scanner = VirtualScanner()
        devices = LobbyDevices(self.scanner, self.printer)
        self.flow = assemble_lobby(self.config, devices=devices, **self.surroundings(worker))  # type: ignore[arg-type]  # as in the product, by name
        self.flow.start()
        self.office.time.settle()

    def kill(self) -> None:
        """Pull its plug."""
        self.transport.die()
        self.office.time.forget()


class TrialCounter(TrialRoom):
    """A counter with keypad, tablet and sign."""

    flow: CounterFlow

    def __init__(self, office: "TrialOffice", counter: int) -> None:
        super().__init__(office, "counter", f"counter-{counter}", counter, None)
        self.start()

    def start(self) -> None:
        """Give it power."""
        self.keypad = VirtualKeypad()
        self.sign = VirtualSign()
        self.eyes = VirtualEyes()
        self.rating_pad = VirtualRatingPad()
        devices = CounterDevices(self.keypad, self.sign, self.eyes, self.rating_pad)
        self.flow = assemble_counter(self.config, devices=devices, **self.surroundings())  # type: ignore[arg-type]  # as above
        self.flow.start()
        self.office.time.settle()

    def kill(self) -> None:
        """Pull its plug."""
        self.transport.die()
        self.office.time.forget()

    def press(self, *verbs: str) -> None:
        """Press keys, one after the other."""
        for verb in verbs:
            self.keypad.press(verb)
            self.office.time.settle()

    def sign_in(self, officer: str = "", name: str = "Trần Thị Minh") -> None:
        """Let an officer come."""
        self.flow.sign_in(officer or f"cb{self.config.device.counter:02d}", name)
        self.office.time.settle()


class TrialBoard(TrialRoom):
    """A board with its voice."""

    flow: BoardFlow

    def __init__(self, office: "TrialOffice") -> None:
        super().__init__(office, "board", "board-1", None, None)
        self.speaker = VirtualSpeaker()
        self.flow = assemble_board(self.config, devices=BoardDevices(self.speaker), **self.surroundings())  # type: ignore[arg-type]  # as above
        self.flow.start()
        office.time.settle()


class TrialOffice:
    """Hub, broker and time; rooms are added as they are needed."""

    def __init__(
        self,
        folder: Path,
        counters: int = 2,
        *,
        hub: bool = True,
        show_clock: bool = False,
        expression: ExpressionSettings | None = None,
        survey: SurveySettings | None = None,
        board: BoardSettings | None = None,
        names_on_board: bool = False,
    ) -> None:
        self.expression = expression or ExpressionSettings()
        self.survey = survey or SurveySettings()
        self.board_settings = board or BoardSettings()
        self.plan = msgspec.structs.replace(model_office(counters), names_on_board=names_on_board)
        self.folder = folder
        self.counters = counters
        self.show_clock = show_clock
        self.time = SimulatedTime()
        self.broker = MemoryBroker()
        self.hub_lives = 0
        self.keys = {f"counter-{n}": signing_key(folder / f"counter-{n}").public_hex for n in range(1, counters + 1)}
        if hub:
            self.start_hub()

    def lobby(self, name: str = "lobby-1", digit: int | None = None) -> TrialLobby:
        """Add a lobby kiosk."""
        return TrialLobby(self, name, digit)

    def counter(self, number: int = 1, *, signed_in: bool = True) -> TrialCounter:
        """Add a counter, with its officer."""
        counter = TrialCounter(self, number)
        if signed_in:
            counter.sign_in()
        return counter

    def board(self) -> TrialBoard:
        """Add the board."""
        return TrialBoard(self)

    def start_hub(self) -> None:
        """Give the hub power."""
        self.hub_lives += 1
        new_id = ids(f"a{self.hub_lives}")
        boot = new_id()
        self.hub_life = Life(self.time)
        self.hub_transport = MemoryTransport(self.broker, "hub", self.hub_life.post, hub_will(TOPICS, boot))
        self.hub_connection = open_database(self.folder / "hub.db")
        self.hub = HubService(
            self.plan, Ledger(self.hub_connection), self.hub_transport, TOPICS, self.hub_life, new_id,
            boot, PUBLIC_URL, self.keys, clock_quality="simulated",
        )  # fmt: skip
        self.hub.start()
        self.time.settle()

    def kill_hub(self) -> None:
        """Pull the hub's plug."""
        self.hub_transport.die()
        self.hub_life.end()
        self.hub_connection.close()
        self.time.settle()


def decode(payload: bytes) -> Envelope:
    """Return a stored envelope."""
    return msgspec.json.decode(payload, type=Envelope)


def hash_of(name: str) -> int:
    """Return a small number that is the same in every run."""
    return sum(name.encode()) * 31 % 4096


def take_numbers(lobby: TrialLobby, count: int = 1) -> list[str]:
    """Let citizens without a card take numbers of the quickest group."""
    numbers = []
    for _ in range(count):
        lobby.office.time.advance(seconds=2)
        for intent in (lv.Home(), lv.Choose(key="tra-ket-qua"), lv.TakeTicket()):
            lobby.flow.act(intent)
        lobby.office.time.settle()
        assert lobby.flow.view.ticket is not None
        numbers.append(lobby.flow.view.ticket.number)
    return numbers


def touch(counter: TrialCounter, *intents: cv.CounterIntent) -> cv.CounterView:
    """Let a finger touch the tablet, with a pause before each touch."""
    for intent in intents:
        counter.office.time.advance(seconds=0.6)
        counter.flow.act(intent)  # type: ignore[arg-type]  # every intent of the view
        counter.office.time.settle()
    return counter.flow.view


def serve(counter: TrialCounter) -> cv.CounterView:
    """Call, start and finish whoever is next."""
    counter.press("next")
    counter.office.time.advance(14)
    counter.press("start")
    counter.office.time.advance(minutes=4)
    counter.press("finish")
    return counter.flow.view
