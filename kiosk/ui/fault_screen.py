"""The screen of a box that cannot start: the same words that `kiosk run` prints, as large as they fit.

For the technician who stands before the box with the card in the hand; Vietnamese first, English under it.
"""

from typing import Any

import msgspec

from kiosk.ui.stage import Stage
from kiosk.ui.tokens import KIOSK_TYPE, palette_for, unit
from kiosk.ui.widgets.boxes import Column, Layers, Row, Slot
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Block, Card
from kiosk.ui.widgets.text import Icon, Text

MOST_PROBLEMS = {"kiosk": 5, "tablet": 2}
"""By shape of the panel; more are counted, not shown: the first ones are mended first."""


class FaultView(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong; each problem is its Vietnamese and its English line."""

    problems: tuple[tuple[str, str], ...]
    language: str = "vi"
    step: str = "fault"


class FaultScreen(Stage[FaultView]):
    """Draws a `FaultView` on any panel."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_look, lambda look, view: _Frame(look, _shape(self.width, self.height)), **kwargs)


def _shape(width: float, height: float) -> str:
    return "kiosk" if height > width else "tablet"


def _look(_view: FaultView, width: float, height: float) -> Look:
    return Look(palette_for(False), unit(_shape(width, height), width, height), KIOSK_TYPE, 1.0)


class _Frame(Layers):
    """Title, the problems, and what to do."""

    def __init__(self, look: Look, shape: str) -> None:
        super().__init__(look)
        self._look, self._most = look, MOST_PROBLEMS[shape]
        self.add(Block(look, look.palette.bg))
        self._contents = self.add(Slot(look))

    def show(self, view: FaultView) -> None:
        """Draw the problems."""
        self._contents.show(view.problems, lambda: self._build(view.problems))

    def _build(self, problems: tuple[tuple[str, str], ...]) -> Part:
        look, palette = self._look, self._look.palette
        column = Column(look, gap=18, pad=(48, 40, 48, 40))
        head = Row(look, gap=24)
        sign = Column(look)
        sign.space(share=1)
        sign.add(Card(look, Icon(look, "wrench-fill", 52, palette.primary), fill=palette.tint, radius=52), 104)
        sign.space(share=1)
        head.add(sign, 104)
        titles = Column(look, gap=4)
        titles.space(share=1)
        titles.add(Text(look, "Máy chưa chạy được: tệp kiosk.toml cần sửa", size=40, weight="extrabold"))
        titles.add(Text(look, "This device cannot start: kiosk.toml needs mending", size=26, colour=palette.ink2))
        titles.space(share=1)
        head.add(titles, share=1)
        column.add(head, 170)
        for vi, en in problems[: self._most]:
            column.add(Card(look, _problem(look, vi, en), fill=palette.surface, radius=22), share=1)
        if len(problems) > self._most:
            more = len(problems) - self._most
            column.add(Text(look, f"Và {more} lỗi khác · and {more} more", size=26, colour=palette.ink2))
        elif len(problems) < self._most:
            column.space(share=float(self._most - len(problems)))
        how = "Tắt máy, mở kiosk.toml trên thẻ nhớ, sửa như trên, lắp lại thẻ và bật máy."
        column.add(Text(look, how, size=30, weight="bold"))
        how = "Power off, mend the file on the card as shown, put it back, power on."
        column.add(Text(look, how, size=24, colour=palette.ink2))
        return column


def _problem(look: Look, vi: str, en: str) -> Part:
    column = Column(look, gap=8, pad=(28, 14, 28, 14))
    column.space(share=1)
    column.add(Text(look, vi, size=29, weight="semibold"))
    column.add(Text(look, en, size=23, colour=look.palette.ink2))
    column.space(share=1)
    return column


def show_faults(problems: tuple[tuple[str, str], ...]) -> int:
    """Show the problems full-screen until the window is closed or SIGTERM comes; return the exit status 2.

    Kivy must be prepared. The words stay until somebody has mended the file and switched the box on again.
    """
    import signal

    from kiosk.ui.shell import Shell

    screen = FaultScreen()
    screen.render(FaultView(problems=problems))
    shell = Shell(screen, title="kiosk.toml")
    signal.signal(signal.SIGTERM, lambda *_: shell.stop())
    shell.run()
    return 2
