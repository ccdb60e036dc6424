"""The number series: one transaction, one series a kiosk, never a number twice, whatever is killed when."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain.events import ServiceItem, TicketIssued
from kiosk.lobby.day import QUIET, business_day
from kiosk.lobby.store import LobbyStore
from kiosk.messaging.outbox import Outbox, open_database

DAY = date(2026, 11, 24)


def a_store(path: Path) -> tuple[LobbyStore, sqlite3.Connection]:
    clock = SimulatedTime()
    connection = open_database(path)
    outbox = Outbox(
        connection, source="79.26740.lobby-1", boot="b", now=clock.now, mono=clock.monotonic, new_id=ids(), clk="none"
    )
    return LobbyStore(outbox), connection


def a_ticket(ticket: str, position: int, letter: str = "A") -> TicketIssued:
    return TicketIssued(
        at=MORNING,
        ticket=ticket,
        number=f"{letter}{position:03d}",
        day=DAY,
        services=(ServiceItem(group="chung-thuc"),),
    )


def test_number_ticket_and_event_are_one_transaction(tmp_path: Path) -> None:
    store, connection = a_store(tmp_path / "outbox.db")
    store.issue(DAY, "A", lambda n: a_ticket("t1", n))

    def fails(position: int) -> TicketIssued:
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        store.issue(DAY, "A", fails)
    issued = store.issue(DAY, "A", lambda n: a_ticket("t2", n))
    assert issued.number == "A002", "a number that was never committed is not lost"
    assert connection.execute("SELECT count(*) FROM tickets").fetchone() == (2,)
    assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (2,)


def test_each_letter_and_each_day_has_its_own_series(tmp_path: Path) -> None:
    store, _ = a_store(tmp_path / "outbox.db")
    tomorrow = DAY + timedelta(days=1)
    taken = [(DAY, "A"), (DAY, "B"), (DAY, "A"), (tomorrow, "A")]
    numbers = [
        store.issue(day, letter, lambda n, at=at, letter=letter: a_ticket(f"t{at}", n, letter)).number
        for at, (day, letter) in enumerate(taken)
    ]
    assert numbers == ["A001", "B001", "A002", "A001"]


def test_a_second_ticket_with_the_same_number_is_impossible(tmp_path: Path) -> None:
    store, connection = a_store(tmp_path / "outbox.db")
    store.issue(DAY, "A", lambda n: a_ticket("t1", n))
    connection.execute("UPDATE series SET last = 0")
    with pytest.raises(sqlite3.IntegrityError):
        store.issue(DAY, "A", lambda n: a_ticket("t2", n))


def test_two_hands_on_one_database_share_the_series(tmp_path: Path) -> None:
    first, _ = a_store(tmp_path / "outbox.db")
    second, connection = a_store(tmp_path / "outbox.db")
    for n in range(20):
        (first, second)[n % 2].issue(DAY, "A", lambda position, n=n: a_ticket(f"t{n}", position))
    numbers = [row[0] for row in connection.execute("SELECT number FROM tickets ORDER BY n")]
    assert numbers == [f"A{n:03d}" for n in range(1, 21)]


def test_unprinted_tickets_are_remembered_until_their_fate_is_known(tmp_path: Path) -> None:
    store, _ = a_store(tmp_path / "outbox.db")
    for n in range(3):
        store.issue(DAY, "A", lambda position, n=n: a_ticket(f"t{n}", position))
    store.record_printed("t0", "paper", MORNING)
    store.void("t1", "not_printed", MORNING)
    again, _ = a_store(tmp_path / "outbox.db")
    assert [issued.ticket for issued in again.unprinted()] == ["t2"]
    assert [issued.ticket for issued in again.unacknowledged()] == ["t0", "t2"]


ISSUER = """
import sys
from pathlib import Path
from tests.lobby.test_lobby_store import DAY, a_store, a_ticket
from kiosk.demo.trial_time import ids
path, digit, life, count = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
store, connection = a_store(path)
new_id = ids(digit + life)
while connection.execute("SELECT count(*) FROM tickets").fetchone()[0] < count:
    issued = store.issue(DAY, "A", lambda n: a_ticket(new_id(), n, "A" + digit))
    print(issued.number, flush=True)  # the paper
"""


def test_two_lobbies_issue_400_numbers_through_kills_without_a_duplicate(tmp_path: Path) -> None:
    """One of the two is killed again and again; what it printed is in its store, and no number comes twice."""
    root = Path(__file__).parents[2]
    papers = {digit: (tmp_path / f"papers-{digit}").open("ab") for digit in ("1", "2")}

    def start(digit: str, life: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", ISSUER, str(tmp_path / f"lobby-{digit}.db"), digit, f"{life:x}", "200"],
            cwd=root, stdout=papers[digit], env={**os.environ, "PYTHONPATH": str(root)},
        )  # fmt: skip

    steady = start("1", 0)
    printed_before = -1
    for life in range(6):
        victim = start("2", life)
        # killed once it has printed something more: a moment that nobody chose
        deadline = time.monotonic() + 20
        while victim.poll() is None and time.monotonic() < deadline:
            printed = (tmp_path / "papers-2").stat().st_size
            if printed > printed_before + 30 * life:
                break
        printed_before = (tmp_path / "papers-2").stat().st_size
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    assert start("2", 15).wait(timeout=60) == 0
    assert steady.wait(timeout=60) == 0
    stored: list[str] = []
    for digit, paper in papers.items():
        paper.close()
        connection = open_database(tmp_path / f"lobby-{digit}.db")
        mine = [row[0] for row in connection.execute("SELECT number FROM tickets")]
        printed = (tmp_path / f"papers-{digit}").read_text().split()
        assert len(printed) == len(set(printed))
        assert set(printed) <= set(mine), "nothing is printed that is not stored"
        stored += mine
        connection.close()
    assert len(stored) == len(set(stored)) == 400


# the business day -------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@given(stored=DAYS, today=DAYS, quiet=st.timedeltas(timedelta(0), QUIET - timedelta(seconds=1)))
def test_while_tickets_are_open_the_day_stays_whatever_the_clock_says(
    stored: date, today: date, quiet: timedelta
) -> None:
    assert business_day(stored, today, None, quiet) == stored


@given(stored=DAYS, today=DAYS, hub=st.none() | DAYS, quiet=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_day_never_goes_back(stored: date, today: date, hub: date | None, quiet: timedelta) -> None:
    assert business_day(stored, today, hub, quiet) >= stored


def test_the_hub_begins_a_new_day_at_once() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert business_day(DAY, date(2000, 1, 1), tomorrow, timedelta(0)) == tomorrow


def test_a_new_card_takes_the_hubs_day_before_its_own_clocks() -> None:
    assert business_day(None, date(1970, 1, 1), DAY, timedelta(0)) == DAY
    assert business_day(None, DAY, None, timedelta(0)) == DAY
