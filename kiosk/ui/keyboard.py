"""The touch keyboard: QWERTY with keys for ă â đ ê ô ơ ư and the five tones by name; Telex letters work too.

Most citizens here do not know Telex keys (field/ui.md §6.2), so nothing has to be known: what a key shows is what it
does, to the word under the caret. Symbols are drawn from the icon font; every key is tested against the fonts. Which
keys there are is `kiosk.ui.layouts`; what they do to the text is `kiosk.ui.draft`.
"""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from kiosk.ui.draft import Draft, draft_of, erase, move, type_key
from kiosk.ui.layouts import WIDTH, Cap, layout
from kiosk.ui.locales import Texts
from kiosk.ui.tokens import CONTRAST, RADIUS_KEY, Palette
from kiosk.ui.widgets.part import Look, Part, place
from kiosk.ui.widgets.shapes import Block
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Act, TouchButton

LIMIT = 300
"""Characters of a comment or petition (field/ui.md §6.2)."""
REPEAT_AFTER_S = 2.0
"""A key that is held begins to repeat so late that no slow hand sets it off (EN 301 549, 5.7)."""
REPEAT_EVERY_S = 0.5
MOST_UNDONE = 100
"""Steps that can be taken back."""
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


class RepeatingKey(Key):
    """A key that, held down, acts again and again after `REPEAT_AFTER_S`; it stops when its finger leaves it."""

    def __init__(self, look: Look, act: Act, **face: Any) -> None:
        super().__init__(look, act, **face)
        self._held: Any = None
        self._has_repeated = False

    def on_touch_down(self, touch: Any) -> bool:
        """Press, and begin to wait."""
        is_mine = super().on_touch_down(touch)
        if is_mine:
            self._let_go()
            self._has_repeated = False
            self._held = Clock.schedule_once(lambda _: self.repeat(), REPEAT_AFTER_S)
        return is_mine

    def on_touch_up(self, touch: Any) -> bool:
        """Act once, unless it has repeated by itself."""
        if touch.grab_current is self:
            self._let_go()
        return super().on_touch_up(touch)

    def repeat(self) -> None:
        """Act once more while the finger rests here; called by the clock."""
        if self.is_pressed and self.get_root_window() is not None:
            self._has_repeated = True
            self.act()
            self._held = Clock.schedule_once(lambda _: self.repeat(), REPEAT_EVERY_S)

    def _may_act(self, moment: float) -> bool:
        return not self._has_repeated and super()._may_act(moment)

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.cancel()
            self._held = None


class Keyboard(Part):
    """The keys, filling their box; `text` is what was typed.

    Args:
        look: how it is drawn.
        emit_text: takes the whole text after every key that changed it.
        texts: names of keys in the reader's language.
        kind: one of `layouts.KINDS`.
        done: what the "Xong" key does; without it there is no such key.
        limit: characters that fit; further keys change nothing.
        capitals: begin sentences with a capital letter.
        new_style: write hoà, khoẻ, thuỷ instead of hòa, khỏe, thủy.
        on_caret: told when the caret moved and the text did not change.
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
        new_style: bool = False,
        on_caret: Act = lambda: None,
    ) -> None:
        super().__init__(look)
        layout(kind)
        self._emit, self._texts, self._kind, self._done = emit_text, texts, kind, done
        self._method = "telex" if kind == "vi" else "direct"
        self._limit, self._capitals, self._new_style = limit, capitals and kind in ("vi", "en"), new_style
        self._on_caret = on_caret
        self._draft = Draft()
        self._past: list[Draft] = []
        self._shift = "off"
        self._is_symbols = False
        self._rows: list[list[tuple[Key, float]]] = []
        self._cases: list[tuple[Key, str]] = []
        self._shift_key: Key | None = None
        self._undo_key: Key | None = None
        self._backdrop = Block(look, look.palette.surface if look.palette is CONTRAST else look.palette.line)
        self._build()
        self._after_key()

    @property
    def kind(self) -> str:
        """One of `layouts.KINDS`."""
        return self._kind

    @property
    def text(self) -> str:
        """What was typed, as it is shown, NFC."""
        return self._draft.text(self._new_style)

    @property
    def caret(self) -> int:
        """Characters of `text` before the caret."""
        return self._draft.caret(self._new_style)

    @property
    def word_length(self) -> int:
        """Characters right before the caret that belong to the word being typed."""
        return len(self._draft.word.text(self._new_style))

    @property
    def is_full(self) -> bool:
        """True once no further character fits."""
        return len(self.text) >= self._limit

    def set_text(self, text: str) -> None:
        """Take over a text that was changed elsewhere; typing goes on at its end, and the past is forgotten."""
        if text != self.text:
            self._draft = draft_of(text[: self._limit])
            self._past.clear()
            self._after_key()

    def insert(self, phrase: str) -> None:
        """Put a ready-made phrase at the end, as words of its own."""
        text = self.text
        gap = "" if not text or text.endswith((" ", "\n")) else " " if text.endswith((".", ",", "!", "?")) else ", "
        phrase = phrase[:1].lower() + phrase[1:] if gap == ", " else phrase
        self._take(draft_of(text + gap + phrase))

    def complete(self, phrase: str) -> None:
        """Put a ready-made phrase in the place of its beginning that was typed: the clause that the text ends with."""
        text = self.text
        start = max(text.rfind(mark) for mark in (*_ENDS_SENTENCE, ",", "\n")) + 1
        head = text[:start]
        phrase = phrase[:1].lower() + phrase[1:] if head.endswith(",") else phrase
        self._take(draft_of(f"{head} {phrase}" if head and not head.endswith("\n") else head + phrase))

    def move_to(self, caret: int) -> None:
        """Put the caret before the character `caret` of the text."""
        self._draft = move(self._draft, caret, self._new_style)
        self._after_key()
        self._on_caret()

    def press(self, key: str, method: str | None = None, is_upper: bool | None = None) -> None:
        """Do what a key does: a character, a tone mark, or a name of `layouts.Cap.key`.

        Args:
            method: of typing, for a keyboard that is plugged in; None: what the keys on the glass do.
            is_upper: its shift or capitals lock; None: what the shift on the glass says.
        """
        match key:
            case "backspace":
                self._take(erase(self._draft, self._new_style))
            case "undo":
                self._undo()
            case "left" | "right":
                self.move_to(self.caret + (1 if key == "right" else -1))
            case "shift":
                self._turn_shift()
            case "symbols":
                self._is_symbols = not self._is_symbols
                self._build()
                self.replace()
            case "done":
                if self._done is not None:
                    self._done()
            case _:
                is_upper = is_upper or self._shift in ("lock", "auto") or (is_upper is None and self._shift == "once")
                key = key.upper() if is_upper or self._kind == "code" else key
                # a digit on the glass is a digit; only a real keyboard types tones with it
                self._take(type_key(self._draft, key, method or self._method, self._new_style))

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
        unit = (self.width - 2 * pad + gap) / WIDTH
        top = self.top - pad
        for row in self._rows:
            used = sum(width for _, width in row)
            x = self.x + pad + (WIDTH - used) / 2 * unit
            for key, width in row:
                place(key, x, top - high, width * unit - gap, high)
                x += width * unit
            top -= high + gap

    def _take(self, draft: Draft) -> None:
        before = self.text
        after = draft.text(self._new_style)
        if len(after) > max(self._limit, len(before)):
            return
        if after != before:
            self._past = [*self._past[1 - MOST_UNDONE :], self._draft]
        self._draft = draft
        self._after_key()
        if after != before:
            self._emit(after)

    def _undo(self) -> None:
        if self._past:
            self._draft = self._past.pop()
            self._after_key()
            self._emit(self.text)

    def _after_key(self) -> None:
        """Let a single capital go, and begin the next sentence with one."""
        if self._shift != "lock":
            written = self.text[: self.caret]
            text = written.rstrip(" ")
            is_start = not text or (text.endswith(_ENDS_SENTENCE) and text != written)
            self._set_shift("auto" if self._capitals and is_start else "off")
        if self._undo_key is not None:
            self._undo_key.enable(bool(self._past))

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
        self._cases, self._shift_key, self._undo_key = [], None, None
        rows = layout(self._kind, self._is_symbols, self._done is not None)
        self._rows = [[(self._made(cap), cap.width) for cap in row] for row in rows]
        for row in self._rows:
            for key, _ in row:
                self.add_widget(key)
        self._show_case()
        if self._undo_key is not None:
            self._undo_key.enable(bool(self._past))

    def _made(self, cap: Cap) -> Key:
        label = self._texts.get(f"keyboard.{cap.says}") if cap.says else cap.shows
        size = {"tone": 25.0, "done": 30.0}.get(cap.role, 26.0 if cap.says else 31.0)
        kind = RepeatingKey if cap.key == "backspace" else Key
        key = kind(self.look, lambda: self.press(cap.key), label=label, icon=cap.icon, role=cap.role, size=size)
        if cap.key == "shift":
            self._shift_key = key
        elif cap.key == "undo":
            self._undo_key = key
        elif cap.shows.isalpha() and self._kind != "code":
            self._cases.append((key, cap.shows))
        return key
