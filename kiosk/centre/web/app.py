"""The centre's web application: pages for people, the same figures as JSON, and nothing that changes anything."""

import importlib.resources
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import psycopg
import uvicorn
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Litestar, Request, Response, get
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, QueryParameter

from kiosk import __version__
from kiosk.centre.desk import Desk, FleetRow, OfficeDay, Presence, Problems
from kiosk.centre.web.pages import DAYS, fleet_of, overview_of
from kiosk.centre.web.words import LANGUAGES, Words

log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, Any]
LANGUAGE = "kiosk_language"
LONGEST_SPAN = timedelta(days=400)
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_TYPES = {"css": "text/css", "ttf": "font/ttf", "png": "image/png"}


class Pages:
    """Draws the pages in the reader's language."""

    def __init__(self, name: str, authority: str) -> None:
        self._shared = {"centre": name, "authority": authority}
        self._words = {language: Words(language) for language in LANGUAGES}
        self._templates = Environment(
            loader=PackageLoader("kiosk.centre.web", "templates"), autoescape=True, undefined=StrictUndefined
        )

    def draw(
        self, request: AnyRequest, template: str, now: datetime, status: int = 200, **values: object
    ) -> Response[str]:
        """Return a page."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE, "")
        words = self._words.get(asked, self._words[LANGUAGES[0]])
        text = self._templates.get_template(template).render(
            self._shared,
            t=words.get,
            known=words.known,
            day_text=words.day,
            moment=lambda moment: words.moment(moment, now.date()),
            percent=words.percent,
            count=words.count,
            degrees=words.degrees,
            language=words.language,
            other_language=next(other for other in LANGUAGES if other != words.language),
            now=now,
            path=request.url.path,
            **values,
        )
        cookies = []
        if request.query_params.get("lang") in self._words:
            cookies.append(Cookie(key=LANGUAGE, value=words.language, samesite="lax", path="/", max_age=31_536_000))
        return Response(text, status_code=status, media_type=MediaType.HTML, cookies=cookies)


def make_app(desk: Desk, now: Callable[[], datetime], name: str, authority: str = "") -> Litestar:
    """Return the web application.

    Args:
        desk: reads the database.
        now: the clock's moment.
        name: what the centre is called, over every page.
        authority: to whom it belongs.
    """
    pages = Pages(name, authority)
    assets = _assets()

    @get("/", sync_to_thread=True, include_in_schema=False)
    def overview(request: AnyRequest) -> Response[str]:
        return pages.draw(request, "overview.html", now(), page=overview_of(desk, now()))

    @get("/fleet", sync_to_thread=True, include_in_schema=False)
    def fleet(request: AnyRequest) -> Response[str]:
        return pages.draw(request, "fleet.html", now(), lines=fleet_of(desk))

    @get("/problems", sync_to_thread=True, include_in_schema=False)
    def problems(request: AnyRequest) -> Response[str]:
        return pages.draw(request, "problems.html", now(), page=desk.problems())

    @get("/offices/{office:str}", sync_to_thread=True, include_in_schema=False)
    def office(request: AnyRequest, office: FromPath[str]) -> Response[str]:
        found = next((row for row in desk.presences() if row.office == office), None)
        if found is None:
            raise HTTPException(status_code=404)
        today = now().date()
        days = [row for row in desk.days(today - timedelta(days=DAYS - 1), today) if row.office == office]
        lines = [line for line in fleet_of(desk) if line.row.office == office]
        return pages.draw(request, "office.html", now(), office=found, days=days, lines=lines)

    @get(["/static/{name:str}", "/assets/{name:str}"], include_in_schema=False)
    async def asset(request: AnyRequest) -> Response[bytes]:
        content = assets.get(request.url.path)
        if content is None:
            return Response(b"", status_code=404, media_type="text/plain")
        return Response(
            content,
            media_type=_TYPES[request.url.path.rpartition(".")[2]],
            headers={"cache-control": "public, max-age=86400"},
        )

    @get("/api/figures", sync_to_thread=True)
    def figures(
        first: Annotated[date | None, QueryParameter(name="from")] = None,
        last: Annotated[date | None, QueryParameter(name="to")] = None,
    ) -> list[OfficeDay]:
        """Return every office's days from `from` to `to` (today unless told, at most 400 days)."""
        until = last or now().date()
        since = max(first or until, until - LONGEST_SPAN)
        return desk.days(since, until)

    @get("/api/offices", sync_to_thread=True)
    def offices() -> list[Presence]:
        """Return whether each office's hub is there."""
        return desk.presences()

    @get("/api/fleet", sync_to_thread=True)
    def devices(office: Annotated[str, QueryParameter()] = "") -> list[FleetRow]:
        """Return how devices are, of one office (`province.commune`) or of all."""
        return desk.fleet(office)

    @get("/api/problems", sync_to_thread=True)
    def troubles() -> Problems:
        """Return what was refused, kept raw, lost or contradicted."""
        return desk.problems()

    def failed(request: AnyRequest, error: Exception) -> Response[Any]:
        status = error.status_code if isinstance(error, HTTPException) else 500
        key = "error.404" if status == 404 else "error.500"
        if isinstance(error, psycopg.Error):
            status, key = 503, "error.database"
        elif status == 500:
            log.error("the page %s failed", request.url.path, exc_info=error)
        if request.url.path.startswith("/api/"):
            words = getattr(error, "detail", "") if 400 <= status < 500 else ""
            return _with_headers(Response({"error": words or key.removeprefix("error.")}, status_code=status))
        return _with_headers(pages.draw(request, "message.html", now(), status, key=key))

    async def with_headers(response: Response[Any]) -> Response[Any]:
        return _with_headers(response)

    return Litestar(
        route_handlers=[overview, fleet, problems, office, asset, figures, offices, devices, troubles],
        after_request=with_headers,
        exception_handlers={Exception: failed},
        openapi_config=OpenAPIConfig(
            title="Figures of all offices, read-only", version=__version__, render_plugins=[JsonRenderPlugin()]
        ),
    )


def serve(desk: Desk, now: Callable[[], datetime], name: str, authority: str, host: str, port: int) -> None:
    """Serve the pages on this thread until the process ends."""
    app = make_app(desk, now, name, authority)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)


def _with_headers(response: Response[Any]) -> Response[Any]:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _assets() -> dict[str, bytes]:
    """Return every file that pages may load, by its path; nothing outside this list is ever read."""
    own = importlib.resources.files("kiosk.centre.web") / "static"
    shared = importlib.resources.files("kiosk.ui.assets")
    fonts = (
        "BeVietnamPro-Regular.ttf",
        "BeVietnamPro-SemiBold.ttf",
        "BeVietnamPro-ExtraBold.ttf",
        "InterTnum-Bold.ttf",
    )
    found = {f"/static/{file.name}": file.read_bytes() for file in own.iterdir() if file.name.endswith(".css")}
    found |= {f"/assets/{name}": (shared / "fonts" / name).read_bytes() for name in fonts}
    found["/assets/emblem.png"] = (shared / "pictures" / "emblem.png").read_bytes()
    return found
