"""A rating without seeing or touching the glass: the number pad and the voice alone."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.counter import view as v
from kiosk.demo.trial import TrialOffice
from kiosk.devices.narrator import VirtualNarrator
from kiosk.domain import events
from kiosk.lobby import view as lobby_view
from kiosk.ui.role import Access
from tests.blind import Blind


@pytest.fixture
def person(tmp_path: Path, show: Any) -> Blind:
    from kiosk.counter.screens import CounterScreens
    from kiosk.ui.locales import texts_for

    office = TrialOffice(tmp_path)
    lobby, counter = office.lobby(), office.counter(1)
    counter.sign_in()
    for intent in (lobby_view.Choose(key="chung-thuc"), lobby_view.Choose(key="sao-y"), lobby_view.TakeTicket()):
        lobby.flow.act(intent)
        office.time.settle()
    counter.press("next", "start", "finish")
    flow = counter.flow
    narrator = VirtualNarrator()
    ui = show(CounterScreens(texts_for, lambda intent: flow.act(intent)), (1280, 800))
    access = Access(voice=narrator, switch_reading=lambda: flow.act(v.SwitchReading()))
    person = Blind(ui, flow, office.time.settle, narrator, access)
    person.office, person.counter = office, counter
    return person


def test_a_rating_is_given_by_pad_and_ear(person):
    from kiosk.ui.focus import PAD_5

    assert person.flow.view.step == "rating"
    heard = person.press(PAD_5)
    assert any("hài lòng" in line for line in heard), "the question and the faces are read"
    person.choose("Rất hài lòng")
    person.office.time.advance(seconds=4)  # nobody changed their mind
    rated = [event for event in person.counter.events() if isinstance(event, events.RatingGiven)]
    assert [event.score for event in rated] == [5]


def test_a_low_mark_leads_through_reasons_by_pad_and_ear(person):
    from kiosk.ui.focus import PAD_5

    person.press(PAD_5)
    heard = person.choose("Không hài lòng")
    assert person.flow.view.step == "reasons"
    assert any("nút bấm" in line for line in heard)
    reason = next(line for line in heard if line.startswith("Chờ"))
    person.choose(reason.split(",")[0])
    assert person.flow.view.reasons == ("wait",)
    person.choose("Gửi")
    rated = [event for event in person.counter.events() if isinstance(event, events.RatingGiven)]
    assert [(event.score, event.reasons) for event in rated] == [(2, ("wait",))]


def test_every_text_and_button_of_every_screen_is_read(show):
    from kiosk.counter.screens import CounterScreens
    from kiosk.counter.screens.gallery import gallery
    from kiosk.ui.focus import walk
    from kiosk.ui.locales import texts_for
    from kiosk.ui.reading import buttons_of, lines_of
    from kiosk.ui.widgets.text import Icon

    ui = show(CounterScreens(texts_for, lambda _intent: None), (1280, 800))
    for name, view in gallery("vi"):
        ui.root.render(view)
        ui.settle()
        lines = lines_of(ui.root, texts_for("vi"))
        read = " ".join(line.words for line in lines)
        named = [words for words in ui.words() if len(words) > 1 and not texts_for("vi").has(f"sign.{words}")]
        assert not [words for words in named if words not in read], name
        assert [line.button for line in lines if line.button and line.button.is_enabled] == buttons_of(ui.root), name
        dumb = [line.words for line in lines if not any(letter.isalnum() for letter in line.words.split(",")[0])]
        assert not dumb, name
        icons = {part.name for part in walk(ui.root) if isinstance(part, Icon)}
        assert not [line.words for line in lines if line.words.split(",")[0] in icons], f"{name}: an icon's file name"


def read(show, name):
    """Return what is read of a state of the tablet: words, and whether only in private."""
    from kiosk.counter.screens import CounterScreens
    from kiosk.counter.screens.gallery import gallery
    from kiosk.ui.locales import texts_for
    from kiosk.ui.reading import lines_of

    ui = show(CounterScreens(texts_for, lambda _intent: None), (1280, 800))
    ui.root.render(dict(gallery("vi"))[name])
    ui.settle()
    return {line.words: line.is_private for line in lines_of(ui.root, texts_for("vi"))}


def test_what_is_chosen_is_told(show):
    heard = read(show, "reasons-comment")
    assert "Rất không\nhài lòng, đã chọn" in heard
    assert {"Chờ quá lâu, đã chọn", "Thái độ chưa tốt, nút bấm"} <= set(heard)


@pytest.mark.parametrize(
    ("state", "words"),
    [("comment", "Đã viết: Chờ hơn một tiếng, mong có thêm ghế cho người già"), ("receipt", "KN-7RX4PM")],
)
def test_what_was_written_and_its_code_are_read_in_private_only(show, state, words):
    assert read(show, state)[words] is True
