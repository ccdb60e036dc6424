from collections.abc import Callable

import numpy as np
import pytest
from devices_support import at_once
from PIL import Image
from test_qr_decoder import PAYLOAD, a_code

from kiosk.devices.camera import NotAFrame, VirtualCamera
from kiosk.devices.card_frames import card_frame, empty_frame
from kiosk.devices.lamp import VirtualLamp
from kiosk.devices.qr_decoder import QrDecoder, Scan, Sight
from kiosk.devices.qr_scanner import CameraScanner, HeldCards, ScanEvent, VirtualScanner

OTHER = "079190999014||Đặng Thu Hương|02021990|Nữ|Số 7 Hai Bà Trưng, Phường Bến Nghé|09092025||||"
NOTHING = Sight((), False)


@pytest.fixture
def watched() -> tuple[VirtualCamera, CameraScanner, list[ScanEvent]]:
    camera, told = VirtualCamera(), list[ScanEvent]()
    scanner = CameraScanner(camera, QrDecoder(), at_once)
    scanner.start(told.append)
    return camera, scanner, told


def sight_of(*texts: str) -> Sight:
    return Sight(tuple(Scan(text, "zxing", 1.0) for text in sorted(texts)), False)


def news(frames: list[Sight]) -> list[tuple[str, str]]:
    held = HeldCards()
    return [(event.kind, event.text) for frame in frames if (event := held.see(frame)) is not None]


def test_a_held_card_is_told_once_and_again_after_it_was_away(
    watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]],
) -> None:
    camera, _, told = watched
    card = card_frame(PAYLOAD, 1)
    for _ in range(3):
        camera.hold(card)
    assert [(event.kind, event.text) for event in told] == [("text", PAYLOAD)]
    camera.clear()
    camera.show(card)
    assert len(told) == 2


def test_two_cards_in_one_frame_ask_again(watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]]) -> None:
    camera, _, told = watched
    both = np.hstack([np.pad(a_code(text)[:300, :300], 10, constant_values=235) for text in ("mot", "hai")])
    camera.show(both)
    assert [event.kind for event in told] == ["two_cards"]


def test_a_code_that_is_no_text_is_unreadable(watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]]) -> None:
    camera, _, told = watched
    camera.show(a_code(b"\xff\xfe\xfd\x00"))
    assert [event.kind for event in told] == ["unreadable"]


def test_empty_views_tell_nothing(watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]]) -> None:
    camera, _, told = watched
    camera.show(empty_frame(1))
    assert told == []


def test_a_picture_that_is_none_is_refused(watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]]) -> None:
    camera, _, _ = watched
    with pytest.raises(NotAFrame):
        camera.show(b"no picture")


def test_the_scanner_has_the_cameras_state(watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]]) -> None:
    camera, scanner, told = watched
    assert scanner.state == "ready"
    scanner.stop()
    assert scanner.state == "absent"
    camera.show(card_frame(PAYLOAD, 1))
    assert told == []


def test_results_come_through_post() -> None:
    posted: list[Callable[[], None]] = []
    told: list[ScanEvent] = []
    camera = VirtualCamera()
    CameraScanner(camera, QrDecoder(), posted.append).start(told.append)
    camera.hold(card_frame(PAYLOAD, 1))
    assert told == []
    posted.pop()()
    assert [event.text for event in told] == [PAYLOAD]


def test_cards_that_take_turns_in_view_are_two_cards() -> None:
    assert news([sight_of("a"), sight_of("b"), sight_of("a"), sight_of("b")]) == [("text", "a"), ("two_cards", "")]


def test_the_one_that_remains_of_two_is_read() -> None:
    assert news([sight_of("a", "b"), *[sight_of("a")] * 6]) == [("two_cards", ""), ("text", "a")]


def test_missed_frames_do_not_make_a_held_card_a_new_one() -> None:
    assert news([sight_of("a"), *[NOTHING] * 8, sight_of("a")]) == [("text", "a")]
    assert news([sight_of("a"), *[NOTHING] * 12, sight_of("a")]) == [("text", "a"), ("text", "a")]


def test_another_card_shortly_after_is_a_card_and_not_two() -> None:
    assert news([sight_of("a"), *[NOTHING] * 5, sight_of("b")]) == [("text", "a"), ("text", "b")]


def test_the_virtual_scanner_tells_what_it_is_told() -> None:
    told: list[ScanEvent] = []
    scanner = VirtualScanner()
    scanner.scan("before")
    scanner.start(told.append)
    scanner.scan(PAYLOAD)
    scanner.scan_two()
    scanner.scan_unreadable()
    assert [event.kind for event in told] == ["text", "two_cards", "unreadable"]


def test_a_card_that_is_held_too_far_away_is_called_closer_until_it_is_read(
    watched: tuple[VirtualCamera, CameraScanner, list[ScanEvent]],
) -> None:
    camera, _, told = watched
    far = np.pad(a_code(PAYLOAD), 900, constant_values=200)
    far = np.asarray(Image.fromarray(far).reduce(5))
    torn = far.copy()
    middle = len(torn) // 2
    torn[middle - 8 : middle + 8, middle - 8 : middle + 8] = 235
    for _ in range(8):
        camera.hold(torn)
    camera.hold(card_frame(PAYLOAD, 1))
    assert [(event.kind, event.text) for event in told] == [("hint", "closer"), ("hint", ""), ("text", PAYLOAD)]


def test_the_lamp_shines_while_cards_are_waited_for() -> None:
    lamp = VirtualLamp()
    scanner = CameraScanner(VirtualCamera(), QrDecoder(), at_once, lamp)
    assert not lamp.is_lit
    scanner.start(lambda _: None)
    assert lamp.is_lit
    scanner.stop()
    assert lamp.switched == [True, False]
