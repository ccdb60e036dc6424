"""Which keys a touch keyboard has, and how wide: rows of ten units, for each kind and layer. Pure data."""

from typing import NamedTuple

from kiosk.ui.telex import DIRECT_LETTERS, TONE_KEYS

KINDS = ("vi", "en", "number", "code")
"""`vi` has the row of marks and tones, `en` has not; `number`: digits only; `code`: capitals, digits, a hyphen."""

LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SYMBOLS = ("1234567890", '-/:;()&@"', "'?!%+=*")
SYMBOL_IN_SHIFT_PLACE = "₫"
DIGITS = ("123", "456", "789")
WIDTH = 10.0
"""Units of a row; a narrower row stands in the middle."""


class Cap(NamedTuple):
    """One key: what it does, how wide it is, what it shows (a text, a word of the locales, or an icon)."""

    key: str
    """A character, a tone mark, or `backspace`, `undo`, `left`, `right`, `shift`, `symbols`, `done`."""
    role: str = "letter"
    """`letter`, `mark`, `tone`, `tool` or `done`."""
    width: float = 1.0
    shows: str = ""
    says: str = ""
    """Key of its word in the locales, under `keyboard.`."""
    icon: str = ""


Rows = list[list[Cap]]

_BACKSPACE = Cap("backspace", "tool", icon="backspace")
_UNDO = Cap("undo", "tool", icon="arrow-u-up-left")
_LEFT = Cap("left", "tool", icon="caret-left")
_RIGHT = Cap("right", "tool", icon="caret-right")
_SHIFT = Cap("shift", "tool", icon="arrow-fat-up")


def layout(kind: str, is_symbols: bool = False, has_done: bool = True) -> Rows:
    """Return the rows of a keyboard, top first.

    Args:
        kind: one of `KINDS`.
        is_symbols: the layer of digits and signs (`vi` and `en`).
        has_done: with a key that ends the writing.

    Raises:
        ValueError: if there is no such kind.
    """
    match kind:
        case "vi" | "en":
            return _words(kind, is_symbols, has_done)
        case "number":
            return _number(has_done)
        case "code":
            return _code(has_done)
        case _:
            raise ValueError(f"a keyboard is one of {', '.join(KINDS)}, not {kind!r}")


def _words(kind: str, is_symbols: bool, has_done: bool) -> Rows:
    first, second, third = SYMBOLS if is_symbols else LETTERS
    edge = Cap(SYMBOL_IN_SHIFT_PLACE, shows=SYMBOL_IN_SHIFT_PLACE) if is_symbols else _SHIFT
    rows = [_marks()] if kind == "vi" else []
    rows += [_typing(first), _typing(second), [edge, *_typing(third), _UNDO, _BACKSPACE]]
    other = Cap("symbols", "tool", 1.3, says="letters" if is_symbols else "symbols")
    space = Cap(" ", width=2.7 if has_done else 4.7, says="space")
    done = [Cap("done", "done", 2.0, says="done")] if has_done else []
    return [*rows, [other, *_typing(","), space, *_typing("."), _LEFT, _RIGHT, *done]]


def _marks() -> list[Cap]:
    """Return the row of letters with marks and of named tones, twelve keys in the width of ten."""
    width = WIDTH / (len(DIRECT_LETTERS) + len(TONE_KEYS))
    tones = [Cap(mark, "tone", width, says=name) for name, mark in TONE_KEYS.items()]
    return [*_typing(DIRECT_LETTERS, "mark", width), *tones]


def _number(has_done: bool) -> Rows:
    width = WIDTH / 3
    last = Cap("done", "done", says="done") if has_done else _UNDO
    return [
        *(_typing(row, width=width) for row in DIGITS),
        [cap._replace(width=width) for cap in (_BACKSPACE, Cap("0", shows="0"), last)],
    ]


def _code(has_done: bool) -> Rows:
    first, second, third = (row.upper() for row in LETTERS)
    rows = [
        _typing(SYMBOLS[0]),
        _typing(first),
        _typing(second + "-"),
        [_LEFT, *_typing(third), _RIGHT, _BACKSPACE],
    ]
    return (
        [*rows, [Cap("undo", "tool", 2.0, icon=_UNDO.icon), Cap("done", "done", 8.0, says="done")]]
        if has_done
        else rows
    )


def _typing(letters: str, role: str = "letter", width: float = 1.0) -> list[Cap]:
    return [Cap(letter, role, width, shows=letter) for letter in letters]


def characters() -> list[str]:
    """Return every character that a key can show, for the test that the fonts have them all."""
    return [*"".join((*LETTERS, *SYMBOLS, DIRECT_LETTERS, ",.-", SYMBOL_IN_SHIFT_PLACE))]
