"""The citizen's word at the counter: five faces after a finished service, reasons, a comment, a letter to the leader.

No token, no rating. A chosen face is kept for a moment in which another one may be touched, then committed; what was
chosen is committed even if its citizen just walks away. A face that nobody touched is told as such.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.clock import Clock, Wake
from kiosk.counter import view as v
from kiosk.domain.events import Event, PetitionFiled, RatingDeclined, RatingGiven
from kiosk.domain.petitions import MAX_TEXT
from kiosk.domain.ratings import ASK_WHY, CHANGE_WINDOW, DEBOUNCE, MAX_COMMENT, TABLET_WINDOW, is_rateable
from kiosk.domain.replies import RatingOffer

FACES_S = TABLET_WINDOW.total_seconds()
"""How long the faces stay without a touch."""
CHANGE_OF_MIND_S = CHANGE_WINDOW.total_seconds()
DOUBLE_PRESS_S = DEBOUNCE.total_seconds()
"""The same touch again within this time is a trembling hand."""
REASONS_S = 30.0
WRITING_S = 90.0
THANKS_S = 5.0
RECEIPT_S = 45.0
COUNT_DOWN_S = 10
"""The last seconds are shown."""
REASON_STEPS = ("rating", "reasons")


class RatingRoom:
    """One citizen's answers at the tablet; closed (`step` empty) most of the time."""

    def __init__(
        self,
        counter: int,
        clock: Clock,
        new_id: Callable[[], str],
        new_receipt: Callable[[], str],
        commit: Callable[..., None],
        changed: Callable[[], None],
        public_url: str,
        counts_down: bool,
    ) -> None:
        """Make a closed room.

        Args:
            new_receipt: makes a receipt code for a petition.
            commit: stores events in one transaction; what it does not store is not thanked for.
            changed: told after every change that came from a timer.
            counts_down: tick through the last seconds; False where nobody draws.
        """
        self._counter = counter
        self._clock = clock
        self._new_id = new_id
        self._new_receipt = new_receipt
        self._commit = commit
        self._changed = changed
        self._public_url = public_url
        self._counts_down = counts_down
        self._rest: Wake | None = None
        self._last: tuple[float, v.CounterIntent] | None = None
        self._clear()

    def _clear(self) -> None:
        self.step = ""
        self.offer: RatingOffer | None = None
        self._is_offline = False
        self._is_settled = False
        self.score = 0
        self._way = "tablet"
        self.reasons: tuple[str, ...] = ()
        self.comment = ""
        self.petition = ""
        self.category = ""
        self.receipt = ""
        self.number = ""
        self._ticket = ""
        self._back_to = ""
        self._ends_mono = 0.0
        self._stop_timer()

    # what the counter does --------------------------------------------------------------------------------------

    def open(self, offer: RatingOffer, is_offline: bool) -> None:
        """Show the faces for a service that was just finished."""
        self.close()
        self.offer = offer
        self._ticket, self.number = offer.ticket, offer.number
        self._is_offline = is_offline
        self._go("rating", FACES_S)

    def close(self) -> None:
        """End the visit at the tablet, keeping what was chosen."""
        if self.step:
            self._settle()
            self._clear()

    def make_way(self) -> None:
        """The next citizen sits down: leave the faces, but never take the pen out of somebody's hand."""
        if self.step in ("rating", "thanks", "receipt"):
            self.close()

    # what the citizen does --------------------------------------------------------------------------------------

    def act(self, intent: v.AnyCounterIntent, ticket: str = "", number: str = "") -> None:
        """Do what a touch means; one that does not fit the step does nothing.

        Args:
            ticket: the ticket at the counter now, for a petition outside a rating.
            number: its number.
        """
        now = self._clock.monotonic()
        if self._is_double(now, intent):
            return
        self._last = (now, intent)
        match intent:
            case v.Rate():
                self._rate(intent)
            case v.PickReason():
                self._pick(intent.key)
            case v.OpenComment():
                if self.step in REASON_STEPS and self.score:
                    self._go("comment", WRITING_S)
            case v.OpenPetition():
                self._open_petition(ticket, number)
            case v.WriteText():
                self._write(intent.text)
            case v.PickCategory():
                if self.step == "petition" and intent.key.isidentifier() and len(intent.key) <= 32:
                    self.category = intent.key
                    self._go("petition", WRITING_S)
            case v.Send():
                self._send()
            case v.Decline():
                self._decline()
            case v.Back():
                self._back()
            case _:
                pass

    def _is_double(self, now: float, intent: v.CounterIntent) -> bool:
        if self._last is None or isinstance(intent, v.WriteText):
            return False
        at, before = self._last
        same = intent == before or (isinstance(intent, v.Rate) and isinstance(before, v.Rate))
        return same and now - at < DOUBLE_PRESS_S

    @property
    def takes_faces(self) -> bool:
        """Tell whether a face that is chosen now counts."""
        return self.step in REASON_STEPS

    def _rate(self, intent: v.Rate) -> None:
        score = intent.score
        if not self.takes_faces or not is_rateable(score):
            return
        self.score, self._way = score, intent.way
        if score not in ASK_WHY:
            self.reasons = ()
            self._go("rating", CHANGE_OF_MIND_S)
        else:
            self._go("reasons", REASONS_S)

    def _pick(self, key: str) -> None:
        if self.step != "reasons" or key not in v.REASONS:
            return
        self.reasons = tuple(reason for reason in v.REASONS if (reason in self.reasons) != (reason == key))
        self._go("reasons", REASONS_S)

    def _open_petition(self, ticket: str, number: str) -> None:
        if self.step in ("comment", "petition", "receipt"):
            return
        if not self.step:
            self._clear()
            self._ticket, self.number = ticket, number
        self._back_to = self.step
        self._go("petition", WRITING_S)

    def _write(self, text: str) -> None:
        if self.step == "comment":
            self.comment = text[:MAX_COMMENT]
            self._go("comment", WRITING_S)
        elif self.step == "petition":
            self.petition = text[:MAX_TEXT]
            self._go("petition", WRITING_S)

    def _send(self) -> None:
        if self.step in ("rating", "reasons", "comment") and self.score:
            self._settle()
            self._go("thanks", THANKS_S)
        elif self.step == "petition" and self.petition.strip():
            self._file()
        elif self.step in ("thanks", "receipt"):
            self._leave()

    def _decline(self) -> None:
        if self.step == "rating":
            self._refuse("declined")
            self._clear()
        elif self.step in ("reasons", "comment"):
            # the question is skipped, not the answer that was given
            self._settle()
            self._go("thanks", THANKS_S)
        elif self.step == "petition":
            self._back()
        elif self.step in ("thanks", "receipt"):
            self._leave()

    def _back(self) -> None:
        match self.step:
            case "reasons":
                self._go("rating", FACES_S)
            case "comment":
                self._go("reasons" if self.score in ASK_WHY else "rating", REASONS_S)
            case "petition":
                self.petition = self.category = ""
                self._return()
            case "thanks" | "receipt":
                self._leave()
            case _:
                pass

    def _return(self) -> None:
        match self._back_to:
            case "rating":
                self._go("rating", CHANGE_OF_MIND_S if self.score else FACES_S)
            case "reasons":
                self._go("reasons", REASONS_S)
            case _:
                self._clear()

    def _leave(self) -> None:
        """Leave thanks or receipt; who wrote before rating is asked for the faces now."""
        if self.step == "receipt" and self.offer is not None and not self._is_settled:
            self._go("rating", FACES_S)
        else:
            self._clear()

    # what is committed ------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Commit what was chosen, or that nothing was."""
        if self.offer is None or self._is_settled:
            return
        if self.score:
            self._commit(self._rating(self.offer))
            self._is_settled = True
        else:
            self._refuse("timeout")

    def _refuse(self, way: str) -> None:
        offer = self.offer
        if offer is not None and not self._is_settled:
            self._commit(
                RatingDeclined(
                    at=self._clock.now(), ticket=offer.ticket, service=offer.service, counter=self._counter, way=way
                )
            )
            self._is_settled = True

    def _rating(self, offer: RatingOffer) -> RatingGiven:
        return RatingGiven(
            at=self._clock.now(),
            ticket=offer.ticket,
            service=offer.service,
            token=offer.token,
            score=self.score,
            reasons=self.reasons if self.score in ASK_WHY else (),
            comment=self.comment.strip(),
            counter=offer.counter,
            officer=offer.officer,
            way=self._way,
            offline=self._is_offline,
        )

    def _file(self) -> None:
        receipt = self._new_receipt()
        happened: list[Event] = []
        rates = self.offer is not None and self.score > 0 and not self._is_settled
        if rates and self.offer is not None:
            happened.append(self._rating(self.offer))
        happened.append(
            PetitionFiled(
                at=self._clock.now(),
                petition=self._new_id(),
                receipt=receipt,
                text=self.petition.strip(),
                category=self.category or "other",
                ticket=self._ticket,
                counter=self._counter,
                way="tablet",
            )
        )
        self._commit(*happened)
        self._is_settled = self._is_settled or rates
        self.receipt = receipt
        self.petition = ""
        self._go("receipt", RECEIPT_S)

    # time -------------------------------------------------------------------------------------------------------

    @property
    def seconds_left(self) -> int | None:
        """Return the last seconds of the step, or None while there is time."""
        if not self.step or not self._counts_down or self.step in ("thanks", "receipt"):
            return None
        left = self._ends_mono - self._clock.monotonic()
        is_open = self.step != "rating" or not self.score
        return max(0, round(left)) if left <= COUNT_DOWN_S and is_open else None

    @property
    def link(self) -> str:
        """Return the address that the QR code on this step carries."""
        if self.step == "receipt":
            return f"{self._public_url}/p/{self.receipt}" if self._public_url else ""
        return self.offer.link if self.offer is not None else ""

    @property
    def text(self) -> str:
        """Return what is being written."""
        return self.petition if self.step == "petition" else self.comment

    def _go(self, step: str, seconds: float) -> None:
        self.step = step
        self._stop_timer()
        self._ends_mono = self._clock.monotonic() + seconds
        self._wait(seconds)

    def _wait(self, seconds: float) -> None:
        pause = seconds
        if self._counts_down:
            pause = seconds - COUNT_DOWN_S if seconds > COUNT_DOWN_S else min(1.0, seconds)
        self._rest = self._clock.wake_at(self._clock.now() + timedelta(seconds=pause), self._on_time)

    def _on_time(self) -> None:
        left = self._ends_mono - self._clock.monotonic()
        if left > 0.05:
            self._wait(left)
        elif self.step == "rating" and self.score:
            self._settle()
            self._go("thanks", THANKS_S)
        elif self.step in ("thanks", "receipt"):
            self._leave()
        else:
            self.close()
        self._changed()

    def _stop_timer(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
