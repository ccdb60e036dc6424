"""A scanner that types: twelve digits or nothing, whatever its keyboard makes of Vietnamese."""

from pathlib import Path

import pytest
from devices_support import Heard, at_once
from hypothesis import given
from hypothesis import strategies as st
from test_keypads import DOWN, UP, Fifo, event

from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.scanner_wedge import KEY_CODES, LONGEST_KEYS, NumberAssembler, WedgeScanner

NUMBER = "079046999261"
SHIFT, BACKSLASH, ENTER = 42, 43, 28
CODES = dict(zip("1234567890qwertyuiop[]", [*range(2, 12), *range(16, 28)], strict=True))


def typed(text: str) -> bytes:
    keys = []
    for letter in text:
        if letter == "|":
            keys += [event(SHIFT, DOWN), event(BACKSLASH, DOWN), event(BACKSLASH, UP), event(SHIFT, UP)]
        else:
            code = ENTER if letter == "\n" else CODES.get(letter.lower(), 53)
            keys += [event(code, DOWN), event(code, UP)]
    return b"".join(keys)


def numbers_of(keys: list[str]) -> list[str]:
    assembler = NumberAssembler()
    told = [assembler.key(key) for key in keys] + [assembler.idle()]
    return [number for number in told if number is not None]


@pytest.fixture
def heard(tmp_path: Path) -> tuple[Fifo, Heard]:
    fifo = Fifo(tmp_path / "event0")
    heard, states = Heard(), Heard()
    scanner = WedgeScanner(fifo.path, at_once, grab=lambda _: None)
    scanner.on_state = states
    scanner.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    return fifo, heard


def test_of_a_typed_card_the_number_is_told_and_the_garbled_rest_ignored(heard: tuple[Fifo, Heard]) -> None:
    fifo, told = heard
    fifo.send(typed(f"{NUMBER}||Tr?n Minh Ngh?a|16111946|Nam|12 L? L?i\n"))
    assert told.wait(lambda seen: len(seen) == 1) == [ScanEvent("number", NUMBER, "wedge")]


def test_a_scan_without_enter_ends_with_a_pause_and_an_aim_prefix_is_no_digit(heard: tuple[Fifo, Heard]) -> None:
    fifo, told = heard
    fifo.send(typed(f"]Q1{NUMBER}||Tr"))
    assert told.wait(lambda seen: len(seen) == 1) == [ScanEvent("number", NUMBER, "wedge")]


def test_what_is_no_card_is_unreadable_and_the_next_card_is_read(heard: tuple[Fifo, Heard]) -> None:
    fifo, told = heard
    fifo.send(typed("https\n") + typed(f"{NUMBER}|\n"))
    assert told.wait(lambda seen: len(seen) == 2) == [
        ScanEvent("unreadable"),
        ScanEvent("number", NUMBER, "wedge"),
    ]


def test_endless_typing_is_one_unreadable_scan_and_no_memory() -> None:
    assert numbers_of(["7"] * (50 * LONGEST_KEYS) + ["end", *NUMBER, "end"]) == ["", NUMBER]


@given(st.lists(st.sampled_from(sorted({*KEY_CODES.values()})), max_size=60))
def test_no_keys_make_a_number_that_is_not_twelve_digits(keys: list[str]) -> None:
    assert all(number == "" or (len(number) == 12 and number.isdecimal()) for number in numbers_of(keys))
