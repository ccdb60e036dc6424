import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from devices_support import FONTS, a_slip
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices import receipt
from kiosk.devices.receipt import BadSlip, FontFault, TicketSlip, load_slip, render_slip
from kiosk.devices.slip_words import EN, VI, ahead_of, counters_of, forecast_of, moment_of
from kiosk.devices.typeset import VIETNAMESE_LETTERS, WEIGHTS, Fonts, balanced_lines_of, lines_of

EXAMPLE = Path(receipt.__file__).with_name("ticket_example.json")


def codes_in(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_ticket_is_one_bit_as_wide_as_the_paper_and_leads_to_its_page(width: int, language: str) -> None:
    slip = a_slip(width_dots=width, language=language)
    picture = render_slip(slip, FONTS)
    assert (picture.mode, picture.width) == ("1", width)
    assert codes_in(picture) == [slip.link]


@settings(deadline=None, max_examples=15)
@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-/", min_size=1, max_size=200))
def test_the_code_reads_whatever_the_address(path: str) -> None:
    for width in (576, 384):
        slip = a_slip(link=f"https://motcua.example.vn/{path}", papers=(), width_dots=width)
        assert codes_in(render_slip(slip, FONTS)) == [slip.link]


def test_a_ticket_without_an_address_carries_no_code() -> None:
    assert codes_in(render_slip(a_slip(link=""), FONTS)) == []


@pytest.mark.parametrize(("width", "least_mm"), [(576, 16), (384, 11)])
def test_the_number_is_large_enough_to_be_read_at_two_metres(width: int, least_mm: int) -> None:
    picture = render_slip(a_slip(width_dots=width, link="", papers=(), priority=False), FONTS)
    dots = ~np.asarray(picture)
    runs = "".join("#" if inked else " " for inked in dots.any(axis=1)).split()
    assert max(map(len, runs)) >= least_mm * 8


def test_nothing_reaches_the_edge_of_the_paper() -> None:
    for width in (576, 384):
        crowded = a_slip(
            width_dots=width, number="A210523", service="Đăng ký khai sinh " * 12, papers=("Giấy chứng sinh " * 9,) * 20
        )
        dots = ~np.asarray(render_slip(crowded, FONTS))
        assert not dots[:, :2].any()
        assert not dots[:, -2:].any()


def test_every_vietnamese_letter_is_in_every_font() -> None:
    assert sum(not letter.isascii() for letter in VIETNAMESE_LETTERS) == 134
    Fonts(FONTS).check()


def test_what_a_font_lacks_never_comes_out_as_a_box() -> None:
    fonts = Fonts(FONTS)
    assert fonts.printable("medium", "Bản sao ★ ✓ 漢字 Ǭ") == "Bản sao * O"
    for weight in WEIGHTS:
        text = fonts.printable(weight, "Nguyễn ★☂\u200b→ 字")
        assert all(fonts.has(weight, letter) for letter in text)


def test_a_missing_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(FontFault, match="BeVietnamPro-SemiBold"):
        render_slip(a_slip(), tmp_path)


def test_lines_keep_their_words_and_their_width() -> None:
    font = Fonts(FONTS).font("medium", 25)
    text = "Giấy chứng nhận kết hôn, nếu cha mẹ đã đăng ký kết hôn tại nơi khác"
    for breaking in (lines_of, balanced_lines_of):
        lines = breaking(text, font, 400, 5)
        assert " ".join(lines) == text
        assert all(font.getlength(line) <= 400 for line in lines)
    assert lines_of(text, font, 400, 1)[0].endswith("…")
    assert "".join(lines_of("x" * 200, font, 100, 50)) == "x" * 200


def test_dates_are_written_as_people_write_them() -> None:
    moment = datetime(2026, 11, 24, 8, 5)
    assert moment_of(moment, "vi") == "Thứ Ba, 24/11/2026 · 08:05"
    assert moment_of(moment, "en") == "Tuesday, 24 Nov 2026 · 08:05"
    assert moment_of(datetime(2026, 11, 29, 16, 30), "vi") == "Chủ nhật, 29/11/2026 · 16:30"


def test_a_moment_of_another_zone_is_shown_in_vietnams_time() -> None:
    abroad, here = a_slip(issued_at=datetime(2026, 11, 24, 1, 5, tzinfo=UTC)), a_slip()
    assert render_slip(abroad, FONTS).tobytes() == render_slip(here, FONTS).tobytes()


@pytest.mark.parametrize(
    ("minutes", "vi", "en"),
    [
        ((10, 20), "khoảng 10–20 phút", "about 10–20 min"),
        ((15, 15), "khoảng 15 phút", "about 15 min"),
        ((0, 5), "dưới 5 phút", "under 5 min"),
        ((0, 0), "dưới 1 phút", "under 1 min"),
        (None, "chưa dự kiến được", "not known yet"),
    ],
)
def test_the_range_is_honest(minutes: tuple[int, int] | None, vi: str, en: str) -> None:
    assert forecast_of(minutes, VI) == vi
    assert forecast_of(minutes, EN) == en


def test_people_ahead_and_counters_are_said_in_words() -> None:
    assert [ahead_of(count, VI) for count in (0, 1, 7)] == ["không có ai", "1 người", "7 người"]
    assert [ahead_of(count, EN) for count in (0, 1, 7)] == ["nobody", "1 person", "7 people"]
    assert counters_of((4,), VI) == "quầy 4"
    assert counters_of((1, 2, 3), VI) == "quầy 1, 2 hoặc 3"
    assert counters_of((1, 2), EN) == "counter 1 or 2"
    assert counters_of((), VI) == ""


def test_the_example_that_ships_is_a_ticket() -> None:
    slip = load_slip(EXAMPLE.read_bytes())
    assert slip.number == "A105"
    assert codes_in(render_slip(slip, FONTS)) == [slip.link]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": ""}, "number"),
        ({"number": "★"}, "number"),
        ({"width_dots": 512}, "576"),
        ({"language": "fr"}, '"vi" or "en"'),
        ({"waiting": -1}, "waiting"),
        ({"waiting": "many"}, "waiting"),
        ({"forecast_minutes": [20, 10]}, "low <= high"),
        ({"forecast_minutes": [20]}, "forecast_minutes"),
        ({"issued_at": "yesterday"}, "issued_at"),
        ({"issued_at": "0001-01-01T00:00:00Z"}, "issued_at"),
        ({"link": "x" * 400}, "link"),
        ({"office": "x" * 4000}, "office"),
        ({"papers": ["x"] * 99}, "papers"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_spec_is_refused_with_the_field_that_is_wrong(change: dict[str, object], said: str) -> None:
    spec = {**json.loads(EXAMPLE.read_bytes()), **change}
    with pytest.raises(BadSlip, match=said):
        load_slip(json.dumps(spec).encode())


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"office": "\xff"}', b"null"])
def test_what_is_no_spec_is_refused(raw: bytes) -> None:
    with pytest.raises(BadSlip):
        load_slip(raw)


@settings(deadline=None, max_examples=25)
@given(office=st.text(max_size=80), service=st.text(max_size=120), papers=st.lists(st.text(max_size=60), max_size=12))
def test_any_words_make_a_ticket(office: str, service: str, papers: list[str]) -> None:
    slip = a_slip(office=office, service=service, papers=tuple(papers), width_dots=384)
    assert isinstance(slip, TicketSlip)
    assert render_slip(slip, FONTS).width == 384
