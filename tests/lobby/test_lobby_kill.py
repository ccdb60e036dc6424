"""Two lobbies at once, one of them killed again and again: no number twice, no paper without its row."""

import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import zxingcpp
from PIL import Image

KILLS = 20
TICKETS = 200
"""A lobby; two lobbies make the issue's 400."""


class Lobby:
    def __init__(self, folder: Path, digit: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._digit = digit
        self._process: subprocess.Popen[str] | None = None
        self.told: list[str] = []

    def run(self, tickets: int, kill_after: int | None = None, extra: float = 0.0) -> int:
        """Issue `tickets`, or be killed `extra` seconds after number `kill_after`; return how many were told."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.lobby.issuing_lobby", str(self.folder), str(self._digit), str(tickets)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        before = len(self.told)
        for line in process.stdout:
            self.told.append(line.strip())
            if kill_after is not None and len(self.told) - before == kill_after:
                threading.Event().wait(extra)
                process.kill()
        process.wait()
        return len(self.told) - before

    def rows(self) -> list[tuple[str, str, str]]:
        with sqlite3.connect(self.folder / "outbox.db") as connection:
            return connection.execute("SELECT ticket, number, way FROM tickets").fetchall()

    def papers(self) -> list[str]:
        """Ticket ids in the QR codes of the papers that came out."""
        found = []
        for path in sorted(self.folder.glob("paper-*.png")):
            codes = zxingcpp.read_barcodes(Image.open(path), formats=zxingcpp.BarcodeFormat.QRCode)
            assert len(codes) == 1, f"{path.name} carries exactly one code"
            found.append(codes[0].text.rsplit("/", 1)[-1])
        return found


def test_two_lobbies_and_twenty_kills_give_no_number_twice_and_no_paper_without_a_row(tmp_path: Path) -> None:
    killed, other = Lobby(tmp_path / "one", 1), Lobby(tmp_path / "two", 2)
    neighbour = threading.Thread(target=other.run, args=(TICKETS,))
    neighbour.start()
    source = random.Random(20)
    for _ in range(KILLS):
        killed.run(TICKETS, kill_after=source.randint(1, 9), extra=source.random() * 0.05)
    killed.run(max(1, TICKETS - len(killed.told)))
    neighbour.join()

    rows = killed.rows() + other.rows()
    numbers = [number for _, number, _ in rows]
    assert len(numbers) >= 2 * TICKETS
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    assert set(killed.told + other.told) <= set(numbers), "a number was told that is not in the store"
    tickets = {ticket for ticket, _, _ in rows}
    papers = killed.papers() + other.papers()
    assert set(papers) <= tickets, "a paper came out that is not in the store"
    # after the last start nothing is left open: on paper, on the screen, reprinted or void
    assert all(way for _, _, way in rows)
    void = {ticket for ticket, _, way in rows if way == "void"}
    assert tickets - void <= set(papers)
