"""Faults of a drawn screen that an eye misses: text that does not fit, targets too small, widgets outside the window.

Each lint takes the root of a laid-out widget tree and returns one sentence a fault; tests want an empty list.
"""

import functools
import re
import string
from collections.abc import Iterator
from itertools import combinations

from kivy.graphics import Color
from kivy.uix.widget import Widget
from PIL import Image, ImageFont

from kiosk.ui.focus import walk
from kiosk.ui.locales import Texts
from kiosk.ui.panels import Panel
from kiosk.ui.tokens import contrast
from kiosk.ui.widgets.shapes import Curtain, Picture, QrPicture
from kiosk.ui.widgets.text import Icon, Text, icon_codes
from kiosk.ui.widgets.touch import TouchButton

LETTERS_THAT_TELL = 4
"""A text with values must have so many letters of its own before it tells a language."""
LEAST_CONTRAST = 4.5
"""WCAG 2, 1.4.3."""
LEAST_OF_HUGE = 3.0
HUGE_SHARE = 0.04
"""Letters from this share of the panel's shorter side on are huge: a called number, a clock."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, px."""


def faults_of(root: Widget, panel: Panel, texts: Texts, others: Texts, picture: Image.Image | None = None) -> list[str]:
    """Return everything that is wrong with a drawn screen, one sentence each.

    Args:
        panel: the glass that the screen is for.
        texts: the screen's language.
        others: another language, whose words have no place here.
        picture: what was drawn; without it contrast is not looked at.
    """
    return [
        *texts_that_do_not_fit(root),
        *targets_too_small_for(root, panel),
        *targets_that_overlap(root),
        *contents_that_overlap(root),
        *outside(root),
        *icons_unknown(root),
        *letters_without_glyph(root),
        *words_of_another_language(root, texts, others),
        *(faint_words(root, picture) if picture is not None else ()),
    ]


def texts_that_do_not_fit(root: Widget) -> list[str]:
    """Return the texts whose lines are larger than their box even at the smallest size, or have no box at all."""
    faults = []
    for text in _visible(root):
        if not isinstance(text, Text) or not text.text:
            continue
        wide, high = text.content
        if not text.drawn:
            faults.append(f'"{text.text}" has no room: its box is {text.width:.0f} x {text.height:.0f} px')
        elif text.is_cut:
            faults.append(f'"{text.text}" is cut to "{" ".join(text.drawn)}" in {text.width:.0f} x {text.height:.0f}')
        elif wide > text.width + 1 or high > text.height + 2:
            faults.append(f'"{text.text}" is {wide:.0f} x {high:.0f} px in {text.width:.0f} x {text.height:.0f}')
    return faults


def texts_shrunk_below(root: Widget, share: float) -> list[str]:
    """Return the texts that had to be drawn smaller than `share` of their wanted size."""
    return [
        f'"{text.text}" shrank from {text.wanted} to {text.pixels} px'
        for text in _visible(root)
        if isinstance(text, Text) and text.drawn and text.pixels < text.wanted * share
    ]


def targets_too_small(root: Widget, width: float, height: float | None = None) -> list[str]:
    """Return the buttons narrower than `width` or lower than `height` px (`width` where None)."""
    height = width if height is None else height
    return [
        f"{name_of(button)} is {button.width:.0f} x {button.height:.0f} px, at least {width:.0f} x {height:.0f}"
        for button in _visible(root)
        if isinstance(button, TouchButton) and (button.width < width - 1 or button.height < height - 1)
    ]


def targets_too_small_for(root: Widget, panel: Panel) -> list[str]:
    """Return the buttons that are smaller than their kind must be on this panel."""
    faults = []
    for button in _visible(root):
        if not isinstance(button, TouchButton) or button.target not in panel.targets:
            continue
        least = panel.targets[button.target]
        width, height = (round(side * panel.px_per_mm) for side in least)
        if button.width < width - 1 or button.height < height - 1:
            faults.append(
                f"{name_of(button)} ({button.target}) is {button.width:.0f} x {button.height:.0f} px, "
                f"at least {width} x {height} = {least.width:.1f} x {least.height:.1f} mm"
            )
    return faults


def targets_that_overlap(root: Widget) -> list[str]:
    """Return pairs of buttons that lie over each other."""
    buttons = [widget for widget in _visible(root) if isinstance(widget, TouchButton)]
    return [
        f"{name_of(one)} lies over {name_of(other)}"
        for one, other in combinations(buttons, 2)
        if min(one.right, other.right) - max(one.x, other.x) > 1 and min(one.top, other.top) - max(one.y, other.y) > 1
    ]


def contents_that_overlap(root: Widget) -> list[str]:
    """Return pairs of texts, icons and pictures that are drawn over each other."""
    drawn = [(part, box) for part in _visible(root) if (box := _drawn_box(part)) is not None]
    return [
        f"{name_of(one)} is drawn over {name_of(other)}"
        for (one, a), (other, b) in combinations(drawn, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2
    ]


def letters_without_glyph(root: Widget) -> list[str]:
    """Return the texts with letters that their font does not have; a box stands in their place."""
    return [
        f'"{text.text}": {"".join(missing)!r} is not in {text.font.rsplit("/", 1)[-1]}'
        for text in _visible(root)
        if isinstance(text, Text)
        and (missing := sorted({letter for letter in text.text if not has_glyph(text.font, letter)}))
    ]


@functools.lru_cache(maxsize=4096)
def has_glyph(font: str, letter: str) -> bool:
    """Tell whether the font draws `letter` as something else than the box of a missing glyph."""
    return letter.isspace() or _mask(font, letter) != _mask(font, "\uffff")


def words_of_another_language(root: Widget, texts: Texts, others: Texts) -> list[str]:
    """Return the visible words that are another language's text, also one with values filled in, and not this one's."""
    own, foreign = _said_in(texts), _said_in(others)
    return [
        f'"{text.text}" is {others.language}, not {texts.language}'
        for text in _visible(root)
        if isinstance(text, Text)
        and _is_translatable(text.text)
        and foreign.fullmatch(text.text)
        and not own.fullmatch(text.text)
    ]


@functools.lru_cache(maxsize=8)
def _said_in(texts: Texts) -> re.Pattern[str]:
    """Return what matches every text of a language, its values filled in; too few letters of its own tell nothing."""
    said = []
    for text in texts.all.values():
        literal = [part for part, *_ in string.Formatter().parse(text)]
        if sum(letter.isalpha() for letter in "".join(literal)) >= LETTERS_THAT_TELL or len(literal) == 1:
            values = [name for _, name, *_ in string.Formatter().parse(text)]
            said.append(
                "".join(re.escape(part) + (".+" if name else "") for part, name in zip(literal, values, strict=True))
            )
    return re.compile("|".join(f"(?:{one})" for one in said), re.DOTALL)


def outside(root: Widget) -> list[str]:
    """Return the widgets that leave the root's box, or their own button's."""
    faults = []
    for widget in _visible(root):
        if not _within(widget, root):
            faults.append(f"{name_of(widget)} leaves the window: {_box(widget)} in {_box(root)}")
        if isinstance(widget, TouchButton):
            faults += [
                f"{name_of(part)} leaves its button {name_of(widget)}"
                for part in _visible(widget)
                if part.width > 1 and part.height > 1 and not _within(part, widget)
            ]
    return faults


def faint_words(root: Widget, picture: Image.Image) -> list[str]:
    """Return the words that do not stand out from what was really drawn behind them.

    The tokens' pairs are proved by a test; this finds a pair that nobody foresaw. A control that is switched off may
    be pale (WCAG 1.4.3), and so may a screen that sleeps under its curtain.
    """
    if any(isinstance(part, Curtain) for part in _visible(root)):
        return []
    faults = []
    for text in _visible(root, fully=True):
        if not isinstance(text, Text) or not text.drawn:
            continue
        left, bottom, right, top = (round(side) for side in text.inked)
        box = (left - round(root.x), round(root.top) - top, right - round(root.x), round(root.top) - bottom)
        ink = _ink_of(text)
        fill = _behind(picture.crop(box), ink)
        least = LEAST_OF_HUGE if text.pixels >= HUGE_SHARE * min(picture.size) else LEAST_CONTRAST
        if fill is not None and contrast(ink, fill) < least - 0.05:
            faults.append(f'"{text.text}" is {ink} on {fill}: {contrast(ink, fill):.1f}, at least {least}')
    return faults


def _ink_of(text: Text) -> str:
    colour = next(one for one in text.canvas.children if isinstance(one, Color))
    return "#{:02X}{:02X}{:02X}".format(*(round(255 * channel) for channel in colour.rgb))


def _behind(part: Image.Image, ink: str) -> str | None:
    """Return the commonest colour of a part of a picture that is not the ink's; the ink's if there is no other."""
    if min(part.size) < 2:
        return None
    counted = part.convert("RGB").getcolors(part.width * part.height) or []
    commonest = [colour for _, colour in sorted(counted, reverse=True)[:2]]
    colours = ["#{:02X}{:02X}{:02X}".format(*colour) for colour in commonest if isinstance(colour, tuple)]
    return next((colour for colour in colours if colour != ink), ink)


def icons_unknown(root: Widget) -> list[str]:
    """Return the icons that the icon font does not have; a question mark stands in their place."""
    return [
        f"there is no icon {icon.name!r}"
        for icon in _visible(root)
        if isinstance(icon, Icon) and icon.name not in icon_codes()
    ]


def words_of(root: Widget) -> list[str]:
    """Return every visible text, in reading order."""
    texts = [widget for widget in _visible(root) if isinstance(widget, Text) and widget.text]
    return [text.text for text in sorted(texts, key=lambda text: (-round(text.top), round(text.x)))]


def name_of(widget: Widget) -> str:
    """Return how a fault names a widget: its words if it has any."""
    words = [part.text for part in walk(widget) if isinstance(part, Text) and part.text]
    return f"{type(widget).__name__} {words[-1]!r}" if words else type(widget).__name__


def _visible(root: Widget, fully: bool = False) -> Iterator[Widget]:
    yield root
    for child in root.children:
        if child.opacity >= 1 if fully else child.opacity > 0:
            yield from _visible(child, fully)


def _is_translatable(words: str) -> bool:
    """Tell whether the words differ between languages: names of languages stand in their own on every screen."""
    return words not in ("English", "Tiếng Việt")


@functools.lru_cache(maxsize=4096)
def _mask(font: str, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = _type_of(font).getmask(letter)
    return mask.size, bytes(mask)


@functools.lru_cache(maxsize=16)
def _type_of(font: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, 24)


def _drawn_box(part: Widget) -> Box | None:
    """Return where a part is really drawn, None for what draws nothing of its own."""
    if isinstance(part, Text):
        if not part.drawn:
            return None
        return part.inked
    if isinstance(part, Icon | Picture | QrPicture) and part.width > 1 and part.height > 1:
        side = min(part.width, part.height)
        return (part.center_x - side / 2, part.center_y - side / 2, part.center_x + side / 2, part.center_y + side / 2)
    return None


def _within(widget: Widget, box: Widget) -> bool:
    return bool(
        widget.x >= box.x - 1 and widget.y >= box.y - 1 and widget.right <= box.right + 1 and widget.top <= box.top + 1
    )


def _box(widget: Widget) -> str:
    return f"{widget.x:.0f},{widget.y:.0f} {widget.width:.0f} x {widget.height:.0f}"
