"""A ticket without seeing or touching the glass: the number pad and the voice alone."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.trial import TrialOffice
from kiosk.devices.narrator import VirtualNarrator
from kiosk.lobby import view as v
from kiosk.ui.role import Access
from tests.blind import Blind
from tests.lobby.test_lobby_flow import CARD


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    return TrialOffice(tmp_path)


def sit_down(office: TrialOffice, show: Any, is_private: bool = True) -> Blind:
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui.locales import texts_for

    flow = office.lobby().flow

    def act(intent: Any) -> None:
        flow.act(intent)

    ui = show(LobbyScreens(texts_for, act))
    narrator = VirtualNarrator(is_private)
    access = Access(
        voice=narrator,
        switch_reading=lambda: act(v.Toggle(what="read_aloud")),
        stir=lambda: act(v.StayHere()),
        call_help=lambda: act(v.CallHelp()),
    )
    return Blind(ui, flow, office.time.settle, narrator, access)


def test_a_ticket_is_taken_by_pad_and_ear(office, show):
    from kiosk.ui.focus import PAD_5

    person = sit_down(office, show)
    first = person.press(PAD_5)
    assert first[0].startswith("Màn hình sẽ được đọc to")
    assert any(line.startswith("Chứng thực") for line in first)
    assert person.flow.view.read_aloud
    heard = person.choose("Chứng thực")
    assert any(line.startswith("Chứng thực bản sao") for line in heard)
    heard = person.choose("Chứng thực bản sao")
    assert any("Bản chính" in line for line in heard), "what to bring is read"
    heard = person.choose("Lấy số")
    assert person.flow.view.step == "ticket"
    assert any("A không không một" in line for line in heard), "the number is read letter and digits"
    person.choose("Xong")
    assert person.flow.view.step == "idle"
    assert not person.flow.view.read_aloud
    assert person.narrator.volume == 0


def test_every_text_and_button_of_every_screen_is_read_in_order(show):
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.lobby.screens.gallery import gallery
    from kiosk.ui.focus import walk
    from kiosk.ui.locales import texts_for
    from kiosk.ui.reading import buttons_of, lines_of
    from kiosk.ui.widgets.touch import TouchButton

    ui = show(LobbyScreens(texts_for, lambda _intent: None))
    for name, view in gallery("vi"):
        ui.root.render(view)
        ui.settle()
        lines = lines_of(ui.root, texts_for("vi"))
        read = " ".join(line.words for line in lines)
        named = [words for words in ui.words() if not texts_for("vi").has(f"sign.{words}")]
        assert not [words for words in named if words not in read], name
        assert [line.button for line in lines if line.button and line.button.is_enabled] == buttons_of(ui.root), name
        assert all(line.words.strip() for line in lines), name
        assert len([w for w in walk(ui.root) if isinstance(w, TouchButton)]) > 0


def test_help_comes_by_one_key(office, show):
    from kiosk.ui.focus import PAD_MULTIPLY

    person = sit_down(office, show)
    person.press(PAD_MULTIPLY)
    assert person.flow.view.notice == "help_called"


def test_the_volume_goes_by_steps_and_back_after_the_visit(office, show):
    from kiosk.ui.focus import PAD_0, PAD_5, PAD_DIVIDE, PAD_MINUS, PAD_PLUS

    person = sit_down(office, show)
    person.press(PAD_5)
    assert person.press(PAD_PLUS) == ["To hơn"]
    person.press(PAD_PLUS)
    person.press(PAD_MINUS)
    assert person.narrator.volume == 1
    again = person.press(PAD_0)
    assert any(line.startswith("Hôm nay") or "?" in line for line in again), again
    person.press(PAD_DIVIDE)
    assert person.narrator.volume == 0
    assert not person.flow.view.read_aloud


@pytest.mark.parametrize("is_private", [True, False])
def test_a_name_is_read_only_where_nobody_else_hears(office, show, is_private):
    from kiosk.ui.focus import PAD_5

    person = sit_down(office, show, is_private)
    person.press(PAD_5)
    person.flow._scanner.scan(CARD)
    office.time.settle()
    before = len(person.narrator.read_out)
    person.see()
    assert any("Hoa" in line for line in person.narrator.read_out[before:]) == is_private


def test_a_key_held_for_an_hour_acts_once(office, show):
    from kiosk.ui.focus import PAD_6, FocusRing

    person = sit_down(office, show)
    told = []
    ring = FocusRing(person.ui.root, on_focus=told.append)
    for repeat in range(1000):
        ring.key(PAD_6, [], repeat * 3.6 / 10)
    assert len(told) == 1


def test_moving_the_focus_keeps_the_visit_alive(office, show):
    from kiosk.ui.focus import PAD_5, PAD_6

    person = sit_down(office, show)
    person.press(PAD_5)
    person.choose("Hộ tịch")
    for _ in range(12):
        office.time.advance(seconds=20)
        person.press(PAD_6)
    assert person.flow.view.step == "group"
