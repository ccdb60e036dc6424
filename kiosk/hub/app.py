"""`kiosk run hub`: the office's server on a real clock, a real broker and a real network."""

import logging
import secrets
import signal
import sys
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

from kiosk.clock import RealClock, ThreadWorker
from kiosk.config import Config, ConfigErrors, load_site_survey
from kiosk.domain.surveys import SHORT_SURVEY, Survey
from kiosk.hub.authority import NoAuthority
from kiosk.hub.entrance import open_entrance
from kiosk.hub.fleet import Fleet
from kiosk.hub.forward import Forward, LedgerIsTheEnd, Uplink
from kiosk.hub.keeping import Keeping
from kiosk.hub.ledger import Ledger
from kiosk.hub.register import BadRegister
from kiosk.hub.service import HubService, lost_will
from kiosk.hub.web import new_setup_code, serve
from kiosk.hub.web.staff import LEADER_SECRET
from kiosk.hub.web.voice import VoiceFolder
from kiosk.messaging.broker import NoBroker
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.disk_watch import DiskWatch
from kiosk.messaging.health import health_of
from kiosk.messaging.link import lost_will as device_will
from kiosk.messaging.machine import machine_id
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.time_sync import is_system_clock_trusted
from kiosk.messaging.topics import Topics, UplinkTopics
from kiosk.messaging.uplink import uplink_tls
from kiosk.ui.clips import needed_clips
from kiosk.ui.speech import Manner, announcement

REFRESH = timedelta(seconds=60)
"""While nothing happens the forecast still runs on: a new picture at least once a minute."""
DATABASE = "hub.db"
RECORDS = "records"
"""Folder for the office's exports: `dossiers.csv` or `.json`, `appointments.csv` or `.json`."""

TRIAL_NUMBER = "105"
"""The digits of the call with which recorded clips are tried."""

log = logging.getLogger(__name__)


def new_id() -> str:
    """Return 32 hex characters that nobody can guess."""
    return secrets.token_hex(16)


def _forward_of(config: Config, ledger: Ledger, clock: RealClock, boot: str, fleet: Fleet, own: Outbox) -> Forward:
    """Return what becomes of the hub's own outbox: copies go to the centre, where `kiosk.toml` names one."""
    if not config.centre.address:
        return LedgerIsTheEnd(own)
    topics = UplinkTopics(config.site.province, config.site.commune)
    name = topics.source(topics.hub)
    will = device_will(topics, topics.hub, boot)
    tls = uplink_tls(config, is_system_clock_trusted)
    transport = MqttTransport(config.centre.address, config.centre.port, name, clock.post, will=will, tls=tls)
    began = clock.monotonic()
    return Uplink(
        own,
        ledger,
        config.storage,
        transport,
        topics,
        clock,
        clock,
        fleet,
        new_id=new_id,
        boot=boot,
        clk=own.clk,
        machine=machine_id(),
        office=config.office.name,
        health=lambda: health_of("hub", config.storage, own, clock.monotonic() - began),
    )


def _voice_of(config: Config) -> VoiceFolder:
    """Return the clips that this office's calls need, in the folder that a board on this box would use."""
    speaker, office = config.peripherals.speaker, config.office
    manner = Manner(speaker.numbers == "whole", speaker.dialect)
    letters = [group.letter for group in office.groups]
    counters = [counter.number for counter in office.counters]
    trials = {
        language: announcement(f"{letters[0]}{TRIAL_NUMBER}", counters[0], language, manner=manner)
        for language in speaker.languages
        if letters and counters
    }
    needed = needed_clips(speaker.languages, letters, counters, manner)
    return VoiceFolder(Path(speaker.clips) if speaker.clips else config.storage / "clips", needed, trials)


def _surveys_of(config: Config) -> tuple[Survey, ...]:
    """Return the surveys whose words this hub knows: the product's, and the office's own if its file is here, too."""
    try:
        own = load_site_survey(config)
    except ConfigErrors as errors:
        # the figures of one page are no reason to keep the office closed
        log.warning("survey figures without words: %s", errors)
        own = None
    return tuple({survey.key: survey for survey in (SHORT_SURVEY, own) if survey is not None}.values())


def run(config: Config) -> int:
    """Run the hub until it is told to stop; return the exit status."""
    clock = RealClock()
    topics = Topics(config.site.province, config.site.commune)
    boot = new_id()
    config.storage.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(open_database(config.storage / DATABASE))
    try:
        entrance = open_entrance(config, topics, clock, lost_will(topics, boot))
    except (NoAuthority, BadRegister, NoBroker, OSError) as error:
        print(f"kiosk run hub: {error}", file=sys.stderr)
        return 1
    fleet = Fleet()
    service = HubService(
        config.office,
        ledger,
        entrance.transport,
        topics,
        clock,
        new_id,
        boot,
        config.public_url,
        entrance.signing_keys,
        policy=config.queue_policy,
        petition_working_days=config.policy.petition_working_days,
        refresh=REFRESH,
        records=config.storage / RECORDS,
        fleet=fleet,
        forward=partial(_forward_of, config, ledger, clock, boot, fleet),
        machine=machine_id(),
    )
    if entrance.authority is not None:
        service.on_renewal = entrance.authority.answer_renewal
    setup_code = ""
    if ledger.meta(LEADER_SECRET) is None:
        setup_code = new_setup_code()
        # on the server's own screen or journal only: whoever reads it stands at the machine
        print(
            f"http://<hub>:{config.network.web_port}/setup  mã cài đặt (set-up code): {setup_code}",
            file=sys.stderr,
            flush=True,
        )
    threading.Thread(
        target=serve,
        args=(service, config.network.listen, config.network.web_port),
        kwargs={
            "setup_code": setup_code,
            "authority": entrance.authority,
            "voice": _voice_of(config),
            "surveys": _surveys_of(config),
        },
        name="hub-web",
        daemon=True,
    ).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: clock.stop())
    disk = DiskWatch(service.book.outbox, clock, clock, service.record)
    keeping = Keeping(
        service.book, config.storage / DATABASE, clock, ThreadWorker(clock.post, "keeping"), config.backup,
        config.retention, service.record,
    )  # fmt: skip
    service.on_committed, service.on_day_closed = keeping.note_commit, keeping.on_day_closed
    service.kept = keeping.report
    clock.post(service.start)
    clock.post(keeping.start)
    clock.post(disk.start)
    clock.run()
    keeping.stop()
    service.stop()
    entrance.close()
    return 0
