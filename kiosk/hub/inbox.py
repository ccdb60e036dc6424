"""The leader's inbox: every petition folded from its events, oldest deadline first, found again by its receipt."""

from datetime import date
from heapq import nlargest

from kiosk.domain.petitions import ANSWER_WORKING_DAYS, Petition, PetitionEvent, petition_of, receipt_of
from kiosk.domain.snapshot import AnsweredPetition


class Inbox:
    """All petitions of the office; like visits they do not depend on the order in which events became known."""

    def __init__(self, working_days: int = ANSWER_WORKING_DAYS) -> None:
        self.working_days = working_days
        self._events: dict[str, dict[str, PetitionEvent]] = {}
        self._petitions: dict[str, Petition] = {}
        self._by_receipt: dict[str, str] = {}

    def apply(self, event: PetitionEvent, event_id: str) -> None:
        """Take an event of a petition into account."""
        known = self._events.setdefault(event.petition, {})
        known[event_id] = event
        petition = petition_of(known.items(), self.working_days)
        self._petitions[event.petition] = petition
        if petition.receipt:
            # a code that was given twice stays with the first petition; the second is still in the leader's list
            self._by_receipt.setdefault(petition.receipt, petition.petition)

    def get(self, petition: str) -> Petition | None:
        """Return one petition, or None."""
        return self._petitions.get(petition)

    def by_receipt(self, typed: str) -> Petition | None:
        """Return the petition whose receipt a person typed, or None."""
        code = receipt_of(typed)
        return self._petitions.get(self._by_receipt.get(code or "", ""))

    def is_taken(self, receipt: str) -> bool:
        """Tell whether a receipt code is in use."""
        return receipt in self._by_receipt

    def all(self) -> list[Petition]:
        """Return the unanswered petitions by deadline, then the answered ones, newest first."""
        filed = [petition for petition in self._petitions.values() if petition.filed is not None]
        waiting = [petition for petition in filed if petition.answered is None]
        done = [petition for petition in filed if petition.answered is not None]
        waiting.sort(key=lambda petition: (petition.deadline or date.max, petition.filed, petition.petition))
        done.sort(key=lambda petition: (petition.answered, petition.petition), reverse=True)
        return waiting + done

    def lately_answered(self, count: int, since: date) -> tuple[AnsweredPetition, ...]:
        """Return what everybody may know of the last `count` petitions that were answered on `since` or later."""
        done = [
            (petition.answered, petition.petition, petition.filed, petition.category)
            for petition in self._petitions.values()
            if petition.answered is not None and petition.filed is not None and petition.answered.date() >= since
        ]
        return tuple(
            AnsweredPetition(category=category, on=answered.date(), days=max(0, (answered.date() - filed.date()).days))
            for answered, _, filed, category in nlargest(count, done, key=lambda one: one[:2])
        )

    def filed_on(self, day: date) -> int:
        """Return how many petitions were filed on `day`."""
        return sum(petition.filed is not None and petition.filed.date() == day for petition in self._petitions.values())

    def answered_on(self, day: date) -> int:
        """Return how many petitions were answered on `day`."""
        return sum(
            petition.answered is not None and petition.answered.date() == day for petition in self._petitions.values()
        )
