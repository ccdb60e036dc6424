from pathlib import Path

import pytest
from devices_support import FONTS, Heard, a_slip
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices.paper_roll import CUT_FEED_MM, FILE, LOW_M, PaperRoll, RollFile
from kiosk.devices.printer import PrinterStatus, VirtualPrinter
from kiosk.devices.printer_metered import MeteredPrinter
from kiosk.devices.receipt import render_slip

LONG = Image.new("1", (576, 8 * 1000), 1)
"""A metre of paper."""


@given(st.lists(st.integers(0, 20_000), max_size=50))
def test_every_slip_takes_its_dots_and_the_way_to_the_cutter(rows: list[int]) -> None:
    roll = PaperRoll(length_m=50)
    for row in rows:
        roll = roll.after(row)
    assert roll.used_mm == pytest.approx(sum(rows) / 8 + CUT_FEED_MM * len(rows))
    assert roll.left_m == pytest.approx(max(0.0, 50 - roll.used_mm / 1000))
    assert roll.slips == len(rows)


def test_what_is_left_is_told_in_slips_like_those_before() -> None:
    roll = PaperRoll(length_m=50)
    assert roll.slips_left is None
    for _ in range(10):
        roll = roll.after(render_slip(a_slip(), FONTS).height)
    assert roll.slips_left is not None
    assert 250 < roll.slips_left < 450


def test_a_roll_is_low_before_it_ends_and_a_new_one_is_not() -> None:
    roll = PaperRoll(length_m=50, used_mm=(50 - LOW_M) * 1000 + 1, slips=300)
    assert roll.is_low
    assert not roll.renewed().is_low
    assert roll.renewed().length_m == 50


def test_a_roll_is_remembered_over_a_restart_and_a_broken_file_is_a_new_roll(tmp_path: Path) -> None:
    file = RollFile(tmp_path, 50)
    roll = PaperRoll(length_m=50).after(1200)
    file.keep(roll)
    assert RollFile(tmp_path, 50).load() == roll
    assert RollFile(tmp_path, 80).load().length_m == 80, "what kiosk.toml says now counts"
    for broken in (b"", b"{", b"[1]", b'{"length_m": -4}', b"\xff"):
        (tmp_path / FILE).write_bytes(broken)
        assert file.load() == PaperRoll(length_m=50)


def test_a_card_that_cannot_be_written_stops_no_slip(tmp_path: Path) -> None:
    printer = MeteredPrinter(VirtualPrinter(), RollFile(tmp_path / "nowhere", 50))
    assert printer.print(LONG).outcome == "printed"
    assert printer.roll.slips == 1


def test_staff_are_told_once_when_the_roll_runs_low_and_again_when_a_new_one_is_in(tmp_path: Path) -> None:
    printer = MeteredPrinter(VirtualPrinter(), RollFile(tmp_path, 10))
    told = Heard()
    printer.on_state = told
    for _ in range(8):
        printer.print(LONG)
    assert told.all == [("ready", "paper_low")]
    assert printer.status() == PrinterStatus("ok", ("paper_low",))
    printer.paper_changed()
    assert told.all[1:] == [("ready", "")]
    assert printer.status() == PrinterStatus("ok")


def test_whoever_mends_an_end_of_paper_has_put_in_a_new_roll(tmp_path: Path) -> None:
    inner = VirtualPrinter()
    printer = MeteredPrinter(inner, RollFile(tmp_path, 10))
    told = Heard()
    printer.on_state = told
    for _ in range(8):
        printer.print(LONG)
    inner.set_paper(False)
    assert printer.print(LONG).outcome == "failed"
    inner.set_cable(False)
    inner.set_cable(True)
    assert printer.roll.slips == 8, "a cable is no roll"
    inner.set_paper(True)
    assert printer.roll.slips == 0
    assert told.all[0] == ("ready", "paper_low")
    assert told.all[-1] == ("ready", "")


def test_a_slip_that_did_not_come_out_takes_no_paper(tmp_path: Path) -> None:
    inner = VirtualPrinter()
    printer = MeteredPrinter(inner, RollFile(tmp_path, 10))
    inner.set_cable(False)
    printer.print(LONG)
    assert printer.roll == PaperRoll(length_m=10)
