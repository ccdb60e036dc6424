"""Keys: which presses count, what each port tells, and pads that are pulled out, held down or mad."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from devices_support import SOON_S, Heard, Line, at_once
from gpiozero.pins.mock import MockFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.input_events import EV_LED, EV_SND, EVENT, LED_SCROLL, InputPort, strokes
from kiosk.devices.key_port import Stroke
from kiosk.devices.key_watch import DOUBLE_PRESS_S, STUCK_S, KeyWatch
from kiosk.devices.keypad import DIGITS, KEYS, VERBS, VirtualKeypad
from kiosk.devices.keypad_evdev import KEY_CODES, EvdevKeypad
from kiosk.devices.keypad_serial import KeyLines, SerialKeypad
from kiosk.devices.rating_pad import ACCEPTED, REFUSED, VirtualRatingPad
from kiosk.devices.rating_pad_gpio import GpioRatingPad
from kiosk.devices.rating_pad_hid import KEY_CODES as PAD_CODES
from kiosk.devices.rating_pad_hid import HidRatingPad

DOWN, REPEAT, UP = 1, 2, 0


def event(code: int, value: int, kind: int = 1) -> bytes:
    return EVENT.pack(0, 0, kind, code, value)


class Fifo:
    """A pipe with a name, for a device file that a test feeds."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        os.mkfifo(path)
        self._end = os.open(path, os.O_RDWR)

    def send(self, data: bytes) -> None:
        """Let the device tell something."""
        os.write(self._end, data)

    def pull(self) -> None:
        """Pull the plug."""
        os.unlink(self.path)
        os.close(self._end)


class Hands:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def fifo(tmp_path: Path) -> Fifo:
    return Fifo(tmp_path / "event0")


# which presses count ----------------------------------------------------------------------------------------------


def test_the_same_key_within_half_a_second_is_one_press_but_digits_may_double() -> None:
    watch = KeyWatch(DIGITS)
    assert [watch.press("next", at) for at in (0.0, 0.3, 0.7)] == [True, False, False]
    assert [watch.press("7", at) for at in (0.0, 0.01, 0.2)] == [True, False, True]
    assert watch.press("park", 0.31), "another key is another press"


def test_a_key_that_repeats_for_an_hour_counts_once_is_told_as_stuck_and_recovers_when_it_rests() -> None:
    watch: KeyWatch[str] = KeyWatch()
    presses = [watch.press("next", step * 0.1) for step in range(36_000)]
    assert sum(presses) == 1
    assert watch.stuck(3600.0) == {"next"}
    assert watch.stuck(3602.0) == frozenset()
    assert watch.press("next", 3602.0)


def test_a_key_that_is_held_is_stuck_until_it_is_let_go_and_the_others_work_on() -> None:
    watch: KeyWatch[int] = KeyWatch()
    assert watch.hold(3, 0.0)
    assert not watch.stuck(STUCK_S - 0.1)
    assert watch.stuck(STUCK_S) == {3}
    assert watch.hold(5, STUCK_S)
    watch.release(3)
    assert not watch.stuck(STUCK_S)
    assert watch.hold(3, STUCK_S + DOUBLE_PRESS_S)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 5)), max_size=60))
def test_however_fast_a_key_is_beaten_two_presses_of_it_are_half_a_second_apart(beats: list[tuple[str, float]]) -> None:
    watch: KeyWatch[str] = KeyWatch()
    at, counted = 0.0, {"a": -1.0, "b": -1.0}
    for key, pause in beats:
        at += pause
        if watch.press(key, at):
            assert at - counted[key] >= DOUBLE_PRESS_S
            counted[key] = at


# ports ------------------------------------------------------------------------------------------------------------


def test_the_verbs_are_the_fields() -> None:
    assert VERBS == ("next", "recall", "start", "no_show", "park", "transfer", "finish", "pause")


def test_a_usb_pad_has_a_key_for_every_verb_and_digit_and_a_rating_pad_one_for_every_score() -> None:
    assert set(KEY_CODES.values()) == set(KEYS)
    assert set(PAD_CODES.values()) == {1, 2, 3, 4, 5}


def test_the_kernels_repeats_and_unknown_keys_say_nothing() -> None:
    raw = event(96, DOWN) + event(96, REPEAT) * 10_000 + event(96, UP) + event(0, 0, kind=0) + event(240, DOWN)
    assert list(strokes(raw, KEY_CODES)) == [Stroke("next", "down"), Stroke("next", "up")]


@given(st.binary(max_size=200))
def test_no_bytes_from_an_input_device_crash(raw: bytes) -> None:
    assert all(stroke.key in KEYS for stroke in strokes(raw, KEY_CODES))


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_noise_on_a_serial_keypad_is_no_key(pieces: list[bytes]) -> None:
    lines = KeyLines()
    for piece in pieces:
        assert all(key in KEYS for key in lines.feed(piece))


def test_a_serial_keypad_tells_whole_lines() -> None:
    line, heard, states = Line(), Heard(), Heard()
    keypad = SerialKeypad(line.path, at_once)
    keypad.on_state = states
    keypad.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    line.send(b"ne")
    line.send(b"xt\r\nboo\r\nPARK\n")
    assert heard.wait(lambda seen: len(seen) == 2) == ["next", "park"]
    keypad.stop()
    line.unplug()


@settings(max_examples=3, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=400), min_size=20, max_size=40))
def test_a_serial_keypad_outlives_whatever_comes_over_its_line(noise: list[bytes]) -> None:
    line, heard, states = Line(), Heard(), Heard()
    keypad = SerialKeypad(line.path, at_once)
    keypad.on_state = states
    keypad.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    for piece in noise:
        line.send(piece)
    line.send(b"\nfinish\n")
    heard.wait(lambda seen: "finish" in seen)
    keypad.stop()
    line.unplug()


def test_a_usb_pad_is_grabbed_heard_lost_and_found_again(tmp_path: Path, fifo: Fifo) -> None:
    grabbed, heard, states, clock = [], Heard(), Heard(), Hands()
    keypad = EvdevKeypad(fifo.path, at_once, clock, grab=grabbed.append)
    keypad.on_state = states
    keypad.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    assert len(grabbed) == 1
    fifo.send(event(78, DOWN) + event(78, REPEAT) * 50 + event(78, UP) + event(79, DOWN))
    assert heard.wait(lambda seen: len(seen) == 2) == ["recall", "1"]
    keypad.stop()
    fifo.pull()
    back = EvdevKeypad(fifo.path, at_once, clock, grab=grabbed.append)
    back.on_state = states
    back.start(heard)
    states.wait(lambda seen: seen[-1] == ("absent", "cable"))
    again = Fifo(tmp_path / "event0")
    states.wait(lambda seen: seen[-1] == ("ready", ""))
    back.stop()
    again.pull()


def test_a_pad_that_another_program_holds_is_faulty_and_says_why(fifo: Fifo) -> None:
    def busy(_: int) -> None:
        raise OSError(16, "Device or resource busy")

    states = Heard()
    keypad = EvdevKeypad(fifo.path, at_once, grab=busy)
    keypad.on_state = states
    keypad.start(lambda verb: None)
    states.wait(lambda seen: ("faulty", "in_use") in seen)
    keypad.stop()


def test_a_missing_keypad_is_absent(tmp_path: Path) -> None:
    keypad = EvdevKeypad(f"{tmp_path}/none", at_once)
    keypad.start(lambda verb: None)
    keypad.stop()
    assert keypad.state == "absent"


def test_a_device_that_ends_is_gone(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with InputPort(str(empty), KEY_CODES, lambda descriptor: None) as read, pytest.raises(OSError, match="gone"):
        read(1.0)


# pads -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def header() -> Iterator[MockFactory]:
    pins = MockFactory()
    yield pins
    pins.reset()


def a_gpio_pad(header: MockFactory, clock: Hands) -> tuple[GpioRatingPad, Heard, Heard]:
    pad, heard, states = GpioRatingPad((5, 6, 13, 19, 26), 16, 20, at_once, lambda: header, clock), Heard(), Heard()
    pad.on_state = states
    pad.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    return pad, heard, states


def test_five_buttons_on_pins_are_five_scores(header: MockFactory) -> None:
    clock = Hands()
    pad, heard, _ = a_gpio_pad(header, clock)
    for pin in (5, 6, 13, 19, 26):
        header.pin(pin).drive_low()
        header.pin(pin).drive_high()
    assert heard.wait(lambda seen: len(seen) == 5) == [1, 2, 3, 4, 5]
    pad.stop()


def test_a_button_on_a_pin_that_is_stuck_is_told_ignored_and_heard_again_when_it_is_free(header: MockFactory) -> None:
    clock = Hands()
    pad, heard, states = a_gpio_pad(header, clock)
    header.pin(13).drive_low()
    heard.wait(lambda seen: seen == [3])
    clock.now += STUCK_S
    states.wait(lambda seen: seen[-1] == ("faulty", "stuck_key"))
    header.pin(26).drive_low()
    heard.wait(lambda seen: seen == [3, 5])
    header.pin(13).drive_high()
    header.pin(26).drive_high()
    states.wait(lambda seen: seen[-1] == ("ready", ""))
    clock.now += 1
    header.pin(13).drive_low()
    heard.wait(lambda seen: seen == [3, 5, 3])
    pad.stop()


def test_a_press_on_pins_is_answered_by_lamp_and_beeper_and_a_refused_one_by_the_beeper_alone(
    header: MockFactory,
) -> None:
    pad, _, _ = a_gpio_pad(header, Hands())
    rest = threading.Event()
    lamp, beeper = header.pin(16), header.pin(20)
    pad.acknowledge(False)
    assert not lamp.state
    pad.acknowledge(True)
    for pin in (lamp, beeper):
        looks = 0
        while not any(state.state for state in pin.states):
            looks += 1
            assert looks < SOON_S / 0.005, "neither lit nor beeped"
            rest.wait(0.005)
    pad.stop()


def test_a_pad_on_a_machine_without_pins_is_absent() -> None:
    def none() -> Any:
        raise OSError("no chip with a pin header")

    states = Heard()
    pad = GpioRatingPad((5, 6, 13, 19, 26), None, None, at_once, none)
    pad.on_state = states
    pad.start(lambda score: None)
    states.wait(lambda seen: ("absent", "cable") in seen)
    pad.acknowledge(True)
    pad.stop()
    with pytest.raises(ValueError, match="4 keys"):
        GpioRatingPad((1, 2, 3, 4), None, None, at_once)


def test_a_usb_rating_pad_is_heard(fifo: Fifo) -> None:
    clock, heard, states = Hands(), Heard(), Heard()
    pad = HidRatingPad(fifo.path, at_once, clock, grab=lambda descriptor: None)
    pad.on_state = states
    pad.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    fifo.send(event(5, DOWN))
    assert heard.wait(lambda seen: len(seen) == 1) == [4]
    pad.stop()


def test_what_a_usb_rating_pad_does_for_an_answer_is_in_the_order_of_time(fifo: Fifo) -> None:
    told: list[tuple[float, int, int, int]] = []
    clock = Hands()

    class Lamp:
        def tell(self, kind: int, code: int, value: int) -> None:
            told.append((clock.now - 100.0, kind, code, value))

    pad = HidRatingPad(fifo.path, at_once, clock)
    pad._input = Lamp()  # type: ignore[assignment]  # a lamp without a port
    pad.acknowledge(True)
    for _ in range(20):
        clock.now += 0.05
        pad._play()
    assert told[0][1:] == (EV_LED, LED_SCROLL, 1)
    dark = next(at for at, kind, _, value in told if kind == EV_LED and not value)
    assert ACCEPTED.lamp_s <= dark < ACCEPTED.lamp_s + 0.06
    told.clear()
    pad.acknowledge(False)
    for _ in range(20):
        clock.now += 0.05
        pad._play()
    assert [value for _, kind, _, value in told if kind == EV_SND] == [1, 0] * REFUSED.beeps
    assert all(kind == EV_SND for _, kind, _, _ in told)


def test_the_virtual_pads_pass_presses_and_refuse_others() -> None:
    pressed: list[object] = []
    keypad, pad = VirtualKeypad(), VirtualRatingPad()
    keypad.press("next")
    keypad.start(pressed.append)
    pad.start(pressed.append)
    keypad.press("next")
    keypad.press("7")
    pad.press(5)
    with pytest.raises(ValueError, match="no key"):
        keypad.press("explode")
    with pytest.raises(ValueError, match="no key"):
        pad.press(6)
    pad.acknowledge(True)
    assert pressed == ["next", "7", 5]
    assert pad.answers == [True]
    keypad.stop()
    pad.stop()
