"""Words and icons: text that wraps between words only, keeps its marks, and shrinks before it would be cut."""

import functools
import json
import unicodedata

from kivy.core.text import Label as TextRenderer
from kivy.graphics import Color, Rectangle

from kiosk.ui.assets import FONTS
from kiosk.ui.tokens import ICON_FONT, LINE_BOX, WEIGHTS, rgba
from kiosk.ui.widgets.part import Look, Part

SMALLEST = 0.7
"""Text shrinks to this share of its size at most; of what still does not fit the beginning is drawn, and the lint
reports it."""


@functools.cache
def icon_codes() -> dict[str, int]:
    """Return the code point of every icon by name."""
    return dict(json.loads((FONTS / "icons.json").read_text(encoding="utf-8")))


@functools.lru_cache(maxsize=64)
def _measure(font: str, pixels: int) -> TextRenderer:
    return TextRenderer(font_name=font, font_size=pixels)


@functools.lru_cache(maxsize=4096)
def _extents(font: str, pixels: int, words: str) -> tuple[float, float]:
    width, height = _measure(font, pixels).get_extents(words or " ")
    return float(width) if words else 0.0, float(height)


def forget_measures() -> None:
    """Forget how wide which words were: they may be a citizen's."""
    _extents.cache_clear()
    wrap.cache_clear()


@functools.lru_cache(maxsize=512)
def wrap(text: str, font: str, pixels: int, width: float) -> tuple[str, ...]:
    """Break `text` between words so that lines are at most `width` px wide and about equally long.

    A single word wider than `width` stays whole on a line of its own.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        # most texts are one line: they are measured once, and not word by word
        fits = _extents(font, pixels, paragraph)[0] <= width
        lines += [paragraph] if fits else _broken(_unbreakable(paragraph), font, pixels, width)
    return tuple(lines)


def _broken(words: list[str], font: str, pixels: int, width: float) -> list[str]:
    """Break into lines that are at most `width` wide as they are drawn: a line is not quite the sum of its words."""
    room = width
    while True:
        lines = _balanced(words, font, pixels, room)
        over = max((_extents(font, pixels, line)[0] for line in lines if line not in words), default=0.0) - width
        if over <= 0:
            return lines
        room -= over


def _unbreakable(paragraph: str) -> list[str]:
    """Split into words; a number keeps the word that it counts (`15 giờ`), and a dash is not left to begin a line."""
    words: list[str] = []
    for word in paragraph.split(" "):
        if words and (words[-1].rsplit(" ", 1)[-1].strip("(").replace(".", "").isdigit() or word in ("·", "–", "-")):
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _balanced(words: list[str], font: str, pixels: int, width: float) -> list[str]:
    greedy = _greedy(words, font, pixels, width)
    if len(greedy) < 2 or len(greedy) > 4:
        return greedy
    low, high = max(_extents(font, pixels, word)[0] for word in words), width
    while high - low > 4:
        middle = (low + high) / 2
        if len(_greedy(words, font, pixels, middle)) > len(greedy):
            low = middle
        else:
            high = middle
    return _greedy(words, font, pixels, high)


def _space(font: str, pixels: int) -> float:
    return _extents(font, pixels, "a a")[0] - 2 * _extents(font, pixels, "a")[0]


def _greedy(words: list[str], font: str, pixels: int, width: float) -> list[str]:
    # words are measured one by one: measuring every beginning of a line took half of a screen's first frame
    space = _space(font, pixels)
    lines: list[str] = []
    line, used = "", 0.0
    for word in words:
        wide = _extents(font, pixels, word)[0]
        if line and used + space + wide > width:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    return [*lines, line]


def text_height(look: Look, text: str, size: float, width: float, weight: str = "medium", lines: int = 0) -> float:
    """Return the height in px that `text` takes at `size` u in `width` px, without drawing it."""
    if not text:
        return 0.0
    font, pixels = WEIGHTS.get(weight, weight), max(1, round(look.text_px(size)))
    count = len(wrap(text, font, pixels, width))
    return _stacked(font, pixels, min(count, lines) if lines else count)


def _stacked(font: str, pixels: int, lines: int, spacing: float = 1.0) -> float:
    line = max(_extents(font, pixels, "Ầ")[1], pixels * (LINE_BOX if "Vietnam" in font else 1.0))
    return line * (1 + (lines - 1) * spacing)


class Text(Part):
    """A piece of text in its box.

    `size` u (body size if None), `weight` a key of `tokens.WEIGHTS` ("number" has tabular digits), `colour` of the
    palette (ink if None), `halign` left/center/right, `valign` top/middle/bottom, at most `lines` lines (0: any).
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        size: float | None = None,
        weight: str = "medium",
        colour: str | None = None,
        halign: str = "left",
        valign: str = "middle",
        lines: int = 0,
        spacing: float = 1.0,
    ) -> None:
        super().__init__(look)
        self.text = unicodedata.normalize("NFC", text)
        self.font = WEIGHTS.get(weight, weight)
        self.wanted = max(1, round(look.text_px(size if size is not None else look.type.body)))
        self.pixels = self.wanted
        """Font size as drawn, px; smaller than `wanted` where the box is too small."""
        self.content = (0.0, 0.0)
        """Width and height of the drawn lines, px: the lint compares it with the box."""
        self.drawn: tuple[str, ...] = ()
        self.is_cut = False
        """True where the box holds only the beginning; in our own words that is a fault, and the lint reports it."""
        self._halign, self._valign, self._lines, self._spacing = halign, valign, lines, spacing
        with self.canvas:
            self._colour = Color(*rgba(colour or look.palette.ink))
            self._picture = Rectangle(size=(0, 0))

    def set(self, text: str) -> None:
        """Show another text in the same box."""
        text = unicodedata.normalize("NFC", text)
        if text != self.text:
            self.text = text
            self.replace()

    def tint(self, colour: str) -> None:
        """Show the text in another colour."""
        self._colour.rgba = rgba(colour)

    def natural_height(self, width: float) -> float:
        """Return the height of all lines at the wanted size."""
        if not self.text:
            return 0.0
        count = len(wrap(self.text, self.font, self.wanted, width))
        return self._height(min(count, self._lines) if self._lines else count, self.wanted)

    def natural_width(self) -> float:
        """Return the width of the longest line without wrapping."""
        return max(_extents(self.font, self.wanted, line)[0] for line in self.text.split("\n")) + 1

    def arrange(self) -> None:
        """Wrap, shrink if need be, and draw."""
        if not self.text or self.width <= 1 or self.height <= 1:
            self._picture.size = (0, 0)
            self.drawn, self.content, self.is_cut = (), (0.0, 0.0), False
            return
        self.pixels, smallest = self.wanted, round(self.wanted * SMALLEST)
        while True:
            self._wrap(self.text)
            wide, high = self.content
            fits = (
                wide <= self.width and high <= self.height + 1 and not (self._lines and len(self.drawn) > self._lines)
            )
            if fits or self.pixels <= smallest:
                break
            self.pixels = max(smallest, min(self.pixels - 1, self._guess()))
        self.is_cut = wide > self.width + 1 or high > self.height + 2
        if self.is_cut:
            self._cut()
        self._draw()

    def _wrap(self, text: str) -> None:
        self.drawn = wrap(text, self.font, self.pixels, self.width)
        wide = max(_extents(self.font, self.pixels, line)[0] for line in self.drawn)
        self.content = (wide, self._height(len(self.drawn), self.pixels))

    def _guess(self) -> int:
        """Return a size, px, at which what is too large now may just fit: each size tried opens its font anew."""
        if len(self.drawn) > 1:
            return self.pixels - 1  # a smaller size may break elsewhere, so nothing is told by these lines
        wide, high = self.content
        return int(self.pixels * min(self.width / wide, (self.height + 1) / high)) + 1

    def _cut(self) -> None:
        """Keep as much of the beginning as the box holds: words of a site that are longer than anybody foresaw."""
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high + 1) // 2
            self._wrap(self.text[:middle].rstrip() + "…")
            if self.content[0] <= self.width + 1 and self.content[1] <= self.height + 2:
                low = middle
            else:
                high = middle - 1
        self._wrap(self.text[:low].rstrip() + "…")

    @property
    def inked(self) -> tuple[float, float, float, float]:
        """Return where letters stand, px: left, bottom, right, top; the air of the line above and below is left out.

        Inter's digits are 0.73 em high in a line of 1.21 em; Be Vietnam Pro needs most of its line for Ầ and ợ.
        """
        wide, high = self.content
        air = self.pixels * (0.23 if self.font == WEIGHTS["number"] else 0.12)
        room, slack = self.width - wide, self.height - high
        x = self.x + {"left": 0, "center": room / 2, "right": room}[self._halign]
        y = self.y + {"top": slack, "middle": slack / 2, "bottom": 0}[self._valign]
        return (x, y + air, x + wide, y + high - air)

    def _height(self, lines: int, pixels: int) -> float:
        return _stacked(self.font, pixels, lines, self._spacing)

    def _draw(self) -> None:
        renderer = TextRenderer(
            text="\n".join(self.drawn),
            font_name=self.font,
            font_size=self.pixels,
            halign=self._halign,
            line_height=self._spacing,
            color=(1, 1, 1, 1),
        )
        renderer.refresh()
        texture = renderer.texture
        if texture is None:
            return
        width, height = texture.size
        room = self.width - width
        x = self.x + {"left": 0, "center": room / 2, "right": room}[self._halign]
        slack = self.height - height
        y = self.y + {"top": slack, "middle": slack / 2, "bottom": 0}[self._valign]
        self._picture.texture = texture
        self._picture.size = texture.size
        self._picture.pos = (round(x), round(y))


class Icon(Part):
    """One icon of the icon font, centred in its box; names in assets/fonts/icons.json."""

    def __init__(self, look: Look, name: str, size: float = 48, colour: str | None = None) -> None:
        super().__init__(look)
        self.name = name
        self._size = look.px(size)
        with self.canvas:
            self._colour = Color(*rgba(colour or look.palette.ink))
            self._picture = Rectangle(size=(0, 0))
        self._load()

    def set(self, name: str) -> None:
        """Show another icon."""
        if name != self.name:
            self.name = name
            self._load()
            self.arrange()

    def tint(self, colour: str) -> None:
        """Show the icon in another colour."""
        self._colour.rgba = rgba(colour)

    def natural_height(self, width: float) -> float:
        """Return the icon's size."""
        return self._size

    def natural_width(self) -> float:
        """Return the icon's size."""
        return self._size

    def arrange(self) -> None:
        """Centre the icon."""
        width, height = self._picture.size
        self._picture.pos = (round(self.center_x - width / 2), round(self.center_y - height / 2))

    def _load(self) -> None:
        code = icon_codes().get(self.name, icon_codes()["question"])
        renderer = TextRenderer(text=chr(code), font_name=ICON_FONT, font_size=self._size)
        renderer.refresh()
        self._picture.texture = renderer.texture
        self._picture.size = renderer.texture.size
