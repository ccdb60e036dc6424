"""What the screens say, by language: one JSON file a room, so that Vietnamese and English can be compared side by side.

A key is `screen.thing`; `{name}` in a text is filled in. A missing key is a programming error and raises at once;
tests compare the languages' keys.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("vi", "en")
_FOLDER = Path(__file__).parent


class Texts:
    """The texts of one language, all rooms together."""

    def __init__(self, language: str) -> None:
        """Read the language's files.

        Raises:
            ValueError: if there is no such language.
        """
        if language not in LANGUAGES:
            raise ValueError(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language
        self._texts: dict[str, str] = {}
        for path in sorted((_FOLDER / language).glob("*.json")):
            self._texts.update(json.loads(path.read_text(encoding="utf-8")))

    def get(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` filled in.

        Raises:
            KeyError: if there is no such text.
        """
        text = self._texts[key]
        return text.format_map(values) if values else text

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self._texts

    @property
    def all(self) -> Mapping[str, str]:
        """Every text by key."""
        return self._texts


@functools.cache
def texts_for(language: str) -> Texts:
    """Return the texts of a language; files are read once."""
    return Texts(language)
