"""The hub's web application: all routes, headers and errors in one place, and its server."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import uvicorn
from litestar import Litestar, Response, get
from litestar.response import Stream

from kiosk.domain.surveys import SHORT_SURVEY, Survey
from kiosk.hub.authority import Authority
from kiosk.hub.passwords import Passwords
from kiosk.hub.service import HubService
from kiosk.hub.web.citizen import citizen_routes
from kiosk.hub.web.devices import DeviceDesk, device_routes
from kiosk.hub.web.door import Call, Door, Result
from kiosk.hub.web.officers import officer_routes
from kiosk.hub.web.security import HEADERS
from kiosk.hub.web.site import AnyRequest, Credentials, Site, load_assets
from kiosk.hub.web.staff import LEADER_SECRET, STAFF_SECRET, staff_routes
from kiosk.hub.web.voice import VoiceFolder, voice_routes

ANSWER_S = 10.0
"""A page waits so long for the role's thread, then says that the server is busy."""
LARGEST_FORM = 64 * 1024


def make_app(
    service: HubService,
    call: Call,
    *,
    leader_password: str = "",
    setup_code: str = "",
    monotonic: Callable[[], float] = time.monotonic,
    passwords: Passwords | None = None,
    authority: Authority | None = None,
    voice: VoiceFolder | None = None,
    surveys: Sequence[Survey] = (SHORT_SURVEY,),
) -> Litestar:
    """Return the web application of one hub.

    Args:
        call: runs a function on the role's thread; the application itself runs on others.
        leader_password: sets the leader's password for this run only (demo); otherwise the stored one counts.
        setup_code: with no password yet, whoever knows this code may set one.
        monotonic: seconds, for sessions and for counting tries.
        passwords: how passwords are hashed; tests hand in a quick one.
        authority: lets devices in; None where everybody in the network may speak.
        voice: the clips of the office's calls; None: there is no recorder's page.
        surveys: what the counters ask, for the words beside the figures.
    """
    door = Door(service, surveys)
    passwords = passwords or Passwords()
    hashed = passwords.hash_of(leader_password) if leader_password else call(lambda: door.secret(LEADER_SECRET))
    credentials = Credentials(leader=hashed, staff=call(lambda: door.secret(STAFF_SECRET)), setup_code=setup_code)
    site = Site(service.office, door, call, credentials, passwords, monotonic)
    desk = DeviceDesk(service, authority)
    assets = load_assets()
    call(lambda: service.listen(site.live.tell))

    @get(["/static/{name:str}", "/assets/fonts/{name:str}", "/assets/pictures/{name:str}"])
    async def asset(request: AnyRequest) -> Response[bytes]:
        found = assets.get(request.url.path)
        if found is None:
            return Response(b"", status_code=404, media_type="text/plain")
        headers = {"cache-control": "public, max-age=86400"}
        return Response(found.content, media_type=found.media_type, headers=headers)

    @get("/live")
    async def live() -> Response[Any]:
        if site.live.is_full:
            return Response(b"", status_code=503, media_type="text/plain", headers={"retry-after": "30"})
        return Stream(site.live.stream(), media_type="text/event-stream", headers={"cache-control": "no-store"})

    @get("/api/snapshot")
    async def snapshot() -> Any:
        return await site.ask(lambda door: door.snapshot())

    @get("/health")
    async def health() -> dict[str, Any]:
        return await site.ask(lambda door: door.health())

    def failed(request: AnyRequest, error: Exception) -> Response[Any]:
        return _with_headers(site.failed(request, error))

    async def with_headers(response: Response[Any]) -> Response[Any]:
        return _with_headers(response)

    async def bind(_: Litestar) -> None:
        site.live.bind(asyncio.get_running_loop())

    return Litestar(
        route_handlers=[
            asset,
            live,
            snapshot,
            health,
            *citizen_routes(site),
            *staff_routes(site),
            *officer_routes(site),
            *device_routes(site, desk, monotonic),
            *voice_routes(site, voice),
        ],
        on_startup=[bind],
        after_request=with_headers,
        exception_handlers={Exception: failed},
        request_max_body_size=LARGEST_FORM,
        openapi_config=None,
    )


def _with_headers(response: Response[Any]) -> Response[Any]:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("cache-control", "no-store")
    return response


def caller_of(service: HubService) -> Call:
    """Return a `call` for a service whose clock runs on another thread."""

    def call(act: Callable[[], Result], /) -> Result:
        future: Future[Result] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(act())
            except BaseException as error:
                future.set_exception(error)

        service.clock.post(run)
        try:
            return future.result(timeout=ANSWER_S)
        except TimeoutError:
            future.cancel()
            raise

    return call


def new_setup_code() -> str:
    """Return a code that is easy to type and hard to guess (50 bits)."""
    letters = "23456789ACDEFGHJKMNPRTVWXY"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(2))


def serve(
    service: HubService,
    host: str,
    port: int,
    leader_password: str = "",
    setup_code: str = "",
    authority: Authority | None = None,
    voice: VoiceFolder | None = None,
    surveys: Sequence[Survey] = (SHORT_SURVEY,),
) -> None:
    """Serve the pages on this thread until the process ends; the service runs on its own clock's thread."""
    app = make_app(
        service,
        caller_of(service),
        leader_password=leader_password,
        setup_code=setup_code,
        authority=authority,
        voice=voice,
        surveys=surveys,
    )
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
