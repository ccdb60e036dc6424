"""Wires a counter: database, link to the hub, devices, flow; and the tablet's window, when it runs for real."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from kiosk.clock import Clock, RealClock, ThreadWorker, Timer, Worker
from kiosk.config import Config, load_site_survey
from kiosk.counter import view as v
from kiosk.counter.camera import CounterCamera
from kiosk.counter.eyes import Eyes, VisionLine
from kiosk.counter.flow import CounterFlow
from kiosk.counter.merging import DayMerging
from kiosk.counter.store import CounterStore
from kiosk.counter.survey import SurveyRoom
from kiosk.counter.view import CounterIntent
from kiosk.devices.keypad import Keypad
from kiosk.devices.rating_pad import RatingPad
from kiosk.devices.sign import Sign
from kiosk.messaging.client import Transport
from kiosk.messaging.enrolment import signing_key
from kiosk.messaging.station import office_transport, open_station
from kiosk.messaging.upkeep import Upkeep
from kiosk.ui.panels import HOME_SIZES


class CounterDevices(NamedTuple):
    """The things with a plug of a counter."""

    keypad: Keypad
    sign: Sign
    eyes: Eyes | None = None
    """What watches the end of a visit, used only where the site has switched that on."""
    rating_pad: RatingPad | None = None


def assemble(
    config: Config,
    *,
    clock: Clock,
    timer: Timer,
    worker: Worker,
    transport: Transport,
    devices: CounterDevices,
    new_id: Callable[[], str],
    boot: str,
    show_clock: bool = True,
    clk: str = "none",
    tells_health: bool = False,
) -> CounterFlow:
    """Return the flow of a counter, ready to `start`; no window is made.

    Args:
        worker: not used by a counter; the same for every role.
        transport: connection to the broker, made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        show_clock: False where nobody draws.
        clk: quality of the clock, as in `Envelope.clk`.
        tells_health: the hub is told once a minute how this box is.

    Raises:
        ValueError: if the settings name no counter of the office.
        kiosk.config.ConfigErrors: if the office's own survey cannot be used.
        sqlite3.Error: if the database cannot be opened.
        OSError: if the device's key can be neither read nor made.
    """
    outbox, link = open_station(
        config.site,
        config.device.name,
        "counter",
        config.storage,
        clock=clock,
        timer=timer,
        transport=transport,
        new_id=new_id,
        boot=boot,
        clk=clk,
        tells_health=tells_health,
    )
    settings, expression = config.policy, config.expression
    counter, store, camera = config.device.counter or 0, CounterStore(outbox), None
    if expression.enabled and devices.eyes is not None:
        merging = None
        if len(config.office.counters) > 1:
            merging = DayMerging(store, link, config.device.name, expression.k, clock, new_id)
        camera = CounterCamera(expression.consent, expression.k, devices.eyes, store, counter, clock, merging)
    return CounterFlow(
        config.office,
        counter,
        store,
        link,
        clock,
        devices.keypad,
        devices.sign,
        signing_key(config.storage),
        new_id,
        config.public_url,
        show_clock,
        device=config.device.name,
        policy=config.queue_policy,
        park_minutes=settings.park_minutes,
        camera=camera,
        rating_pad=devices.rating_pad,
        survey=SurveyRoom(load_site_survey(config), config.survey.every),
    )


def run(config: Config) -> int:
    """Run a counter with its real devices and its window until it is told to stop; return the exit status.

    Raises:
        kiosk.config.ConfigErrors: if the site's files cannot be used.
    """
    from kiosk.devices.chosen import keypad_of, narrator_of, rating_pad_of, sign_of
    from kiosk.ui.role import Access, run_behind_window
    from kiosk.ui.speech import read_out

    clock, plugs = RealClock(), config.peripherals
    boot = secrets.token_hex(16)
    flow = assemble(
        config,
        clock=clock,
        timer=clock,
        worker=ThreadWorker(clock.post, "work"),
        transport=office_transport(config, boot, clock.post),
        devices=CounterDevices(
            keypad_of(plugs.keypad, clock.post),
            sign_of(plugs.sign),
            VisionLine(config.vision_socket, clock.post) if config.expression.enabled else None,
            rating_pad_of(plugs.rating_pad, clock.post),
        ),
        new_id=lambda: secrets.token_hex(16),
        boot=boot,
        tells_health=True,
    )

    def screens() -> Any:
        from kiosk.counter.screens import CounterScreens
        from kiosk.ui.locales import texts_for

        def emit(intent: CounterIntent) -> None:
            clock.post(lambda: flow.act(intent))  # type: ignore[arg-type]  # screens emit only intents of their own view

        return CounterScreens(texts_for, emit, new_style=config.screen.tone_marks == "new")

    return run_behind_window(
        flow,
        clock,
        screens,
        width=config.screen.width or HOME_SIZES["counter"][0],
        height=config.screen.height or HOME_SIZES["counter"][1],
        title=config.device.name,
        access=Access(
            voice=narrator_of(plugs.narrator, partial(read_out, dialect=plugs.narrator.dialect)),
            switch_reading=lambda: clock.post(lambda: flow.act(v.SwitchReading())),
            stir=lambda: clock.post(lambda: flow.act(v.StayHere())),
            dialect=plugs.narrator.dialect,
        ),
        typing=config.screen.typing,
        upkeep=Upkeep(config, "counter", flow.link, clock, clock, lambda: ThreadWorker(clock.post, "identity")),
    )
