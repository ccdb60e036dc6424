"""The touch keyboard: QWERTY with keys for ă â đ ê ô ơ ư and the five tones by name; Telex letters work too.

Most citizens here do not know Telex keys (field/ui.md §6.2), so nothing has to be known: what a key shows is what it
does, to the word being typed. Symbols are drawn from the icon font; every key is tested against the fonts.
"""

from collections.abc import Callable
from typing import Any

from kiosk.ui.locales import Texts
from kiosk.ui.telex import DIRECT_LETTERS, TONE_KEYS, Draft, draft_of, erase, type_key
from kiosk.ui.tokens import CONTRAST, RADIUS_KEY, Palette
from kiosk.ui.widgets.part import Look, Part, place
from kiosk.ui.widgets.shapes import Block
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Act, TouchButton

KINDS = ("vi", "en")
"""`vi` has the row of marks and tones and types by `telex`; `en` has neither."""

LIMIT = 300
"""Characters of a comment or petition (field/ui.md §6.2)."""

LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SYMBOLS = ("1234567890", '-/:;()&@"', "'?!%+=*")
_SYMBOL_IN_SHIFT_PLACE = "₫"
_GAP = 8.0
_PAD = 14.0
_ENDS_SENTENCE = (".", "!", "?", "…")


class Key(TouchButton):
    """One key: a label or an icon; its whole face changes colour at the moment it is touched."""

    def __init__(self, look: Look, act: Act, label: str = "", icon: str = "", role: str = "letter", size: float = 31):
        self._role = role
        p = look.palette
        self._ink = _paints(p, role)[1]
        self.label: Text | None = None
        self.icon: Icon | None = None
        face: Text | Icon
        if icon:
            face = self.icon = Icon(look, icon, 36, self._ink)
        else:
            # Keys keep their place in large type, so their labels grow only as far as a key allows.
            scale = min(look.large, 1.12) / look.large
            weight = "bold" if role in ("done", "tone") else "semibold"
            face = self.label = Text(
                look, label, size=size * scale, weight=weight, colour=self._ink, halign="center", lines=1
            )
        super().__init__(look, act, face, "key", RADIUS_KEY, pad=(5, 2, 5, 2), repeat=True)
        self.target = "key"
        fill, _, edge = _paints(p, role)
        self._rest = (fill, edge)
        self._down = (p.ink, p.ink) if role in ("tone", "done") else (p.primary, p.primary)
        self._chosen = (p.primary, p.primary)
        self.show_state()

    def show_state(self) -> None:
        """Paint the face and turn its ink with it."""
        super().show_state()
        p = self.look.palette
        ink = self._ink
        if self.is_pressed and self._role in ("tone", "done"):
            ink = p.surface
        elif self.is_pressed or self.is_chosen:
            ink = p.on_primary
        face = self.label or self.icon
        if face is not None:
            face.tint(ink)


def _paints(p: Palette, role: str) -> tuple[str, str, str]:
    """Return fill, ink and edge of a key at rest."""
    if p is CONTRAST:
        return (p.primary, p.on_primary, p.primary) if role in ("tone", "done") else (p.surface, p.ink, p.edge)
    return {
        "letter": (p.surface, p.ink, p.surface),
        "mark": (p.tint, p.primary_dark, p.tint),
        "tone": (p.primary, p.on_primary, p.primary),
        "done": (p.primary, p.on_primary, p.primary),
        "tool": (p.line, p.ink, p.edge),
    }[role]


class Keyboard(Part):
    """The keys, filling their box; `text` is what was typed.

    Args:
        look: how it is drawn.
        emit_text: takes the whole text after every key that changed it.
        texts: names of keys in the reader's language.
        kind: one of `KINDS`.
        done: what the "Xong" key does; without it there is no such key.
        limit: characters that fit; further keys change nothing.
        capitals: begin sentences with a capital letter.
    """

    def __init__(
        self,
        look: Look,
        emit_text: Callable[[str], None],
        texts: Texts,
        kind: str = "vi",
        done: Act | None = None,
        limit: int = LIMIT,
        capitals: bool = True,
    ) -> None:
        super().__init__(look)
        if kind not in KINDS:
            raise ValueError(f"a keyboard is one of {', '.join(KINDS)}, not {kind!r}")
        self._emit, self._texts, self._kind, self._done = emit_text, texts, kind, done
        self._method = "telex" if kind == "vi" else "direct"
        self._limit, self._capitals = limit, capitals
        self._draft = Draft()
        self._shift = "off"
        self._is_symbols = False
        self._rows: list[list[tuple[Key, float]]] = []
        self._cases: list[tuple[Key, str]] = []
        self._shift_key: Key | None = None
        self._backdrop = Block(look, look.palette.surface if look.palette is CONTRAST else look.palette.line)
        self._build()
        self._after_key()

    @property
    def text(self) -> str:
        """What was typed, as it is shown, NFC."""
        return self._draft.text()

    @property
    def word_length(self) -> int:
        """Characters at the end of `text` that belong to the word being typed."""
        return len(self._draft.word.text())

    @property
    def is_full(self) -> bool:
        """True once no further character fits."""
        return len(self.text) >= self._limit

    def set_text(self, text: str) -> None:
        """Take over a text that was changed elsewhere; the typing goes on at its end."""
        if text != self.text:
            self._draft = draft_of(text[: self._limit])
            self._after_key()

    def insert(self, phrase: str) -> None:
        """Append a ready-made phrase as words of its own."""
        text = self.text
        gap = "" if not text or text.endswith((" ", "\n")) else " " if text.endswith((".", ",", "!", "?")) else ", "
        phrase = phrase[:1].lower() + phrase[1:] if gap == ", " else phrase
        self._take(draft_of(text + gap + phrase))

    def press(self, key: str) -> None:
        """Do what the key that shows `key` does: a character, a tone mark, `backspace`, `shift` or `symbols`."""
        if key == "backspace":
            self._take(erase(self._draft))
        elif key == "shift":
            self._turn_shift()
        elif key == "symbols":
            self._is_symbols = not self._is_symbols
            self._build()
            self.replace()
        else:
            is_upper = self._shift != "off" and key.isalpha()
            self._take(type_key(self._draft, key.upper() if is_upper else key, self._method))

    def natural_height(self, width: float) -> float:
        """Return the height with keys of 74 u: 440 u with five rows."""
        rows = len(self._rows)
        return self.look.px(74 * rows + 10 * (rows - 1) + 30)

    def arrange(self) -> None:
        """Place the keys: rows of ten units, all columns in line."""
        place(self._backdrop, self.x, self.y, self.width, self.height)
        pad, gap = self.look.px(_PAD), self.look.px(_GAP)
        rows = len(self._rows)
        high = (self.height - 2 * pad - gap * (rows - 1)) / rows
        unit = (self.width - 2 * pad + gap) / 10
        top = self.top - pad
        for row in self._rows:
            used = sum(width for _, width in row)
            x = self.x + pad + (10 - used) / 2 * unit
            for key, width in row:
                place(key, x, top - high, width * unit - gap, high)
                x += width * unit
            top -= high + gap

    def _take(self, draft: Draft) -> None:
        before = self.text
        if len(draft.text()) > max(self._limit, len(before)):
            return
        self._draft = draft
        self._after_key()
        if self.text != before:
            self._emit(self.text)

    def _after_key(self) -> None:
        """Let a single capital go, and begin the next sentence with one."""
        if self._shift != "lock":
            text = self.text.rstrip(" ")
            is_start = not text or (text.endswith(_ENDS_SENTENCE) and text != self.text)
            self._set_shift("auto" if self._capitals and is_start else "off")

    def _turn_shift(self) -> None:
        self._set_shift({"off": "once", "once": "lock", "lock": "off", "auto": "off"}[self._shift])

    def _set_shift(self, shift: str) -> None:
        if shift == self._shift:
            return
        self._shift = shift
        self._show_case()

    def _show_case(self) -> None:
        is_upper = self._shift != "off"
        for key, letter in self._cases:
            if key.label is not None:
                key.label.set(letter.upper() if is_upper else letter)
        if self._shift_key is not None and self._shift_key.icon is not None:
            self._shift_key.icon.set(
                {"once": "arrow-fat-up-fill", "auto": "arrow-fat-up-fill"}.get(
                    self._shift, "arrow-fat-lines-up-fill" if self._shift == "lock" else "arrow-fat-up"
                )
            )
            self._shift_key.choose(self._shift == "lock")

    def _build(self) -> None:
        self.clear_widgets()
        self.add_widget(self._backdrop)
        self._cases, self._shift_key = [], None
        first, second, third = SYMBOLS if self._is_symbols else LETTERS
        self._rows = [self._marks()] if self._kind == "vi" else []
        self._rows.append([self._typing(letter) for letter in first])
        self._rows.append([self._typing(letter) for letter in second])
        self._rows.append([self._edge_key(), *(self._typing(letter) for letter in third), self._backspace_key()])
        self._rows.append(self._foot())
        for row in self._rows:
            for key, _ in row:
                self.add_widget(key)
        self._show_case()

    def _marks(self) -> list[tuple[Key, float]]:
        """Return the row of letters with marks and of named tones, twelve keys in the width of ten."""
        width = 10 / (len(DIRECT_LETTERS) + len(TONE_KEYS))
        row = [self._typing(letter, "mark", width) for letter in DIRECT_LETTERS]
        for name, mark in TONE_KEYS.items():
            row.append((self._key(mark, self._texts.get(f"keyboard.{name}"), "tone", size=25), width))
        return row

    def _edge_key(self) -> tuple[Key, float]:
        if self._is_symbols:
            return self._key(_SYMBOL_IN_SHIFT_PLACE, _SYMBOL_IN_SHIFT_PLACE), 1.5
        self._shift_key = Key(self.look, self._does("shift"), icon="arrow-fat-up", role="tool")
        return self._shift_key, 1.5

    def _backspace_key(self) -> tuple[Key, float]:
        return Key(self.look, self._does("backspace"), icon="backspace", role="tool"), 1.5

    def _foot(self) -> list[tuple[Key, float]]:
        other = self._texts.get("keyboard.letters" if self._is_symbols else "keyboard.symbols")
        row = [
            (self._key("symbols", other, "tool", size=26), 1.5),
            self._typing(","),
            (self._key(" ", self._texts.get("keyboard.space"), size=26), 4.5 if self._done else 6.5),
            self._typing("."),
        ]
        if self._done is not None:
            row.append((Key(self.look, self._done, self._texts.get("keyboard.done"), role="done", size=30), 2.0))
        return row

    def _typing(self, letter: str, role: str = "letter", width: float = 1.0) -> tuple[Key, float]:
        key = self._key(letter, letter, role)
        if letter.isalpha():
            self._cases.append((key, letter))
        return key, width

    def _key(self, key: str, label: str, role: str = "letter", size: float = 31) -> Key:
        return Key(self.look, self._does(key), label, role=role, size=size)

    def _does(self, key: str) -> Act:
        return lambda: self.press(key)


def keyboard_characters() -> list[Any]:
    """Return every character that a key can show, for the test that the fonts have them all."""
    return [*"".join((*LETTERS, *SYMBOLS, DIRECT_LETTERS, ",.", _SYMBOL_IN_SHIFT_PLACE))]
