"""Lobby, counter and board as processes of the demo: the real flows with virtual things plugged in."""

import contextlib
from typing import Any

import msgspec

from kiosk.board.app import BoardDevices
from kiosk.board.app import assemble as assemble_board
from kiosk.config import Config, ExpressionSettings
from kiosk.counter.app import CounterDevices
from kiosk.counter.app import assemble as assemble_counter
from kiosk.counter.eyes import Eyes, VisionLine
from kiosk.counter.view import AnyCounterIntent
from kiosk.demo.control import Json
from kiosk.demo.surroundings import Surroundings, picture_bytes, png_text
from kiosk.demo.watcher import Watcher
from kiosk.devices.camera import NotAFrame, VirtualCamera
from kiosk.devices.card_frames import card_frame
from kiosk.devices.keypad import VirtualKeypad
from kiosk.devices.printer import VirtualPrinter
from kiosk.devices.qr_decoder import QrDecoder
from kiosk.devices.qr_scanner import CameraScanner
from kiosk.devices.rating_pad import VirtualRatingPad
from kiosk.devices.sign import VirtualSign
from kiosk.devices.speaker import VirtualSpeaker
from kiosk.lobby.app import LobbyDevices
from kiosk.lobby.app import assemble as assemble_lobby
from kiosk.lobby.view import AnyLobbyIntent
from kiosk.messaging.link import lost_will
from kiosk.messaging.topics import Topics


class DeviceRole:
    """What all devices of the demo have in common: a flow with a link to the hub, and a report."""

    def __init__(self, surroundings: Surroundings) -> None:
        spec = surroundings.spec
        self.surroundings = surroundings
        self.config = Config.for_demo(
            spec.role,
            spec.name,
            spec.folder,
            spec.counters,
            spec.broker_port,
            counter=spec.counter,
            public_url=spec.public_url,
            kiosk_digit=spec.kiosk_digit,
        )
        self.boot = surroundings.new_id()
        topics = Topics(self.config.site.province, self.config.site.commune)
        self.wiring: dict[str, Any] = {
            "clock": surroundings.clock,
            "timer": surroundings.timer,
            "worker": surroundings.worker,
            "transport": surroundings.transport(surroundings.clock.post, will=lost_will(topics, spec.name, self.boot)),
            "new_id": surroundings.new_id,
            "boot": self.boot,
            "show_clock": spec.draw,
            "clk": "simulated" if spec.simulated else "ntp",
        }
        self.flow: Any = None

    def start(self) -> None:
        """Connect and begin."""
        self.flow.listen(lambda _: self.surroundings.is_changed())
        self.flow.link.on_change = self.surroundings.is_changed
        self.flow.start()

    def stop(self) -> None:
        """End cleanly."""
        self.flow.stop()

    def report(self) -> Json:
        """Return the link's state and the view."""
        link = self.flow.link
        return {
            "hub_ready": link.hub_ready,
            "hub_boot": link.hub_boot,
            "rev_seen": link.rev_seen,
            "rev_heard": link.rev_heard,
            "pending": link.pending,
            "in_flight": link.in_flight,
            "sent": link.sent,
            "received": link.received,
            "view": msgspec.to_builtins(self.flow.view),
        }

    def perform(self, command: Json) -> None:
        """Do one command of the control channel.

        Raises:
            ValueError: if this device cannot do it.
        """
        raise ValueError(f"{self.surroundings.spec.name} cannot do {command.get('do')}")


class LobbyRole(DeviceRole):
    """A lobby kiosk with a virtual camera over the card slot and a virtual printer."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._camera = VirtualCamera()
        # in simulated time nobody looks at the paper
        self._printer = VirtualPrinter(None if surroundings.spec.simulated else self._paper)
        scanner = CameraScanner(self._camera, QrDecoder(), surroundings.clock.post)
        self.flow = assemble_lobby(self.config, devices=LobbyDevices(scanner, self._printer), **self.wiring)

    def perform(self, command: Json) -> None:
        """Hold a card or a picture before the camera, touch, or pull paper and cable."""
        match command["do"]:
            case "card":
                self._camera.show(card_frame(command["payload"], int(command["seed"])))
            case "frame":
                with contextlib.suppress(NotAFrame):
                    self._camera.show(picture_bytes(command["picture"]).getvalue())
            case "intent":
                self.flow.act(msgspec.convert(command["intent"], type=AnyLobbyIntent))
            case "printer" if command["part"] == "paper":
                self._printer.set_paper(bool(command["on"]))
            case "printer":
                self._printer.set_cable(bool(command["on"]))
            case _:
                super().perform(command)

    def _paper(self, png: bytes, escpos: bytes) -> None:
        self.surroundings.tell({"paper": {"png": png_text(png), "bytes": len(escpos)}})


class CounterRole(DeviceRole):
    """A counter with its tablet, a virtual keypad, five virtual keys with faces and a virtual sign."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._keypad, self._rating_pad = VirtualKeypad(), VirtualRatingPad()
        sign = VirtualSign(lambda text: surroundings.tell({"sign": text}))
        self._watcher: Watcher | None = None
        eyes: Eyes | None = None
        if surroundings.spec.expression:
            self.config = msgspec.structs.replace(self.config, expression=ExpressionSettings(enabled=True))
            self._watcher = Watcher(self.config.vision_socket)
            eyes = VisionLine(self.config.vision_socket, surroundings.clock.post)
        devices = CounterDevices(self._keypad, sign, eyes, self._rating_pad)
        self.flow = assemble_counter(self.config, devices=devices, **self.wiring)

    def start(self) -> None:
        """Connect and begin, with the expression service beside the counter where that was asked for."""
        if self._watcher is not None:
            self._watcher.start()
        super().start()

    def stop(self) -> None:
        """End cleanly."""
        super().stop()
        if self._watcher is not None:
            self._watcher.stop()

    def perform(self, command: Json) -> None:
        """Press a key or a face, touch the tablet, sign an officer in or out."""
        match command["do"]:
            case "press":
                self._keypad.press(command["verb"])
            case "face":
                self._rating_pad.press(command["score"])
            case "intent":
                self.flow.act(msgspec.convert(command["intent"], type=AnyCounterIntent))
            case "sign_in":
                self.flow.sign_in(command["officer"], command["name"])
            case "sign_out":
                self.flow.sign_out()
            case _:
                super().perform(command)


class BoardRole(DeviceRole):
    """A board whose voice is told to the control room, where a browser plays it."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        speaker = VirtualSpeaker(
            lambda text, language: surroundings.tell({"said": {"text": text, "language": language}})
        )
        self.flow = assemble_board(self.config, devices=BoardDevices(speaker), **self.wiring)
