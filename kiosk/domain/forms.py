"""Forms that a citizen may fill before the turn comes: which fields the card does not know, by procedure.

The fields are those of the official declaration in the order in which officers ask; the officer checks every value
against the papers, nothing here replaces the signed form.
"""

import re
from datetime import date
from typing import Literal

import msgspec

FieldKind = Literal["text", "date", "phone", "choice"]
FIELD_LETTERS = 120
"""Longest answer: an address."""


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One possible answer."""

    key: str
    text: str
    text_en: str


class FormField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of a form."""

    key: str
    label: str
    label_en: str
    kind: FieldKind = "text"
    choices: tuple[Choice, ...] = ()

    def label_in(self, language: str) -> str:
        """Return the question."""
        return self.label_en if language == "en" else self.label


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of one procedure's declaration beyond those of the card."""

    procedure: str
    fields: tuple[FormField, ...]


class BadForms(ValueError):
    """The forms cannot be used; the message says why."""


def load_forms(raw: bytes) -> dict[str, Form]:
    """Return the forms in a JSON list by procedure.

    Raises:
        BadForms: if it is no such list.
    """
    try:
        return {form.procedure: form for form in msgspec.json.decode(raw, type=list[Form])}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadForms(str(error)) from None


def date_written(text: str) -> str:
    """Return a date that was typed as digits alone as people write it: `05032024` is `05/03/2024`."""
    bare = text.strip()
    if not bare.isdecimal() or len(bare) not in (6, 8):
        return text
    return "/".join((*([bare[:2]] if len(bare) == 8 else []), bare[-6:-4], bare[-4:]))


def _is_date(text: str) -> bool:
    """Tell whether a text is a year, a month of a year, or a day that the calendar has."""
    parts = [part for part in re.split(r"[ ./-]+", date_written(text.strip())) if part]
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts) or len(parts[-1]) != 4:
        return False
    *before, year = map(int, parts)
    day, month = [1, 1, *before][-2:]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def fits(field: FormField, answer: str) -> bool:
    """Tell whether an answer has the form that its field asks for; an empty one always does (nothing is forced)."""
    text = answer.strip()
    if not text:
        return True
    digits = sum(letter.isdecimal() for letter in text)
    match field.kind:
        case "phone":
            return 9 <= digits <= 12 and all(letter.isdecimal() or letter in " .+-" for letter in text)
        case "date":
            return _is_date(text)
        case "choice":
            return any(choice.key == text for choice in field.choices)
        case _:
            return len(text) <= FIELD_LETTERS
