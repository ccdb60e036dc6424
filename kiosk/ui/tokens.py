"""The look in numbers: colours, type sizes, spacing, radii, touch sizes, and the unit `u` that scales a screen.

Pure data (field/ui.md §2); no Kivy is imported, so that tests prove contrast without a window. Sizes are in u:
a portrait kiosk is 1080 u wide, a tablet 800 u high, a board 1080 u high, whatever the panel's pixels.
"""

from dataclasses import dataclass
from typing import NamedTuple

from kiosk.ui.assets import FONTS, PICTURES

Rgba = tuple[float, float, float, float]


def rgba(colour: str, alpha: float = 1.0) -> Rgba:
    """Return `#RRGGBB` as Kivy wants it, each channel 0..1."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255, alpha)


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast ratio of two `#RRGGBB` colours, 1..21."""

    def luminance(colour: str) -> float:
        def linear(channel: float) -> float:
            return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

        red, green, blue, _ = rgba(colour)
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one theme; every name says what the colour is for."""

    bg: str
    surface: str
    ink: str
    ink2: str
    """Second text: hints, captions."""
    primary: str
    primary_dark: str
    """The identity bar, pressed primary controls, words on `tint`."""
    on_primary: str
    on_primary2: str
    """Second text on `primary` and `primary_dark`."""
    tint: str
    """Quiet fill: icon plates, pressed plain controls, footer buttons."""
    edge: str
    """Edge of a control: at least 3:1 on `bg`."""
    line: str
    """Decoration only, never the only edge of a control."""
    red: str
    gold: str
    on_gold: str
    ok: str
    ok_tint: str
    bad: str
    bad_tint: str
    warn: str
    warn_tint: str
    control_line: float = 2.0
    """Width of a control's edge, u."""


LIGHT = Palette(
    bg="#F3F6FA",
    surface="#FFFFFF",
    ink="#0F1B2D",
    ink2="#44546A",
    primary="#0A4EA2",
    primary_dark="#083B7C",
    on_primary="#FFFFFF",
    on_primary2="#BFD6F2",
    tint="#E6EEF8",
    edge="#7688A1",
    line="#D3DCE8",
    red="#C8102E",
    gold="#FFCD00",
    on_gold="#0F1B2D",
    ok="#0B7A43",
    ok_tint="#E3F4EA",
    bad="#B42318",
    bad_tint="#FCEBE9",
    warn="#7A4B00",
    warn_tint="#FFF3D1",
)
"""Kiosk and tablet."""

BOARD = Palette(
    bg="#071A33",
    surface="#0E2A4F",
    ink="#FFFFFF",
    ink2="#BFD6F2",
    primary="#0A4EA2",
    primary_dark="#083B7C",
    on_primary="#FFFFFF",
    on_primary2="#BFD6F2",
    tint="#1F416F",
    edge="#7FA5D4",
    line="#1F416F",
    red="#C8102E",
    gold="#FFCD00",
    on_gold="#0F1B2D",
    ok="#6EE7A0",
    ok_tint="#0E3B3A",
    bad="#FF9C8F",
    bad_tint="#43202A",
    warn="#FFCD00",
    warn_tint="#3A3418",
)
"""The board: dark, to cut glare. `surface` is the panel, `ok` the mint of good figures."""

CONTRAST = Palette(
    bg="#000000",
    surface="#000000",
    ink="#FFFFFF",
    ink2="#FFFFFF",
    primary="#FFE500",
    primary_dark="#000000",
    on_primary="#000000",
    on_primary2="#000000",
    tint="#1A1A1A",
    edge="#FFFFFF",
    line="#8C8C8C",
    red="#FF8A8A",
    gold="#FFE500",
    on_gold="#000000",
    ok="#7CFFB2",
    ok_tint="#00240F",
    bad="#FFB3AB",
    bad_tint="#330500",
    warn="#FFE500",
    warn_tint="#292400",
    control_line=4.0,
)
"""High contrast: white and yellow on black, thick edges; every text pair is at least 7:1."""


def palette_for(high_contrast: bool, board: bool = False) -> Palette:
    """Return the theme's colours."""
    return CONTRAST if high_contrast else BOARD if board else LIGHT


FACE_FILLS = ("#E5392F", "#F5821F", "#F5B81C", "#84B81E", "#22A559")
"""Fills of the faces 1 to 5: an edge of the chosen face; they carry no meaning alone."""

WEIGHTS = {
    "regular": str(FONTS / "BeVietnamPro-Regular.ttf"),
    "medium": str(FONTS / "BeVietnamPro-Medium.ttf"),
    "semibold": str(FONTS / "BeVietnamPro-SemiBold.ttf"),
    "bold": str(FONTS / "BeVietnamPro-Bold.ttf"),
    "extrabold": str(FONTS / "BeVietnamPro-ExtraBold.ttf"),
    "number": str(FONTS / "InterTnum-Bold.ttf"),
}
"""Font file of each weight. `number` has tabular digits: clocks, counters and tickets do not jitter."""

ICON_FONT = str(FONTS / "Icons.ttf")
LINE_BOX = 1.27
"""Least line height in em: Be Vietnam Pro's line box is 1.265 em, so that Ầ and Ễ keep their marks."""


def picture(name: str, is_half: bool = False) -> str:
    """Return the path of a picture, e.g. `emblem`, `face-3`, `id-card`, or of the same at half its size."""
    return str(PICTURES / f"{name}{'.half' if is_half else ''}.png")


class Type(NamedTuple):
    """Type sizes of one kind of panel, u."""

    hero: float
    question: float
    title: float
    body: float
    hint: float
    caption: float
    clock: float


KIOSK_TYPE = Type(hero=56, question=43, title=38, body=30, hint=27, caption=25, clock=58)
TABLET_TYPE = Type(hero=56, question=40, title=32, body=25, hint=23, caption=21, clock=28)
BOARD_TYPE = Type(hero=216, question=80, title=40, body=36, hint=32, caption=28, clock=66)

LARGE = 1.22
"""Factor of "Chữ to" (large type); layouts are tested with it."""

SPACE = (8, 16, 20, 24, 48)
"""Steps of spacing, u."""
MARGIN = 48
"""Page margin of kiosk and board, u; a tablet has `TABLET_MARGIN`."""
TABLET_MARGIN = 40

RADIUS_KEY = 14
RADIUS_FIELD = 22
RADIUS_TILE = 28
RADIUS_HERO = 34

TOUCH_LOBBY = 65
"""Least touch target on the 21.5-inch portrait panel, u: 16 mm."""
TOUCH_TABLET = 94
"""Least height of answers, send, skip, allow, decline on the 10.1-inch tablet, u: 16 mm."""
TOUCH_REASON = 78
"""Least height of a reason on the tablet, u."""
TOUCH_KEY = (94, 74)
"""Least width and height of a key on the tablet, u."""


def unit(kind: str, width: float, height: float) -> float:
    """Return the pixels of one u on a panel: kind is `kiosk`, `kiosk_wide`, `tablet` or `board`.

    A kiosk that lies on its side has pages of its own in two columns, of 1536 x 960 u on a 16:10 panel. The smaller of
    the two directions counts, so that an unusual panel shows everything and leaves a margin.
    """
    wide, high = {"kiosk": (1080, 1920), "kiosk_wide": (1536, 960), "tablet": (1280, 800), "board": (1920, 1080)}[kind]
    return min(width / wide, height / high)
