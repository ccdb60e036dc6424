"""What all pages share: the words, the drawing, the browser's cookies, the way to the role's thread."""

import importlib.resources
import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio.to_thread
import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    PermissionDeniedException,
    TooManyRequestsException,
)
from litestar.response import Redirect

from kiosk.domain.office import Office
from kiosk.hub.passwords import Passwords
from kiosk.hub.web.door import Call, Door, Result
from kiosk.hub.web.live import Live
from kiosk.hub.web.security import LEADER, STAFF, Forms, Sessions, SlowDoor
from kiosk.hub.web.texts import LANGUAGES, Texts

log = logging.getLogger(__name__)

AnyRequest = Request[Any, Any, Any]
BROWSER, SESSION, LANGUAGE = "kiosk_browser", "kiosk_session", "kiosk_language"
TEN_MINUTES = 600.0


class Credentials(msgspec.Struct, kw_only=True):
    """Hashes of the passwords; empty while one is not set. Changed only by who may."""

    leader: str = ""
    staff: str = ""
    setup_code: str = ""
    """What the server shows its technician at the first start; empty where a password was given."""


class Site:
    """The pages' common ground."""

    def __init__(
        self,
        office: Office,
        door: Door,
        call: Call,
        credentials: Credentials,
        passwords: Passwords,
        monotonic: Callable[[], float],
    ) -> None:
        self.office = office
        self.credentials = credentials
        self.passwords = passwords
        self.sessions = Sessions(monotonic)
        self.live = Live()
        self.offers_voice = False
        self.petition_door = SlowDoor(monotonic, each=6, everybody=90, seconds=TEN_MINUTES)
        self.guess_door = SlowDoor(monotonic, each=30, everybody=600, seconds=TEN_MINUTES)
        self.login_door = SlowDoor(monotonic, each=5, everybody=30, seconds=60.0)
        self._door = door
        self._call = call
        self._forms = Forms()
        self._texts = {language: Texts(language) for language in LANGUAGES}
        self._templates = Environment(
            loader=PackageLoader("kiosk.hub.web", "templates"), autoescape=True, undefined=StrictUndefined
        )

    async def ask(self, act: Callable[[Door], Result]) -> Result:
        """Run `act` on the role's thread while this request waits."""
        return await anyio.to_thread.run_sync(partial(self._call, partial(act, self._door)))

    # drawing ------------------------------------------------------------------------------------------------------

    def texts(self, request: AnyRequest) -> Texts:
        """Return the words of the visitor's language."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE, "")
        return self._texts[asked if asked in self._texts else LANGUAGES[0]]

    def draw(self, request: AnyRequest, template: str, status: int = 200, **values: object) -> Response[str]:
        """Return a page in the visitor's language."""
        texts = self.texts(request)
        browser = request.cookies.get(BROWSER, "")
        cookies = []
        if not 20 <= len(browser) <= 100:
            browser = secrets.token_urlsafe(24)
            cookies.append(Cookie(key=BROWSER, value=browser, httponly=True, samesite="strict", path="/"))
        if request.query_params.get("lang") in self._texts:
            cookies.append(Cookie(key=LANGUAGE, value=texts.language, samesite="lax", path="/", max_age=31_536_000))
        text = self._templates.get_template(template).render(
            self._words(texts), office=self.office, csrf=self._forms.token_for(browser), **values
        )
        return Response(text, status_code=status, media_type=MediaType.HTML, cookies=cookies)

    def message(
        self, request: AnyRequest, title: str, text: str, status: int = 200, link: str = "/", link_text: str = ""
    ) -> Response[str]:
        """Return a page that says one thing; title, text and link text are keys."""
        texts = self.texts(request)
        return self.draw(
            request,
            "message.html",
            status,
            title=texts.get(title),
            text=texts.get(text),
            link=link,
            link_text=texts.get(link_text or "error.home"),
        )

    def _words(self, texts: Texts) -> dict[str, object]:
        names = {group.key: group.name if texts.language == "vi" else group.name_en for group in self.office.groups}
        return {
            "t": texts.get,
            "language": texts.language,
            "other_language": next(language for language in LANGUAGES if language != texts.language),
            "clock": texts.clock,
            "day": texts.day,
            "moment": texts.moment,
            "span": texts.span,
            "minutes": texts.minutes,
            "percent": texts.percent,
            "decimal": texts.decimal,
            "offers_voice": self.offers_voice,
            "group": lambda key: names.get(key, key),
        }

    # doors --------------------------------------------------------------------------------------------------------

    async def form(self, request: AnyRequest) -> dict[str, list[str]]:
        """Return the fields of a form that came from one of our own pages.

        Raises:
            PermissionDeniedException: if it did not.
        """
        data = await request.form()
        fields: dict[str, list[str]] = {}
        for name, value in data.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value.replace("\x00", ""))
        if not self._forms.fits(request.cookies.get(BROWSER, ""), first(fields, "csrf")):
            raise PermissionDeniedException()
        return fields

    def role(self, request: AnyRequest) -> str:
        """Return `leader`, `staff` or nothing."""
        return self.sessions.role_of(request.cookies.get(SESSION, ""))

    async def role_of_password(self, password: str) -> str:
        """Return which role a password opens, or nothing."""
        for role, stored in ((LEADER, self.credentials.leader), (STAFF, self.credentials.staff)):
            # argon2 takes a tenth of a second on purpose: not on the loop that serves everybody
            fits = bool(stored) and await anyio.to_thread.run_sync(partial(self.passwords.fits, stored, password))
            if fits:
                return role
        return ""

    async def hash_of(self, password: str) -> str:
        """Return what may be stored of a password."""
        return await anyio.to_thread.run_sync(self.passwords.hash_of, password)

    def is_setup_code(self, typed: str) -> bool:
        """Tell whether somebody stands at the server and reads its set-up code."""
        code = self.credentials.setup_code
        return bool(code) and secrets.compare_digest(code.encode(), typed.strip().encode())

    def need(self, request: AnyRequest, *roles: str) -> None:
        """Let only these roles pass.

        Raises:
            NotAuthorizedException: if the visitor has none of them; the visitor is led to the login.
        """
        if self.role(request) not in roles:
            raise NotAuthorizedException()

    def need_leader(self, request: AnyRequest) -> None:
        """Let only the leader pass."""
        self.need(request, LEADER)

    def need_staff(self, request: AnyRequest) -> None:
        """Let the leader and the officers pass."""
        self.need(request, LEADER, STAFF)

    def slow_down(self, door: SlowDoor, request: AnyRequest) -> None:
        """Count a try.

        Raises:
            TooManyRequestsException: if it was one too many.
        """
        if not door.lets_through(caller(request)):
            raise TooManyRequestsException()

    # errors -------------------------------------------------------------------------------------------------------

    def failed(self, request: AnyRequest, error: Exception) -> Response[Any]:
        """Return a page for an error: never a traceback."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if isinstance(error, TimeoutError):
            status = 503
        if status == 401:
            if request.method == "GET" and not request.url.path.endswith("/part"):
                return Redirect(f"/login?back={request.url.path}", status_code=303)
            return self.message(request, "error.title", "error.403", 401, link="/login", link_text="login.title")
        if status == 500:
            # only what kind of page: the rest of an address may be somebody's right to rate
            log.error("a page under /%s failed", request.url.path.split("/")[1], exc_info=error)
        texts = self.texts(request)
        key = f"error.{status}"
        return self.message(request, "error.title", key if texts.has(key) else "error.500", status)


def first(fields: dict[str, list[str]], name: str) -> str:
    """Return the first value of a form's field, or an empty text."""
    values = fields.get(name)
    return values[0] if values else ""


def caller(request: AnyRequest) -> str:
    """Return who asks, for counting tries."""
    return request.client.host if request.client is not None else ""


class Asset(msgspec.Struct, frozen=True):
    """One file that pages use."""

    content: bytes
    media_type: str


_TYPES = {"css": "text/css", "js": "text/javascript", "ttf": "font/ttf", "png": "image/png"}


def load_assets() -> dict[str, Asset]:
    """Return every file that pages may load, by its path; nothing outside this list is ever read."""
    own = importlib.resources.files("kiosk.hub.web") / "static"
    shared = importlib.resources.files("kiosk.ui.assets")
    found: dict[str, Asset] = {}
    for prefix, folder in (
        ("/static", own),
        ("/assets/fonts", shared / "fonts"),
        ("/assets/pictures", shared / "pictures"),
    ):
        for file in folder.iterdir():
            media_type = _TYPES.get(file.name.rsplit(".", 1)[-1])
            if media_type is not None:
                found[f"{prefix}/{file.name}"] = Asset(file.read_bytes(), media_type)
    return found
