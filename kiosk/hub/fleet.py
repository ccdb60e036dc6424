"""How the office's devices are: what each told of itself since the last time, as one line for the centre."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from kiosk.domain.events import FleetHealth
from kiosk.domain.replies import DeviceState, Telemetry

HUB = "hub"
"""The hub's own name among its devices."""


class Fleet:
    """Presence and telemetry of every device, in memory only."""

    def __init__(self) -> None:
        self.states: dict[str, DeviceState] = {}
        """The last presence of each device."""
        self.faults: Callable[[], Iterable[tuple[str, str]]] = tuple
        """Tells what does not work at present: device and part."""
        self._told: dict[str, Telemetry] = {}
        self._hottest: dict[str, float] = {}

    def hear(self, device: str, payload: bytes) -> None:
        """Take what a device published of itself; rubbish is dropped, the next one comes soon."""
        try:
            self.note(device, msgspec.json.decode(payload, type=Telemetry))
        except (ValueError, RecursionError):
            return

    def note(self, device: str, health: Telemetry) -> None:
        """Take how a device is."""
        self._told[device] = health
        if health.celsius is not None:
            self._hottest[device] = max(health.celsius, self._hottest.get(device, health.celsius))

    def rolled_up(self, now: datetime) -> list[FleetHealth]:
        """Return one line for each device that is known, and begin to gather anew."""
        broken: dict[str, list[str]] = {}
        for device, part in self.faults():
            broken.setdefault(device, []).append(part)
        known = self.states.keys() | self._told.keys() | broken.keys()
        lines = [self._line(device, now, broken.get(device, [])) for device in sorted(known)]
        self._hottest.clear()
        return lines

    def _line(self, device: str, now: datetime, broken: list[str]) -> FleetHealth:
        state = self.states.get(device) or DeviceState(state="ready")
        told = self._told.get(device) or Telemetry(role="", version="")
        return FleetHealth(
            at=now,
            device=device,
            state=state.state,
            role=told.role,
            version=told.version,
            faults=tuple(dict.fromkeys((*state.faults, *broken))),
            celsius=self._hottest.get(device),
            disk_percent=told.disk_percent,
            pending=told.pending,
            clk=told.clk,
        )
