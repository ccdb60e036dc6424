"""What a slip says before it is drawn: the SPEC of `kiosk ticket render`, and what is wrong with one, in words.

A SPEC without `kind` is a ticket; `checklist`, `petition` and `fees` are the other slips that leave the printer.
Constraints, help and examples stand once, at the fields: the JSON schema and the error messages are made of them.
"""

import difflib
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta

WIDTHS = (576, 384)
MAX_LINK = 300
"""Longer addresses need modules smaller than phones read from paper."""
MAX_TEXT = 300
MOST_LISTED = 40
MAX_BYTES = 256 * 1024
"""A longer SPEC is none."""
SHIPPED = Path(__file__).parent / "slips"
"""Schema and example of each kind, as files that other programs can take."""

Text = Annotated[str, Meta(max_length=MAX_TEXT)]


def _said(rule: str, example: object) -> Meta:
    return Meta(description=rule, examples=[example])


Office = Annotated[Text, _said("text of at most 300 letters; lines are parted by ·", "UBND phường Bến Nghé")]
Service = Annotated[Text, _said("text of at most 300 letters", "Chứng thực bản sao từ bản chính")]
Group = Annotated[Text, _said("text of at most 300 letters", "Chứng thực")]
Moment = Annotated[
    datetime,
    _said("date and time from 2000 to 2199; Vietnam's where no zone is named", "2026-11-24T08:05:00+07:00"),
]
Width = Annotated[int, Meta(extra_json_schema={"enum": [*WIDTHS]}), _said("576 (80 mm paper) or 384 (58 mm)", 576)]
Language = Annotated[str, Meta(pattern="^(vi|en)$"), _said('"vi" or "en"', "vi")]
Link = Annotated[
    str,
    Meta(max_length=MAX_LINK, pattern=r"^[^\s\x00-\x1f]*$"),
    _said("an address of at most 300 bytes without blanks, or empty: no code", "http://192.168.1.10:8080/t/0f8c2a6e"),
]
Papers = Annotated[
    tuple[Text, ...],
    Meta(max_length=MOST_LISTED),
    _said("a list of at most 40 texts", ["Bản chính giấy tờ cần chứng thực", "Thẻ Căn cước còn hạn"]),
]


class BadSlip(ValueError):
    """A SPEC cannot be used; the message says which field, what was expected and what came."""


class TicketSlip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on a ticket. A range, moment or link that cannot be raises ValueError."""

    office: Office
    number: Annotated[
        str, Meta(pattern="^[A-Za-z0-9]{1,8}$"), _said("1 to 8 letters A to Z and digits", "A105")
    ]  # fmt: skip
    service: Service
    group: Group
    issued_at: Moment
    waiting: Annotated[int, Meta(ge=0, le=9999), _said("people ahead, 0 to 9999", 7)]
    forecast_minutes: Annotated[
        tuple[int, int] | None,
        _said("[low, high] with 0 <= low <= high <= 9999, or null where nothing is known", [10, 20]),
    ] = None
    counters: Annotated[
        tuple[int | Text, ...], Meta(max_length=MOST_LISTED), _said("a list of at most 40 counters", [1, 2, 3])
    ] = ()
    priority: Annotated[bool | Text, _said("true, false, or the reason in words", True)] = False
    link: Link = ""
    papers: Papers = ()
    form_codes: Annotated[
        tuple[Annotated[str, Meta(pattern="^[A-Z0-9]{1,12}$")], ...],
        Meta(max_length=MOST_LISTED),
        _said("the one-time codes of forms that were filled before the turn", ["7K3MWX9D"]),
    ] = ()
    width_dots: Width = 576
    language: Language = "vi"

    def __post_init__(self) -> None:
        _check(self, "issued_at")
        if self.forecast_minutes is not None and not 0 <= self.forecast_minutes[0] <= self.forecast_minutes[1] <= 9999:
            raise ValueError("forecast_minutes")


class ChecklistSlip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to bring for a service, for somebody who comes back with it."""

    kind: Literal["checklist"] = "checklist"
    office: Office
    service: Service
    printed_at: Moment
    time: Annotated[Text, _said("how long it takes, in words; empty: not known", "Trong ngày làm việc")] = ""
    fee: Annotated[Text, _said("what it costs, in words; empty: not known", "2.000 đồng/trang")] = ""
    papers: Papers = ()
    hotline: Annotated[Text, _said("a telephone number, or empty", "1900 1022")] = ""
    link: Link = ""
    width_dots: Width = 576
    language: Language = "vi"

    def __post_init__(self) -> None:
        _check(self, "printed_at")


class PetitionSlip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The receipt of a petition: the code under which its answer is found. Nothing of its text is on paper."""

    kind: Literal["petition"] = "petition"
    office: Office
    receipt: Annotated[str, Meta(pattern="^[A-Z0-9-]{1,12}$"), _said("the receipt's code", "KN-7RX4PM")]
    filed_at: Moment
    deadline: Annotated[date | None, _said("the last day for the answer, or null", "2026-12-08")] = None
    link: Link = ""
    width_dots: Width = 576
    language: Language = "vi"

    def __post_init__(self) -> None:
        _check(self, "filed_at")


class FeeLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a reckoning of fees."""

    text: Annotated[Text, _said("text of at most 300 letters", "Trang 1 và 2: 2 trang × 2.000 đ")]
    vnd: Annotated[int, Meta(ge=0, le=10**10), _said("whole đồng, 0 to 10000000000", 4000)]


class FeesSlip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reckoning of fees, before they are paid: an estimate and no invoice."""

    kind: Literal["fees"] = "fees"
    office: Office
    service: Service
    printed_at: Moment
    lines: Annotated[
        tuple[FeeLine, ...],
        Meta(max_length=MOST_LISTED),
        _said("a list of at most 40 lines", [{"text": "Lệ phí", "vnd": 0}]),
    ]
    number: Annotated[str, Meta(pattern="^[A-Za-z0-9]{0,8}$"), _said("the ticket's number, or empty", "A105")] = ""
    link: Link = ""
    width_dots: Width = 576
    language: Language = "vi"

    def __post_init__(self) -> None:
        _check(self, "printed_at")


Slip = TicketSlip | ChecklistSlip | PetitionSlip | FeesSlip
KINDS: dict[str, type[Slip]] = {
    "ticket": TicketSlip,
    "checklist": ChecklistSlip,
    "petition": PetitionSlip,
    "fees": FeesSlip,
}
"""The kinds of slips; a SPEC that names none is a ticket, and only then."""


def load_slip(raw: bytes) -> Slip:
    """Return the slip in a SPEC (JSON).

    Raises:
        BadSlip: if it is no JSON object, or a field is missing, unknown or impossible.
    """
    spec = _json_object(raw)
    kind = spec.get("kind", "ticket")
    if kind not in [*KINDS][1:] and "kind" in spec:
        raise BadSlip(f"kind is {_told(kind)}; {', '.join([*KINDS][1:])} are known, and a ticket has no kind")
    wanted = KINDS[kind]
    fields = wanted.__struct_fields__
    for name in spec:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            meant = f' Did you mean "{near[0]}"?' if near else f" Known are {', '.join(fields)}."
            raise BadSlip(f'{_told(name)} is no field of a {kind}.{meant}')  # fmt: skip
    for field in msgspec.structs.fields(wanted):
        if field.required and field.name not in spec:
            raise BadSlip(f'"{field.name}" is missing. Add {_example_line(wanted, field.name)}')
    try:
        return msgspec.convert(spec, wanted)
    except msgspec.ValidationError as error:
        raise BadSlip(_fault(wanted, spec, str(error))) from None


def example_of(kind: str) -> str:
    """Return the SPEC that ships as an example of a kind.

    Raises:
        KeyError: if there is no such kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    return SHIPPED.joinpath(f"{kind}.example.json").read_text("utf-8")


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON schema of a kind's SPEC.

    Raises:
        KeyError: if there is no such kind.
    """
    (schema,), components = msgspec.json.schema_components([KINDS[kind]], ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": components}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return plain


def _json_object(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_BYTES:
        raise BadSlip(f"{len(raw)} bytes are no SPEC; at most {MAX_BYTES} are read")
    try:
        spec = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadSlip(f"byte {error.start} is not UTF-8. Save the file as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadSlip(f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})") from None
    except (RecursionError, ValueError):
        raise BadSlip("this is not JSON that can be read") from None
    if not isinstance(spec, dict):
        raise BadSlip(f"a SPEC is an object, {{...}}, and not {_told(spec)}")
    return spec


def _fault(wanted: type[Slip], spec: dict[str, Any], error: str) -> str:
    """Say which field is wrong, what is expected there, and what came."""
    path = re.search(r"at `\$\.(\w+)(.*)`", error)
    # errors of __post_init__ are the field's bare name
    name, inner = (path[1], path[2]) if path else (error.split(" ")[0], "")
    value = spec.get(name)
    for step in re.findall(r"\[(\d+)\]", inner)[:1]:
        value = value[int(step)] if isinstance(value, list) else value
        name = f"{name}[{step}]"
    field = name.partition("[")[0]
    return (
        f"{name} is {_told(value)}; expected is {_rules(wanted)[field].description}, such as {_example(wanted, field)}"
    )


def _rules(wanted: type[Slip]) -> dict[str, Meta]:
    rules = {}
    for name, hint in get_type_hints(wanted, include_extras=True).items():
        told = [part for part in get_args(hint)[1:] if isinstance(part, Meta) and part.description]
        if told:
            rules[name] = told[-1]
    return rules


def _example(wanted: type[Slip], name: str) -> str:
    return json.dumps((_rules(wanted)[name].examples or [None])[0], ensure_ascii=False)


def _example_line(wanted: type[Slip], name: str) -> str:
    return f'"{name}": {_example(wanted, name)}'


def _told(value: object) -> str:
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 60 else words[:57] + "..."


def _check(slip: Slip, moment: str) -> None:
    """Check what no single constraint can; a fault is a ValueError that names the field."""
    if not 2000 <= getattr(slip, moment).year < 2200:
        raise ValueError(moment)
    if slip.width_dots not in WIDTHS:
        raise ValueError("width_dots")
    if len(slip.link.encode()) > MAX_LINK:
        raise ValueError("link")
