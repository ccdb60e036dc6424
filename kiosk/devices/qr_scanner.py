"""Card scanners: what reads an ID card's QR code and tells its text.

`CameraScanner` looks through a camera, `SerialScanner` (its own file) listens to a scanner module, `VirtualScanner` is
told. A card that stays in view is reported once; two different texts in view ask the citizen to hold up one card; one
that cannot be read yet is answered with a hint (`card_guidance`).
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from kiosk.clock import Act
from kiosk.devices.camera import Camera, Frame
from kiosk.devices.card_guidance import CardGuide
from kiosk.devices.lamp import Lamp
from kiosk.devices.live_pace import LivePace
from kiosk.devices.plug import Plugged, StateListener
from kiosk.devices.qr_decoder import QrDecoder, Scan, Sight

__all__ = ["CameraScanner", "HeldCards", "QrDecoder", "QrScanner", "Scan", "ScanEvent", "VirtualScanner"]

TOGETHER_FRAMES = 4
"""Two texts within so many frames are in view together, though each frame may show only one of them."""
AWAY_FRAMES = 12
"""A card unseen for so many frames was taken away (about a second on the box): the same card is then a new one."""

ScanKind = Literal["text", "number", "two_cards", "unreadable", "hint"]


class ScanEvent(NamedTuple):
    """Something was held up."""

    kind: ScanKind
    """`text`: one code, read; `number`: of a card its number only, by a scanner that types; `two_cards`: two different
    codes; `unreadable`: a code whose content is no text; `hint`: a card is held up that cannot be read yet."""
    text: str = ""
    """With `text` the content, in NFC; with `number` twelve digits; with `hint` one of `card_hints.HINTS`, or empty:
    the last is taken back."""
    stage: str = ""
    """How it was read."""
    ms: float = 0.0
    """How long the reading took."""


OnScan = Callable[[ScanEvent], None]


class QrScanner(Protocol):
    """Tells what codes are held up."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def start(self, on_scan: OnScan) -> None:
        """Begin; `on_scan` is called on the role's thread."""

    def stop(self) -> None:
        """End and release the device."""


class HeldCards:
    """Turns what each frame shows into what happened: a card came, two are there, one is no card."""

    def __init__(self) -> None:
        self._frame = 0
        self._seen: dict[str, int] = {}
        self._last_any = 0
        self._told: tuple[ScanKind, str] | None = None

    def see(self, sight: Sight) -> ScanEvent | None:
        """Return the news in the next frame, if any."""
        self._frame += 1
        for scan in sight.scans:
            self._seen[scan.text] = self._frame
        self._seen = {text: at for text, at in self._seen.items() if self._frame - at < TOGETHER_FRAMES}
        if sight.scans or sight.is_garbled:
            self._last_any = self._frame
        elif self._frame - self._last_any >= AWAY_FRAMES:
            self._told = None
        event = self._event(sight)
        if event is None or (event.kind, event.text) == self._told:
            return None
        self._told = (event.kind, event.text)
        return event

    def _event(self, sight: Sight) -> ScanEvent | None:
        if len(self._seen) > 1:
            return ScanEvent("two_cards")
        if sight.scans:
            scan = sight.scans[0]
            return ScanEvent("text", scan.text, scan.stage, scan.ms)
        if sight.is_garbled and not self._seen:
            return ScanEvent("unreadable")
        return None


class CameraScanner(Plugged):
    """Reads cards through a camera. Decodes on the camera's thread; frames are dropped after the look."""

    def __init__(
        self, camera: Camera, decoder: QrDecoder, post: Callable[[Act], None], lamp: Lamp | None = None
    ) -> None:
        """Prepare.

        Args:
            post: brings reports to the role's thread.
            lamp: lit while cards are waited for; None: there is none.
        """
        super().__init__("card camera")
        self._camera = camera
        self._decoder = decoder
        self._post = post
        self._lamp = lamp
        self._held = HeldCards()
        self._guide = CardGuide()
        self._pace = LivePace()
        self._on_scan: OnScan | None = None

    def start(self, on_scan: OnScan) -> None:
        """Start the camera and report through `post`."""
        self._on_scan = on_scan
        self._held = HeldCards()
        self._guide = CardGuide()
        if self._lamp is not None:
            self._lamp.light(True)
        self._camera.on_state = self._camera_turned
        self._camera.start(self._look)

    def stop(self) -> None:
        """Stop the camera; nothing is reported after this."""
        self._on_scan = None
        self._camera.stop()
        if self._lamp is not None:
            self._lamp.light(False)

    def _camera_turned(self, state: str, reason: str) -> None:
        self._turn("ready" if state == "ready" else "faulty" if state == "faulty" else "absent", reason)

    def _look(self, frame: Frame) -> None:
        sight = self._decoder.look(frame, self._pace.next_turn() if self._camera.is_live else None)
        self._pace.spent(sight.ms)
        event = self._held.see(sight)
        hint = self._guide.see(frame, sight)
        if hint is not None:
            # before what was read: a hint that is taken back must not take the greeting with it
            told = ScanEvent("hint", hint)
            self._post(lambda: self._report(told))
        if event is not None:
            self._post(lambda: self._report(event))

    def _report(self, event: ScanEvent) -> None:
        if self._on_scan is not None:
            self._on_scan(event)


class VirtualScanner(Plugged):
    """A scanner that is told what it reads."""

    def __init__(self) -> None:
        super().__init__("card scanner")
        self._on_scan: OnScan | None = None

    def start(self, on_scan: OnScan) -> None:
        """Begin to pass on scans."""
        self._on_scan = on_scan
        self._turn("ready")

    def stop(self) -> None:
        """Stop passing on scans."""
        self._on_scan = None
        self._turn("absent")

    def scan(self, text: str) -> None:
        """Hold up a card with this text."""
        self._report(ScanEvent("text", text, "virtual"))

    def scan_number(self, number: str) -> None:
        """Hold a card before a scanner that knows only its number."""
        self._report(ScanEvent("number", number, "virtual"))

    def scan_two(self) -> None:
        """Hold up two cards at once."""
        self._report(ScanEvent("two_cards"))

    def scan_unreadable(self) -> None:
        """Hold up a code that is no text."""
        self._report(ScanEvent("unreadable"))

    def hint(self, hint: str) -> None:
        """Hold up a card that cannot be read yet; empty: take it away again."""
        self._report(ScanEvent("hint", hint))

    def _report(self, event: ScanEvent) -> None:
        if self._on_scan is not None:
            self._on_scan(event)
