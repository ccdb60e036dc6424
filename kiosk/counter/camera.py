"""The counter's camera as its flow sees it: consent, counts and switches, behind a few calls that never wait.

Made only where the site's `kiosk.toml` switches the feature on. Two switches stand besides: the leader's at the hub,
for the whole office, and the officer's key at this counter. Both outlive a restart.
"""

from collections.abc import Callable

from kiosk.clock import Clock
from kiosk.counter.consent import CameraConsent
from kiosk.counter.counts import ExpressionCounts
from kiosk.counter.eyes import Eyes
from kiosk.counter.merging import DayMerging
from kiosk.counter.post import Post
from kiosk.counter.rating import RatingRoom
from kiosk.counter.store import CounterStore
from kiosk.counter.view import KEYBOARD_STEPS
from kiosk.domain.events import ExpressionSwitched

CAMERA_KEY = "0"
"""On the keypad: off at once; on again only when pressed twice, so that nobody does it in passing."""
TWICE_S = 6.0


class CounterCamera:
    """Knows whether the camera may look, and what becomes of what it saw."""

    def __init__(
        self,
        mode: str,
        k: int,
        eyes: Eyes,
        store: CounterStore,
        counter: int,
        clock: Clock,
        merging: DayMerging | None = None,
    ) -> None:
        """Put it together; nothing runs before `start`.

        Args:
            mode: `opt_in` or `notice`.
            k: visits below which no count leaves the box unmasked.
            merging: lets small days join the office's; None where this is the only counter.
        """
        self._store = store
        self._counter = counter
        self._clock = clock
        self._counts = ExpressionCounts(store, counter, k, clock, merging)
        self._consent = CameraConsent(mode, eyes, clock, self._counts.add)
        self._stopped_by = store.camera_stopped_by()
        self._first_press: float | None = None

    @property
    def shown(self) -> str:
        """Return what the tablet says of the camera."""
        return self._consent.shown

    def start(self, changed: Callable[[], None], on_part: Callable[[str, str], None]) -> None:
        """Begin.

        Args:
            changed: told after every change that came from a timer or the service.
            on_part: told `ready` or `faulty` and why, for staff.
        """
        self._consent.on_change = changed
        self._consent.on_trouble = lambda reason: on_part("faulty" if reason else "ready", reason)
        self._consent.stop(bool(self._stopped_by))
        self._counts.start()

    def stop(self) -> None:
        """End; a visit that is not over is forgotten."""
        self._consent.on_change = lambda: None
        self._consent.on_trouble = lambda reason: None
        self._consent.close()
        self._counts.stop()

    def follow(self, post: Post, room: RatingRoom) -> None:
        """Keep up with who is served here and who rates."""
        if room.step and room.offer is not None:
            self._consent.follow(room.offer.ticket, True, room.step in KEYBOARD_STEPS)
        elif post.work is not None and post.work.is_serving:
            self._consent.follow(post.work.ticket, False, room.step in KEYBOARD_STEPS)
        else:
            self._consent.follow("", False)

    def hear(self, is_allowed: bool) -> None:
        """Take the citizen's word."""
        (self._consent.allow if is_allowed else self._consent.decline)()

    def obey(self, is_stopped: bool) -> None:
        """Follow the leader's switch, also over a restart without the hub."""
        if is_stopped != ("hub" in self._stopped_by):
            self._store.stop_camera("hub", is_stopped)
            self._switch("hub", is_stopped)

    def press(self, officer: str) -> str:
        """The officer's key: off at once, on by the second press. Return the key of the line for the officer."""
        was_off = "counter" in self._stopped_by
        first, self._first_press = self._first_press, self._clock.monotonic()
        if was_off and (first is None or self._clock.monotonic() - first > TWICE_S):
            return "camera_again"
        self._first_press = None
        event = ExpressionSwitched(at=self._clock.now(), on=was_off, by=officer, counter=self._counter)
        self._store.stop_camera("counter", not was_off, event)
        self._switch("counter", not was_off)
        return "camera_on" if was_off else "camera_off"

    def _switch(self, by: str, is_stopped: bool) -> None:
        self._stopped_by = self._stopped_by | {by} if is_stopped else self._stopped_by - {by}
        self._consent.stop(bool(self._stopped_by))
