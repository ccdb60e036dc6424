"""Whether the camera may look at the end of a visit: the citizen's word, for this visit only.

`opt_in`: nothing runs until the citizen touches "allow". `notice`: a notice stands on the tablet while the service
goes on, and one touch declines. Either way consent can be taken back until the visit is over, and what was seen is
counted only then. Nobody's rating ever waits for any of this.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.clock import Clock, Wake
from kiosk.counter.eyes import Eyes
from kiosk.domain.expression import LONGEST_S, Estimate, counts_as

TROUBLES = ("service_", "camera_", "no_frames")
"""Beginnings of the reasons that staff can mend."""


class _Visit:
    """One citizen at the counter, without a name."""

    def __init__(self, ticket: str) -> None:
        self.ticket = ticket
        self.is_ending = False
        self.word = ""
        """`allowed`, `declined`, `void` (switched off meanwhile: nothing more in this visit), or nothing yet."""
        self.look = ""
        """`on`, `done` or nothing yet: the camera goes on once a visit at most."""
        self.seen: Estimate | None = None
        self.is_over = False


class CameraConsent:
    """Asks, watches over the camera, and hands each visit's outcome on; one visit at a time."""

    def __init__(self, mode: str, eyes: Eyes, clock: Clock, count: Callable[[str], None]) -> None:
        """Prepare; nothing runs before a visit.

        Args:
            mode: `opt_in` or `notice`.
            eyes: what watches.
            count: keeps one visit's outcome; called after the visit, with nothing that tells whose it was.
        """
        self.on_change: Callable[[], None] = lambda: None
        self.on_trouble: Callable[[str], None] = lambda reason: None
        """Told why the camera cannot work, or nothing when it does again."""
        self._asks = mode != "notice"
        self._eyes = eyes
        self._clock = clock
        self._count = count
        self._visit: _Visit | None = None
        self._is_stopped = False
        self._limit: Wake | None = None

    @property
    def shown(self) -> str:
        """Return what the tablet says of the camera: one of `kiosk.counter.view.CAMERA_STATES`."""
        visit = self._visit
        if visit is None or self._is_stopped or visit.word == "void":
            return ""
        if visit.word == "declined":
            return "declined"
        if visit.look:
            return visit.look
        if self._asks:
            return "allowed" if visit.word == "allowed" else "offer"
        return "notice"

    def follow(self, ticket: str, is_ending: bool, is_writing: bool = False) -> None:
        """Keep up with the counter: whose visit this is, and how far it is. The same again changes nothing.

        Args:
            ticket: of the citizen who is served or rates; empty if there is none.
            is_ending: the service is finished and the citizen still there.
            is_writing: the keyboard has the whole tablet; the camera never looks while its indicator is hidden.
        """
        if self._visit is not None and self._visit.ticket != ticket:
            self._part(self._visit)
        if self._visit is None and ticket:
            self._visit = _Visit(ticket)
        visit = self._visit
        if visit is None:
            return
        if is_writing and visit.look == "on":
            self._conclude(visit)
        if is_ending and not visit.is_ending:
            visit.is_ending = True
            if self._is_stopped:
                visit.word = "void"
            elif not self._asks and not visit.word:
                visit.word = "allowed"
            self._look(visit)

    def allow(self) -> None:
        """The citizen allows the camera for the end of this visit."""
        visit = self._visit
        if visit is None or visit.word or self._is_stopped:
            return
        visit.word = "allowed"
        self._look(visit)

    def decline(self) -> None:
        """The citizen says no, or takes back a yes: what was seen is forgotten, and nothing more is asked."""
        if self._visit is not None:
            self._forget(self._visit, "declined")

    def stop(self, is_stopped: bool) -> None:
        """Obey a switch: while stopped nothing is asked and nothing watched, and a visit's look is forgotten."""
        self._is_stopped = is_stopped
        if is_stopped and self._visit is not None and self._visit.word:
            self._forget(self._visit, "void")

    def close(self) -> None:
        """End with the counter: nothing is watched any more."""
        if self._visit is not None:
            self._forget(self._visit, "void")
            self._visit = None

    def _look(self, visit: _Visit) -> None:
        if visit.word != "allowed" or not visit.is_ending or visit.look:
            return
        visit.look = "on"
        self._limit = self._clock.wake_at(
            self._clock.now() + timedelta(seconds=LONGEST_S), lambda: self._on_limit(visit)
        )
        self._eyes.look(lambda reason: self._on_failure(visit, reason))

    def _on_limit(self, visit: _Visit) -> None:
        if visit is self._visit and visit.look == "on":
            self._conclude(visit)
            self.on_change()

    def _on_failure(self, visit: _Visit, reason: str) -> None:
        if visit is self._visit and visit.look == "on":
            self._rest(visit)
            self._eyes.forget()
        self.on_trouble(reason)
        self.on_change()

    def _conclude(self, visit: _Visit) -> None:
        self._rest(visit)
        self._eyes.conclude(lambda seen: self._on_seen(visit, seen))

    def _on_seen(self, visit: _Visit, seen: Estimate) -> None:
        if visit.word == "allowed":
            visit.seen = seen
            self.on_trouble(seen.why_not if seen.why_not.startswith(TROUBLES) else "")
            if visit.is_over:
                self._tell(visit)

    def _part(self, visit: _Visit) -> None:
        self._visit = None
        if visit.look == "on":
            self._conclude(visit)
        visit.is_over = True
        self._tell(visit)

    def _tell(self, visit: _Visit) -> None:
        seen, visit.seen = visit.seen, None
        outcome = None if seen is None else counts_as(seen)
        if outcome is not None:
            self._count(outcome)

    def _forget(self, visit: _Visit, word: str) -> None:
        if visit.look == "on":
            self._rest(visit)
            self._eyes.forget()
        visit.seen, visit.word = None, word

    def _rest(self, visit: _Visit) -> None:
        visit.look = "done"
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
