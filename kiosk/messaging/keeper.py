"""Keeps a device's certificate while its role runs: asks for the first, shows the code, renews in time."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime

from kiosk.clock import Timer, Wake, Worker
from kiosk.domain.commands import RenewIdentity
from kiosk.domain.replies import Reply
from kiosk.messaging.certificates import BadCertificate
from kiosk.messaging.enrolment import Enrolment, EnrolmentFailed, Identity
from kiosk.messaging.link import HubLink

ASK_EVERY_S = 5.0
LOOK_EVERY_S = 600.0
"""With a certificate in hand; a renewal that failed is tried again then."""

log = logging.getLogger(__name__)


class IdentityKeeper:
    """Works on the role's thread; asks and waits on a worker of its own."""

    def __init__(
        self,
        identity: Identity,
        enrolment: Callable[[], Enrolment],
        link: HubLink,
        now: Callable[[], datetime],
        timer: Timer,
        worker: Worker,
        knows_the_time: Callable[[], bool],
    ) -> None:
        """Begin.

        Args:
            identity: the device's files.
            enrolment: begins to ask to be let in.
            link: its line to the hub, for renewals.
            now: the clock's moment.
            timer: real seconds.
            worker: where asking over HTTP may take its time.
            knows_the_time: False while nobody vouches for the clock: expiry is then not judged.
        """
        self.on_code: Callable[[str], None] | None = None
        """The code to show changed; empty: nothing to show."""
        self.code = ""
        self._identity = identity
        self._begin = enrolment
        self._enrolment: Enrolment | None = None
        self._link = link
        self._now = now
        self._timer = timer
        self._worker = worker
        self._knows_the_time = knows_the_time
        self._wake: Wake | None = None
        self._is_stopped = False
        self._told = ""

    def start(self) -> None:
        """Begin to look after the certificate."""
        self._look()

    def stop(self) -> None:
        """Stop."""
        self._is_stopped = True
        if self._wake is not None:
            self._wake.cancel()

    def renew(self) -> None:
        """Ask for the next certificate now, over the present line."""
        if not self._link.hub_ready:
            return
        try:
            request = self._identity.request().decode()
        except OSError as error:
            self._tell(f"no certificate can be asked for: {error}")
            return
        self._link.request(RenewIdentity(req_id=uuid.uuid4().hex, request=request), self._on_renewed)

    def _look(self) -> None:
        self._wake = None
        if self._is_stopped:
            return
        state = self._identity.state(self._now(), self._knows_the_time())
        if state in ("none", "expired"):
            self._enrolment = self._enrolment or self._begin()
            self._worker.submit(self._step, self._on_step)
            return
        self._enrolment = None
        self._show("")
        if state == "due":
            self.renew()
        self._wake = self._timer.wake_after(LOOK_EVERY_S, self._look)

    def _step(self) -> str:
        assert self._enrolment is not None
        try:
            return self._enrolment.step()
        except (OSError, EnrolmentFailed) as error:
            return f"! {error}"

    def _on_step(self, outcome: str) -> None:
        if self._is_stopped:
            return
        if outcome == "accepted":
            log.warning("the office let this device in")
            self._told = ""
            self._look()
            return
        if self._enrolment is not None and not outcome.startswith("!"):
            self._show(self._enrolment.code)
        self._tell(outcome)
        self._wake = self._timer.wake_after(ASK_EVERY_S, self._look)

    def _on_renewed(self, reply: Reply | None) -> None:
        if reply is None or self._is_stopped:
            return
        if reply.identity is None:
            self._tell(f"the hub gives no new certificate: {reply.error}")
            return
        try:
            self._identity.install(reply.identity)
        except (BadCertificate, OSError) as error:
            self._tell(f"the new certificate cannot be used: {error}")
            return
        log.info("the certificate was renewed with a new key")

    def _show(self, code: str) -> None:
        if code != self.code:
            self.code = code
            if self.on_code is not None:
                self.on_code(code)

    def _tell(self, words: str) -> None:
        if words != self._told:
            self._told = words
            log.warning("identity: %s", words)
