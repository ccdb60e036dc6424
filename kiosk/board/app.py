"""Wires a board: database, link to the hub, voice, flow; and its window, when it runs for real."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.board.flow import BoardFlow
from kiosk.board.pages import MediaFolder
from kiosk.clock import Clock, RealClock, ThreadWorker, Timer, Worker
from kiosk.config import Config, SpeakerSettings
from kiosk.devices.speaker import Speaker
from kiosk.domain.snapshot import Call
from kiosk.messaging.client import Transport
from kiosk.messaging.station import office_transport, open_station
from kiosk.messaging.upkeep import Upkeep
from kiosk.ui.clips import ClipVoice
from kiosk.ui.panels import HOME_SIZES
from kiosk.ui.speech import Manner, announcement, synthesise


class BoardDevices(NamedTuple):
    """The things with a plug of a board."""

    speaker: Speaker


def phrase_of(settings: SpeakerSettings) -> Callable[[Call, str, bool], str]:
    """Return what makes the words of a call, as the site has its numbers called; True for a recall."""
    manner = Manner(whole=settings.numbers == "whole", dialect=settings.dialect)
    return lambda call, language, again: announcement(call.number, call.counter, language, again, manner)


def voice_of(settings: SpeakerSettings) -> Callable[[str, str], bytes]:
    """Return what makes the sound of a call: the site's clips where it has them all, else espeak-ng."""

    def espeak(text: str, language: str) -> bytes:
        return synthesise(text, language, dialect=settings.dialect)

    return ClipVoice(Path(settings.clips), espeak) if settings.clips else espeak


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
    tells_health: bool = False,
) -> BoardFlow:
    """Return the flow of a board, ready to `start`; no window is made.

    Args:
        worker: looks into the folder of pictures.
        transport: connection to the broker, made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        show_clock: False where nobody draws.
        clk: quality of the clock, as in `Envelope.clk`.
        tells_health: the hub is told once a minute how this box is.

    Raises:
        sqlite3.Error: if the database cannot be opened.
    """
    outbox, link = open_station(
        config.site,
        config.device.name,
        "board",
        config.storage,
        clock=clock,
        timer=timer,
        transport=transport,
        new_id=new_id,
        boot=boot,
        clk=clk,
        tells_health=tells_health,
    )
    return BoardFlow(
        config.office,
        link,
        clock,
        devices.speaker,
        phrase_of(config.peripherals.speaker),
        show_clock,
        hours=config.hours,
        languages=config.peripherals.speaker.languages,
        record=outbox.record,
        media=MediaFolder(Path(config.board.media) if config.board.media else None, worker),
        notices=config.board.notices,
        contrast=config.board.contrast,
        large=config.board.large,
    )


def run(config: Config) -> int:
    """Run a board with its real devices and its window until it is told to stop; return the exit status.

    Raises:
        kiosk.config.ConfigErrors: if the site's files cannot be used.
    """
    from kiosk.devices.chosen import speaker_of
    from kiosk.ui.role import run_behind_window

    clock = RealClock()
    boot = secrets.token_hex(16)
    flow = assemble(
        config,
        clock=clock,
        timer=clock,
        worker=ThreadWorker(clock.post, "work"),
        transport=office_transport(config, boot, clock.post),
        devices=BoardDevices(speaker_of(config.peripherals.speaker, voice_of(config.peripherals.speaker), clock.now)),
        new_id=lambda: secrets.token_hex(16),
        boot=boot,
        tells_health=True,
    )

    def screens() -> Any:
        from kiosk.board.screens import BoardScreens
        from kiosk.ui.locales import texts_for

        return BoardScreens(texts_for)

    return run_behind_window(
        flow,
        clock,
        screens,
        width=config.screen.width or HOME_SIZES["board"][0],
        height=config.screen.height or HOME_SIZES["board"][1],
        title=config.device.name,
        upkeep=Upkeep(config, "board", flow.link, clock, clock, lambda: ThreadWorker(clock.post, "identity")),
    )
