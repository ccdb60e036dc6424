"""`kiosk enrol`: ask the office to let this device in, and show the code that people compare."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from kiosk.cli.frame import BadInput, Commands, command, config_option, role_option, speaking_config_of

if TYPE_CHECKING:
    from kiosk.messaging.enrolment import Enrolment


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    enrol = command(
        commands,
        "enrol",
        "ask the office to let this device in; shows the code that somebody compares on the hub's page\n"
        "(a running role does the same by itself and shows the code on its screen)",
        "kiosk enrol --config /boot/firmware/kiosk.toml",
        _enrol,
    )
    config_option(enrol)
    role_option(enrol)
    enrol.add_argument("--once", action="store_true", help="ask once and tell, instead of waiting for the decision")
    enrol.add_argument(
        "--again", action="store_true", help="throw the present identity away first: after a revocation, or a new hub"
    )


def _enrol(options: argparse.Namespace) -> int:
    from kiosk.messaging.enrolment import Enrolment, EnrolmentFailed, ask_over_http, signing_key
    from kiosk.messaging.upkeep import identity_of

    config, role = speaking_config_of(options)
    network = config.network
    if not network.tls:
        raise BadInput(f"{options.config}: [network] has no tls = true; without it everybody is let in, unasked.")
    try:
        identity = identity_of(config)
        if options.again:
            identity.forget()
        enrolment = Enrolment(
            identity,
            role,
            signing_key(config.storage).public_hex,
            ask_over_http(network.hub or "127.0.0.1", network.web_port),
            network.root_fingerprint,
        )
        return _ask_until_decided(enrolment, options.once)
    except (EnrolmentFailed, OSError, ValueError) as error:
        print(f"kiosk enrol: {error}", file=sys.stderr)
        return 1


def _ask_until_decided(enrolment: "Enrolment", once: bool) -> int:
    import time

    from kiosk.messaging.keeper import ASK_EVERY_S

    told = ""
    while True:
        state = enrolment.step()
        if state != told:
            told = state
            print(json.dumps({"state": state, "code": enrolment.code}), flush=True)
            if state == "waiting":
                print(f"compare on the hub's page, under devices: {enrolment.code}", file=sys.stderr)
        if state in ("accepted", "refused") or once:
            return 0 if state in ("accepted", "waiting") else 1
        time.sleep(ASK_EVERY_S)
