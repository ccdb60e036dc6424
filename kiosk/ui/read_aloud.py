"""Read aloud: a screen that speaks, for people who cannot read it, beside a pad that works it without seeing it.

Switched on, the whole screen is read once; after that only what is new. What only counts (clock, seconds left) is not
news. A touch or a key that moves the focus interrupts the voice at once (EN 301 549, 5.1.3.8), and what tells
something of the citizen is said only where the voice is private.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kiosk.ui.locales import Texts
from kiosk.ui.reading import Line, line_of, lines_of
from kiosk.ui.sentences import as_said
from kiosk.ui.widgets.touch import TouchButton


class Voice(Protocol):
    """Reads sentences to one person."""

    @property
    def is_private(self) -> bool:
        """Tell whether only that person hears it: a headphone."""

    def read(self, sentences: Sequence[str], language: str) -> None:
        """Say these sentences in place of what is being said; returns at once."""

    def hush(self) -> None:
        """Stop at once."""

    def louder(self, steps: int) -> None:
        """Change the volume by steps."""

    def reset(self) -> None:
        """Go back to the volume of the beginning."""


class Shown(Protocol):
    """What is asked of a view."""

    @property
    def language(self) -> str:
        """Return the language of the texts."""

    @property
    def read_aloud(self) -> bool:
        """Tell whether the person wants the screen read."""


class ReadAloud:
    """Reads a role's screens.

    Args:
        root: the role's screens.
        voice: says it.
        texts_for: returns the texts of a language.
        dialect: whose words for numbers, one of `numbers_spoken.DIALECTS`.
    """

    def __init__(self, root: Any, voice: Voice, texts_for: Callable[[str], Texts], dialect: str = "north") -> None:
        self._root, self._voice, self._texts_for, self._dialect = root, voice, texts_for, dialect
        self._is_on = False
        self._language = "vi"
        self._known: set[str] = set()

    def shown(self, view: Shown) -> None:
        """Read what is new on the screen; call after `view` was drawn, on Kivy's thread."""
        was_on, self._is_on = self._is_on, view.read_aloud
        changed_language, self._language = view.language != self._language, view.language
        if not self._is_on:
            if was_on:
                self._voice.hush()
                self._voice.reset()
            return
        lines = lines_of(self._root, self._texts)
        before, self._known = self._known, {_shape(line.words) for line in lines}
        if not was_on or changed_language:
            self._say([Line(self._texts.get("reading.how")), *lines])
            return
        news = [line for line in lines if _shape(line.words) not in before]
        if news:
            self._say(news)

    def focused(self, button: TouchButton) -> None:
        """Read the button that the pad has reached."""
        if self._is_on:
            self._say([line_of(button, self._texts)])

    def again(self) -> None:
        """Read the whole screen from its beginning."""
        if self._is_on:
            self._say(lines_of(self._root, self._texts))

    def louder(self, steps: int = 1) -> None:
        """Change the volume, and say so at the new volume."""
        if self._is_on:
            self._voice.louder(steps)
            self._say([Line(self._texts.get("reading.louder" if steps > 0 else "reading.quieter"))])

    def hush(self) -> None:
        """Be silent: a finger has touched the screen."""
        if self._is_on:
            self._voice.hush()

    @property
    def _texts(self) -> Texts:
        return self._texts_for(self._language)

    def _say(self, lines: Sequence[Line]) -> None:
        private = self._voice.is_private
        told = [line.words for line in lines if private or not line.is_private]
        said = [as_said(words, self._language, self._dialect) for words in told]
        self._voice.read([words for words in said if words], self._language)


def _shape(words: str) -> str:
    """Return what stays of a text when its figures count up or down."""
    return re.sub(r"\d+", "#", words)
