"""The citizen's word at the counter: five faces after a finished service, reasons, a comment, a letter to the leader.

No token, no rating. A chosen face is kept for a moment in which another one may be touched, then committed; what was
chosen is committed even if its citizen just walks away. A face that nobody touched is told as such. Who asks to be
asked later takes the token along on the phone, and nothing is sent from here.

Everything can be done on the five keys of the rating pad alone: a face; after a low mark, once its moment for another
face is over, the reasons by their place; then it sends itself.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.clock import Clock, Wake
from kiosk.counter import view as v
from kiosk.counter.survey import SCALE, SurveyRoom
from kiosk.domain.events import Event, PetitionFiled, RatingDeclined, RatingGiven
from kiosk.domain.petitions import MAX_TEXT
from kiosk.domain.ratings import ASK_WHY, CHANGE_WINDOW, DEBOUNCE, MAX_COMMENT, TABLET_WINDOW, is_rateable
from kiosk.domain.replies import RatingOffer
from kiosk.domain.surveys import MAX_TEXT as MAX_ANSWER

FACES_S = TABLET_WINDOW.total_seconds()
"""How long the faces stay without a touch."""
CHANGE_OF_MIND_S = CHANGE_WINDOW.total_seconds()
DOUBLE_PRESS_S = DEBOUNCE.total_seconds()
"""The same touch again within this time is a trembling hand."""
REASONS_S = 30.0
WRITING_S = 50.0
PAD_REASONS_S = 12.0
"""How long the reasons wait for another key of the pad before they are sent: there is no key to send."""
THANKS_S = 5.0
INVITATION_S = 12.0
"""How long the thanks stay when they ask for a survey."""
SURVEY_S = 30.0
LATER_S = 30.0
RECEIPT_S = 45.0
MOST_STAYS = 10
"""How often one step may be given its time anew (WCAG 2.2.1): a panel that touches itself holds no counter for ever."""
READING_PACE = 3.0
"""Whoever has the screen read out hears in a minute what others see at a glance."""
COUNT_DOWN_S = 20
"""The last seconds are shown."""
REASON_STEPS = ("rating", "reasons")
SURVEY_STEPS = ("survey", "survey_text")
YES_KEY, NO_KEY = 5, 1
"""Keys of the pad that take and leave an invitation."""


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
        survey: SurveyRoom | None = None,
    ) -> None:
        """Make a closed room.

        Args:
            new_receipt: makes a receipt code for a petition.
            commit: stores events in one transaction; what it does not store is not thanked for.
            changed: told after every change that came from a timer.
            counts_down: tick through the last seconds; False where nobody draws.
            survey: asked after a rating, if the site has one.
        """
        self._counter = counter
        self._clock = clock
        self._new_id = new_id
        self._new_receipt = new_receipt
        self._commit = commit
        self._changed = changed
        self._public_url = public_url
        self._counts_down = counts_down
        self.survey = survey or SurveyRoom(None)
        self.is_read_out = False
        """Whether this citizen has the screen read aloud: every step then takes its time."""
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
        self.is_invited = False
        self._marked_mono = float("-inf")
        self._ends_mono = 0.0
        self._step_s = 0.0
        self._stays = 0
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
        if self.step == "later":
            self._refuse("later")
        if self.step:
            self._settle()
            self._end_survey()
            self._clear()

    def make_way(self) -> None:
        """The next citizen sits down: leave the faces, but never take the pen out of somebody's hand."""
        if self.step in ("rating", "thanks", "receipt", "later", "survey"):
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
        if not isinstance(intent, v.WriteText):  # what somebody wrote shall not outlive the visit here
            self._last = (now, intent)
        match intent:
            case v.Rate():
                self._rate(intent)
            case v.PickReason():
                self._pick(intent.key)
            case v.AskLater():
                if self.takes_faces and self.link:
                    self._back_to = self.step
                    self._go("later", LATER_S)
            case v.OpenSurvey():
                if self.step == "thanks" and self.is_invited:
                    self.is_invited = False
                    self.survey.begin(only_options=self.by_keys)
                    self._ask_on()
            case v.Answer():
                if self.step == "survey":
                    self.survey.answer(intent.value)
                    self._ask_on()
            case v.SkipQuestion():
                if self.step in SURVEY_STEPS:
                    self.survey.skip()
                    self._ask_on()
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

    def stay(self) -> None:
        """Give the present step its time anew: somebody is there who needs longer. What sends itself goes on."""
        sends_itself = self.step == "rating" and self.score > 0
        if self.step and not sends_itself and self._stays < MOST_STAYS:
            stays = self._stays + 1
            self._go(self.step, self._step_s)
            self._stays = stays

    @property
    def ticket(self) -> str:
        """Return whose answers these are; empty for a letter from somebody without a number."""
        return self._ticket

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

    @property
    def by_keys(self) -> bool:
        """Tell whether the citizen answers on the rating pad: what its keys mean is then shown."""
        return self._way == "pad"

    def press_key(self, key: int) -> bool:
        """Do what a key of the rating pad means here; return whether it was taken.

        A face while faces are asked, also in the moment in which the mark may still be changed; then a reason by its
        place; on an invitation the outer keys are no and yes; in a survey the answer by its place.
        """
        before = (self.step, self.score, self.reasons, self.survey.run)
        is_new_mark = self.step == "rating" or self._clock.monotonic() - self._marked_mono < CHANGE_OF_MIND_S
        if self.takes_faces and (is_new_mark or not self.by_keys):
            self.act(v.Rate(score=key, way="pad"))
            return self.step in REASON_STEPS and self.score == key
        if self.step == "reasons" and 1 <= key <= len(v.REASONS):
            self.act(v.PickReason(key=v.REASONS[key - 1]))
        elif self.step == "thanks" and self.is_invited and key in (YES_KEY, NO_KEY):
            self.act(v.OpenSurvey() if key == YES_KEY else v.Back())
        elif self.step == "survey":
            options = self.options
            self.act(v.Answer(value=options[key - 1]) if key <= len(options) else v.SkipQuestion())
        return before != (self.step, self.score, self.reasons, self.survey.run)

    @property
    def options(self) -> tuple[str, ...]:
        """Return the keys of the answers to the present question, in the order in which they are shown."""
        question = self.survey.run.question if self.survey.run is not None else None
        keys = tuple(option.key for option in question.options) if question is not None else ()
        return SCALE if set(keys) == set(SCALE) else keys

    def _rate(self, intent: v.Rate) -> None:
        score = intent.score
        if not self.takes_faces or not is_rateable(score):
            return
        self.score, self._way = score, intent.way
        self._marked_mono = self._clock.monotonic()
        if score not in ASK_WHY:
            self.reasons = ()
            self._go("rating", CHANGE_OF_MIND_S)
        else:
            self._go("reasons", self._reasons_s)

    @property
    def _reasons_s(self) -> float:
        return PAD_REASONS_S if self.by_keys else REASONS_S

    def _pick(self, key: str) -> None:
        if self.step != "reasons" or key not in v.REASONS:
            return
        self.reasons = tuple(reason for reason in v.REASONS if (reason in self.reasons) != (reason == key))
        self._go("reasons", self._reasons_s)

    def _open_petition(self, ticket: str, number: str) -> None:
        if self.step in ("comment", "petition", "receipt", "later", *SURVEY_STEPS):
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
        elif self.step == "survey_text":
            self.survey.text = text[:MAX_ANSWER]
            self._go("survey_text", WRITING_S)

    def _thank(self) -> None:
        """Commit the answer and say thanks, with the site's survey where it is this citizen's turn."""
        is_new = self.offer is not None and not self._is_settled
        self._settle()
        self.is_invited = is_new and self.survey.count()
        self._go("thanks", INVITATION_S if self.is_invited else THANKS_S)

    def _ask_on(self) -> None:
        """Show the question that is next; after the last one commit the answers and say thanks."""
        question = self.survey.run.question if self.survey.run is not None else None
        if question is not None:
            self._go("survey" if question.options else "survey_text", SURVEY_S if question.options else WRITING_S)
        else:
            self._end_survey()
            self._go("thanks", THANKS_S)

    def _end_survey(self) -> None:
        answered = self.survey.end(self._clock.now(), self._counter, self._way)
        if answered is not None:
            self._commit(answered)

    def _send(self) -> None:
        if self.step in ("rating", "reasons", "comment") and self.score:
            self._thank()
        elif self.step == "later":
            self.close()
        elif self.step == "survey_text" and self.survey.text.strip():
            self.survey.answer(self.survey.text)
            self._ask_on()
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
            self._thank()
        elif self.step in SURVEY_STEPS:
            self._end_survey()
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
            case "later":
                self._return()
            case "survey" | "survey_text" if self.survey.back():
                self._ask_on()
            case _:
                pass

    def _return(self) -> None:
        match self._back_to:
            case "rating":
                self._go("rating", CHANGE_OF_MIND_S if self.score else FACES_S)
            case "reasons":
                self._go("reasons", self._reasons_s)
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
        if self.step == "survey_text":
            return self.survey.text
        return self.petition if self.step == "petition" else self.comment

    def _go(self, step: str, seconds: float) -> None:
        self.step = step
        self._step_s, self._stays = seconds, 0
        if self.is_read_out and seconds > CHANGE_OF_MIND_S:
            seconds *= READING_PACE
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
        elif (self.step == "rating" and self.score) or (self.step == "reasons" and self.by_keys):
            self._thank()
        else:
            self.close()
        self._changed()

    def _stop_timer(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
