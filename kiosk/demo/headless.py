"""Simulated office days: real processes, a real broker, simulated people and time; ends with one JSON line."""

import random
import shutil
import sqlite3
import tempfile
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from kiosk.clock import VIETNAM
from kiosk.demo.conductor import Conductor, Peer, Stuck
from kiosk.demo.guarded import start_demo_broker
from kiosk.demo.launch import BOARD, LOBBY, OfficePlan, Running, counter_names, progress, result_line, start_process
from kiosk.demo.people import Agenda, Citizen, Lobby, Officer
from kiosk.domain.model_day import arrivals
from kiosk.domain.office import Office, model_office

FIRST_DAY = datetime(2026, 11, 24, 7, 20, tzinfo=VIETNAM)
CARD_SHARE = 0.7


class DayReport(msgspec.Struct, kw_only=True):
    """The line that a headless demo ends with."""

    days: int
    issued: int = 0
    printed: int = 0
    called: int = 0
    finished: int = 0
    no_show: int = 0
    left: int = 0
    rated: int = 0
    petitions: int = 0
    lost: int = 0
    duplicate_numbers: int = 0
    unacknowledged: int = 0
    forecast_mae_minutes: float | None = None
    wall_s: float = 0.0

    @property
    def is_good(self) -> bool:
        """Tell whether nothing was lost, doubled or left unacknowledged."""
        return self.lost == self.duplicate_numbers == self.unacknowledged == 0


class HeadlessOffice:
    """All processes of a simulated office under one conductor."""

    def __init__(self, folder: Path, counters: int, seed: int, speed: float, broker_kind: str) -> None:
        self.office: Office = model_office(counters)
        names = [LOBBY, BOARD, *counter_names(counters)]
        self.broker, identities = start_demo_broker(folder / "broker", broker_kind, names)
        self.conductor = Conductor(FIRST_DAY, speed)
        self.plan = OfficePlan(
            folder=folder, counters=counters, seed=seed, broker_port=self.broker.port, simulated=True,
            start=FIRST_DAY, identities=identities,
        )  # fmt: skip
        self._running: dict[str, Running] = {}
        try:
            self._start("hub", "hub")
            self._start("lobby", LOBBY)
            for number, name in enumerate(self.plan.counter_names, start=1):
                self._start("counter", name, counter=number)
            self._start("board", BOARD)
            self.conductor.settle()
        except BaseException:
            self.close()
            raise

    def kill_hub(self) -> None:
        """Pull the hub's plug; the devices notice at once by its will."""
        self.conductor.lose("hub")
        self._running["hub"].kill()
        self.conductor.settle()

    def start_hub(self) -> None:
        """Give the hub its power back; time stands until everybody has reconnected and drained."""
        self._start("hub", "hub")
        self.conductor.settle()

    def close(self) -> None:
        """End every process that was started here."""
        for running in reversed(list(self._running.values())):
            running.kill()
        self.broker.stop()

    def last_words(self) -> str:
        """Return the ends of the processes' logs, for whoever has to find out what went wrong."""
        tails = {
            name: (Path(running.spec.folder) / f"{name}.log").read_text(errors="replace")[-800:]
            for name, running in self._running.items()
        }
        return "\n".join(f"--- {name}\n{tail}" for name, tail in tails.items() if tail.strip())

    def database(self, name: str) -> Path:
        """Return the SQLite file of a process."""
        return self.plan.folder / name / ("hub.db" if name == "hub" else "outbox.db")

    def _start(self, role: str, name: str, counter: int | None = None) -> None:
        spec = self.plan.spec(role, name, start=self.conductor.now, counter=counter)
        self._running[name] = start_process(spec)
        peer = self.conductor.peers.get(name) or Peer(name, is_hub=role == "hub")
        self.conductor.attach(peer, self._running[name].started.control)


def run_days(*, days: int, speed: float, counters: int, seed: int, broker: str = "auto", hub_away: str = "") -> int:
    """Run `days` simulated days and print their figures.

    Args:
        speed: ceiling of simulated seconds per real second.
        hub_away: `HH:MM-HH:MM`, when the hub is killed and started again on every day; empty for never.

    Returns:
        Exit status: 1 if anything was lost, doubled or stayed unacknowledged.
    """
    folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    began = time.monotonic()
    report = DayReport(days=days)
    try:
        progress("starting the office ...")
        stage = HeadlessOffice(folder, counters, seed, speed, broker)
        try:
            citizens: list[Citizen] = []
            for day in range(days):
                citizens += _run_day(stage, day, seed, hub_away)
            _sum_up(stage, report, citizens)
        except Stuck as stuck:
            raise Stuck(f"{stuck}\n{stage.last_words()}") from None
        finally:
            stage.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.wall_s = round(time.monotonic() - began, 1)
    progress(f"{report.issued} tickets in {report.wall_s} s", done=True)
    result_line(msgspec.to_builtins(report))
    return 0 if report.is_good else 1


def _run_day(stage: HeadlessOffice, day: int, seed: int, hub_away: str) -> list[Citizen]:
    conductor, office = stage.conductor, stage.office
    opens = (FIRST_DAY + timedelta(days=day)).replace(hour=7, minute=30)
    source = random.Random(f"{seed}/{day}")
    agenda = Agenda()
    lobby = Lobby(LOBBY, office, conductor, agenda, random.Random(f"{seed}/{day}/lobby"))
    citizens = [
        Citizen(arrival=arrival, with_card=source.random() < CARD_SHARE)
        for arrival in arrivals(source, load=1.0, counters=len(office.counters))
    ]
    for citizen in citizens:
        agenda.at(opens + timedelta(minutes=citizen.arrival.minute), partial(lobby.arrive, citizen))
    officers = [
        Officer(
            plan.number, office, conductor, agenda,
            random.Random(f"{seed}/{day}/officer/{plan.number}"), lobby.by_ticket.get,
        )
        for plan in office.counters
    ]  # fmt: skip
    for officer in officers:
        agenda.at(opens - timedelta(minutes=2), officer.come)
    if hub_away:
        first, last = (datetime.strptime(part, "%H:%M").time() for part in hub_away.split("-"))
        agenda.at(datetime.combine(opens.date(), first, VIETNAM), stage.kill_hub)
        agenda.at(datetime.combine(opens.date(), last, VIETNAM), stage.start_hub)
    closed = opens.replace(hour=17, minute=0)
    last_shown = opens
    while True:
        moment = min((at for at in (agenda.next_due(), conductor.next_due()) if at is not None), default=None)
        is_over = conductor.now >= closed and lobby.is_empty and all(o.state in ("free", "away") for o in officers)
        if is_over and agenda.next_due() is None:
            break
        if moment is None:
            break
        conductor.move_to(moment)
        conductor.run_due()
        while agenda.run_one(conductor.now):
            pass
        for officer in officers:
            officer.look()
        if conductor.now - last_shown >= timedelta(minutes=30):
            last_shown = conductor.now
            done = sum(citizen.state in ("served", "gone") for citizen in citizens)
            progress(f"day {day + 1}, {conductor.now:%H:%M}: {len(lobby.by_ticket)} tickets, {done} done")
    for officer in officers:
        officer.go()
    conductor.settle()
    return citizens


def _sum_up(stage: HeadlessOffice, report: DayReport, citizens: list[Citizen]) -> None:
    """Compare what the hub holds with what the devices hold, row by row."""
    hub = sqlite3.connect(f"file:{stage.database('hub')}?mode=ro", uri=True)
    at_hub = {(stream, sequence) for stream, sequence in hub.execute("SELECT stream, sequence FROM events")}
    kinds: dict[str, int] = dict(hub.execute("SELECT type, count(*) FROM events GROUP BY type"))
    hub.close()
    numbers: list[tuple[str, str]] = []
    for name in (LOBBY, *stage.plan.counter_names, "board-1"):
        device = sqlite3.connect(f"file:{stage.database(name)}?mode=ro", uri=True)
        for stream, sequence, acknowledged in device.execute("SELECT stream, seq, acked IS NOT NULL FROM outbox"):
            report.unacknowledged += not acknowledged
            report.lost += (stream, sequence) not in at_hub
        if name == LOBBY:
            numbers = list(device.execute("SELECT day, number FROM tickets"))
        device.close()
    report.duplicate_numbers = len(numbers) - len(set(numbers))
    report.issued = kinds.get("ticket.issued", 0)
    report.printed = kinds.get("ticket.printed", 0)
    report.called = kinds.get("ticket.called", 0)
    report.rated = kinds.get("rating.given", 0)
    report.petitions = kinds.get("petition.filed", 0)
    report.lost += abs(len(numbers) - report.issued)
    totals = stage.conductor.peers["hub"].report.get("totals", {})
    report.finished = totals.get("finished", 0)
    report.no_show = totals.get("no_show", 0)
    report.left = totals.get("voided", 0)
    errors = [
        abs((who.started_at - who.issued_at).total_seconds() / 60 - who.low_minutes)
        for who in citizens
        if who.started_at is not None and who.issued_at is not None and who.low_minutes is not None
    ]
    if errors:
        report.forecast_mae_minutes = round(sum(errors) / len(errors), 2)
