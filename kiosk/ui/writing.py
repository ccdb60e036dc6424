"""The field of a text that is typed on the touch keyboard: words, caret, the word being typed underlined, a counter.

It shows and never edits: the keyboard owns the text. Lines break where they are full and stay there while typing, so
that no word jumps; what does not fit is scrolled away, the caret is always seen.
"""

import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from kivy.core.text import Label as TextRenderer
from kivy.graphics import Color, InstructionGroup, Rectangle

from kiosk.ui.locales import Texts
from kiosk.ui.tokens import LINE_BOX, RADIUS_FIELD, WEIGHTS, rgba
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import RoundBox
from kiosk.ui.widgets.text import Text


class _Line(NamedTuple):
    """One line as it is broken: its words, and where they begin in the text."""

    start: int
    text: str


class WritingField(Part):
    """A frame with the text being written; a touch between two letters puts the caret there.

    Args:
        placeholder: shown while there is no text.
        size: of the text, u.
        on_touch: told before which character the text was touched.
    """

    def __init__(
        self,
        look: Look,
        placeholder: str = "",
        size: float = 30,
        on_touch: Callable[[int], None] = lambda caret: None,
    ) -> None:
        super().__init__(look)
        p = look.palette
        self.text = ""
        self.content = (0.0, 0.0)
        self.drawn: list[str] = []
        """Lines as shown, for tests."""
        self._on_touch = on_touch
        self._word = 0
        self._caret_at = 0
        self._first = 0
        self._broken: list[_Line] = []
        self._renderer = TextRenderer(font_name=WEIGHTS["medium"], font_size=max(1, round(look.text_px(size))))
        self._line = round(look.text_px(size) * LINE_BOX)
        self._box = RoundBox(look, self.canvas.before, p.surface, p.primary, RADIUS_FIELD, 3.5, shadow=False)
        with self.canvas:
            Color(*rgba(p.ink))
            self._ink = InstructionGroup()
            self._underline = Rectangle(size=(0, 0))
            Color(*rgba(p.primary))
            self._caret = Rectangle(size=(0, 0))
        self._hint = Text(look, placeholder, size=size, colour=p.ink2, valign="top")
        self.add_widget(self._hint)

    def show(self, text: str, word_length: int = 0, caret: int | None = None) -> None:
        """Show `text`, the caret before its character `caret` (None: at the end).

        Args:
            word_length: how many characters before the caret belong to the word being typed; they are underlined.
        """
        self.text, self._word = unicodedata.normalize("NFC", text), word_length
        self._caret_at = len(self.text) if caret is None else min(caret, len(self.text))
        self._hint.opacity = 0.0 if text else 1.0
        self.replace()

    def natural_height(self, width: float) -> float:
        """Return the height of two lines."""
        return 2 * self._line + self.look.px(36)

    def arrange(self) -> None:
        """Break, scroll and draw."""
        self._box.fit(self.x, self.y, self.width, self.height)
        side, top = self.look.px(24), self.look.px(16)
        room = self.width - 2 * side
        self._hint.place(self.x + side + self.look.px(8), self.y, room, self.height - top)
        self._broken = self._lines(room)
        fitting = max(1, int((self.height - 2 * top) // self._line))
        here = max(index for index, line in enumerate(self._broken) if line.start <= self._caret_at)
        self._first = max(0, min(len(self._broken) - fitting, self._first), here - fitting + 1)
        self._first = min(self._first, here)
        self.drawn = [line.text for line in self._broken[self._first : self._first + fitting]]
        self._ink.clear()
        for index, line in enumerate(self.drawn):
            self._draw(line, self.x + side, self.top - top - (index + 1) * self._line)
        before = self._broken[here].text[: self._caret_at - self._broken[here].start]
        end = self.x + side + self._wide(before)
        base = self.top - top - (here - self._first + 1) * self._line
        thin = self.look.px(3)
        self._caret.pos, self._caret.size = (round(end) + 1, base + round(0.1 * self._line)), (thin, 0.82 * self._line)
        word = before[max(0, len(before) - self._word) :] if self._word else ""
        self._underline.size = (self._wide(word), max(1, self.look.px(1.5)))
        self._underline.pos = (round(end - self._wide(word)), base + self.look.px(2))

    def on_touch_down(self, touch: Any) -> bool:
        """Tell where the text was touched."""
        if not self.collide_point(*touch.pos):
            return False
        self._on_touch(self.character_at(*touch.pos))
        return True

    def character_at(self, x: float, y: float) -> int:
        """Return the index of the character before which a caret at this point of the window would stand."""
        side, top = self.look.px(24), self.look.px(16)
        row = self._first + int(max(0.0, self.top - top - y) // self._line)
        line = self._broken[min(row, len(self._broken) - 1, self._first + max(0, len(self.drawn) - 1))]
        last = line is self._broken[-1]
        ends = range(len(line.text) + 1) if last else range(max(1, len(line.text)))
        nearest = min(ends, key=lambda end: abs(self.x + side + self._wide(line.text[:end]) - x))
        return line.start + nearest

    def _lines(self, room: float) -> list[_Line]:
        lines: list[_Line] = []
        at = 0
        for paragraph in self.text.split("\n"):
            line = _Line(at, "")
            for word in _words(paragraph):
                if line.text and self._wide((line.text + word).rstrip(" ")) > room:
                    lines.append(line)
                    line = _Line(line.start + len(line.text), "")
                while self._wide(word.rstrip(" ")) > room and len(word) > 1:
                    cut = max(1, next((n for n in range(len(word), 0, -1) if self._wide(word[:n]) <= room), 1))
                    lines.append(_Line(line.start, word[:cut]))
                    line = _Line(line.start + cut, "")
                    word = word[cut:]
                line = line._replace(text=line.text + word)
            lines.append(line)
            at = line.start + len(line.text) + 1
        return lines

    def _wide(self, words: str) -> float:
        return float(self._renderer.get_extents(words)[0]) if words else 0.0

    def _draw(self, line: str, x: float, y: float) -> None:
        if not line.strip():
            return
        renderer = TextRenderer(
            text=line,
            font_name=self._renderer.options["font_name"],
            font_size=self._renderer.options["font_size"],
            color=(1, 1, 1, 1),
        )
        renderer.refresh()
        texture = renderer.texture
        y = y + (self._line - texture.height) / 2
        self._ink.add(Rectangle(texture=texture, size=texture.size, pos=(round(x), round(y))))


def _words(paragraph: str) -> list[str]:
    """Return the words of a paragraph, each with the spaces behind it."""
    words: list[str] = []
    for character in paragraph:
        if words and (character == " " or not words[-1].endswith(" ")):
            words[-1] += character
        else:
            words.append(character)
    return words


class CharacterCount(Text):
    """How many characters are written, and how many fit."""

    def __init__(self, look: Look, texts: Texts, limit: int) -> None:
        super().__init__(
            look, "", size=look.type.hint, weight="number", colour=look.palette.ink2, halign="right", lines=1
        )
        self._texts, self._limit = texts, limit
        self.count(0)

    def count(self, characters: int) -> None:
        """Show the count; full is said in another colour."""
        self.tint(self.look.palette.bad if characters >= self._limit else self.look.palette.ink2)
        self.set(self._texts.get("keyboard.count", n=characters, limit=self._limit))
