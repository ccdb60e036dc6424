"""The counter: the officer's keypad verbs, the citizen's tablet, the sign; with the hub, or by hand without it.

States and decisions only, no Kivy. With the hub every verb is a request and the hub's picture is the truth. Without it
the verbs are decided here from the last picture, marked manual, and merged by the hub later.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from kiosk.clock import Clock, Wake
from kiosk.counter import view as v
from kiosk.counter.camera import CAMERA_KEY, CounterCamera
from kiosk.counter.comfort import Comfort
from kiosk.counter.hand import HandDesk, Refused, Step
from kiosk.counter.offline import OfflineRights, offered_of
from kiosk.counter.post import Post, post_of
from kiosk.counter.rating import RatingRoom
from kiosk.counter.sign_in import REST_S, Entered, SignInDesk
from kiosk.counter.store import CounterStore
from kiosk.counter.survey import SurveyRoom
from kiosk.counter.verbs import VERBS, command_of
from kiosk.counter.view import CounterView
from kiosk.devices.keypad import Keypad
from kiosk.devices.rating_pad import RatingPad
from kiosk.devices.sign import Sign
from kiosk.domain import commands, events
from kiosk.domain.office import CounterPlan, Office
from kiosk.domain.petitions import receipt_code
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.replies import Reply
from kiosk.domain.snapshot import Snapshot
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.link import HubLink

MESSAGE_S = 6.0
"""How long a line for the officer stays."""


class CounterFlow:
    """Decides what the tablet and the sign show, and what keys and touches do."""

    def __init__(
        self,
        office: Office,
        counter: int,
        store: CounterStore,
        link: HubLink,
        clock: Clock,
        keypad: Keypad,
        sign: Sign,
        key: DeviceKey,
        new_id: Callable[[], str],
        public_url: str,
        show_clock: bool,
        *,
        device: str = "",
        policy: QueuePolicy | None = None,
        park_minutes: int = 30,
        camera: CounterCamera | None = None,
        rating_pad: RatingPad | None = None,
        survey: SurveyRoom | None = None,
    ) -> None:
        """Put the counter together; nothing moves before `start`.

        Args:
            key: signs the right to rate a service that was finished without the hub.
            device: this device's name, under which the hub knows the key.
            show_clock: keep minutes and last seconds going; False where nobody draws.
            camera: looks at the end of visits; None where the site has not switched that on.
            rating_pad: five keys with faces beside the tablet, if there are any.
            survey: asked after a rating, if the site has one.

        Raises:
            ValueError: if the office has no such counter.
        """
        plan = next((plan for plan in office.counters if plan.number == counter), None)
        if plan is None:
            raise ValueError(f"the office has no counter {counter}")
        self.link = link
        self._office = office
        self._plan: CounterPlan = plan
        self._store = store
        self._clock = clock
        self._keypad = keypad
        self._sign = sign
        self._rating_pad = rating_pad
        self._rights = OfflineRights(key, device or f"counter-{counter}")
        self._entry = SignInDesk(counter, store, key)
        self._entered: Entered | None = None
        """What the hub is being asked to check."""
        self._new_id = new_id
        self._public_url = public_url
        self._show_clock = show_clock
        self._park_minutes = park_minutes
        self._hand = HandDesk(office, plan, policy or QueuePolicy())
        self._room = RatingRoom(
            counter,
            clock,
            new_id,
            lambda: receipt_code(random.Random(int(new_id(), 16))),
            store.record,
            self._show,
            public_url,
            show_clock,
            survey,
        )
        self._camera = camera
        self._snapshot: Snapshot | None = None
        self._hub_is_here = False
        self._post = Post()
        self._is_by_hand = False
        self._is_asking = False
        self._chooses_group = False
        self._message = ""
        self._comfort = Comfort(clock, self._show)
        self._faults: dict[str, str] = {}
        self._told_sign: str | None = None
        self._minute: Wake | None = None
        self._forget: Wake | None = None
        self._listeners: list[Callable[[CounterView], None]] = []
        self.view = self._paint()

    # life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Go on where the device was when its power went, then connect."""
        by_hand = self._store.by_hand()
        if by_hand is not None:
            self._post, self._is_by_hand = by_hand, True
        self.link.on_snapshot = self._on_snapshot
        self.link.on_hub = self._on_hub
        self.link.on_drained = self._on_drained
        self._keypad.on_state, self._sign.on_state = self._part("keypad"), self._part("sign")
        if self._camera is not None:
            self._camera.start(self._show, lambda state, reason: self._on_part("camera", state, reason))
        self._keypad.start(self.press)
        if self._rating_pad is not None:
            self._rating_pad.on_state = self._part("rating_pad")
            self._rating_pad.start(self.press_face)
        self.link.start()
        if self._show_clock:
            self._tick()
        self._show()

    def stop(self) -> None:
        """End cleanly, keeping what a citizen has chosen."""
        self._room.close()
        self._comfort.stop()
        for wake in (self._minute, self._forget):
            if wake is not None:
                wake.cancel()
        if self._camera is not None:
            self._camera.stop()
        self._keypad.on_state = self._sign.on_state = None
        self._keypad.stop()
        if self._rating_pad is not None:
            self._rating_pad.on_state = None
            self._rating_pad.stop()
        self.link.stop()

    def listen(self, listener: Callable[[CounterView], None]) -> None:
        """Call `listener` with every new view."""
        self._listeners.append(listener)

    # what the officer does --------------------------------------------------------------------------------------

    def press(self, verb: str) -> None:
        """Do what a key of the keypad means: a verb, or the digit of a group after `transfer`."""
        self._message = ""
        if self._is_asking:
            return
        if self._is_by_hand and self._snapshot is not None and self._hub_is_here and self.link.pending == 0:
            self._adopt(post_of(self._snapshot, self._plan.number))
        if self._entry.takes(verb, self._post.work is None and not self._chooses_group):
            self._type(verb)
        elif verb == CAMERA_KEY and not self._chooses_group and self._camera is not None:
            self._say(self._camera.press(self._post.officer))
        elif verb.isdecimal():
            self._transfer_to(int(verb))
        elif verb == "transfer":
            self._chooses_group = self._post.work is not None
            self._say("choose_group" if self._chooses_group else "nothing_here")
        elif verb in VERBS:
            self._chooses_group = False
            self._do(verb)
        self._show()

    def _type(self, key: str) -> None:
        """One more key of an officer's number or PIN."""
        self._say("", REST_S)
        entered = self._entry.press(key, self._post.officer)
        if entered is None:
            return
        if not entered.officer:
            self.sign_out()
        elif self._hub_is_here:
            self._entered = entered
            counter, officer, pin = self._plan.number, entered.officer, entered.pin
            self._ask(commands.SignInByPin(req_id=self._new_id(), counter=counter, officer=officer, pin=pin))
        else:
            self._by_hand(lambda: self._let_in(entered))

    def _let_in(self, entered: Entered) -> Step:
        now = self._clock.now()
        name = self._entry.name_of(entered, now, self._clock.monotonic())
        return self._hand.sign_in(self._post, now, entered.officer, name)

    def _note_entered(self, reply: Reply | None) -> None:
        """The hub has checked a PIN: it will do here on a day without the hub, or never again."""
        entered, self._entered = self._entered, None
        if entered is None or reply is None:
            return
        if reply.ok and self._post.officer == entered.officer:
            self._entry.remember(entered, self._post.name, self._clock.now())
        elif reply.error == "wrong_pin":
            self._entry.forget(entered.officer)

    def sign_in(self, officer: str, name: str) -> None:
        """Open the counter for an officer."""
        if self._hub_is_here:
            self._ask(commands.SignIn(req_id=self._new_id(), counter=self._plan.number, officer=officer, name=name))
        else:
            self._by_hand(lambda: self._hand.sign_in(self._post, self._clock.now(), officer, name))
        self._show()

    def sign_out(self) -> None:
        """Close the counter."""
        if self._hub_is_here:
            self._ask(commands.SignOut(req_id=self._new_id(), counter=self._plan.number))
        else:
            self._by_hand(lambda: self._hand.sign_out(self._post, self._clock.now()))
        self._show()

    def _do(self, verb: str) -> None:
        if verb == "start":
            self._room.make_way()
        if self._hub_is_here:
            self._ask(command_of(verb, self._post, self._new_id(), self._plan.number, self._park_minutes))
        else:
            self._by_hand(
                lambda: self._hand.do(verb, self._snapshot, self._post, self._clock.now(), self._park_minutes)
            )

    def _transfer_to(self, digit: int) -> None:
        if not self._chooses_group:
            return
        self._chooses_group = False
        if not 1 <= digit <= len(self._office.groups):
            return
        group = self._office.groups[digit - 1].key
        if self._hub_is_here:
            self._ask(commands.Transfer(req_id=self._new_id(), counter=self._plan.number, group=group))
        else:
            self._by_hand(lambda: self._hand.transfer(self._post, self._clock.now(), group))

    # with the hub -----------------------------------------------------------------------------------------------

    def _ask(self, command: commands.Command) -> None:
        self._is_asking = True
        self.link.request(command, self._on_reply)

    def _on_reply(self, reply: Reply | None) -> None:
        self._is_asking = False
        self._note_entered(reply)
        if reply is None:
            self._say("no_answer")
        elif not reply.ok:
            self._say(reply.error)
        elif reply.offer is not None:
            self._room.open(reply.offer, is_offline=False)
        self._show()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if self._camera is not None:
            self._camera.obey(snapshot.expression_stopped)
        told = post_of(snapshot, self._plan.number)
        # until the hub has merged what was done by hand, its picture is older than ours
        if not self._is_by_hand or self.link.pending == 0 or (self._hub_is_here and told.agrees_with(self._post)):
            self._adopt(told)
        self._show()

    def _on_drained(self) -> None:
        if self._snapshot is not None:
            self._on_snapshot(self._snapshot)

    def _adopt(self, told: Post) -> None:
        self._post = told
        if self._is_by_hand:
            self._is_by_hand = False
            self._store.forget_by_hand()

    def _on_hub(self, is_here: bool) -> None:
        self._hub_is_here = is_here
        self._show()

    # without the hub --------------------------------------------------------------------------------------------

    def _by_hand(self, step: Callable[[], Step]) -> None:
        before = self._post
        try:
            post, happened = step()
        except Refused as refusal:
            self._say(refusal.key)
            return
        finished = next((event for event in happened if isinstance(event, events.ServiceFinished)), None)
        offer = None if finished is None else self._rights.offer(finished, before)
        if offer is not None:
            happened = (*happened, offered_of(offer, self._clock.now()))
        # a post that is kept by hand stays so until the hub has everything
        self._is_by_hand = True
        self._post = post
        self._store.record_by_hand(post, *happened)
        if offer is not None:
            self._room.open(offer, is_offline=True)

    # what a citizen does ----------------------------------------------------------------------------------------

    def act(self, intent: v.AnyCounterIntent) -> None:
        """Do what a touch on the tablet means; one that fits no more does nothing."""
        match intent:
            case v.StayHere():
                self._room.stay()
            case _ if self._comfort.take(intent):
                self._room.is_read_out = self._comfort.is_read_aloud
                self._room.stay()
            case v.AllowExpression() | v.DeclineExpression():
                if self._camera is not None:
                    self._camera.hear(isinstance(intent, v.AllowExpression))
            case v.OpenPetition() if not self._room.step and self._post.step not in ("idle", "serving"):
                pass  # whoever is just called shall see the number
            case _:
                work = self._post.work
                self._room.act(intent, work.ticket, work.number) if work is not None else self._room.act(intent)
        self._comfort.touched()
        self._show()

    def press_face(self, score: int) -> None:
        """Do what a key of the rating pad means: a face, a reason, an answer; answered by lamp and beep."""
        is_taken = self._room.press_key(score)
        if self._rating_pad is not None:
            self._rating_pad.acknowledge(is_taken)
        self._show()

    # time and parts ---------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Keep the minute on the screen going."""
        next_minute = self._clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
        self._minute = self._clock.wake_at(next_minute, self._tick)
        self._show()

    def _say(self, message: str, seconds: float = MESSAGE_S) -> None:
        self._message = message
        if self._show_clock:
            if self._forget is not None:
                self._forget.cancel()
            self._forget = self._clock.wake_at(self._clock.now() + timedelta(seconds=seconds), self._say_no_more)

    def _say_no_more(self) -> None:
        self._message = ""
        self._chooses_group = False
        self._entry.clear()
        self._show()

    def _part(self, part: str) -> Callable[[str, str], None]:
        return lambda state, reason: self._clock.post(lambda: self._on_part(part, state, reason))

    def _on_part(self, part: str, state: str, reason: str) -> None:
        if state == "ready":
            if self._faults.pop(part, None) is not None:
                self._store.record(events.DeviceRecovered(at=self._clock.now(), part=part))
        elif part not in self._faults:
            self._faults[part] = reason
            self._store.record(events.DeviceFaulted(at=self._clock.now(), part=part, reason=reason or state))
        self._show()

    # what is shown ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        number = self._post.work.number if self._post.work is not None else ""
        if number != self._told_sign:
            self._told_sign = number
            self._sign.show(number)
        work = self._post.work
        self._comfort.follow(
            self._room.ticket if self._room.step else work.ticket if work is not None else "", bool(self._room.step)
        )
        self._room.is_read_out = self._comfort.is_read_aloud
        # between a request and its answer nobody knows yet whether the citizen rates next
        if self._camera is not None and not self._is_asking:
            self._camera.follow(self._post, self._room)
        view = self._paint()
        if view != self.view:
            self.view = view
            for listener in self._listeners:
                listener(view)

    def _paint(self) -> CounterView:
        room, post = self._room, self._post
        english = self._comfort.language == "en"
        groups = [self._office.group(key) for key in self._plan.groups]
        work = post.work
        hub = () if self._hub_is_here else ("hub",)
        return CounterView(
            step=room.step or post.step,
            language=self._comfort.language,
            read_aloud=self._comfort.is_read_aloud,
            large=self._comfort.is_large,
            contrast=self._comfort.is_contrast,
            office_name=self._office.name,
            counter=self._plan.number,
            officer=post.officer,
            officer_name=post.name,
            group_names=tuple(group.name_en if english else group.name for group in groups),
            group_letters=tuple(group.letter for group in groups),
            number=room.number if room.step else work.number if work is not None else "",
            ticket=work.ticket if work is not None else "",
            clock=f"{self._clock.now():%H:%M}",
            score=room.score,
            reasons=room.reasons,
            text=room.text,
            category=room.category,
            receipt=room.receipt,
            link=room.link if room.step else self._ticket_link(),
            hotline=self._office.hotline,
            online=self._hub_is_here,
            manual=not self._hub_is_here or self._is_by_hand,
            waiting=self._waiting(),
            message=self._message,
            entry=self._entry.step,
            typed=self._entry.shown,
            seconds_left=room.seconds_left,
            by_keys=room.by_keys and bool(room.step),
            is_invited=room.is_invited,
            **self._asked(english),
            camera=self._camera.shown if self._camera is not None else "",
            faults=(*sorted(self._faults), *hub),
        )

    def _asked(self, english: bool) -> dict[str, Any]:
        """Return what the survey asks now, in the citizen's language."""
        run = self._room.survey.run
        question = run.question if run is not None else None
        if run is None or question is None:
            return {}
        texts = {option.key: option.text_en if english else option.text for option in question.options}
        return {
            "question": question.text_en if english else question.text,
            "options": tuple((key, texts[key]) for key in self._room.options),
            "question_step": run.step,
        }

    def _waiting(self) -> int | None:
        return None if self._snapshot is None else len(self._hand.callable(self._snapshot, self._post))

    def _ticket_link(self) -> str:
        work = self._post.work
        return f"{self._public_url}/t/{work.ticket}" if work is not None and self._public_url else ""
