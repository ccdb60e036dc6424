"""Wires a board: database, link to the hub, voice, flow; and its window, when it runs for real."""

from collections.abc import Callable
from typing import NamedTuple

from kiosk.board.flow import BoardFlow
from kiosk.clock import Clock, Timer, Worker
from kiosk.config import Config
from kiosk.devices.speaker import Speaker
from kiosk.domain.snapshot import Call
from kiosk.messaging.client import Transport
from kiosk.messaging.link import HubLink
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import Topics
from kiosk.ui.speech import announcement


class BoardDevices(NamedTuple):
    """The things with a plug of a board."""

    speaker: Speaker


def phrase(call: Call, language: str) -> str:
    """Return the words of a call."""
    return announcement(call.number, call.counter, language)


def assemble(
    config: Config,
    *,
    clock: Clock,
    timer: Timer,
    worker: Worker,
    transport: Transport,
    devices: BoardDevices,
    new_id: Callable[[], str],
    boot: str,
    show_clock: bool = True,
    clk: str = "none",
) -> BoardFlow:
    """Return the flow of a board, ready to `start`; no window is made.

    Args:
        worker: not used by a board; the same for every role.
        transport: connection to the broker, made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        show_clock: False where nobody draws.
        clk: quality of the clock, as in `Envelope.clk`.

    Raises:
        sqlite3.Error: if the database cannot be opened.
    """
    topics = Topics(config.site.province, config.site.commune)
    name = config.device.name
    config.storage.mkdir(parents=True, exist_ok=True)
    outbox = Outbox(
        open_database(config.storage / "outbox.db"),
        source=topics.source(name),
        boot=boot,
        now=clock.now,
        mono=clock.monotonic,
        new_id=new_id,
        clk=clk,
    )
    return BoardFlow(
        config.office,
        HubLink(transport, outbox, topics, name, clock, timer, boot, {"role": "board"}),
        clock,
        devices.speaker,
        phrase,
        show_clock,
        languages=config.peripherals.speaker.languages,
        record=outbox.record,
    )
