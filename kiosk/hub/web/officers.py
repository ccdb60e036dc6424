"""The leader's list of officers who open counters at their keypads by PIN."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from kiosk.domain.officers import LONGEST_PIN, is_officer_number, pin_fault
from kiosk.hub.web.site import AnyRequest, Site, first

LONGEST_NAME = 60


def officer_routes(site: Site) -> list[HTTPRouteHandler]:
    """Return the handlers of the list of officers."""

    @get("/leader/officers")
    async def officers(request: AnyRequest) -> Response[str]:
        site.need_leader(request)
        fault = request.query_params.get("fault", "")
        known = fault if site.texts(request).has(f"officers.fault.{fault}") else ""
        everybody = await site.ask(lambda door: door.officers())
        return site.draw(request, "officers.html", 400 if known else 200, officers=everybody, fault=known)

    @post("/leader/officers", status_code=303)
    async def enter(request: AnyRequest) -> Redirect:
        site.need_leader(request)
        fields = await site.form(request)
        number, pin = first(fields, "number").strip(), first(fields, "pin")[: LONGEST_PIN + 1]
        name = " ".join(first(fields, "name").split())[:LONGEST_NAME]
        fault = "number" if not is_officer_number(number) else "name" if not name else pin_fault(pin)
        if fault:
            return Redirect(f"/leader/officers?fault={fault}", status_code=303)
        hashed = await site.hash_of(pin)
        await site.ask(lambda door: door.enter_officer(number, name, hashed))
        return Redirect("/leader/officers", status_code=303)

    @post("/leader/officers/{number:str}/remove", status_code=303)
    async def remove(request: AnyRequest) -> Redirect:
        number: str = request.path_params["number"]
        site.need_leader(request)
        await site.form(request)
        await site.ask(lambda door: door.remove_officer(number))
        return Redirect("/leader/officers", status_code=303)

    return [officers, enter, remove]
