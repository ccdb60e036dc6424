"""The office's devices: who wants to be let in, who is in, who is thrown out, and what was refused of what they sent.

Beside the pages stands the one address that a new device itself asks (`domain.enrolment`): in clear, because nothing in
it is secret, and slow, because anybody in the network may knock.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from kiosk.domain.enrolment import LARGEST_REQUEST, Application
from kiosk.domain.orders import ORDER_LIFE, ORDERS
from kiosk.hub.applicants import Applicant
from kiosk.hub.authority import Authority
from kiosk.hub.ledger import RefusedRow
from kiosk.hub.register import BadRegister
from kiosk.hub.service import HubService
from kiosk.hub.web.security import SlowDoor
from kiosk.hub.web.site import AnyRequest, Site, caller, first
from kiosk.messaging.certificates import BadRequest
from kiosk.messaging.enrolment import ENROL_PATH
from kiosk.messaging.orders import sign_order

ENDING = timedelta(days=14)
"""A device that asks from day 60 on and still has the old certificate now is not heard by the hub."""


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A device that waits for a decision."""

    key: str
    code: str
    name: str
    role: str
    address: str
    since: datetime
    replaces: bool
    """A device of this name is in: it would be thrown out."""


class MemberLine(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is in."""

    name: str
    role: str
    state: str
    """As it told last, or empty."""
    until: datetime
    is_ending: bool
    """Its certificate ends soon, and it has not asked for the next one."""


class DevicesPage(msgspec.Struct, frozen=True, kw_only=True):
    """The devices for the leader or a technician."""

    at: datetime
    is_guarded: bool
    """False: everybody in the network may speak."""
    fingerprint: str
    waiting: tuple[WaitingLine, ...]
    members: tuple[MemberLine, ...]
    refused: tuple[RefusedRow, ...]
    without_effect: tuple[tuple[str, int], ...]
    """Stored, but of no effect: why, and how often."""
    clashes: int
    """Different events under one identity: a card was copied."""
    error: str = ""
    """Why the list of devices cannot be shown."""


class DeviceDesk:
    """What the pages ask of the authority; everything here runs on the role's thread."""

    def __init__(self, service: HubService, authority: Authority | None) -> None:
        self._service = service
        self.authority = authority

    def page(self) -> DevicesPage:
        """Return the devices, and what was refused."""
        ledger, authority = self._service.book.ledger, self.authority
        waiting: tuple[WaitingLine, ...] = ()
        members: tuple[MemberLine, ...] = ()
        error = ""
        try:
            members = tuple(self._member_lines())
            names = {member.name for member in members}
            waiting = tuple(_waiting_line(applicant, names) for applicant in authority.waiting()) if authority else ()
        except BadRegister as failure:
            error = str(failure)
        return DevicesPage(
            at=self._service.clock.now(),
            is_guarded=authority is not None,
            fingerprint=authority.fingerprint if authority is not None else "",
            waiting=waiting,
            members=members,
            refused=tuple(sorted(ledger.refused(), key=lambda row: row.last, reverse=True)),
            without_effect=tuple(ledger.faults().items()),
            clashes=ledger.clashes(),
            error=error,
        )

    def consider(self, application: Application, address: str) -> bytes:
        """Answer a device.

        Raises:
            BadRequest: if nobody should sign it.
            LookupError: if this office lets everybody in.
        """
        if self.authority is None:
            raise LookupError("this office has no authority")
        return msgspec.json.encode(self.authority.consider(application, address))

    def decide(self, verb: str, what: str) -> bool:
        """Accept or refuse an applicant by its key; revoke a member by its name, or order it to do something.

        Returns:
            False if there is no such device or verb.
        """
        if self.authority is None:
            return False
        if verb in ORDERS:
            return self._order(self.authority, verb, what)
        acts: dict[str, Callable[[str], bool]] = {
            "accept": self.authority.accept,
            "refuse": self.authority.refuse,
            "revoke": self.authority.revoke,
        }
        return verb in acts and acts[verb](what)

    def _order(self, authority: Authority, op: str, device: str) -> bool:
        if all(member.name != device for member in authority.members()):
            return False
        expires = self._service.clock.now() + ORDER_LIFE
        order = ORDERS[op](device=device, counter=authority.next_order(), expires=expires)
        self._service.tell(device, op, sign_order(authority.order_key, order))
        return True

    def _member_lines(self) -> list[MemberLine]:
        if self.authority is None:
            return []
        states, soon = self._service.devices, self._service.clock.now() + ENDING
        return [
            MemberLine(
                name=member.name,
                role=member.role,
                state=states[member.name].state if member.name in states else "",
                until=member.until,
                is_ending=member.until < soon,
            )
            for member in self.authority.members()
        ]


def _waiting_line(applicant: Applicant, members: set[str]) -> WaitingLine:
    asked = applicant.application
    return WaitingLine(
        key=applicant.key,
        code=applicant.code,
        name=asked.name,
        role=asked.role,
        address=applicant.address,
        since=applicant.since,
        replaces=asked.name in members,
    )


def device_routes(site: Site, desk: DeviceDesk, monotonic: Callable[[], float]) -> list[HTTPRouteHandler]:
    """Return the handlers of the devices' page, and the address where a new device asks to be let in."""
    enrol_door = SlowDoor(monotonic, each=60, everybody=600, seconds=60.0)

    @post(ENROL_PATH, status_code=200)
    async def enrol(request: AnyRequest) -> Response[bytes]:
        site.slow_down(enrol_door, request)
        body = await request.body()
        try:
            if len(body) > LARGEST_REQUEST:
                raise BadRequest("too_large")
            application = msgspec.json.decode(body, type=Application)
            answer, status = await site.ask(lambda _: desk.consider(application, caller(request))), 200
        except (BadRequest, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = str(error) if isinstance(error, BadRequest) else "malformed"
            answer, status = msgspec.json.encode({"error": reason}), 400
        except LookupError as error:
            answer, status = msgspec.json.encode({"error": str(error)}), 404
        return Response(answer, status_code=status, media_type="application/json")

    @get("/leader/devices")
    async def devices(request: AnyRequest) -> Response[str]:
        site.need_leader(request)
        texts = site.texts(request)

        def said(prefix: str, key: str) -> str:
            # what a device says of itself may be a word of a newer version
            return texts.get(prefix + key) if texts.has(prefix + key) else key

        return site.draw(request, "devices.html", page=await site.ask(lambda _: desk.page()), said=said)

    @post("/leader/devices/{verb:str}", status_code=303)
    async def decide(request: AnyRequest) -> Redirect:
        verb: str = request.path_params["verb"]
        site.need_leader(request)
        fields = await site.form(request)
        what = first(fields, "what")
        if verb == "accept" and first(fields, "same") != "yes":
            return Redirect("/leader/devices", status_code=303)
        if not await site.ask(lambda _: desk.decide(verb, what)):
            raise NotFoundException()
        return Redirect("/leader/devices", status_code=303)

    return [enrol, devices, decide]
