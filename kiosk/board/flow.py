"""The board: shows the hub's picture, says each new call once, and tells when its picture is old.

Nobody touches a board, and it decides nothing: it draws snapshots and never computes from increments.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import msgspec

from kiosk.board.pages import MediaFolder, page_at
from kiosk.board.view import AnswerRow, BoardView, CallRow, CounterRow, GroupRow
from kiosk.clock import Clock, Wake
from kiosk.devices.speaker import Speaker
from kiosk.domain.events import DeviceFaulted, DeviceRecovered, Event
from kiosk.domain.hours import OpeningHours
from kiosk.domain.office import Office
from kiosk.domain.snapshot import Call, Snapshot
from kiosk.messaging.link import HubLink

FRESH_S = 10.0
"""How long a call stands in gold."""
SAID_S = 5.0
"""About how long the voice takes for one call: of several at once each stays until it has been said."""
STALE_S = 15.0
"""Without the hub for so long the picture says its age."""
OLD_CALL = timedelta(seconds=60)
"""A board that starts late does not call people who were called long ago."""

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class BoardFlow:
    """Decides what the board shows and what the voice says."""

    def __init__(
        self,
        office: Office,
        link: HubLink,
        clock: Clock,
        speaker: Speaker,
        phrase: Callable[[Call, str, bool], str],
        show_clock: bool,
        *,
        hours: OpeningHours | None = None,
        languages: tuple[str, ...] = ("vi",),
        record: Callable[[Event], object] = lambda event: None,
        media: MediaFolder | None = None,
        notices: Sequence[str] = (),
        contrast: bool = False,
        large: bool = False,
    ) -> None:
        """Put the board together; nothing moves before `start`.

        Args:
            phrase: words of a call in a language; True for the same number to the same counter again.
            show_clock: keep the minute, the gold and the age going; False where nobody draws.
            hours: the office's calendar, for when a closed office opens again.
            languages: in which a call is said, one after the other.
            record: keeps an event of this device, e.g. that the speaker failed.
            media: the site's pictures and films, shown in turn with the queue.
            notices: the site's lines at the foot, a minute each.
            contrast: draw in high contrast.
            large: draw larger words.
        """
        self.link = link
        self._office = office
        self._clock = clock
        self._speaker = speaker
        self._phrase = phrase
        self._show_clock = show_clock
        self._hours = hours
        self._languages = languages
        self._record = record
        self._media = media
        self._notices = tuple(notices)
        self._contrast, self._large = contrast, large
        self._turn = 0
        self._snapshot: Snapshot | None = None
        self._hub_is_here = False
        self._heard_mono = clock.monotonic()
        self._said: tuple[date, int] | None = None
        self._fresh: dict[int, float] = {}
        self._faults: dict[str, str] = {}
        self._wakes: dict[str, Wake] = {}
        self._listeners: list[Callable[[BoardView], None]] = []
        self.view = self._paint()

    # life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Connect and show what comes."""
        self.link.on_snapshot = self._on_snapshot
        self.link.on_hub = self._on_hub
        self._speaker.on_state = lambda state, reason: self._clock.post(lambda: self._on_speaker(state, reason))
        self.link.start()
        if self._show_clock:
            self._tick()
        self._show()

    def stop(self) -> None:
        """Disconnect."""
        for wake in self._wakes.values():
            wake.cancel()
        self.link.stop()

    def listen(self, listener: Callable[[BoardView], None]) -> None:
        """Call `listener` with every new view."""
        self._listeners.append(listener)

    # what the board hears ---------------------------------------------------------------------------------------

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._heard_mono = self._clock.monotonic()
        self._say_new(snapshot)
        self._show()

    def _on_hub(self, is_here: bool) -> None:
        if self._hub_is_here:
            # the picture is as good as the hub's last moment here
            self._heard_mono = self._clock.monotonic()
        self._hub_is_here = is_here
        if not is_here and self._show_clock:
            self._wake("stale", STALE_S, self._grow_old)
        self._show()

    def _say_new(self, snapshot: Snapshot) -> None:
        """Say every call that was never said, once; the number of a call grows over the whole day."""
        new = [call for call in snapshot.calls if self._is_new(snapshot, call)]
        if snapshot.calls:
            self._said = (snapshot.day, snapshot.calls[-1].call)
        for call in new:
            if self._clock.now() - call.at <= OLD_CALL:
                for rank, language in enumerate(self._languages):
                    # when calls pile up, everybody's number comes before anybody's translation
                    self._speaker.say(self._phrase(call, language, _is_again(call, snapshot)), language, rank)
                self._keep_fresh(call)

    def _keep_fresh(self, call: Call) -> None:
        """Let a call stand in gold, a little longer than the one before it."""
        now = self._clock.monotonic()
        self._fresh = {known: until for known, until in self._fresh.items() if until > now}
        self._fresh[call.call] = max(now + FRESH_S, max(self._fresh.values(), default=0.0) + SAID_S)
        if self._show_clock:
            self._wake("fresh", min(self._fresh.values()) - now, self._grow_calm)

    def _grow_calm(self) -> None:
        now = self._clock.monotonic()
        self._fresh = {known: until for known, until in self._fresh.items() if until > now}
        if self._fresh:
            self._wake("fresh", min(self._fresh.values()) - now, self._grow_calm)
        self._show()

    def _fresh_calls(self, snapshot: Snapshot) -> tuple[Call, ...]:
        """Return the calls in gold, oldest first; of a recall only the last."""
        now = self._clock.monotonic()
        fresh = [call for call in snapshot.calls if self._fresh.get(call.call, 0.0) > now]
        last = {(call.number, call.counter): call.call for call in fresh}
        return tuple(call for call in fresh if last[call.number, call.counter] == call.call)

    def _is_new(self, snapshot: Snapshot, call: Call) -> bool:
        return self._said is None or (snapshot.day, call.call) > self._said

    def _on_speaker(self, state: str, reason: str) -> None:
        self._tell("speaker", "" if state == "ready" else reason or state)

    def _on_media(self) -> None:
        assert self._media is not None
        self._tell("media", self._media.fault)
        self._show()

    def _tell(self, part: str, fault: str) -> None:
        """Tell the office once that a part fails, and once that it works again."""
        before, self._faults[part] = self._faults.get(part, ""), fault
        now = self._clock.now()
        if fault and (not before or (part == "media" and fault != before)):
            self._record(DeviceFaulted(at=now, part=part, reason=fault))
        elif before and not fault:
            self._record(DeviceRecovered(at=now, part=part))

    # time -------------------------------------------------------------------------------------------------------

    def _wake(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        if name in self._wakes:
            self._wakes[name].cancel()
        self._wakes[name] = self._clock.wake_at(self._clock.now() + timedelta(seconds=seconds), act)

    def _grow_old(self) -> None:
        if not self._hub_is_here:
            self._wake("stale", 1.0, self._grow_old)
            self._show()

    def _tick(self) -> None:
        """Keep the minute on the screen going, and turn the page with it."""
        if "minute" in self._wakes:
            self._turn += 1
        if self._media is not None:
            self._media.look(self._on_media)
        now = self._clock.now()
        next_minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        self._wake("minute", (next_minute - now).total_seconds(), self._tick)
        self._show()

    # what is shown ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        view = self._paint()
        if view != self.view:
            self.view = view
            for listener in self._listeners:
                listener(view)

    def _paint(self) -> BoardView:
        now = self._clock.now()
        snapshot = self._snapshot
        head = BoardView(
            step="waiting_for_hub",
            office_name=self._office.name,
            authority=self._office.authority,
            clock=f"{now:%H:%M}",
            weekday=_WEEKDAYS[now.weekday()],
            day=f"{now:%d/%m/%Y}",
            contrast=self._contrast,
            large=self._large,
            notice=self._notices[self._turn % len(self._notices)] if self._notices else "",
        )
        if snapshot is None:
            return head
        fresh = self._fresh_calls(snapshot)
        last = fresh[-1] if fresh else snapshot.calls[-1] if snapshot.calls else None
        figures = snapshot.figures
        media = self._media
        page = page_at(self._turn, media.media if media is not None else (), bool(snapshot.answered))
        return msgspec.structs.replace(
            head,
            step="closed" if self._is_closed(snapshot) else "calls",
            reopens=self._reopens(),
            call_number=last.number if last is not None else "",
            call_counter=last.counter if last is not None else 0,
            call_again=last is not None and _is_again(last, snapshot),
            fresh=bool(fresh),
            others=tuple(
                CallRow(number=call.number, counter=call.counter, again=_is_again(call, snapshot))
                for call in fresh[:-1]
            ),
            counters=tuple(
                CounterRow(
                    counter=post.counter,
                    state=post.state,
                    number=post.number,
                    name=post.name if self._office.names_on_board else "",
                    group_name=self._group_name(post.group),
                )
                for post in snapshot.counters
            ),
            groups=self._groups(snapshot),
            waiting=figures.waiting,
            finished=figures.finished,
            rated=figures.rated,
            satisfied_percent=100 * figures.satisfied / figures.rated if figures.rated else None,
            satisfied_low=figures.satisfied_low,
            satisfied_high=figures.satisfied_high,
            score_mean=figures.score_sum / figures.rated if figures.rated else None,
            stale_seconds=self._stale_seconds(),
            page=page.kind,
            picture=page.path,
            film_size=media.film_size(page.path) if media is not None and page.kind == "film" else (0, 0),
            answers=tuple(
                AnswerRow(category=one.category, day=f"{one.on:%d/%m}", days=one.days) for one in snapshot.answered
            ),
        )

    def _is_closed(self, snapshot: Snapshot) -> bool:
        """Tell whether it is out of hours and nobody is here any more: whoever still waits sees the calls."""
        now = self._clock.now()
        is_open = self._office.opens <= now.time() < self._office.closes
        if self._hours is not None:
            is_open = is_open and self._hours.is_working_day(now.date())
        is_empty = not snapshot.waiting and all(post.state == "closed" for post in snapshot.counters)
        return not is_open and is_empty

    def _reopens(self) -> str:
        opening = self._hours.next_opening(self._clock.now()) if self._hours is not None else None
        return f"{opening:%H:%M} {_WEEKDAYS[opening.weekday()]}, {opening.day}/{opening.month}" if opening else ""

    def _groups(self, snapshot: Snapshot) -> tuple[GroupRow, ...]:
        states = {state.group: state for state in snapshot.groups}
        return tuple(
            GroupRow(
                letter=group.letter,
                name=group.name,
                waiting=states[group.key].waiting,
                low_minutes=states[group.key].low_minutes,
                high_minutes=states[group.key].high_minutes,
            )
            for group in self._office.groups
            if group.key in states
        )

    def _group_name(self, key: str) -> str:
        return next((group.name for group in self._office.groups if group.key == key), "")

    def _stale_seconds(self) -> int | None:
        age = int(self._clock.monotonic() - self._heard_mono)
        return age if not self._hub_is_here and age >= STALE_S else None


def _is_again(call: Call, snapshot: Snapshot) -> bool:
    """Tell whether the same number was called to the same counter before."""
    return any(
        earlier.call < call.call and (earlier.number, earlier.counter) == (call.number, call.counter)
        for earlier in snapshot.calls
    )
