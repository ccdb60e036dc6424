"""Wires a lobby kiosk: database, link to the hub, devices, flow; and its window, when it runs for real."""

import logging
import os
import secrets
import signal
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from kiosk.clock import Clock, RealClock, ThreadWorker, Timer, Worker
from kiosk.config import Config, load_site_catalogue
from kiosk.devices.chosen_printer import press_of
from kiosk.devices.printer import Printer
from kiosk.devices.qr_scanner import QrScanner
from kiosk.devices.typeset import SHIPPED_FONTS, FontFault, Fonts
from kiosk.lobby import view as v
from kiosk.lobby.flow import LobbyFlow
from kiosk.lobby.secret import kiosk_secret
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.visit import AgeRule
from kiosk.messaging.client import Transport
from kiosk.messaging.station import office_transport, open_station
from kiosk.messaging.upkeep import Upkeep
from kiosk.ui.panels import HOME_SIZES

GRACE_S = 30.0
"""Time to answer the warning before a forgotten visit ends, where the site's whole time allows it."""
LEAST_GRACE_S = 20.0
"""Accessibility notes §8."""


class LobbyDevices(NamedTuple):
    """The things with a plug of a lobby kiosk."""

    scanner: QrScanner
    printer: Printer


def assemble(
    config: Config,
    *,
    clock: Clock,
    timer: Timer,
    worker: Worker,
    transport: Transport,
    devices: LobbyDevices,
    new_id: Callable[[], str],
    boot: str,
    show_clock: bool = True,
    clk: str = "none",
    tells_health: bool = False,
) -> LobbyFlow:
    """Return the flow of a lobby kiosk, ready to `start`; no window is made.

    Args:
        transport: connection to the broker, made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        show_clock: False where nobody draws.
        clk: quality of the clock, as in `Envelope.clk`.
        tells_health: the hub is told once a minute how this box is.

    Raises:
        kiosk.config.ConfigErrors: if the site's procedures cannot be used.
        sqlite3.Error: if the database cannot be opened.
    """
    outbox, link = open_station(
        config.site,
        config.device.name,
        "lobby",
        config.storage,
        clock=clock,
        timer=timer,
        transport=transport,
        new_id=new_id,
        boot=boot,
        clk=clk,
        tells_health=tells_health,
    )
    settings = config.policy
    idle = float(config.screen.idle_seconds)
    grace = max(LEAST_GRACE_S, min(GRACE_S, idle / 2))
    return LobbyFlow(
        config.office,
        load_site_catalogue(config),
        LobbyStore(outbox),
        link,
        clock,
        worker,
        devices.scanner,
        devices.printer,
        new_id,
        config.public_url,
        config.device.kiosk_digit,
        press_of(config.peripherals.printer, config.logo_file),
        show_clock,
        ages=AgeRule(senior_from=settings.senior_from_age, priority_from=settings.priority_from_age),
        policy=config.queue_policy,
        warn_after_s=max(5.0, idle - grace),
        grace_s=grace,
        secret=kiosk_secret(config.storage),
        language=config.screen.language,
        hours=config.hours,
        campaign=config.campaign,
        dim_after_s=config.screen.dim_minutes * 60.0,
    )


def begin_as_staff_wish(flow: LobbyFlow, begin_at: Callable[[int], None]) -> None:
    """Tell the narrator with which volume visits begin, now and whenever staff change it."""
    told = [flow.view.volume]
    begin_at(told[0])

    def follow(view: v.LobbyView) -> None:
        if view.volume != told[0]:
            told[0] = view.volume
            begin_at(view.volume)

    flow.listen(follow)


def _check_fonts() -> None:
    try:
        Fonts(SHIPPED_FONTS).check()
    except FontFault as fault:
        # what is missing is left out of the slips; a lobby without tickets would be worse
        logging.getLogger(__name__).error("a font is damaged: %s", fault)


def run(config: Config) -> int:
    """Run a lobby with its real devices and its window until it is told to stop; return the exit status.

    Raises:
        kiosk.config.ConfigErrors: if the site's files cannot be used.
    """
    from kiosk.devices.chosen import narrator_of
    from kiosk.devices.chosen_printer import printer_of
    from kiosk.devices.chosen_scanner import scanner_of
    from kiosk.ui.role import Access, run_behind_window
    from kiosk.ui.speech import read_out

    clock = RealClock()
    clock.post(_check_fonts)
    boot = secrets.token_hex(16)
    flow = assemble(
        config,
        clock=clock,
        timer=clock,
        worker=ThreadWorker(clock.post, "work"),
        transport=office_transport(config, boot, clock.post),
        devices=LobbyDevices(
            scanner_of(config.peripherals.scanner, config.peripherals.camera, config.qr.decoder, clock.post),
            printer_of(config.peripherals.printer, storage=config.storage),
        ),
        new_id=lambda: secrets.token_hex(16),
        boot=boot,
        tells_health=True,
    )

    def screens() -> Any:
        from kiosk.lobby.screens import LobbyScreens
        from kiosk.ui.locales import texts_for

        return LobbyScreens(texts_for, lambda intent: clock.post(lambda: flow.act(intent)))  # type: ignore[arg-type]  # screens emit only intents of their own view

    dialect = config.peripherals.narrator.dialect
    voice = narrator_of(config.peripherals.narrator, partial(read_out, dialect=dialect))
    begin_as_staff_wish(flow, voice.begin_at)
    # the box starts a role again that has ended
    flow.on_restart = lambda: os.kill(os.getpid(), signal.SIGTERM)
    return run_behind_window(
        flow,
        clock,
        screens,
        width=config.screen.width or HOME_SIZES["lobby"][0],
        height=config.screen.height or HOME_SIZES["lobby"][1],
        title=config.device.name,
        access=Access(
            voice=voice,
            switch_reading=lambda: clock.post(lambda: flow.act(v.Toggle(what="read_aloud"))),
            stir=lambda: clock.post(lambda: flow.act(v.StayHere())),
            dialect=dialect,
            call_help=lambda: clock.post(lambda: flow.act(v.CallHelp())),
        ),
        upkeep=Upkeep(config, "lobby", flow.link, clock, clock, lambda: ThreadWorker(clock.post, "identity")),
    )
