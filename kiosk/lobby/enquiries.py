"""Questions that only the hub can answer: how far a dossier is, whether an hour is booked, whether a result is ready.

With the hub away the kiosk says so and offers a number all the same: nobody is sent home because a cable is out.
"""

from datetime import datetime
from typing import Any

from kiosk.domain import commands
from kiosk.domain.dossiers import CODE_LETTERS, plain_code
from kiosk.domain.office import RESULTS_GROUP
from kiosk.domain.replies import Reply
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.sheets import EnquirySheet
from kiosk.lobby.visit import Enquiry, Visit
from kiosk.lobby.words import day_line

PURPOSES = ("dossier", "appointment", "pickup")
SHORTEST_CODE = 3
OTHER_TIMES = ("early", "late", "other_day")
"""Why a booking is not checked in now, though it is known what it was for."""


class Enquiries:
    """Asks the hub by a code."""

    def __init__(self, here: Here) -> None:
        self._here = here

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open a question, take its code, ask, or go on from the answer."""
        enquiry = visit.enquiry
        match intent:
            case v.Choose(key=purpose) if visit.step in ("more", "idle") and purpose in PURPOSES:
                visit.enquiry = Enquiry(purpose=purpose)
                visit.go("enquiry")
            case _ if visit.step != "enquiry" or enquiry is None:
                return False
            case v.Code():
                if enquiry.state != "asking":
                    visit.enquiry = Enquiry(purpose=enquiry.purpose, code=intent.text[:CODE_LETTERS])
            case v.Ask() if enquiry.state == "ask" and len(plain_code(enquiry.code)) >= SHORTEST_CODE:
                self._ask(visit, enquiry)
            case v.GoOn() if self._can_go_on(enquiry):
                self._go_on(visit, enquiry)
            case v.Back() if enquiry.state in ("found", "refused"):
                visit.enquiry = Enquiry(purpose=enquiry.purpose)
            case _:
                return False
        return True

    def scanned(self, visit: Visit, text: str) -> bool:
        """Take a code that was held up instead of typed; True if it was one."""
        enquiry = visit.enquiry
        if visit.step != "enquiry" or enquiry is None or enquiry.state == "asking":
            return False
        if not SHORTEST_CODE <= len(plain_code(text)) < CODE_LETTERS:
            return False
        visit.enquiry = Enquiry(purpose=enquiry.purpose, code=text.strip()[:CODE_LETTERS])
        self._ask(visit, visit.enquiry)
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the question and its answer."""
        enquiry = visit.enquiry
        if visit.step != "enquiry" or enquiry is None:
            return {}
        title = ""
        if enquiry.group or enquiry.procedure:
            title = self._here.painter.title(enquiry.group, enquiry.procedure, visit.language)
        sheet = EnquirySheet(
            purpose=enquiry.purpose,
            code=enquiry.code,
            state=enquiry.state,
            error=enquiry.error,
            status=enquiry.status,
            title=title,
            moment=enquiry.moment,
            note=enquiry.note,
            can_go_on=self._can_go_on(enquiry),
        )
        return {"enquiry": sheet}

    def _can_go_on(self, enquiry: Enquiry) -> bool:
        if enquiry.state == "asking" or not self._here.gives_numbers(self._here.clock.now()):
            return False
        if enquiry.purpose == "appointment":
            # whoever comes at another time than was booked takes an ordinary number for the same thing
            is_ordinary = enquiry.state == "refused" and enquiry.error in OTHER_TIMES
            return (enquiry.state == "found" or is_ordinary) and self._here.painter.has_group(enquiry.group)
        if enquiry.state == "found" and enquiry.status == "supplement":
            return self._here.painter.has_group(enquiry.group)
        # a result can be fetched without the code, and what is ready can be fetched at once
        is_useful = enquiry.purpose == "pickup" or (enquiry.state == "found" and enquiry.status == "ready")
        return is_useful and self._here.painter.has_group(RESULTS_GROUP)

    def _go_on(self, visit: Visit, enquiry: Enquiry) -> None:
        if enquiry.purpose == "appointment":
            visit.appointment = enquiry.code.strip() if enquiry.state == "found" else ""
            visit.choose(enquiry.group, enquiry.procedure)
        elif enquiry.status == "supplement":
            visit.choose(enquiry.group, enquiry.procedure)
        else:
            visit.dossier = enquiry.code.strip() if enquiry.state == "found" else ""
            visit.choose(RESULTS_GROUP)

    def _ask(self, visit: Visit, enquiry: Enquiry) -> None:
        enquiry.state = "asking"
        question: commands.AnyQuestion
        if enquiry.purpose == "appointment":
            question = commands.AskAppointment(req_id=self._here.new_id(), code=enquiry.code)
        else:
            question = commands.AskDossier(req_id=self._here.new_id(), code=enquiry.code)
        self._here.link.request(question, lambda reply: self._on_reply(visit, enquiry, reply))

    def _on_reply(self, visit: Visit, enquiry: Enquiry, reply: Reply | None) -> None:
        if not self._here.is_current(visit) or visit.enquiry is not enquiry:
            return  # somebody has gone on or away in the meantime
        if reply is None:
            enquiry.state, enquiry.error = "refused", "away"
        else:
            enquiry.state = "found" if reply.ok else "refused"
            enquiry.error = reply.error
            self._note(visit.language, enquiry, reply)
        self._here.changed()

    def _note(self, language: str, enquiry: Enquiry, reply: Reply) -> None:
        if reply.dossier is not None:
            dossier = reply.dossier
            enquiry.status, enquiry.note = dossier.state, dossier.note
            enquiry.group, enquiry.procedure = dossier.group, dossier.procedure
            enquiry.moment = "" if dossier.due is None else day_line(dossier.due, language)
        if reply.appointment is not None:
            booked = reply.appointment
            enquiry.group, enquiry.procedure = booked.group, booked.procedure
            enquiry.moment = _hour(booked.at, language)


def _hour(moment: datetime, language: str) -> str:
    return f"{moment:%H:%M} · {day_line(moment.date(), language)}"
