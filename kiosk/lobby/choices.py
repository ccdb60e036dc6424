"""What a citizen's touches choose: steps and services of one visit, before a number is taken."""

from datetime import date

from kiosk.domain.priority import PriorityReason
from kiosk.lobby import view as v
from kiosk.lobby.picture import Painter
from kiosk.lobby.visit import MAX_SERVICES, SWITCHES, Visit
from kiosk.lobby.words import OTHER_SERVICE, PRIORITY_REASONS

_CHOOSING = ("idle", "greeting", "group", "search", "guide")
_QUERY_CHARACTERS = 80


class Choices:
    """Knows where each touch leads; changes nothing but the visit."""

    def __init__(self, painter: Painter) -> None:
        self._painter = painter

    def touch(self, visit: Visit, intent: v.LobbyIntent, today: date) -> None:
        """Do what a touch means for `visit`; one that does not fit the step changes nothing."""
        match intent:
            case v.Choose():
                self._choose(visit, intent.key, today)
            case v.OpenSearch():
                _open(visit, "search")
            case v.OpenGuide():
                _open(visit, "guide")
            case v.NoCard():
                _open(visit, "greeting")
            case v.Query() if visit.step == "search":
                visit.query = intent.text[:_QUERY_CHARACTERS]
            case v.DeclarePriority() if visit.step == "papers":
                _declare(visit, intent.reason)
            case v.AddService() if visit.step == "papers" and len(visit.services) < MAX_SERVICES:
                visit.keep_service()
            case v.Back() if visit.step == "guide" and visit.answers:
                visit.answers.pop()
            case v.Back():
                visit.go_back()
            case v.SetLanguage():
                visit.language = "en" if intent.language == "en" else "vi"
            case v.Toggle() if intent.what in SWITCHES:
                visit.switches ^= {intent.what}
            case _:
                pass

    def _choose(self, visit: Visit, key: str, today: date) -> None:
        if visit.step in ("idle", "greeting"):
            if any(group.key == key for group in self._painter.groups):
                self._open_group(visit, key, today)
        elif visit.step == "guide":
            self._answer(visit, key)
        elif visit.step == "group" and key == OTHER_SERVICE:
            visit.choose(visit.group)
        elif visit.step in ("group", "search"):
            chosen = next((row for row in self._painter.procedures(visit, today) if row.key == key), None)
            if chosen is not None:
                visit.choose(chosen.group, chosen.key)
            elif any(group.key == key for group in self._painter.found_groups(visit)):
                self._open_group(visit, key, today)

    def _open_group(self, visit: Visit, key: str, today: date) -> None:
        visit.group, visit.shortlist = key, ()
        if self._painter.has_procedures(key, today):
            visit.go("group")
        else:
            visit.choose(key)

    def _answer(self, visit: Visit, key: str) -> None:
        question = self._painter.question(visit)
        answers = self._painter.answers(question) if question is not None else ()
        answer = next((answer for answer in answers if answer.key == key), None)
        if answer is None:
            return
        if answer.then is not None:
            visit.answers.append(key)
        else:
            visit.shortlist = answer.procedures
            if visit.answers and len(answer.procedures) == 1:
                visit.choose(answer.group, answer.procedures[0])  # a list of one is a touch for nothing
            elif answer.procedures:
                visit.group = answer.group
                visit.go("group")
            else:
                visit.choose(answer.group)


def _open(visit: Visit, step: str) -> None:
    if visit.step in _CHOOSING and visit.step != step:
        visit.go(step)
        visit.answers = []


def _declare(visit: Visit, reason: str) -> None:
    if any(reason == declarable.value for declarable, *_ in PRIORITY_REASONS):
        visit.declare(PriorityReason(reason))
