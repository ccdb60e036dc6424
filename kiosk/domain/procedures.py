"""What the office does for people: each procedure's time, fee and papers, with how sure each of them is.

The shipped rows are those of the product notes §7; a site edits and adds its own (`merge`). Whatever the notes mark as
uncertain or do not know stays so: an empty text is unknown, and nothing doubtful is worded as a fact. One procedure may
have several versions in force at different times.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from kiosk.domain.procedure_search import SearchIndex

Mark = Literal["verified", "secondary", "general", "unsure", "unmarked", "site"]
"""How sure an item is: in a primary source; in a secondary one; general knowledge, not checked; not confirmed at all;
listed by the notes without a mark; stated by the site itself."""
_DOUBTFUL = ("general", "unsure")
_CODE = re.compile(r"[0-9]\.[0-9]{6}( / [0-9]\.[0-9]{6})*")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DOUBT = {"vi": "chưa xác nhận", "en": "not confirmed"}

COPY_FEE_FIRST_PAGES_VND = 2_000
"""A page of a certified copy, pages 1 and 2 (product notes §7, 2.000815)."""
COPY_FEE_LATER_PAGES_VND = 1_000
"""A page from the third on."""
COPY_FEE_CAP_VND = 200_000
"""Most that one copy costs."""


class BadCatalogue(Exception):
    """The catalogue cannot be used; every message names row and field."""

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = list(messages)
        super().__init__("\n".join(messages))


class PaperLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One paper to bring, or one thing to observe."""

    text: str
    text_en: str
    mark: Mark = "site"

    @property
    def unsure(self) -> bool:
        """Tell whether the line must not be shown as a fact."""
        return self.mark in _DOUBTFUL


class Marks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sure the single items of a row are; papers carry their own."""

    code: Mark = "site"
    name: Mark = "site"
    time: Mark = "site"
    fee: Mark = "site"


class Procedure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One procedure, in one version."""

    key: str
    code: str | None
    """National code such as `1.001193`, two codes as `2.000992 / 2.001008`; None where not known."""
    name: str
    name_en: str
    field: str
    group: str
    """Key of the office's service group."""
    time: str = ""
    """Statutory time in words; empty = not known."""
    time_en: str = ""
    time_unsure: str = ""
    """What is said beside it, but not confirmed."""
    time_unsure_en: str = ""
    fee: str = ""
    fee_en: str = ""
    fee_unsure: str = ""
    fee_unsure_en: str = ""
    papers: tuple[PaperLine, ...] = ()
    source: str = ""
    source_en: str = ""
    marks: Marks = Marks()
    effective_from: date | None = None
    """First day of this version; None = not known, so in force as far as we know."""
    effective_until: date | None = None
    """Last day of this version."""
    review_from: date | None = None
    """From this day on the row must be checked again: the law behind it changes then."""
    words: tuple[str, ...] = ()
    """What people call it."""
    words_en: tuple[str, ...] = ()

    @property
    def unsure(self) -> bool:
        """Tell whether anything that a citizen reads here is not confirmed or not known."""
        said = (self.marks.name, self.marks.time, self.marks.fee)
        return (
            any(mark in _DOUBTFUL for mark in said)
            or any(paper.unsure for paper in self.papers)
            or not (self.time and self.fee and self.papers)
        )

    def is_in_force(self, day: date) -> bool:
        """Tell whether this version holds on `day`."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )

    def needs_review(self, day: date) -> bool:
        """Tell whether the law changes on or before `day` and nobody has looked at the row since."""
        return self.review_from is not None and self.review_from <= day

    def name_in(self, language: str) -> str:
        """Return the name."""
        return self.name_en if language == "en" else self.name

    def time_in(self, language: str) -> str:
        """Return the statutory time; what is not confirmed says so; empty = not known."""
        if language == "en":
            return _worded(self.time_en, self.marks.time, self.time_unsure_en, language)
        return _worded(self.time, self.marks.time, self.time_unsure, language)

    def fee_in(self, language: str) -> str:
        """Return the fee; what is not confirmed says so; empty = not known."""
        if language == "en":
            return _worded(self.fee_en, self.marks.fee, self.fee_unsure_en, language)
        return _worded(self.fee, self.marks.fee, self.fee_unsure, language)

    def source_in(self, language: str) -> str:
        """Return where the row comes from."""
        return self.source_en if language == "en" else self.source


class GuideAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer: it leads to a second question, or to a group and the procedures that fit (none: the group itself)."""

    key: str
    text: str
    text_en: str
    icon: str = ""
    group: str = ""
    procedures: tuple[str, ...] = ()
    then: "GuideQuestion | None" = None


class GuideQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question for somebody who does not know which service is needed."""

    key: str
    text: str
    text_en: str
    answers: tuple[GuideAnswer, ...]


class Catalogue:
    """All procedures of an office, with their versions and the search over them."""

    def __init__(self, procedures: Iterable[Procedure], question: GuideQuestion | None = None) -> None:
        """Check that versions do not overlap and that the guide leads to known procedures.

        Raises:
            BadCatalogue: if they do not.
        """
        self.procedures = tuple(procedures)
        self._question = question
        messages = [*_overlaps(self.procedures), *_lost_ways(question, {row.key for row in self.procedures})]
        if messages:
            raise BadCatalogue(messages)
        self._index = SearchIndex([_phrases(row) for row in self.procedures])

    def in_force(self, day: date) -> tuple[Procedure, ...]:
        """Return what holds on `day`, in the catalogue's order."""
        return tuple(row for row in self.procedures if row.is_in_force(day))

    def in_group(self, group: str, day: date) -> tuple[Procedure, ...]:
        """Return the procedures of a service group that hold on `day`, in the catalogue's order."""
        return tuple(row for row in self.in_force(day) if row.group == group)

    def get(self, key: str, day: date | None = None) -> Procedure | None:
        """Return the version of `key` in force on `day`, or the newest one; None if there is none."""
        versions = [row for row in self.procedures if row.key == key and (day is None or row.is_in_force(day))]
        return max(versions, key=lambda row: row.effective_from or date.min, default=None)

    def search(self, query: str, day: date, limit: int = 8) -> tuple[Procedure, ...]:
        """Return what fits `query` on `day`, best first: no diacritics needed, typing errors and English allowed."""
        hits = (self.procedures[number] for number in self._index.ranked(query))
        return tuple(row for row in hits if row.is_in_force(day))[:limit]

    def due_for_review(self, day: date) -> tuple[Procedure, ...]:
        """Return the rows in force whose law has changed by `day`."""
        return tuple(row for row in self.in_force(day) if row.needs_review(day))

    def guide(self) -> GuideQuestion | None:
        """Return the first of the two questions for "I don't know"."""
        return self._question


def load_catalogue(raw: bytes) -> Catalogue:
    """Return the catalogue in the JSON text `raw`: `{"procedures": [...], "guide": {...}}`.

    Raises:
        BadCatalogue: with every fault, by row and field.
    """
    document = _document(raw)
    return catalogue_of(document.get("procedures", []), document.get("guide"))


def catalogue_of(rows: object, question: object = None) -> Catalogue:
    """Return the catalogue made of raw rows (and a raw first question).

    Raises:
        BadCatalogue: with every fault, by row and field.
    """
    if not isinstance(rows, list) or not rows:
        raise BadCatalogue(['procedures: expected a list of rows, e.g. "procedures": [{"key": "khai-sinh", ...}]'])
    messages: list[str] = []
    procedures: list[Procedure] = []
    for number, row in enumerate(rows, start=1):
        try:
            procedure = msgspec.convert(row, Procedure)
        except msgspec.ValidationError as error:
            messages.append(f"{_row_name(number, row)}: {_field_and_fault(str(error))}")
            continue
        messages += [f"{_row_name(number, row)}: {fault}" for fault in _faults(procedure)]
        procedures.append(procedure)
    first: GuideQuestion | None = None
    if question is not None:
        try:
            first = msgspec.convert(question, GuideQuestion)
        except msgspec.ValidationError as error:
            messages.append(f"guide: {_field_and_fault(str(error))}")
    if messages:
        raise BadCatalogue(messages)
    return Catalogue(procedures, first)


def merge(catalogue: Catalogue, site_rows: bytes | Sequence[Mapping[str, Any]]) -> Catalogue:
    """Return `catalogue` with the site's rows laid over it.

    A row with a known key changes the fields that it names; with an `effective_from` of its own it is a new version,
    and the old one ends the day before. A row with a new key is a new procedure. `{"key": ..., "removed": true}` takes
    one out. What a site states and does not mark counts as stated by the site.

    Raises:
        BadCatalogue: with every fault, by row and field.
    """
    given: object = _document(site_rows).get("procedures", []) if isinstance(site_rows, bytes) else list(site_rows)
    if not isinstance(given, list):
        raise BadCatalogue(["procedures: expected a list of rows"])
    rows: list[dict[str, Any]] = [msgspec.to_builtins(row) for row in catalogue.procedures]
    messages: list[str] = []
    for number, change in enumerate(given, start=1):
        key = change.get("key") if isinstance(change, Mapping) else None
        if not isinstance(change, Mapping) or not isinstance(key, str):
            messages.append(f'site row {number}: field "key" is missing or no text')
            continue
        versions = [row for row in rows if row["key"] == key]
        if change.get("removed"):
            if not versions:
                messages.append(f'site row {number} ({key}): "removed" names an unknown procedure')
            rows = [row for row in rows if row["key"] != key]
            continue
        try:
            _lay_over(rows, versions, change)
        except msgspec.ValidationError as error:
            messages.append(f"site row {number} ({key}): {_field_and_fault(str(error))}")
    if messages:
        raise BadCatalogue(messages)
    question = catalogue.guide()
    return catalogue_of(rows, None if question is None else _guide_without(msgspec.to_builtins(question), rows))


def certified_copy_fee(pages: int, copies: int = 1) -> int:
    """Return the fee in VND for `copies` certified copies of a paper of `pages` pages.

    2,000 a page for the first two, 1,000 from the third on, at most 200,000 a copy (product notes §7, 2.000815).

    Raises:
        ValueError: if `pages` or `copies` is below 1.
    """
    if pages < 1 or copies < 1:
        raise ValueError("pages and copies begin at 1")
    one = COPY_FEE_FIRST_PAGES_VND * min(pages, 2) + COPY_FEE_LATER_PAGES_VND * max(0, pages - 2)
    return min(one, COPY_FEE_CAP_VND) * copies


def _lay_over(rows: list[dict[str, Any]], versions: list[dict[str, Any]], change: Mapping[str, Any]) -> None:
    """Apply one site row to `rows`, in place."""
    if not versions:
        rows.append(dict(change))
        return
    base = max(versions, key=lambda row: row["effective_from"] or "")
    stated = {item: "site" for item in ("code", "name", "time", "fee") if item in change}
    marks = change.get("marks") or {}
    fresh = {**base, **change, "marks": {**base["marks"], **stated, **marks}}
    for item in ("time", "fee"):
        if item in change:  # the notes' doubt was about the notes' own statement
            for field in (f"{item}_unsure", f"{item}_unsure_en"):
                fresh[field] = change.get(field, "")
            fresh[f"{item}_en"] = change.get(f"{item}_en", "")
    begins = change.get("effective_from")
    if begins is None or begins == base["effective_from"]:
        base.clear()
        base.update(fresh)
        return
    first_day = msgspec.convert(begins, date)
    if base["effective_until"] is None:
        base["effective_until"] = (first_day - timedelta(days=1)).isoformat()
    if "effective_until" not in change:
        fresh["effective_until"] = None
    if "review_from" not in change:
        fresh["review_from"] = None
    rows.insert(rows.index(base) + 1, fresh)


def _document(raw: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCatalogue([f"not JSON: {error}"]) from None
    if isinstance(document, list):
        return {"procedures": document}
    if not isinstance(document, dict):
        raise BadCatalogue(["expected an object with a list under procedures"])
    return document


def _row_name(number: int, row: object) -> str:
    key = row.get("key") if isinstance(row, dict) else None
    return f"row {number} ({key})" if isinstance(key, str) and key else f"row {number}"


def _field_and_fault(error: str) -> str:
    """Return msgspec's message with the field in front."""
    match = re.fullmatch(r"(.*) - at `\$\.?(.*)`", error)
    if match:
        return f'field "{match[2]}": {match[1]}'
    match = re.search(r"field `([^`]+)`", error)
    return f'field "{match[1]}": {error}' if match else error


def _faults(row: Procedure) -> list[str]:
    faults = []
    if not _KEY.fullmatch(row.key):
        faults.append('field "key": only a-z, digits and hyphens')
    if row.code is not None and not _CODE.fullmatch(row.code):
        faults.append(f'field "code": "{row.code}" has not the form N.NNNNNN; write null where it is not known')
    for name in ("name", "name_en", "field", "group"):
        if not getattr(row, name).strip():
            faults.append(f'field "{name}": empty')
    for name in ("time", "fee"):
        if bool(getattr(row, name)) != bool(getattr(row, f"{name}_en")):
            faults.append(f'field "{name}_en": give both languages or neither')
    if row.effective_from and row.effective_until and row.effective_until < row.effective_from:
        faults.append('field "effective_until": before effective_from')
    return faults


def _overlaps(rows: Sequence[Procedure]) -> list[str]:
    messages = []
    for index, row in enumerate(rows):
        for other in rows[index + 1 :]:
            if other.key == row.key and not (
                (row.effective_until or date.max) < (other.effective_from or date.min)
                or (other.effective_until or date.max) < (row.effective_from or date.min)
            ):
                messages.append(f'{row.key}: field "effective_from": two versions hold on the same day')
    return messages


def _lost_ways(question: GuideQuestion | None, keys: set[str]) -> list[str]:
    messages = []
    for answer in question.answers if question else ():
        if answer.then is not None:
            messages += _lost_ways(answer.then, keys)
        elif not answer.group:
            messages.append(f"guide answer {answer.key}: leads nowhere; give group, or a question under then")
        messages += [
            f"guide answer {answer.key}: unknown procedure {key}" for key in answer.procedures if key not in keys
        ]
    return messages


def _guide_without(question: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the guide without procedures that a site has taken out."""
    keys = [row["key"] for row in rows]
    for answer in question["answers"]:
        answer["procedures"] = [key for key in answer.get("procedures", ()) if key in keys]
        if answer.get("then"):
            _guide_without(answer["then"], rows)
    return question


def _phrases(row: Procedure) -> tuple[tuple[str, float], ...]:
    """Return what a row is found by, with how much a hit there is worth."""
    return (
        (row.name, 1.0),
        *((word, 1.0) for word in row.words),
        (row.name_en, 0.95),
        *((word, 0.95) for word in row.words_en),
        (row.field, 0.6),
        *((code, 1.0) for code in (row.code or "").split(" / ") if code),
    )


def _worded(text: str, mark: Mark, doubtful: str, language: str) -> str:
    doubt = _DOUBT.get(language, _DOUBT["vi"])
    said = f"{text} ({doubt})" if text and mark in _DOUBTFUL else text
    return "; ".join(part for part in (said, f"{doubtful} ({doubt})" if doubtful else "") if part)
