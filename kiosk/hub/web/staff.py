"""Pages for the leader and the officers, behind a password: today's office, the inbox, a counter's console."""

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from kiosk.hub.surveys import DAYS, LEAST
from kiosk.hub.web.security import SESSION_S, SHORTEST_PASSWORD
from kiosk.hub.web.site import SESSION, AnyRequest, Site, first

LEADER_SIGNS = "Lãnh đạo"
"""Under answers and assignments in the books; the office has one leader's password."""
LEADER_SECRET, STAFF_SECRET = "leader_password", "staff_password"
"""Keys of the hashes in the ledger."""


def staff_routes(site: Site) -> list[HTTPRouteHandler]:
    """Return the handlers of the pages behind the password."""

    @get("/login")
    async def login(request: AnyRequest) -> Response[str] | Redirect:
        if not site.credentials.leader:
            return Redirect("/setup", status_code=303)
        return login_form(request, request.query_params.get("back", "/leader"))

    def login_form(request: AnyRequest, back: str, error: str = "") -> Response[str]:
        return site.draw(request, "login.html", 401 if error else 200, error=error, back=_own_path(back))

    @post("/login", status_code=303)
    async def enter(request: AnyRequest) -> Response[str] | Redirect:
        fields = await site.form(request)
        back, password = first(fields, "back"), first(fields, "password")[:200]
        if not site.login_door.lets_through(request.client.host if request.client else ""):
            return login_form(request, back, "slow")
        role = await site.role_of_password(password)
        if not role:
            return login_form(request, back, "wrong")
        answer = Redirect(_own_path(back), status_code=303)
        answer.set_cookie(_session_cookie(site.sessions.open(role), int(SESSION_S)))
        return answer

    @post("/logout", status_code=303)
    async def leave(request: AnyRequest) -> Redirect:
        await site.form(request)
        site.sessions.close(request.cookies.get(SESSION, ""))
        answer = Redirect("/login", status_code=303)
        answer.set_cookie(_session_cookie("", 0))
        return answer

    @get("/setup")
    async def setup(request: AnyRequest) -> Response[str] | Redirect:
        if site.credentials.leader:
            return Redirect("/login", status_code=303)
        return site.draw(request, "setup.html", error="")

    @post("/setup", status_code=303)
    async def set_up(request: AnyRequest) -> Response[str] | Redirect:
        fields = await site.form(request)
        if site.credentials.leader:
            return Redirect("/login", status_code=303)
        site.slow_down(site.login_door, request)
        password = first(fields, "password")
        error = ""
        if not site.is_setup_code(first(fields, "code")):
            error = "code"
        elif len(password) < SHORTEST_PASSWORD:
            error = "short"
        elif password != first(fields, "again"):
            error = "differs"
        if error:
            return site.draw(request, "setup.html", 400, error=error)
        site.credentials.leader = await keep(LEADER_SECRET, password)
        return Redirect("/login", status_code=303)

    async def keep(key: str, password: str) -> str:
        hashed = await site.hash_of(password[:200])
        await site.ask(lambda door: door.keep_secret(key, hashed))
        return hashed

    # leader -------------------------------------------------------------------------------------------------------

    @get("/leader")
    async def leader(request: AnyRequest) -> Response[str]:
        site.need_leader(request)
        page, expression, surveys = await site.ask(lambda door: (door.leader(), door.expression(), door.surveys()))
        return site.draw(
            request,
            "leader.html",
            page=page,
            expression=expression,
            surveys=surveys,
            survey_days=DAYS,
            survey_least=LEAST,
        )

    @get("/leader/part")
    async def leader_part(request: AnyRequest) -> Response[str]:
        site.need_leader(request)
        return site.draw(request, "leader_part.html", page=await site.ask(lambda door: door.leader()))

    @post("/leader/petitions/{petition:str}/{verb:str}", status_code=303)
    async def petition(request: AnyRequest) -> Redirect:
        petition: str = request.path_params["petition"]
        verb: str = request.path_params["verb"]
        site.need_leader(request)
        fields = await site.form(request)
        words = first(fields, "answer" if verb == "answer" else "to")
        if verb not in ("acknowledge", "assign", "answer"):
            raise NotFoundException()
        if not await site.ask(lambda door: door.handle_petition(petition, verb, LEADER_SIGNS, words)):
            raise NotFoundException()
        return Redirect("/leader#petitions", status_code=303)

    @post("/leader/expression/{verb:str}", status_code=303)
    async def switch_expression(request: AnyRequest) -> Redirect:
        verb: str = request.path_params["verb"]
        site.need_leader(request)
        await site.form(request)
        if verb not in ("stop", "resume"):
            raise NotFoundException()
        await site.ask(lambda door: door.switch_expression(verb == "resume", LEADER_SIGNS))
        return Redirect("/leader#expression", status_code=303)

    @post("/leader/staff-password", status_code=303)
    async def staff_password(request: AnyRequest) -> Redirect:
        site.need_leader(request)
        password = first(await site.form(request), "password")
        if len(password) >= SHORTEST_PASSWORD:
            site.credentials.staff = await keep(STAFF_SECRET, password)
        return Redirect("/leader", status_code=303)

    # officers -----------------------------------------------------------------------------------------------------

    async def console_page(request: AnyRequest, counter: int, template: str) -> Response[str]:
        site.need_staff(request)
        page = await site.ask(lambda door: door.console(counter))
        if page is None:
            raise NotFoundException()
        error = request.query_params.get("error", "")
        known = error if site.texts(request).has(f"console.error.{error}") else ""
        return site.draw(request, template, page=page, error=known)

    @get("/console/{counter:int}")
    async def console(request: AnyRequest) -> Response[str]:
        counter: int = request.path_params["counter"]
        return await console_page(request, counter, "console.html")

    @get("/console/{counter:int}/part")
    async def console_part(request: AnyRequest) -> Response[str]:
        counter: int = request.path_params["counter"]
        return await console_page(request, counter, "console_part.html")

    @post("/console/{counter:int}", status_code=303)
    async def console_verb(request: AnyRequest) -> Redirect:
        counter: int = request.path_params["counter"]
        site.need_staff(request)
        fields = {name: values[0] for name, values in (await site.form(request)).items()}
        error = await site.ask(lambda door: door.verb(counter, fields.get("verb", ""), fields))
        return Redirect(f"/console/{counter}" + (f"?error={error}" if error else ""), status_code=303)

    @post("/console/{counter:int}/form", status_code=200)
    async def form(request: AnyRequest) -> Response[str]:
        counter: int = request.path_params["counter"]
        site.need_staff(request)
        code = first(await site.form(request), "code")[:40]
        page = await site.ask(lambda door: door.form(code))
        return site.draw(request, "form.html", 404 if page.refusal else 200, page=page, counter=counter)

    return [
        login,
        enter,
        leave,
        setup,
        set_up,
        leader,
        leader_part,
        petition,
        staff_password,
        switch_expression,
        console,
        console_part,
        console_verb,
        form,
    ]  # fmt: skip


def _own_path(back: str) -> str:
    """Return `back` if it is a path of this site: a login never leads to a stranger's page."""
    is_own = back.startswith("/") and not back.startswith("//") and "\\" not in back and back.isprintable()
    return back if is_own and back.isascii() else "/leader"


def _session_cookie(session: str, seconds: int) -> Cookie:
    return Cookie(key=SESSION, value=session, httponly=True, samesite="strict", path="/", max_age=seconds)
