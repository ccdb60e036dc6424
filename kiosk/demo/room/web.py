"""The control room's server: the page, the devices' live pictures, and everything that the page can do."""

import asyncio
import base64
import json
import threading
from collections.abc import AsyncGenerator
from importlib import resources
from typing import Annotated, Any

import msgspec
import uvicorn
from litestar import Litestar, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import ServerSentEvent, ServerSentEventMessage

from kiosk.demo.control import Json
from kiosk.demo.live import LEADER_PASSWORD, LiveOffice
from kiosk.demo.visit import VisitPlayer
from kiosk.messaging.broker import free_port
from kiosk.ui.assets import FONTS
from kiosk.ui.speech import SpeechUnavailable, synthesise

STATIC = {"room.css": "text/css", "room.js": "text/javascript"}
WEIGHTS = ("Medium", "Bold")
MAX_PICTURE_BYTES = 16 * 1024 * 1024


class Touch(msgspec.Struct, frozen=True):
    """A pointer on a device's picture; x, y in 0..1 from the top left corner."""

    device: str
    kind: str
    x: float
    y: float


class Press(msgspec.Struct, frozen=True):
    """A key of a counter's keypad."""

    device: str
    verb: str


class Switch(msgspec.Struct, frozen=True):
    """Something pulled out or put back."""

    device: str
    part: str
    on: bool


class Pages:
    """The pages that are open, told of every change through server-sent events."""

    def __init__(self) -> None:
        self._queues: list[asyncio.Queue[tuple[str, Json]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def push(self, kind: str, data: Json) -> None:
        """Tell every open page; safe from any thread."""
        with self._lock:
            loop = self._loop
            queues = list(self._queues)
        if loop is not None:
            for queue in queues:
                loop.call_soon_threadsafe(queue.put_nowait, (kind, data))

    async def follow(self) -> AsyncGenerator[ServerSentEventMessage, None]:
        """Yield what happens from now on, to one page."""
        queue: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        with self._lock:
            self._loop = asyncio.get_running_loop()
            self._queues.append(queue)
        try:
            yield ServerSentEventMessage(event="hello", data="{}")
            while True:
                kind, data = await queue.get()
                yield ServerSentEventMessage(event=kind, data=json.dumps(data, ensure_ascii=False))
        finally:
            with self._lock:
                self._queues.remove(queue)


def make_app(office: LiveOffice, pages: Pages) -> Litestar:
    """Return the control room's web application."""
    player = VisitPlayer(office, lambda n, vi, en: pages.push("caption", {"n": n, "vi": vi, "en": en}))

    def file(name: str) -> bytes:
        return resources.files("kiosk.demo.room").joinpath(name).read_bytes()

    @get("/", media_type="text/html", sync_to_thread=False)
    def page() -> bytes:
        return file("room.html")

    @get("/static/{name:str}", sync_to_thread=False)
    def static(name: str) -> Response[bytes]:
        if name not in STATIC:
            raise NotFoundException
        return Response(file(name), media_type=STATIC[name])

    @get("/font/{weight:str}", sync_to_thread=False)
    def font(weight: str) -> Response[bytes]:
        if weight not in WEIGHTS:
            raise NotFoundException
        return Response((FONTS / f"BeVietnamPro-{weight}.ttf").read_bytes(), media_type="font/ttf")

    @get("/state", sync_to_thread=False)
    def state() -> dict[str, Any]:
        return {
            "counters": office.plan.counters,
            "broker": office.broker.kind,
            "expression": office.expression,
            "hub": office.public_url,
            "leader_password": LEADER_PASSWORD,
            "devices": {
                name: {
                    "role": device.role,
                    "view": device.report.get("view", {}),
                    "sign": device.report.get("sign", ""),
                    "power": device.running is not None,
                    "network": device.cable.plugged if device.cable else True,
                    "frame": device.mirror.count if device.mirror else 0,
                }
                for name, device in office.devices.items()
            },
            "cards": [{"name": card.name, "born": card.birth_year} for card in office.cards],
            "papers": [{"n": paper["n"], "bytes": paper["bytes"]} for paper in office.papers if paper["png"]],
            "events": office.stream[-60:],
        }

    @get("/events", sync_to_thread=False)
    def events() -> ServerSentEvent:
        return ServerSentEvent(pages.follow())

    @get("/screen/{device:str}", sync_to_thread=False)
    def screen(device: str) -> Response[bytes]:
        found = office.devices.get(device)
        if found is None or found.mirror is None or not found.mirror.frame:
            raise NotFoundException
        return Response(found.mirror.frame, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    @get("/card/{index:int}", sync_to_thread=False)
    def card(index: int) -> Response[bytes]:
        if not 0 <= index < len(office.cards):
            raise NotFoundException
        return Response(office.card_pictures[index], media_type="image/png")

    @get("/paper/{n:int}", sync_to_thread=False)
    def paper(n: int) -> Response[bytes]:
        for one in office.papers:
            if one["n"] == n and one["png"]:
                return Response(base64.b64decode(one["png"]), media_type="image/png")
        raise NotFoundException

    @get("/voice/{n:int}", sync_to_thread=True)
    def voice(n: int) -> Response[bytes]:
        if not 1 <= n <= len(office.voices):
            raise NotFoundException
        said = office.voices[n - 1]
        try:
            return Response(synthesise(said["text"], said["language"]), media_type="audio/wav")
        except SpeechUnavailable as error:
            raise NotFoundException(str(error)) from None

    @post("/touch", sync_to_thread=True)
    def touch(data: Touch) -> None:
        found = office.devices.get(data.device)
        if found is not None and found.mirror is not None and data.kind in ("down", "move", "up"):
            found.mirror.touch(data.kind, min(1.0, max(0.0, data.x)), min(1.0, max(0.0, data.y)))

    @post("/card/{index:int}", sync_to_thread=True)
    def hold(index: int) -> None:
        if not 0 <= index < len(office.cards):
            raise NotFoundException
        office.hold_card(index)

    @post("/frame")
    async def frame(data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)]) -> None:
        office.hold_frame(await data.read())

    @post("/press", sync_to_thread=True)
    def press(data: Press) -> None:
        if data.device not in office.devices:
            raise NotFoundException
        office.devices[data.device].send({"do": "press", "verb": data.verb})

    @post("/switch", sync_to_thread=True)
    def switch(data: Switch) -> None:
        if data.device not in office.devices:
            raise NotFoundException
        office.switch(data.device, data.part, data.on)

    @post("/visit", sync_to_thread=True)
    def visit() -> dict[str, bool]:
        return {"started": player.play()}

    return Litestar(
        [page, static, font, state, events, screen, card, paper, voice, touch, hold, frame, press, switch, visit],
        openapi_config=None,
        request_max_body_size=MAX_PICTURE_BYTES,
    )


def serve(office: LiveOffice, pages: Pages, port: int) -> str:
    """Serve the page in the background on loopback; return its address."""
    chosen = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(office, pages), host="127.0.0.1", port=chosen, log_level="warning", timeout_graceful_shutdown=1
        )
    )
    threading.Thread(target=server.run, name="control-room", daemon=True).start()
    return f"http://127.0.0.1:{chosen}/"
