"""The live demo: the whole office in its own processes with virtual peripherals, and the control-room page."""

import base64
import random
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.clock import VIETNAM
from kiosk.demo.cable import Cable
from kiosk.demo.cards import SyntheticCard, synthetic_card
from kiosk.demo.control import ControlClient, Json
from kiosk.demo.guarded import start_demo_broker
from kiosk.demo.launch import BOARD, LOBBY, OfficePlan, Running, counter_names, progress, start_process
from kiosk.demo.mirror_client import MirrorClient
from kiosk.demo.people import OFFICERS
from kiosk.demo.sentences import sentence
from kiosk.devices.card_art import card_picture
from kiosk.domain import events
from kiosk.messaging.broker import free_port

LEADER_PASSWORD = "lanh-dao-demo"
KEPT_PAPERS = 12
KEPT_EVENTS = 200

Push = Callable[[str, Json], None]
"""Tells every open page something: kind and data."""


class LiveDevice:
    """One device of the live office: its process, its control channel, its mirror and its network cable."""

    def __init__(self, name: str, role: str, cable: Cable | None) -> None:
        self.name = name
        self.role = role
        self.cable = cable
        self.running: Running | None = None
        self.control: ControlClient | None = None
        self.mirror: MirrorClient | None = None
        self.report: Json = {}

    def send(self, command: Json) -> None:
        """Do something to the device; one without power ignores it."""
        if self.control is not None:
            self.control.send(command)


class LiveOffice:
    """Everything that the control room moves; its methods may be called from any thread."""

    def __init__(
        self,
        folder: Path,
        counters: int,
        seed: int,
        broker_kind: str,
        windows: bool,
        push: Push,
        expression: bool = False,
    ) -> None:
        self._push = push
        self._windows = windows
        self.expression = expression
        self._seed = seed
        self._lock = threading.RLock()
        names = [LOBBY, BOARD, *counter_names(counters)]
        self.broker, identities = start_demo_broker(folder / "broker", broker_kind, names)
        self.plan = OfficePlan(
            folder=folder, counters=counters, seed=seed, broker_port=self.broker.port, simulated=False,
            start=None, identities=identities,
        )  # fmt: skip
        self.web_port = free_port()
        self.public_url = f"http://127.0.0.1:{self.web_port}"
        source = random.Random(seed)
        today = datetime.now(VIETNAM).date()
        self.cards: list[SyntheticCard] = [synthetic_card(source, today, today.year - age) for age in (34, 79, 62, 27)]
        self.card_pictures = [card_picture(card.payload, width=428) for card in self.cards]
        self.papers: list[Json] = []
        self.stream: list[Json] = []
        self.voices: list[Json] = []
        self._numbers: dict[str, str] = {}
        self.devices: dict[str, LiveDevice] = {"hub": LiveDevice("hub", "hub", None)}
        for name, role in (
            (LOBBY, "lobby"),
            *((n, "counter") for n in self.plan.counter_names),
            (BOARD, "board"),
        ):
            self.devices[name] = LiveDevice(name, role, Cable("127.0.0.1", self.broker.port))

    def start(self) -> None:
        """Start every process, the hub first, and sign the officers in."""
        for device in self.devices.values():
            progress(f"starting {device.name} ...")
            self._start(device)
        for number, name in enumerate(self.plan.counter_names, start=1):
            self.devices[name].send({"do": "sign_in", "officer": f"cb{number:02d}", "name": OFFICERS[number - 1]})

    def close(self) -> None:
        """End every process that was started here."""
        for device in reversed(list(self.devices.values())):
            if device.mirror is not None:
                device.mirror.close()
            if device.running is not None:
                device.running.stop()
            if device.cable is not None:
                device.cable.close()
        self.broker.stop()

    def switch(self, name: str, part: str, on: bool) -> None:
        """Pull something out or put it back: `network`, `power`, `paper` or `printer`."""
        device = self.devices[name]
        if part == "network" and device.cable is not None:
            (device.cable.plug if on else device.cable.unplug)()
        elif part == "power":
            with self._lock:
                if on and device.running is None:
                    self._start(device)
                elif not on and device.running is not None:
                    device.running.kill()
                    device.running = None
                    device.control = None
        elif part in ("paper", "printer"):
            device.send({"do": "printer", "part": "cable" if part == "printer" else "paper", "on": on})
        self._push("switch", {"device": name, "part": part, "on": on})

    def hold_card(self, index: int) -> None:
        """Hold one of the synthetic cards before the lobby's camera."""
        self.devices["lobby-1"].send({"do": "card", "payload": self.cards[index].payload, "seed": index})

    def hold_frame(self, picture: bytes) -> None:
        """Let the lobby's camera see an uploaded picture."""
        self.devices["lobby-1"].send({"do": "frame", "picture": base64.b64encode(picture).decode()})

    def _start(self, device: LiveDevice) -> None:
        counter = int(device.name.rpartition("-")[2]) if device.role == "counter" else None
        spec = self.plan.spec(
            device.role,
            device.name,
            counter=counter,
            public_url=self.public_url,
            web_port=self.web_port if device.role == "hub" else 0,
            leader_password=LEADER_PASSWORD if device.role == "hub" else "",
            broker_port=device.cable.port if device.cable is not None else None,
            draw=device.role != "hub",
            window=self._windows and device.role != "hub",
            expression=self.expression and device.role == "counter",
        )
        device.running = start_process(spec)
        device.control = ControlClient(
            device.running.started.control, lambda message: self._heard(device, message), lambda: None
        )
        if device.running.started.mirror:
            device.mirror = MirrorClient(
                device.running.started.mirror,
                lambda: self._push("frame", {"device": device.name, "n": device.mirror.count if device.mirror else 0}),
            )

    def _heard(self, device: LiveDevice, message: Json) -> None:
        if "paper" in message:
            with self._lock:
                self.papers = [*self.papers, {"n": len(self.papers) + 1, **message["paper"]}]
                for old in self.papers[:-KEPT_PAPERS]:
                    old["png"] = ""
            self._push("paper", {"n": len(self.papers), "bytes": message["paper"]["bytes"]})
        elif "said" in message:
            with self._lock:
                self.voices.append(message["said"])
            self._push("voice", {"n": len(self.voices), "text": message["said"]["text"]})
        elif "event" in message:
            self._tell(message["event"])
        elif "sign" in message:
            device.report["sign"] = message["sign"]
            self._push("sign", {"device": device.name, "text": message["sign"]})
        else:
            device.report.update(message)
            self._push(
                "report", {"device": device.name, "view": message.get("view", {}), "hub": message.get("hub_ready")}
            )

    def _tell(self, raw: Json) -> None:
        envelope = msgspec.convert(raw, type=dict[str, object])
        kind = events.EVENTS.get(str(envelope["type"]))
        if kind is None:
            return
        event = msgspec.convert(envelope["data"], type=kind)
        if isinstance(event, events.TicketIssued):
            self._numbers[event.ticket] = event.number
        vi, en = sentence(event, self._numbers)
        row = {"at": event.at.astimezone(VIETNAM).strftime("%H:%M:%S"), "type": event.TYPE, "vi": vi, "en": en,
               "source": str(envelope["src"])}  # fmt: skip
        with self._lock:
            self.stream = [*self.stream, row][-KEPT_EVENTS:]
        self._push("event", row)
