import numpy as np
from devices_support import FONTS, a_slip
from escpos_interpreter import interpret
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices.escpos import PrinterStatus, encode_escpos, is_status_byte, status_of
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


def test_trimming_saves_more_than_a_quarter() -> None:
    slip = render_slip(a_slip(), FONTS)
    assert len(encode_escpos(slip)) < 0.75 * untrimmed_size(slip)


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
