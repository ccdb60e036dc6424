"""The interface on the broker as an AsyncAPI 3 document, made from the structs and the topic tree; nothing by hand.

Field names, types, defaults and meanings come from `kiosk.domain`; addresses from `topics.py`. A new event type or
topic is in the document the moment it is in the code.
"""

from datetime import UTC, date, datetime
from typing import Any, get_args

import msgspec

from kiosk import __version__
from kiosk.domain.commands import Request
from kiosk.domain.envelope import Envelope
from kiosk.domain.events import EVENTS, MAX_EVENT_BYTES, SCHEMA_VERSION, Event
from kiosk.domain.orders import ORDERS, SignedOrder
from kiosk.domain.replies import Acknowledgement, DeviceDescription, DeviceState, Reply, Telemetry
from kiosk.domain.snapshot import Snapshot
from kiosk.messaging.topics import Topics, UplinkTopics

_PARAMETERS = {
    "province": "Code of the province, e.g. 79.",
    "commune": "Code of the commune, e.g. 26740.",
    "device": "Name of the device, e.g. lobby-1.",
}
_REFERENCE = "#/components/schemas/{name}"


def document() -> dict[str, Any]:
    """Return the whole document, ready for JSON."""
    kinds = [EVENTS[name] for name in sorted(EVENTS)]
    commands = sorted(get_args(Request), key=lambda command: command.__name__)
    orders = list(ORDERS.values())
    others = (Snapshot, Acknowledgement, Reply, DeviceState, DeviceDescription, Telemetry)
    structs = [*kinds, *commands, *orders, *others, Envelope, SignedOrder]
    _, schemas = msgspec.json.schema_components(structs, ref_template=_REFERENCE)
    messages: dict[str, Any] = {kind.TYPE: _event_message(kind) for kind in kinds}
    messages |= {_op(command): _message(command, f"Command {_op(command)}") for command in commands}
    messages |= {f"order-{_op(order)}": _order_message(order) for order in orders}
    messages |= {other.__name__: _message(other, other.__name__) for other in others}
    channels = _channels(kinds, [_op(command) for command in commands])
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "One-stop office: events, commands and pictures on the broker",
            "version": f"{SCHEMA_VERSION}.{__version__}",
            "description": "MQTT 5, QoS 1. A PUBACK proves nothing: an event is safe when the hub has acknowledged it.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": _operations(channels),
        "components": {"schemas": schemas, "messages": messages},
    }


def example_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return an example of a struct as JSON values: every required field filled, the others at their defaults."""
    made = msgspec.json.decode(msgspec.json.encode(_sample(msgspec.inspect.type_info(kind))), type=kind)
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return plain


def _op(command: type[msgspec.Struct]) -> str:
    return str(command.__struct_config__.tag)


def _said(kind: type) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _message(kind: type[msgspec.Struct], title: str) -> dict[str, Any]:
    return {
        "name": title,
        "summary": _said(kind),
        "payload": {"$ref": _REFERENCE.format(name=kind.__name__)},
        "examples": [{"payload": example_of(kind)}],
    }


def _event_message(kind: type[Event]) -> dict[str, Any]:
    example = {**example_of(Envelope), "type": kind.TYPE, "data": example_of(kind)}
    return {
        "name": kind.TYPE,
        "summary": _said(kind),
        "payload": {
            "allOf": [
                {"$ref": _REFERENCE.format(name="Envelope")},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": kind.TYPE},
                        "data": {"$ref": _REFERENCE.format(name=kind.__name__)},
                    },
                },
            ]
        },
        "examples": [{"payload": example}],
        "x-max-bytes": MAX_EVENT_BYTES,
    }


def _order_message(order: type[msgspec.Struct]) -> dict[str, Any]:
    said = example_of(order)
    signed = {"$ref": _REFERENCE.format(name=SignedOrder.__name__)}
    inner = {"type": "object", "properties": {"order": {"$ref": _REFERENCE.format(name=order.__name__)}}}
    return {
        "name": f"Order {_op(order)}",
        "summary": _said(order),
        "payload": {"allOf": [signed, inner]},
        "examples": [{"payload": {"order": said, "signature": "00" * 64}}],
    }


def _channel(address: str, messages: list[str], said: str, *, retain: bool = False, qos: int = 1) -> dict[str, Any]:
    return {
        "address": address,
        "description": said,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "parameters": {
            name: {"description": words} for name, words in _PARAMETERS.items() if "{" + name + "}" in address
        },
        "bindings": {"mqtt": {"qos": qos, "retain": retain, "bindingVersion": "0.2.0"}},
    }


def _channels(kinds: list[type[Event]], ops: list[str]) -> dict[str, Any]:
    # the tree itself writes the addresses: braces stand where a device has its names
    topics = Topics("PROVINCE", "COMMUNE", "hub")

    def address(topic: str) -> str:
        shown = topic.replace("PROVINCE", "{province}").replace("COMMUNE", "{commune}")
        return shown.replace("DEVICE", "{device}")

    channels: dict[str, Any] = {}
    for domain in sorted({kind.TYPE.partition(".")[0] for kind in kinds}):
        names = [kind.TYPE for kind in kinds if kind.TYPE.startswith(domain + ".")]
        said = "Events of a device, in the order of its stream; kept in its outbox until acknowledged."
        channels[f"events-{domain}"] = _channel(address(topics.events("DEVICE", domain)), names, said)
    for op in ops:
        channels[f"request-{op}"] = _channel(address(topics.request("DEVICE", op)), [op], "A device asks the hub.")
        channels[f"response-{op}"] = _channel(address(topics.response("DEVICE", op)), ["Reply"], "The hub's answer.")
    for op in ORDERS:
        said = "The hub orders a device: signed by the office's key, counted, to this device, expiring within a minute."
        channels[f"order-{op}"] = _channel(address(topics.command("DEVICE", op)), [f"order-{op}"], said)
    said = "What a device is, told after each connection."
    channels["description"] = _channel(address(topics.desc("DEVICE")), ["DeviceDescription"], said, retain=True)
    said = "What the hub has stored, after its COMMIT."
    channels["acknowledgement"] = _channel(address(topics.ack("DEVICE")), ["Acknowledgement"], said)
    said = "Presence; the broker tells `lost` as the will."
    channels["state"] = _channel(address(topics.state("DEVICE")), ["DeviceState"], said, retain=True)
    said = "The whole picture of the office; boards never compute from increments."
    channels["snapshot"] = _channel(address(topics.snapshot()), ["Snapshot"], said, retain=True)
    said = "How a device is, now and then; the hub rolls it up and tells the centre as `fleet.health`."
    channels["telemetry"] = _channel(address(topics.telemetry("DEVICE")), ["Telemetry"], said, qos=0)
    said = (
        "Presence of the centre, on the centre's broker. There a hub is the device: it sends its events on the same "
        "addresses, copies of its devices' events among them (`origin`), and the centre acknowledges like a hub."
    )
    channels["centre-state"] = _channel(UplinkTopics.PRESENCE, ["DeviceState"], said, retain=True)
    return channels


def _operations(channels: dict[str, Any]) -> dict[str, Any]:
    """Return who does what, seen from a device."""
    sent = ("events-", "request-", "state", "description", "telemetry")
    return {
        name: {
            "action": "send" if name.startswith(sent) else "receive",
            "channel": {"$ref": f"#/channels/{name}"},
        }
        for name in channels
    }


def _sample(kind: Any) -> Any:
    """Return a plain value that fits a type."""
    match kind:
        case msgspec.inspect.StructType():
            sample = {field.encode_name: _sample(field.type) for field in kind.fields if field.required}
            return {**sample, kind.tag_field: kind.tag} if kind.tag_field else sample
        case msgspec.inspect.EnumType():
            return next(iter(kind.cls)).value
        case msgspec.inspect.UnionType():
            return _sample(kind.types[0])
        case msgspec.inspect.VarTupleType():
            return [_sample(kind.item_type)]
        case msgspec.inspect.DateTimeType():
            return datetime(2026, 11, 24, 1, 14, 1, tzinfo=UTC).isoformat()
        case msgspec.inspect.DateType():
            return date(2026, 11, 24).isoformat()
        case msgspec.inspect.BoolType():
            return False
        case msgspec.inspect.IntType():
            return 1
        case msgspec.inspect.FloatType():
            return 1.0
        case msgspec.inspect.NoneType():
            return None
        case msgspec.inspect.RawType() | msgspec.inspect.DictType():
            return {}
        case _:
            return "a1"
