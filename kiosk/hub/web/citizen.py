"""Pages for citizens: the queue, the own ticket, rating, petitions. No log-in, no name, no tracking."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from kiosk.domain.petitions import CATEGORIES, MAX_TEXT
from kiosk.hub.web.door import REASONS
from kiosk.hub.web.pages import RatePage
from kiosk.hub.web.site import AnyRequest, Site, first

_SCORES = ("1", "2", "3", "4", "5")


def citizen_routes(site: Site) -> list[HTTPRouteHandler]:
    """Return the handlers of the citizens' pages."""

    @get("/")
    async def home(request: AnyRequest) -> Response[str]:
        return site.draw(request, "home.html", page=await site.ask(lambda door: door.home()))

    @get("/part")
    async def home_part(request: AnyRequest) -> Response[str]:
        return site.draw(request, "home_part.html", page=await site.ask(lambda door: door.home()))

    async def ticket_page(request: AnyRequest, ticket: str, template: str) -> Response[str]:
        page = await site.ask(lambda door: door.ticket(ticket))
        if page is None:
            site.slow_down(site.guess_door, request)
            return site.message(request, "ticket.unknown", "ticket.unknown_hint", 404)
        return site.draw(request, template, page=page)

    @get("/t/{ticket:str}")
    async def ticket(request: AnyRequest) -> Response[str]:
        ticket: str = request.path_params["ticket"]
        return await ticket_page(request, ticket, "ticket.html")

    @get("/t/{ticket:str}/part")
    async def ticket_part(request: AnyRequest) -> Response[str]:
        ticket: str = request.path_params["ticket"]
        return await ticket_page(request, ticket, "ticket_part.html")

    def rate_form(request: AnyRequest, page: RatePage, error: str = "") -> Response[str]:
        if page.right is None or page.refusal is not None:
            return closed(request, page.refusal or "unknown_token")
        return site.draw(
            request,
            "rate.html",
            400 if error else 200,
            error=error,
            number=page.right.number,
            counter=page.right.counter,
            officer_name=page.right.officer_name,
            reasons=REASONS,
        )

    def closed(request: AnyRequest, refusal: str) -> Response[str]:
        if refusal == "unknown_token":
            site.slow_down(site.guess_door, request)
        known = refusal if site.texts(request).has(f"rate.closed.{refusal}") else "too_late"
        return site.message(
            request, f"rate.closed.{known}", "rate.closed_text", 410, link="/p", link_text="petition.write"
        )

    def rated(request: AnyRequest, refusal: str) -> Response[str]:
        if refusal:
            return closed(request, refusal)
        return site.message(request, "rate.thanks", "rate.thanks_text", link="/p", link_text="petition.write")

    @get("/r/{token:str}")
    async def rate(request: AnyRequest) -> Response[str]:
        token: str = request.path_params["token"]
        return rate_form(request, await site.ask(lambda door: door.rating(token)))

    @post("/r/{token:str}", status_code=200)
    async def rate_send(request: AnyRequest) -> Response[str]:
        token: str = request.path_params["token"]
        fields = await site.form(request)
        score = first(fields, "score")
        if score not in _SCORES:
            return rate_form(request, await site.ask(lambda door: door.rating(token)), "no_score")
        reasons, comment = fields.get("reasons", []), first(fields, "comment")
        return rated(request, await site.ask(lambda door: door.rate(token, int(score), reasons, comment)))

    @get("/t/{ticket:str}/rate/{service:int}")
    async def rate_ticket(request: AnyRequest) -> Response[str]:
        ticket: str = request.path_params["ticket"]
        service: int = request.path_params["service"]
        return rate_form(request, await site.ask(lambda door: door.rating_of_ticket(ticket, service)))

    @post("/t/{ticket:str}/rate/{service:int}", status_code=200)
    async def rate_ticket_send(request: AnyRequest) -> Response[str]:
        ticket: str = request.path_params["ticket"]
        service: int = request.path_params["service"]
        fields = await site.form(request)
        score = first(fields, "score")
        if score not in _SCORES:
            page = await site.ask(lambda door: door.rating_of_ticket(ticket, service))
            return rate_form(request, page, "no_score")
        reasons, comment = fields.get("reasons", []), first(fields, "comment")
        refusal = await site.ask(lambda door: door.rate_ticket(ticket, service, int(score), reasons, comment))
        return rated(request, refusal)

    async def petition_form(
        request: AnyRequest, error: str = "", text: str = "", chosen: str = "service"
    ) -> Response[str]:
        days = await site.ask(lambda door: door.answer_days())
        return site.draw(
            request,
            "petition_new.html",
            400 if error else 200,
            error=error,
            text=text,
            chosen=chosen,
            categories=CATEGORIES,
            days=days,
        )

    @get("/p")
    async def write_petition(request: AnyRequest) -> Response[str]:
        return await petition_form(request)

    @post("/p", status_code=303)
    async def file_petition(request: AnyRequest) -> Response[str] | Redirect:
        fields = await site.form(request)
        text, category = first(fields, "text").strip(), first(fields, "category")
        if not text:
            return await petition_form(request, "empty", "", category)
        if len(text) > MAX_TEXT:
            return await petition_form(request, "long", text[:MAX_TEXT], category)
        site.slow_down(site.petition_door, request)
        receipt = await site.ask(lambda door: door.file_petition(text, category))
        return Redirect(f"/p/{receipt}?new=1", status_code=303)

    @post("/p/find", status_code=303)
    async def find_petition(request: AnyRequest) -> Redirect:
        typed = first(await site.form(request), "receipt")
        code = "".join(letter for letter in typed.upper() if letter.isascii() and (letter.isalnum() or letter == "-"))
        return Redirect(f"/p/{code[:12] or 'KN-'}", status_code=303)

    @get("/p/{receipt:str}")
    async def follow(request: AnyRequest) -> Response[str]:
        receipt: str = request.path_params["receipt"]
        page = await site.ask(lambda door: door.petition(receipt))
        if page is None:
            site.slow_down(site.guess_door, request)
            return site.message(request, "petition.unknown", "petition.unknown_hint", 404)
        return site.draw(request, "petition.html", page=page, is_new="new" in request.query_params)

    return [
        home, home_part, ticket, ticket_part, rate, rate_send, rate_ticket, rate_ticket_send, write_petition,
        file_petition, find_petition, follow,
    ]  # fmt: skip
