"""What the screens say, by language: one JSON file a room, so that languages can be compared side by side.

A key is `screen.thing`; `{name}` in a text is filled in. Vietnamese and English are complete. A folder beside theirs
is a language pack: what it lacks, or cannot fill in, is said in Vietnamese and logged once. A key that Vietnamese
lacks is a programming error and raises at once.
"""

import functools
import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("vi", "en")
"""Complete, and tested to be."""
_FOLDER = Path(__file__).parent


def read_folder(folder: Path) -> dict[str, str]:
    """Return every text of a language's folder, all its files together.

    Raises:
        OSError: if a file cannot be read.
        ValueError: if a file is not a JSON object of texts.
    """
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        table = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
            raise ValueError(f"{path} must be one JSON object whose values are all texts")
        texts.update(table)
    return texts


class Texts:
    """The texts of one language, all rooms together."""

    def __init__(self, language: str, folder: Path = _FOLDER) -> None:
        """Read the language's files.

        Args:
            folder: where the languages lie, a folder each.

        Raises:
            ValueError: if there is no such language.
        """
        if not re.fullmatch(r"[a-z]{2,3}", language) or not (folder / language).is_dir():
            there_are = ", ".join((*LANGUAGES, *sorted(packs(folder))))
            raise ValueError(f"no texts in {language!r}; there are {there_are}")
        self.language = language
        self._texts = read_folder(folder / language)
        self._vietnamese = read_folder(_FOLDER / "vi") if language != "vi" else self._texts
        self._told: set[str] = set()

    def get(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` filled in.

        Raises:
            KeyError: if there is no such text in Vietnamese either.
        """
        try:
            text = self._texts[key]
            return text.format_map(values) if values else text
        except (KeyError, ValueError, IndexError, AttributeError):
            if self._vietnamese is self._texts:
                raise
            text = self._vietnamese[key]
            self._tell(key)
            return text.format_map(values) if values else text

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        return key in self._texts or key in self._vietnamese

    @property
    def all(self) -> Mapping[str, str]:
        """Every text of the language itself by key."""
        return self._texts

    def _tell(self, key: str) -> None:
        """Log a text that is missing or cannot be filled in, once."""
        if key not in self._told:
            self._told.add(key)
            logging.getLogger(__name__).warning("%s has no usable text %s; Vietnamese stands in", self.language, key)


def packs(folder: Path = _FOLDER) -> list[str]:
    """Return the languages that lie there beside the complete ones."""
    return [
        path.name
        for path in folder.iterdir()
        if path.is_dir() and re.fullmatch(r"[a-z]{2,3}", path.name) and path.name not in LANGUAGES
    ]


@functools.cache
def texts_for(language: str) -> Texts:
    """Return the texts of a language; files are read once."""
    return Texts(language)
