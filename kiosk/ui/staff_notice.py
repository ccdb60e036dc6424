"""A strip over whatever a device shows, for staff: the code of a device that waits to be let in, or its name.

It lies on top and takes no touches, so that citizens go on below it.
"""

from typing import Any

from kiosk.ui.tokens import KIOSK_TYPE, palette_for, unit
from kiosk.ui.widgets.boxes import Column, Row
from kiosk.ui.widgets.part import Look
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Text

WORDS = {
    "code": ("Máy chờ cơ quan chấp nhận. Mã của máy:", "Waiting to be let in by the office. Code of this device:"),
    "name": ("Tên của máy này:", "The name of this device:"),
}
"""By kind: Vietnamese, English."""
WIDTH, HEIGHT, ABOVE = 1000, 150, 40
"""Of the strip, and its distance from the lower edge, u."""


class StaffNotice:
    """The strip of one window; call on Kivy's thread."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._strip: Card | None = None
        self._shown = ("", "")
        window.bind(size=lambda *_: self.show(*self._shown))

    def show(self, kind: str, text: str) -> None:
        """Show `text` with the words of its kind (`code` or `name`); an empty kind takes the strip away."""
        self._shown = (kind, text)
        if self._strip is not None:
            self._window.remove_widget(self._strip)
            self._strip = None
        if kind:
            width, height = self._window.size
            look = Look(
                palette_for(False), unit("kiosk" if height > width else "tablet", width, height), KIOSK_TYPE, 1.0
            )
            self._strip = strip_of(look, kind, text)
            self._window.add_widget(self._strip)
            wide = min(look.px(WIDTH), 0.96 * width)
            self._strip.place((width - wide) / 2, look.px(ABOVE), wide, look.px(HEIGHT))


def strip_of(look: Look, kind: str, text: str) -> Card:
    """Return the strip as a part that can be placed."""
    vietnamese, english = WORDS[kind]
    row = Row(look, gap=24, pad=(36, 16, 36, 16))
    words = Column(look, gap=4)
    words.space(share=1)
    words.add(Text(look, vietnamese, size=30, weight="semibold", colour=look.palette.on_gold))
    words.add(Text(look, english, size=24, colour=look.palette.on_gold))
    words.space(share=1)
    row.add(words, share=1)
    value = Column(look)
    value.space(share=1)
    value.add(Text(look, text, size=60, weight="extrabold", colour=look.palette.on_gold, halign="right"))
    value.space(share=1)
    row.add(value, 380)
    return Card(look, row, fill=look.palette.gold, radius=28, shadow=True)
