from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest
import zxingcpp
from devices_support import FONTS, a_slip
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from kiosk.bench.rig.escpos_interpreter import interpret
from kiosk.devices.escpos import encode_escpos
from kiosk.devices.logo import LogoFault, dots_of, load_logo
from kiosk.devices.receipt import code_of, render_slip
from kiosk.devices.slip_parts import Sheet
from kiosk.devices.slip_spec import KINDS, TicketSlip, example_of, load_slip
from kiosk.devices.slip_words import EN, VI, ahead_of, counters_of, day_of, forecast_of, moment_of, vnd_of
from kiosk.devices.typeset import (
    VIETNAMESE_LETTERS,
    WEIGHTS,
    FontFault,
    Fonts,
    balanced_lines_of,
    lines_of,
    one_bit,
    text_block,
)


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


def test_all_values_of_a_slip_are_of_one_size() -> None:
    sheet = Sheet(384, "en", Fonts(FONTS))
    short, tight = ("Go to", "3"), ("Expected wait", "about 10–20 min")
    mixed, alike = sheet.facts([short, tight]), sheet.facts([tight, tight])
    assert mixed.height == alike.height < sheet.facts([short, short]).height


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
    cut = lines_of(text, font, 400, 1)[0]
    assert cut.endswith("…")
    assert text.startswith(cut[:-1] + " ") or text.startswith(cut[:-1] + ","), "no word is cut in two"
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


@settings(deadline=None, max_examples=25)
@given(office=st.text(max_size=80), service=st.text(max_size=120), papers=st.lists(st.text(max_size=60), max_size=12))
def test_any_words_make_a_ticket(office: str, service: str, papers: list[str]) -> None:
    slip = a_slip(office=office, service=service, papers=tuple(papers), width_dots=384)
    assert isinstance(slip, TicketSlip)
    assert render_slip(slip, FONTS).width == 384


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_slip_is_as_wide_as_its_paper_and_carries_its_code(width: int, kind: str, language: str) -> None:
    slip = msgspec.structs.replace(load_slip(example_of(kind).encode()), width_dots=width, language=language)
    picture = render_slip(slip, FONTS)
    assert (picture.mode, picture.width) == ("1", width)
    assert codes_in(picture) == ([slip.link] if slip.link else [])


def test_a_slip_can_be_torn_off_below_its_last_line() -> None:
    for width, least_mm in ((576, 4), (384, 10)):
        inked = (~np.asarray(render_slip(a_slip(width_dots=width), FONTS))).any(axis=1)
        assert not inked[-least_mm * 8 :].any()


def test_an_address_in_vietnamese_letters_reads_as_it_was() -> None:
    link = "https://motcua.example.vn/số-thứ-tự/A105"
    assert codes_in(render_slip(a_slip(link=link), FONTS)) == [link]


@pytest.mark.parametrize("size", [22, 30, 46])
def test_every_vietnamese_letter_comes_out_whole_in_every_size(size: int) -> None:
    fonts = Fonts(FONTS)
    for weight in ("medium", "bold"):
        font = fonts.font(weight, size)
        for letter in VIETNAMESE_LETTERS:
            roomy = Image.new("L", (120, 200), 255)
            ImageDraw.Draw(roomy).text((0, 100), letter, font=font, fill=0, anchor="lm")
            block = one_bit(text_block(fonts, letter, weight, size, 120))
            assert ink(block) == ink(roomy.point(lambda value: 255 if value > 127 else 0, "1")), f"{letter} is cut"


@pytest.mark.parametrize("size", [22, 30, 46])
def test_all_vietnamese_letters_reach_the_paper_dot_by_dot(size: int) -> None:
    picture = one_bit(text_block(Fonts(FONTS), " ".join(VIETNAMESE_LETTERS), "medium", size, 576, most=40))
    paper = interpret(encode_escpos(picture), 576)
    assert np.array_equal(np.asarray(paper.picture()), np.asarray(picture))


def test_marks_of_one_line_do_not_touch_the_line_above() -> None:
    block = one_bit(text_block(Fonts(FONTS), "gypqjỵ ỄẪẨỖẰ", "bold", 30, 130, most=2))
    rows = (~np.asarray(block)).any(axis=1)
    runs = "".join("#" if inked else " " for inked in rows).split()
    assert len(runs) >= 2


def ink(picture: Image.Image) -> bytes:
    """Return the inked dots without the white around them."""
    dots = ~np.asarray(picture)
    rows, columns = np.flatnonzero(dots.any(axis=1)), np.flatnonzero(dots.any(axis=0))
    return dots[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].tobytes()


def a_logo(path: Path, *, photo: bool = False) -> Path:
    picture = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if photo:
        for column in range(200):
            pen.line((column + 50, 20, column + 50, 180), fill=(column, column, column, 255))
    else:
        pen.ellipse((60, 20, 220, 180), outline=(150, 20, 20, 255), width=18)
    picture.save(path, "PNG")
    return path


@pytest.mark.parametrize("width", [576, 384])
def test_a_logo_stands_beside_the_offices_name_without_its_white_margin(tmp_path: Path, width: int) -> None:
    logo = load_logo(a_logo(tmp_path / "logo.png"), width)
    assert logo.mode == "1"
    assert (~np.asarray(logo)).any(axis=0)[[0, -1]].all()
    slip = a_slip(width_dots=width)
    with_logo, without = render_slip(slip, FONTS, logo), render_slip(slip, FONTS)
    assert codes_in(with_logo) == [slip.link]
    assert with_logo.height < without.height + logo.height
    assert len(encode_escpos(with_logo)) <= 0.6 * width / 8 * with_logo.height


def test_tones_of_a_logo_keep_their_brightness_and_line_art_its_edges(tmp_path: Path) -> None:
    ramp = Image.linear_gradient("L").resize((200, 100))
    dots = dots_of(ramp).convert("L")
    meant = np.asarray(ramp, float) / 255
    seen = np.asarray(dots.filter(ImageFilter.GaussianBlur(4)), float) / 255
    # lighter in the middle tones, because a thermal head prints them darker
    assert 0 <= np.mean(seen[20:-20] - meant[20:-20]) < 0.1
    assert np.all(np.diff(seen.mean(axis=1)[10:-10:10]) > 0)
    ring = load_logo(a_logo(tmp_path / "ring.png"), 576).convert("L")
    smooth = ring.filter(ImageFilter.MedianFilter(3))
    frayed = np.count_nonzero(np.asarray(ring) != np.asarray(smooth))
    assert frayed < 0.02 * ring.width * ring.height


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(40), b"no picture at all", None], ids=str
)
def test_a_logo_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LogoFault, match=r"logo\.png"):
        load_logo(path, 576)


def test_a_logo_of_one_colour_or_half_a_file_is_refused(tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(blank)
    with pytest.raises(LogoFault, match="one colour"):
        load_logo(blank, 576)
    whole = a_logo(tmp_path / "whole.png", photo=True).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LogoFault):
        load_logo(tmp_path / "half.png", 576)


def test_days_and_money_are_written_as_people_write_them() -> None:
    assert (day_of(date(2026, 12, 8), "vi"), day_of(date(2026, 12, 8), "en")) == ("08/12/2026", "8 Dec 2026")
    assert (vnd_of(1_250_000, "vi"), vnd_of(1_250_000, "en")) == ("1.250.000 đ", "1,250,000 VND")


def test_the_code_of_a_form_is_told_in_halves_and_takes_a_line_of_the_slip() -> None:
    assert code_of("7K3MWX9D") == "7K3M WX9D"
    plain, told = a_slip(), a_slip(form_codes=("7K3MWX9D",))
    assert render_slip(told, FONTS).height > render_slip(plain, FONTS).height
