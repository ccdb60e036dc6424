"""What a ticket costs on the wire, and who tells the truth about a printer: ours beside python-escpos.

Bytes and milliseconds of the same slips through python-escpos' own image path; then both ask printers on a
pseudo-terminal how they are, in the states of the field notes (§9.4), the silent clone among them.
"""

import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from PIL import Image

from kiosk.clock import VIETNAM
from kiosk.devices.escpos import BAND_ROWS, encode_escpos
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_ports import DescriptorPort
from kiosk.devices.receipt import render_slip
from kiosk.devices.slip_spec import TicketSlip
from kiosk.devices.typeset import SHIPPED_FONTS

BAUD = 115200
"""The slowest line on which a picture is bearable; ten bits a byte."""
STATES: tuple[tuple[str, tuple[int, int, int, int] | None, str], ...] = (
    ("ready", (0x16, 0x12, 0x12, 0x12), "ok"),
    ("paper near its end", (0x16, 0x12, 0x12, 0x1E), "ok"),
    ("paper out", (0x1E, 0x32, 0x12, 0x7E), "bad"),
    ("cover open", (0x1E, 0x36, 0x12, 0x12), "bad"),
    ("cutter error", (0x1E, 0x52, 0x1A, 0x12), "bad"),
    ("silent clone", None, "unknown"),
)
"""Name, answers to DLE EOT 1 to 4 (None: none), and the truth."""
_THEIR_WORDS = {2: "ok", 1: "ok", 0: "bad"}
WARM_UPS = 3


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure encoding at both paper widths, then the answers in every state."""
    for width in (576, 384):
        yield from _encoding(width, 60 if full else 20)
    yield from _states(10 if full else 3)


def _encoding(width: int, count: int) -> Iterator[dict[str, Any]]:
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
    base = {"what": f"a ticket at {width} dots", "height_dots": image.height}
    yield {**base, "path": "ours", **_cost(ours, our_times), "render_p50_ms": _p50(drawing)}
    yield {**base, "path": "yardstick: python-escpos image(), bitImageRaster", **_cost(theirs, their_times)}
    yield {
        "what": f"a ticket at {width} dots: ratio ours / yardstick",
        "ratio_bytes": round(len(ours) / len(theirs), 3),
        "ratio_bytes_to_untrimmed_raster": round(len(ours) / untrimmed, 3),
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


def _states(count: int) -> Iterator[dict[str, Any]]:
    right = {"ours": 0, "theirs": 0}
    answered: dict[str, list[float]] = {"ours": [], "theirs": []}
    for name, answers, truth in STATES:
        said: dict[str, Any] = {}
        for who, ask in (("ours", _ask_ours), ("theirs", _ask_theirs)):
            with _printer(answers) as path:
                words, times = ask(path, count)
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


@contextmanager
def _printer(answers: tuple[int, int, int, int] | None) -> Iterator[str]:
    """Offer a pseudo-terminal that answers DLE EOT; gives its path."""
    end, device = os.openpty()
    tty.setraw(device)
    stop = threading.Event()
    thread = threading.Thread(target=_answer, args=(end, answers, stop), daemon=True)
    thread.start()
    try:
        yield os.ttyname(device)
    finally:
        stop.set()
        thread.join()
        os.close(device)
        os.close(end)


def _answer(end: int, answers: tuple[int, int, int, int] | None, stop: threading.Event) -> None:
    last = b""
    while not stop.is_set():
        if not select.select([end], [], [], 0.05)[0]:
            continue
        for value in os.read(end, 4096):
            last = (last + bytes((value,)))[-3:]
            if answers is not None and last[:2] == b"\x10\x04" and 1 <= value <= len(answers):
                os.write(end, bytes((answers[value - 1],)))


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
