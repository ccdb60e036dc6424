"""What one key of `kiosk.toml` has to do with another: letters, counters, hours, ports, the box and its roles.

These rules look at whatever tables could be read, so that a technician sees their faults together with all others.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from kiosk.config_check import Path, TomlReader, Words, nearest, place
from kiosk.config_schema import (
    LETTERS,
    CampaignSettings,
    CounterSettings,
    DeviceSettings,
    ExpressionSettings,
    GroupSettings,
    KeypadSettings,
    Network,
    OfficeSettings,
    PolicySettings,
    PrinterSettings,
    RatingPadSettings,
    ScannerSettings,
    SignSettings,
    host_fault,
)
from kiosk.domain.office import MODEL_GROUPS

_Kind = TypeVar("_Kind", bound=msgspec.Struct)


def check_together(table: Mapping[str, Any], reader: TomlReader) -> None:
    """Note the faults between keys in `reader`; `table` is the parsed file."""
    _device(table, reader)
    _groups(reader)
    _counters(table, reader)
    _hours(reader)
    _ports(reader)
    _rating_pads(reader)
    _ages(reader)
    _region(reader)


def _made(reader: TomlReader, kind: type[_Kind]) -> list[tuple[Path, _Kind]]:
    return [(path, value) for path, value in reader.made.items() if isinstance(value, kind)]


def _rows(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    office = table.get("office")
    rows = office.get(name) if isinstance(office, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _device(table: Mapping[str, Any], reader: TomlReader) -> None:
    for path, device in _made(reader, DeviceSettings):
        if not device.roles:
            reader.add(
                (*path, "roles"),
                Words("[device] roles trống.", "[device] roles is empty."),
                Words('ví dụ roles = ["lobby"]', 'for example roles = ["lobby"]'),
            )
        _repeated(
            reader, [((*path, "roles", index), role) for index, role in enumerate(device.roles)], "vai trò", "role"
        )
        numbers = sorted(row["number"] for row in _rows(table, "counter") if isinstance(row.get("number"), int))
        listed = ", ".join(map(str, numbers))
        if "counter" in device.roles and device.counter is None:
            reader.add(
                path,
                Words(
                    '[device] có vai trò counter nhưng thiếu "counter".',
                    '[device] has the role counter but no "counter".',
                ),
                Words("thêm số quầy, ví dụ counter = 1", "add the counter's number, for example counter = 1"),
            )
        elif device.counter is not None and numbers and device.counter not in numbers:
            reader.add(
                (*path, "counter"),
                Words(
                    f"[device] counter = {device.counter} không có trong [[office.counter]]. Có: {listed}.",
                    f"[device] counter = {device.counter} is none of [[office.counter]]. There are: {listed}.",
                ),
                Words(
                    f"đổi số quầy hoặc thêm [[office.counter]] number = {device.counter}",
                    f"change the number or add [[office.counter]] number = {device.counter}",
                ),
            )


def _groups(reader: TomlReader) -> None:
    groups = _made(reader, GroupSettings)
    _repeated(reader, [((*path, "key"), group.key) for path, group in groups], "nhóm", "group")
    letters = [((*path, "letter"), group.letter) for path, group in groups]
    taken = [group.letter for _, group in groups] or [group.letter for group in MODEL_GROUPS]
    for path, campaign in _made(reader, CampaignSettings):
        if campaign.key and campaign.letter in taken:
            free = ", ".join(letter for letter in LETTERS if letter not in taken)
            reader.add(
                (*path, "letter"),
                Words(
                    f"[campaign] letter = {campaign.letter} đã là chữ cái của một nhóm.",
                    f"[campaign] letter = {campaign.letter} is a group's letter already.",
                ),
                Words(f"dùng một chữ cái còn trống: {free}.", f"use a free letter: {free}."),
            )
    _repeated(reader, letters, "chữ cái", "letter")


def _counters(table: Mapping[str, Any], reader: TomlReader) -> None:
    counters = _made(reader, CounterSettings)
    _repeated(reader, [((*path, "number"), counter.number) for path, counter in counters], "số quầy", "counter number")
    keys = [row["key"] for row in _rows(table, "group") if isinstance(row.get("key"), str)]
    keys = keys or [group.key for group in MODEL_GROUPS]
    campaign = _campaign(table)
    keys += [campaign] if campaign else []
    listed = ", ".join(keys)
    for path, counter in counters:
        if counter.groups is not None and not counter.groups:
            reader.add(
                (*path, "groups"),
                Words(f"quầy {counter.number} không nhận nhóm nào.", f"counter {counter.number} takes no group."),
                Words("bỏ dòng groups để nhận mọi nhóm.", "take out groups: then it takes every group."),
            )
        for index, key in enumerate(counter.groups or ()):
            if key in keys:
                continue
            near = nearest(key, keys)
            reader.add(
                (*path, "groups", index),
                Words(
                    f'quầy {counter.number} nhận nhóm "{key}" không có. Được phép: {listed}.',
                    f'counter {counter.number} takes an unknown group "{key}". Allowed: {listed}.',
                ),
                Words(f'đổi thành "{near}"?', f'did you mean "{near}"?')
                if near
                else Words("dùng một nhóm được phép.", "use one of the allowed groups."),
            )
    office = table.get("office")
    if isinstance(office, Mapping) and office.get("counter", []) == [] and not _is_centre_only(table):
        reader.add(
            ("office", "counter"),
            Words("[office] chưa có quầy nào.", "[office] has no counter."),
            Words("thêm [[office.counter]] rồi number = 1", "add [[office.counter]] and below it number = 1"),
        )


def _campaign(table: Mapping[str, Any]) -> str:
    """Return the key of the configured campaign, which is also that of its group, or an empty text."""
    campaign = table.get("campaign")
    key = campaign.get("key") if isinstance(campaign, Mapping) else None
    return key if isinstance(key, str) else ""


def _is_centre_only(table: Mapping[str, Any]) -> bool:
    """Tell whether this box stands in no office."""
    device = table.get("device")
    return isinstance(device, Mapping) and device.get("roles") == ["centre"]


def _hours(reader: TomlReader) -> None:
    in_order = ("opens", "lunch_from", "lunch_until", "closes")
    for path, office in _made(reader, OfficeSettings):
        for earlier, later in itertools.pairwise(in_order):
            first, second = getattr(office, earlier), getattr(office, later)
            # an office without a lunch closure gives the same time twice
            if first < second or (first == second and earlier == "lunch_from"):
                continue
            where = later if (*path, later) in reader.lines else earlier
            was, then = f"{earlier} = {first:%H:%M}", f"{later} = {second:%H:%M}"
            hours = 'opens = "07:30", lunch_from = "11:30", lunch_until = "13:30", closes = "17:00"'
            reader.add(
                (*path, where),
                Words(f"{was} phải sớm hơn {then}.", f"{was} must be before {then}."),
                Words(f"đúng thứ tự: {hours}", f"in order: {hours}"),
            )


def _ports(reader: TomlReader) -> None:
    for path, printer in _made(reader, PrinterSettings):
        _port(reader, path, printer.driver, printer.port)
    for path, scanner in _made(reader, ScannerSettings):
        _port(reader, path, scanner.driver, scanner.port)
    for path, sign in _made(reader, SignSettings):
        _port(reader, path, sign.driver, sign.port)
    for path, pad in _made(reader, RatingPadSettings):
        _port(reader, path, pad.driver, pad.port)
    for path, network in _made(reader, Network):
        if network.port == network.web_port:
            reader.add(
                (*path, "web_port" if (*path, "web_port") in reader.lines else "port"),
                Words("[network] port và web_port trùng nhau.", "[network] port and web_port are the same."),
                Words("ví dụ port = 1883, web_port = 8080", "for example port = 1883, web_port = 8080"),
            )


def _port(reader: TomlReader, path: Path, driver: str, port: str) -> None:
    """Note what is wrong with a peripheral's port for its driver."""
    kind = driver.removeprefix("escpos-")
    example = {"serial": "/dev/ttyUSB0", "file": "/dev/usb/lp0", "network": "192.168.1.50:9100", "usb": "04b8:0e15"}
    example["hid"] = "/dev/input/by-id/usb-pad-event-kbd"
    fault: Words | None = None
    if kind in ("serial", "file", "network", "hid") and not port:
        fault = Words(f'driver "{driver}" cần port.', f'the driver "{driver}" needs a port.')
    elif kind in ("serial", "file", "hid") and not port.startswith("/dev/"):
        fault = Words("port phải là thiết bị bắt đầu bằng /dev/.", "port must be a device that begins with /dev/.")
    elif kind == "network":
        host, _, number = port.rpartition(":") if port.count(":") == 1 else (port, "", "")
        wrong = host_fault(host) or (Words("thiếu địa chỉ.", "the address is missing.") if not host else None)
        if wrong is None and number and not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= 65535):
            wrong = Words("cổng phải từ 1 đến 65535.", "the port number must be 1 to 65535.")
        fault = wrong
    elif kind == "usb" and port and not re.fullmatch(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", port):
        fault = Words("port USB có dạng vendor:product.", "a USB port has the form vendor:product.")
    if fault is not None:
        name = place(path)
        reader.add(
            (*path, "port"),
            Words(f"{name}: {fault.vi}", f"{name}: {fault.en}"),
            Words(f'ví dụ port = "{example[kind]}"', f'for example port = "{example[kind]}"'),
        )


FACES = 5


def _rating_pads(reader: TomlReader) -> None:
    for path, pad in _made(reader, RatingPadSettings):
        if len(pad.keys) != FACES:
            reader.add(
                (*path, "keys"),
                Words(f"keys có {len(pad.keys)} số.", f"keys holds {len(pad.keys)} numbers."),
                Words("cần đúng 5, ví dụ keys = [5, 6, 13, 19, 26]", "it needs 5, such as keys = [5, 6, 13, 19, 26]"),
            )
        pins = [((*path, "keys", index), pin) for index, pin in enumerate(pad.keys)]
        pins += [((*path, key), pin) for key in ("lamp", "beeper") if (pin := getattr(pad, key)) is not None]
        if pad.driver == "gpio":
            _repeated(reader, pins, "chân GPIO", "GPIO pin")
        keypads = [keypad for _, keypad in _made(reader, KeypadSettings)] or [KeypadSettings()]
        if pad.driver == "hid" and any(not keypad.port and keypad.driver in ("auto", "evdev") for keypad in keypads):
            # the keypad would take the first keyboard that it finds, and that may be this pad
            reader.add(
                (*path, "driver"),
                Words(
                    "[peripherals.rating_pad] là USB nên [peripherals.keypad] phải ghi rõ port.",
                    "[peripherals.rating_pad] is on USB, so [peripherals.keypad] must name its port.",
                ),
                Words(
                    'ví dụ port = "/dev/input/by-id/usb-keypad-event-kbd"; không có bàn phím: driver = "none"',
                    'for example port = "/dev/input/by-id/usb-keypad-event-kbd"; without a keypad: driver = "none"',
                ),
            )


def _ages(reader: TomlReader) -> None:
    for path, policy in _made(reader, PolicySettings):
        if policy.senior_from_age < policy.priority_from_age:
            continue
        key = "senior_from_age" if (*path, "senior_from_age") in reader.lines else "priority_from_age"
        low, high = f"senior_from_age = {policy.senior_from_age}", f"priority_from_age = {policy.priority_from_age}"
        ages = "senior_from_age = 60, priority_from_age = 75"
        reader.add(
            (*path, key),
            Words(f"{low} phải nhỏ hơn {high}.", f"{low} must be below {high}."),
            Words(f"ví dụ {ages}", f"for example {ages}"),
        )


def _repeated(reader: TomlReader, values: Iterable[tuple[Path, object]], name_vi: str, name_en: str) -> None:
    first: dict[object, Path] = {}
    for path, value in values:
        if value in first:
            line = reader.line_of(first[value])
            reader.add(
                path,
                Words(
                    f"{name_vi} {value} đã dùng ở dòng {line}.", f"{name_en} {value} is already used on line {line}."
                ),
                Words("chọn giá trị khác hoặc xóa một trong hai.", "choose another, or delete one of the two."),
            )
        else:
            first[value] = path


def _region(reader: TomlReader) -> None:
    """Note a part of the view that is none: four shares, left before right and top before bottom."""
    for path, expression in _made(reader, ExpressionSettings):
        region = expression.region
        if not region or (len(region) == 4 and region[0] < region[2] and region[1] < region[3]):
            continue
        reader.add(
            (*path, "region"),
            Words(
                "[expression] region phải là bốn số: trái, trên, phải, dưới; trái nhỏ hơn phải, trên nhỏ hơn dưới.",
                "[expression] region must be four numbers: left, top, right, bottom; left < right and top < bottom.",
            ),
            Words("ví dụ region = [0.15, 0.0, 0.85, 1.0]", "for example region = [0.15, 0.0, 0.85, 1.0]"),
        )
