"""Language packs for minority languages: a template to translate, and the check of what came back. No Kivy.

The template is Vietnamese with every text to be written anew; an English one stands beside each so that translators
see what is meant. A pack lies beside `vi` and `en` in `kiosk/ui/locales`; it may be incomplete, then Vietnamese
stands in for what is missing.
"""

import json
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from kiosk.ui.locales import Texts, read_folder
from kiosk.ui.tokens import WEIGHTS

LONGER = 1.6
"""A text this many times as long as the Vietnamese one will hardly fit its place."""
SHORT = 12
"""Letters: shorter texts may grow by this many whatever their share."""
_UNSEEN = "\uffff"
"""No font has this."""


class Finding(NamedTuple):
    """Something in a pack that a reader would notice."""

    kind: str
    """`missing`, `unknown`, `values`, `letters`, `composed`, `long`, `empty`, `file`."""
    key: str
    says: str

    @property
    def is_fault(self) -> bool:
        """Tell whether it must be mended; the others are worth a look."""
        return self.kind in ("unknown", "values", "letters", "empty", "file")


def write_template(folder: Path) -> int:
    """Write the template into a new folder, one file a room; return how many texts it holds.

    Each text stands as `key: ""` under the words that are to be translated: a line `key (vi)`, a line `key (en)`.

    Raises:
        FileExistsError: if the folder exists: somebody's work may be in it.
        OSError: if it cannot be written.
    """
    vietnamese, english = Texts("vi").all, Texts("en").all
    folder.mkdir(parents=True)
    rooms = sorted({key.split(".", 1)[0] for key in vietnamese})
    for room in rooms:
        table: dict[str, str] = {}
        for key, text in vietnamese.items():
            if key.split(".", 1)[0] == room:
                table |= {f"{key} (vi)": text, f"{key} (en)": english[key], key: ""}
        words = json.dumps(table, ensure_ascii=False, indent=2)
        folder.joinpath(f"{room}.json").write_text(words + "\n", encoding="utf-8")
    return len(vietnamese)


def findings_of(folder: Path) -> Iterator[Finding]:
    """Check a pack: what is missing, unknown, filled in wrongly, without letters in our fonts, or too long."""
    try:
        pack = read_folder(folder)
    except (OSError, ValueError) as fault:
        yield Finding("file", "", f"{fault}")
        return
    vietnamese = Texts("vi").all
    pack = {key: text for key, text in pack.items() if not key.endswith((" (vi)", " (en)"))}
    lacking = _Lacking()
    for key, meant in vietnamese.items():
        if key not in pack or not pack[key]:
            yield Finding("missing", key, meant)
    for key, text in pack.items():
        if key not in vietnamese:
            yield Finding("unknown", key, "no screen asks for this; is the key spelt as in the template?")
        elif text:
            yield from _of_text(key, text, vietnamese[key], lacking)


def _of_text(key: str, text: str, meant: str, lacking: "_Lacking") -> Iterator[Finding]:
    if not text.strip():
        yield Finding("empty", key, "only blanks; write the text or leave it out")
        return
    try:
        filled = _values_of(text)
    except ValueError as error:
        yield Finding("values", key, f"braces do not fit together ({error}); write {{n}} as in Vietnamese: {meant}")
        return
    if filled != _values_of(meant):
        wanted = " ".join(sorted(f"{{{name}}}" for name in _values_of(meant))) or "nothing in braces"
        yield Finding("values", key, f"must hold {wanted}, as in Vietnamese: {meant}")
    if not unicodedata.is_normalized("NFC", text):
        yield Finding("composed", key, "letters and marks are apart; save the text in Unicode NFC")
    missing = lacking.letters(unicodedata.normalize("NFC", text))
    if missing:
        yield Finding("letters", key, f"the fonts do not have {missing}")
    if len(text) > max(LONGER * len(meant), len(meant) + SHORT):
        yield Finding("long", key, f"{len(text)} letters in place of {len(meant)}; look at its screen")


def _values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class _Lacking:
    """Which letters a font does not have; a letter is drawn once."""

    def __init__(self) -> None:
        self._font = ImageFont.truetype(WEIGHTS["semibold"], 24)
        self._box = bytes(self._font.getmask(_UNSEEN))
        self._known: dict[str, bool] = {" ": True, "\n": True, "\u00a0": True}

    def letters(self, text: str) -> str:
        return "".join(sorted({letter for letter in text if not self._has(letter)}))

    def _has(self, letter: str) -> bool:
        if letter not in self._known:
            self._known[letter] = bytes(self._font.getmask(letter)) != self._box
        return self._known[letter]
