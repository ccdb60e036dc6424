"""What a ticket costs on the wire, and who tells the truth about a printer: ours beside python-escpos.

Bytes and milliseconds of the same slips through python-escpos' own image path; all Vietnamese letters, dot by dot; then
both ask printers on a pseudo-terminal how they are, in the states of the field notes (§9.4), and print tickets while
the printer fails at every moment of them.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
from PIL import Image

from kiosk.bench.rig.escpos_interpreter import interpret
from kiosk.bench.rig.printer_emulator import (
    COVER_OPEN,
    CUTTER,
    NEAR_END,
    PAPER_OUT,
    READY,
    SILENT,
    PrinterEmulator,
    State,
)
from kiosk.bench.rig.printer_rounds import FAULTS, Round, fuzz, moments_of, rounds, rounds_in_memory, yardstick_rounds
from kiosk.clock import VIETNAM
from kiosk.devices.escpos import BAND_ROWS, encode_escpos
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_ports import DescriptorPort
from kiosk.devices.receipt import render_slip
from kiosk.devices.slip_spec import TicketSlip
from kiosk.devices.typeset import SHIPPED_FONTS, VIETNAMESE_LETTERS, Fonts, one_bit, text_block

BAUD = 115200
"""The slowest line on which a picture is bearable; ten bits a byte."""
STATES: tuple[tuple[str, State, str], ...] = (
    ("ready", READY, "ok"),
    ("paper near its end", NEAR_END, "ok"),
    ("paper out", PAPER_OUT, "bad"),
    ("cover open", COVER_OPEN, "bad"),
    ("cutter error", CUTTER, "bad"),
    ("silent clone", SILENT, "unknown"),
)
"""Name, answers to DLE EOT 1 to 4 (None: none), and the truth."""
LETTER_SIZES = (22, 30, 46)
FEW_MOMENTS = ("before", 1, 20, "after")
_THEIR_WORDS = {2: "ok", 1: "ok", 0: "bad"}
WARM_UPS = 3


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure encoding at both paper widths, the answers in every state, the claims at every moment, and noise."""
    # hundreds of printers fail here on purpose
    logging.getLogger("kiosk.devices.plug").setLevel(logging.ERROR)
    for width in (576, 384):
        yield from encoding(width, 60 if full else 20)
    yield _letters()
    yield from states(10 if full else 3)
    yield from _moments(full)
    yield {"what": "noise in place of answers: crashes and the slowest question", **fuzz(5000 if full else 500)}


def encoding(width: int, count: int) -> Iterator[dict[str, Any]]:
    """Compare bytes and milliseconds of one ticket at a paper width, `count` times."""
    slip = _slip(width)
    _times(lambda: render_slip(slip, SHIPPED_FONTS), WARM_UPS)
    drawing = _times(lambda: render_slip(slip, SHIPPED_FONTS), count)
    image = render_slip(slip, SHIPPED_FONTS)
    ours, theirs = encode_escpos(image), _escpos_bytes(image)
    _times(lambda: _escpos_bytes(image), WARM_UPS)
    our_times, their_times = [], []
    for _ in range(count):
        # in turn, so that a busy machine hits both alike
        our_times += _times(lambda: encode_escpos(image), 1)
        their_times += _times(lambda: _escpos_bytes(image), 1)
    untrimmed = (image.width + 7) // 8 * image.height
    is_exact = np.array_equal(np.asarray(interpret(ours, width).picture()), np.asarray(image))
    base = {"what": f"a ticket at {width} dots", "height_dots": image.height}
    yield {**base, "path": "ours", **_cost(ours, our_times), "render_p50_ms": _p50(drawing)}
    yield {**base, "path": "yardstick: python-escpos image(), bitImageRaster", **_cost(theirs, their_times)}
    yield {
        "what": f"a ticket at {width} dots: ratio ours / yardstick",
        "ratio_bytes": round(len(ours) / len(theirs), 3),
        "ratio_bytes_to_untrimmed_raster": round(len(ours) / untrimmed, 3),
        "is_picture_exact": is_exact,
        "ratio_ms": round(_p50(our_times) / max(_p50(their_times), 0.001), 3),
    }


def _cost(job: bytes, times: list[float]) -> dict[str, Any]:
    return {"bytes": len(job), "encode_p50_ms": _p50(times), "seconds_at_115200": round(len(job) * 10 / BAUD, 2)}


def _escpos_bytes(image: Image.Image) -> bytes:
    """Return the same job from python-escpos, in bands as low as ours, which clones need."""
    from escpos.printer import Dummy

    printer = Dummy()
    # without a width python-escpos logs a warning for every band (field notes §9.4)
    printer.profile.profile_data["media"] = {"width": {"pixels": image.width, "mm": image.width / 8}}
    printer.image(image, impl="bitImageRaster", fragment_height=BAND_ROWS)
    printer.cut()
    job: bytes = printer.output
    return job


def _letters() -> dict[str, Any]:
    """Set every Vietnamese letter in three sizes, print them, and read the paper back."""
    exact = 0
    fonts = Fonts(SHIPPED_FONTS)
    for size in LETTER_SIZES:
        picture = one_bit(text_block(fonts, " ".join(VIETNAMESE_LETTERS), "medium", size, 576, most=60))
        paper = interpret(encode_escpos(picture), 576).picture()
        exact += np.array_equal(np.asarray(paper), np.asarray(picture))
    marked = sum(not letter.isascii() for letter in VIETNAMESE_LETTERS)
    return {
        "what": "Vietnamese letters with a mark, on paper",
        "letters": marked,
        "sizes": len(LETTER_SIZES),
        "sizes_exact": exact,
    }


def _moments(full: bool) -> Iterator[dict[str, Any]]:
    slip = render_slip(_slip(576), SHIPPED_FONTS)
    everywhere = moments_of(slip, 1)
    for line, ours in (
        ("a pseudo-terminal", rounds(slip, everywhere if full else FEW_MOMENTS, [*FAULTS])),
        ("a line in memory", rounds_in_memory(slip, everywhere if full else moments_of(slip, 5), [*FAULTS])),
    ):
        done = list(ours)
        yield {
            "what": f"tickets on {line} to a printer that fails before, within or after them: ours",
            **_claims(done),
            "reprints_said_printed": sum(one.said_again == "printed" for one in done),
            "reprints_exact": sum(one.is_reprint_exact for one in done),
            "reprints_amiss": [
                f"{one.fault}, {one.moment}: said {one.said_again}, {'exact' if one.is_reprint_exact else 'not exact'}"
                for one in done
                if (one.said_again, one.is_reprint_exact) != ("printed", True)
            ],
        }
    theirs = list(yardstick_rounds(slip, FEW_MOMENTS, [*FAULTS]))
    yield {
        "what": "the same on a pseudo-terminal: yardstick, python-escpos image(), cut(), paper_status()",
        **_claims(theirs),
        "said_printed_falsely_at": [f"{one.fault}, {one.moment}" for one in theirs if _is_false(one)],
    }


def _claims(done: list[Round]) -> dict[str, Any]:
    return {
        "tickets": len(done),
        "said_printed": sum(one.said == "printed" for one in done),
        "said_printed_falsely": sum(_is_false(one) for one in done),
        "printed_but_not_claimed": sum(one.is_true and one.said != "printed" for one in done),
    }


def _is_false(done: Round) -> bool:
    return done.said == "printed" and not done.is_true


def states(count: int) -> Iterator[dict[str, Any]]:
    """Ask printers in every state how they are, `count` times each, in our words and in python-escpos'."""
    right = {"ours": 0, "theirs": 0}
    answered: dict[str, list[float]] = {"ours": [], "theirs": []}
    for name, answers, truth in STATES:
        said: dict[str, Any] = {}
        for who, ask in (("ours", _ask_ours), ("theirs", _ask_theirs)):
            with PrinterEmulator(answers) as emulator:
                words, times = ask(emulator.path, count)
            said[who] = words
            right[who] += words == truth
            if answers is not None:
                answered[who] += times
            said[f"{who}_p50_ms"] = _p50(times)
        yield {"what": "status of a printer", "state": name, "truth": truth, **said}
    yield {
        "what": "status: states told right, ours beside python-escpos' paper_status",
        "of": len(STATES),
        **right,
        "query_max_ms": round(max(answered["ours"]), 2),
        "ratio_ms_when_it_answers": round(_p50(answered["ours"]) / max(_p50(answered["theirs"]), 0.001), 6),
    }


def _ask_ours(path: str, count: int) -> tuple[str, list[float]]:
    printer = EscPosPrinter(DescriptorPort(path))
    try:
        printer.status()
        said: list[str] = []
        times = _times(lambda: said.append(printer.status().state), count)
        return said[-1], times
    finally:
        printer.close()


def _ask_theirs(path: str, count: int) -> tuple[str, list[float]]:
    """Ask as its users do: `paper_status`, whose answer 2 means "paper is adequate"."""
    from escpos.printer import Serial

    printer = Serial(devfile=path, timeout=0.5, dsrdtr=False)
    try:
        said: list[int] = []
        times = _times(lambda: said.append(printer.paper_status()), max(1, count // 3))
        return _THEIR_WORDS.get(said[-1], "unknown"), times
    finally:
        printer.close()


def _slip(width: int) -> TicketSlip:
    return TicketSlip(
        office="UBND phường Bến Nghé",
        number="A105",
        service="Chứng thực bản sao từ bản chính",
        group="Chứng thực",
        issued_at=datetime(2026, 11, 24, 8, 5, tzinfo=VIETNAM),
        waiting=7,
        forecast_minutes=(10, 20),
        counters=(1, 2, 3),
        priority=False,
        link="http://192.168.1.10:8080/t/0f8c2a6e4b7d41d59a3e6c1b8f20d7a4",
        papers=("Bản chính giấy tờ cần chứng thực", "Thẻ Căn cước còn hạn"),
        width_dots=width,
    )


def _times(act: Callable[[], object], count: int) -> list[float]:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _p50(times: list[float]) -> float:
    return round(sorted(times)[len(times) // 2], 3)
