"""`kiosk identity`: who this device is, its next certificate; on the hub: members, revocation, root and authority."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.frame import (
    BadInput,
    Commands,
    below,
    command,
    config_of,
    config_option,
    role_option,
    speaking_config_of,
)

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.hub.authority import Authority
    from kiosk.messaging.certificates import Issuer


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    identity = below(
        command(commands, "identity", "certificates: of this device, and of the office", "kiosk identity show")
    )
    show = command(
        identity,
        "show",
        "this device's certificate; on the hub also the office's members",
        "kiosk identity show",
        _show,
    )
    renew = command(identity, "renew", "take the next certificate now, with a new key", "kiosk identity renew", _renew)
    revoke = command(
        identity,
        "revoke",
        "on the hub: throw a device out; its open line is cut within seconds",
        "kiosk identity revoke lobby-2",
        _revoke,
    )
    revoke.add_argument("name", metavar="NAME")
    root = command(
        identity,
        "make-root",
        "make a root, for a city or one office; its place is a drawer, not a hub",
        "kiosk identity make-root --name 'UBND Phuong Ben Nghe' --to /media/usb/root",
        _make_root,
    )
    root.add_argument("--to", required=True, metavar="DIR", help="a folder on a USB stick")
    root.add_argument("--name", default="Kiosk root", metavar="TEXT", help="who it is, for people")
    authority = command(
        identity,
        "make-authority",
        "on the hub, once: make the authority that lets devices in, under a root",
        "kiosk identity make-authority --root /media/usb/root",
        _make_authority,
    )
    authority.add_argument("--root", required=True, metavar="DIR", help="the folder that make-root wrote")
    uplink = command(
        identity,
        "make-uplink",
        "in the city: make the certificates of an office's line to the centre, or of the centre and its broker",
        "kiosk identity make-uplink --root /media/usb/root --office 79/26740 --to /media/usb/26740",
        _make_uplink,
    )
    uplink.add_argument("--root", required=True, metavar="DIR", help="the folder that make-root wrote")
    whose = uplink.add_mutually_exclusive_group(required=True)
    whose.add_argument("--office", metavar="PROVINCE/COMMUNE", help="for a hub: goes into its identity/centre")
    whose.add_argument("--centre", metavar="HOST", help="for the centre, whose broker the hubs reach as HOST")
    uplink.add_argument("--to", required=True, metavar="DIR", help="where the files are written")
    for parser in (root, authority, uplink):
        parser.add_argument(
            "--passphrase-file", metavar="F", default="", help="its first line locks and unlocks the root's key"
        )
    for parser in (show, renew, revoke, authority):
        config_option(parser)
    for parser in (show, renew):
        role_option(parser)


def _show(options: argparse.Namespace) -> int:
    from kiosk.clock import RealClock
    from kiosk.hub.authority import FOLDER
    from kiosk.messaging.time_sync import is_system_clock_trusted
    from kiosk.messaging.upkeep import identity_of

    box, now = config_of(options), RealClock().now()
    told: dict[str, Any] = {}
    try:
        if options.role or box.speaking_roles:
            config, _ = speaking_config_of(options)
            identity = identity_of(config)
            certificate = identity.certificate
            told["device"] = config.device.name
            told["state"] = identity.state(now, is_system_clock_trusted())
            told["until"] = certificate.not_valid_after_utc.isoformat() if certificate is not None else None
        if (box.storage / FOLDER).is_dir():
            authority = _authority(box)
            told["root_fingerprint"] = authority.fingerprint
            told["members"] = [
                {"name": member.name, "role": member.role, "until": member.until.isoformat(), "code": member.code}
                for member in authority.members()
            ]
    except OSError as error:
        print(f"kiosk identity show: {error}", file=sys.stderr)
        return 1
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _renew(options: argparse.Namespace) -> int:
    from kiosk.messaging.enrolment import EnrolmentFailed
    from kiosk.messaging.renewal import renew_once
    from kiosk.messaging.time_sync import is_system_clock_trusted
    from kiosk.messaging.topics import Topics
    from kiosk.messaging.upkeep import identity_of

    config, _ = speaking_config_of(options)
    network = config.network
    try:
        identity = identity_of(config)
        if identity.certificate is None:
            raise BadInput(f"{config.device.name} has no certificate yet: kiosk enrol asks for the first one.")
        topics = Topics(config.site.province, config.site.commune)
        renew_once(identity, topics, network.hub or "127.0.0.1", network.port, is_system_clock_trusted)
    except (EnrolmentFailed, OSError) as error:
        print(f"kiosk identity renew: {error}", file=sys.stderr)
        return 1
    return _show(options)


def _revoke(options: argparse.Namespace) -> int:
    config = config_of(options)
    try:
        is_known = _authority(config).revoke(options.name)
    except OSError as error:
        print(f"kiosk identity revoke: {error}", file=sys.stderr)
        return 1
    if not is_known:
        raise BadInput(f'no device "{options.name}" is let in; kiosk identity show lists the members.')
    print(json.dumps({"revoked": options.name}))
    return 0


def _make_root(options: argparse.Namespace) -> int:
    from kiosk.clock import RealClock
    from kiosk.hub.entrance import write_root
    from kiosk.messaging.certificates import fingerprint_of, make_root

    passphrase = _passphrase(options)
    root = make_root(options.name, RealClock().now())
    try:
        write_root(Path(options.to), root, passphrase)
    except FileExistsError as error:
        raise BadInput(f"{error}.") from None
    except OSError as error:
        print(f"kiosk identity make-root: {error}", file=sys.stderr)
        return 1
    if not passphrase:
        print("the key is not locked: whoever finds the stick can make offices; --passphrase-file locks it",
              file=sys.stderr)  # fmt: skip
    print(json.dumps({"root": options.to, "fingerprint": fingerprint_of(root.certificate)}))
    return 0


def _make_uplink(options: argparse.Namespace) -> int:
    from kiosk.clock import RealClock
    from kiosk.messaging.uplink import make_centre, make_office

    root, folder, now = _root(options), Path(options.to), RealClock().now()
    try:
        if options.centre:
            make_centre(root, options.centre, folder, now)
        else:
            province, _, commune = options.office.partition("/")
            make_office(root, province, commune, folder, now)
    except ValueError as error:
        raise BadInput(f"--office {options.office}: {error}; write it as 79/26740.") from None
    except OSError as error:
        print(f"kiosk identity make-uplink: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"to": options.to, "for": options.office or options.centre}))
    return 0


def _root(options: argparse.Namespace) -> "Issuer":
    from cryptography import x509

    from kiosk.messaging.certificates import Issuer, load_key

    folder = Path(options.root)
    try:
        certificate = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
        return Issuer(certificate, load_key((folder / "root.key").read_bytes(), _passphrase(options)))
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{folder} holds no root that can be used ({error}); kiosk identity make-root makes one."
        ) from None


def _make_authority(options: argparse.Namespace) -> int:
    from kiosk.clock import RealClock
    from kiosk.hub.authority import FOLDER, found
    from kiosk.messaging.topics import Topics

    config, root = config_of(options), _root(options)
    try:
        found(config.storage / FOLDER, root, Topics(config.site.province, config.site.commune), RealClock().now())
    except FileExistsError as error:
        raise BadInput(f"{error}.") from None
    except OSError as error:
        print(f"kiosk identity make-authority: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"authority": str(config.storage / FOLDER), "root_fingerprint": _authority(config).fingerprint}))
    return 0


def _authority(config: "Config") -> "Authority":
    from kiosk.clock import RealClock
    from kiosk.hub.authority import FOLDER, Authority, NoAuthority
    from kiosk.hub.register import BadRegister
    from kiosk.messaging.topics import Topics

    try:
        return Authority(config.storage / FOLDER, Topics(config.site.province, config.site.commune), RealClock().now)
    except (NoAuthority, BadRegister) as error:
        raise BadInput(str(error)) from None


def _passphrase(options: argparse.Namespace) -> str:
    if not options.passphrase_file:
        return ""
    try:
        lines = Path(options.passphrase_file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{options.passphrase_file} cannot be read: {error}") from None
    if not lines or not lines[0]:
        raise BadInput(f"{options.passphrase_file} has an empty first line; write the passphrase there.")
    return lines[0]
