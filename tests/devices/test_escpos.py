import itertools
from typing import Any

import numpy as np
import pytest
from devices_support import FONTS, a_slip
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.bench.rig.escpos_interpreter import interpret
from kiosk.devices.escpos import (
    BAND_PRICE,
    CUT,
    FEED_PRICE,
    INITIALISE,
    PrinterStatus,
    encode_escpos,
    is_status_byte,
    status_of,
)
from kiosk.devices.receipt import render_slip


def untrimmed_size(image: Image.Image) -> int:
    return 8 + (image.width + 7) // 8 * image.height


@settings(deadline=None, max_examples=60)
@given(width=st.integers(1, 90), height=st.integers(1, 400), ink=st.floats(0, 0.2), seed=st.integers(0, 2**32 - 1))
def test_any_picture_comes_out_dot_by_dot(width: int, height: int, ink: float, seed: int) -> None:
    source = np.random.default_rng(seed)
    dots = (source.random((height, width)) < ink) & (source.random((height, 1)) < 0.5)
    image = Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)

    paper = interpret(encode_escpos(image), width)

    assert np.array_equal(np.asarray(paper.picture()), np.asarray(image))
    assert paper.tallest_band <= 128


def test_a_ticket_is_reset_printed_whole_and_cut_once() -> None:
    for width in (576, 384):
        slip = render_slip(a_slip(width_dots=width), FONTS)
        job = encode_escpos(slip)
        paper = interpret(job, width)
        assert np.array_equal(np.asarray(paper.picture()), np.asarray(slip))
        assert (paper.resets, paper.chinese_mode, paper.cuts) == (1, False, [slip.height])
        assert paper.known == {"ESC @", "FS .", "ESC J", "GS v 0", "GS V"}, "what every clone knows"


@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"papers": ()},
        {"link": ""},
        {"papers": (), "link": "", "counters": (), "forecast_minutes": None},
        {"link": "https://motcua.example.vn/" + "a" * 200},
        {"priority": "Người cao tuổi từ đủ 75 tuổi trở lên", "counters": tuple(range(1, 10))},
        {"papers": ("Đơn đăng ký biến động đất đai, tài sản gắn liền với đất theo Mẫu số 11/ĐK",) * 12},
    ],
    ids=["everyday", "no papers", "no code", "bare", "long address", "priority", "many papers"],
)
def test_a_ticket_takes_at_most_sixty_percent_of_its_raster(width: int, language: str, change: dict[str, Any]) -> None:
    slip = render_slip(a_slip(width_dots=width, language=language, **change), FONTS)
    job = encode_escpos(slip)
    assert len(job) <= 0.6 * untrimmed_size(slip)
    assert np.array_equal(np.asarray(interpret(job, width).picture()), np.asarray(slip))


def test_no_other_cuts_of_a_small_picture_print_it_in_fewer_bytes() -> None:
    widths = [0, 0, 5, 5, 5, 1, 1, 0, 9, 9]

    def price(cuts: tuple[int, ...]) -> int:
        strips = itertools.pairwise((0, *cuts, len(widths)))
        return sum(FEED_PRICE if not any(widths[a:b]) else BAND_PRICE + max(widths[a:b]) * (b - a) for a, b in strips)

    for scale in (1, 4, 30):
        wide = [width * scale for width in widths]
        dots = np.zeros((len(wide), max(wide) * 8), bool)
        for row, width in enumerate(wide):
            dots[row, : width * 8] = True
        widths = wide
        best = min(
            price(cuts) for count in range(len(wide)) for cuts in itertools.combinations(range(1, len(wide)), count)
        )
        job = encode_escpos(Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)))
        bands, feeds = job.count(b"\x1dv0\x00"), job.count(b"\x1bJ")
        spent = len(job) - len(INITIALISE + CUT) - 8 * bands + BAND_PRICE * bands
        assert (spent, feeds > 0) == (best, True)
        widths = [width // scale for width in wide]


def test_states_of_the_field_note_are_understood() -> None:
    def said(*answers: int) -> PrinterStatus:
        return status_of(dict(enumerate(answers, start=1)))

    assert said(0x16, 0x12, 0x12, 0x12) == PrinterStatus("ok")
    assert said(0x16, 0x12, 0x12, 0x1E) == PrinterStatus("ok", ("paper_low",))
    assert said(0x1E, 0x32, 0x12, 0x7E) == PrinterStatus("bad", ("paper_out",))
    assert said(0x1E, 0x36, 0x12, 0x12) == PrinterStatus("bad", ("cover_open",))
    assert said(0x1E, 0x52, 0x1A, 0x12) == PrinterStatus("bad", ("cutter",))
    assert said(0x1E, 0x12, 0x12, 0x12) == PrinterStatus("bad", ("offline",))


def test_silence_or_nonsense_is_unknown() -> None:
    assert status_of({}) == PrinterStatus("unknown")
    assert status_of({1: 0x16, 2: 0x12, 3: 0x12}) == PrinterStatus("unknown")
    assert status_of({1: 0xFF, 2: 0x12, 3: 0x12, 4: 0x12}) == PrinterStatus("unknown")


def test_automatic_status_bytes_are_no_answer() -> None:
    assert not is_status_byte(0x14)
    assert not is_status_byte(0x00)
