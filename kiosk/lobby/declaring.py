"""A procedure's form, filled before the turn comes by card and citizen, and handed over under a one-time code.

The values are in RAM only, here and at the hub; the code is the citizen's to show, and works once.
"""

import importlib.resources
from typing import Any

from kiosk.domain import commands
from kiosk.domain.declarations import FIELDS, values_of
from kiosk.domain.events import DeclarationHandedOver
from kiosk.domain.forms import FIELD_LETTERS, Form, FormField, date_written, fits, load_forms
from kiosk.domain.replies import Reply
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.sheets import FieldLine, FormSheet, Tile
from kiosk.lobby.visit import FormDraft, Visit
from kiosk.lobby.words import CARD_FIELDS, CARD_VALUES, in_language

TYPED_WITHOUT_CARD = ("name", "dob", "id", "address")
"""What is asked of somebody whose card was not read."""


def shipped_forms() -> dict[str, Form]:
    """Return the forms that ship, by procedure."""
    return load_forms(importlib.resources.files("kiosk.domain").joinpath("forms.json").read_bytes())


class Declaring:
    """Fills one form and hands it over."""

    def __init__(self, here: Here, forms: dict[str, Form]) -> None:
        self._here = here
        self._forms = forms

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open the form or a field, take an answer, hand it over."""
        draft = visit.form
        match intent:
            case v.Open(what="form") if visit.step == "papers" and visit.procedure in self._forms:
                if draft is None or draft.procedure != visit.procedure:
                    visit.form = FormDraft(procedure=visit.procedure)
                visit.go("form")
            case _ if visit.step != "form" or draft is None:
                return False
            case v.OpenField() if draft.state in ("filling", "away"):
                draft.open = intent.key if any(field.key == intent.key for field in self._fields(visit, draft)) else ""
            case v.Answer() if draft.open:
                self._answer(visit, draft, intent.text)
            case v.Back() if draft.open:
                draft.open = ""
            case v.HandOver() if draft.state in ("filling", "away") and not draft.open:
                self._hand_over(visit, draft)
            case _:
                return False
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the form as it is filled so far."""
        draft = visit.form
        if visit.step != "form" or draft is None:
            return {}
        fields = self._fields(visit, draft)
        field = next((field for field in fields if field.key == draft.open), None)
        sheet = FormSheet(
            title=self._here.painter.title(visit.group, draft.procedure, visit.language),
            fields=(*self._card_lines(visit), *(self._line(visit, draft, field) for field in fields)),
            open=draft.open,
            label=field.label_in(visit.language) if field else "",
            kind=field.kind if field else "text",
            text=draft.typed.get(draft.open, ""),
            choices=_choices(field, visit.language) if field else (),
            state=draft.state,
            code=draft.code,
        )
        return {"form": sheet}

    def _fields(self, visit: Visit, draft: FormDraft) -> tuple[FormField, ...]:
        own = self._forms[draft.procedure].fields
        if visit.card is not None:
            return own
        kinds = {"dob": "date"}
        asked = (
            FormField(key=key, label=CARD_FIELDS[key][0], label_en=CARD_FIELDS[key][1], kind=kinds.get(key, "text"))  # type: ignore[arg-type]  # one of the kinds
            for key in TYPED_WITHOUT_CARD
        )
        return (*asked, *own)

    def _card_lines(self, visit: Visit) -> tuple[FieldLine, ...]:
        if visit.card is None:
            return ()
        said = values_of(visit.card)
        return tuple(
            FieldLine(
                key=key,
                label=in_language(visit.language, *CARD_FIELDS[key]),
                text=_shown(key, said[key], visit.language),
                from_card=True,
            )
            for key in FIELDS
            if key in said
        )

    def _line(self, visit: Visit, draft: FormDraft, field: FormField) -> FieldLine:
        text = draft.typed.get(field.key, "")
        chosen = next((choice for choice in field.choices if choice.key == text), None)
        shown = in_language(visit.language, chosen.text, chosen.text_en) if chosen else text
        if field.kind == "date":
            shown = date_written(text)
        return FieldLine(
            key=field.key,
            label=field.label_in(visit.language),
            text=shown,
            kind=field.kind,
            is_wrong=not fits(field, text),
        )

    def _answer(self, visit: Visit, draft: FormDraft, text: str) -> None:
        draft.typed[draft.open] = text[:FIELD_LETTERS]
        field = next(field for field in self._fields(visit, draft) if field.key == draft.open)
        if field.kind == "choice":
            draft.open = ""

    def _hand_over(self, visit: Visit, draft: FormDraft) -> None:
        typed = {key: text.strip() for key, text in draft.typed.items() if text.strip()}
        dates = [field.key for field in self._fields(visit, draft) if field.kind == "date"]
        typed |= {key: date_written(typed[key]) for key in dates if key in typed}
        values = values_of(visit.card, typed) if visit.card is not None else typed
        if not values:
            return
        draft.state = "sending"
        request = commands.HandOver(req_id=self._here.new_id(), form=draft.procedure, values=values)
        self._here.link.request(request, lambda reply: self._on_reply(visit, draft, len(values), reply))

    def _on_reply(self, visit: Visit, draft: FormDraft, fields: int, reply: Reply | None) -> None:
        if reply is not None and reply.ok:
            draft.state, draft.code = "handed", reply.code
            visit.form_codes[draft.procedure] = reply.code
            draft.typed.clear()
            handed = DeclarationHandedOver(at=self._here.clock.now(), form=draft.procedure, fields=fields)
            self._here.record(handed)
        else:
            draft.state = "away"
        if self._here.is_current(visit):
            self._here.changed()


def _choices(field: FormField, language: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(key=choice.key, title=in_language(language, choice.text, choice.text_en)) for choice in field.choices
    )


def _shown(key: str, value: str, language: str) -> str:
    """Return a card's value as people write it."""
    if key in ("dob", "issued") and len(value) == 10:
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return in_language(language, *CARD_VALUES[value]) if key == "sex" and value in CARD_VALUES else value
