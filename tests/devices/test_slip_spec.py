import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.slip_spec import KINDS, SHIPPED, BadSlip, example_of, load_slip, schema_of

EVERYDAY = json.loads(example_of("ticket"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_that_ship_are_slips_of_their_kind(kind: str) -> None:
    assert type(load_slip(example_of(kind).encode())) is KINDS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_schemas_that_ship_are_those_of_the_structs(kind: str) -> None:
    assert json.loads(SHIPPED.joinpath(f"{kind}.schema.json").read_text("utf-8")) == schema_of(kind)


def test_the_schema_knows_every_field_of_the_example() -> None:
    for kind, wanted in KINDS.items():
        fields = schema_of(kind)["$defs"][wanted.__name__]
        assert set(json.loads(example_of(kind))) <= set(fields["properties"])
        assert fields["additionalProperties"] is False
        assert all(rule.get("description") or name == "kind" for name, rule in fields["properties"].items())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": ""}, "number"),
        ({"number": "★"}, "number"),
        ({"width_dots": 512}, "576"),
        ({"language": "fr"}, '"vi" or "en"'),
        ({"waiting": -1}, "waiting"),
        ({"waiting": "many"}, "waiting"),
        ({"forecast_minutes": [20, 10]}, "low <= high"),
        ({"forecast_minutes": [20]}, "forecast_minutes"),
        ({"issued_at": "yesterday"}, "issued_at"),
        ({"issued_at": "0001-01-01T00:00:00Z"}, "issued_at"),
        ({"link": "x" * 400}, "link"),
        ({"office": "x" * 4000}, "office"),
        ({"papers": ["x"] * 99}, "papers"),
        ({"papers": ["x", 3]}, r"papers\[1\] is 3"),
        ({"colour": "red"}, '"colour" is no field of a ticket'),
        ({"widht_dots": 576}, 'Did you mean "width_dots"'),
        ({"kind": "invoice"}, "kind"),
        ({"link": "a b"}, "link"),
    ],
)
def test_a_wrong_spec_is_refused_with_the_field_that_is_wrong(change: dict[str, object], said: str) -> None:
    spec = {**EVERYDAY, **change}
    with pytest.raises(BadSlip, match=said):
        load_slip(json.dumps(spec).encode())


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"office": "\xff"}', b"null", b"[" * 100_000, b'{"office": NaN}', b"{}" * 200_000]
)
def test_what_is_no_spec_is_refused(raw: bytes) -> None:
    with pytest.raises(BadSlip):
        load_slip(raw)


def test_a_missing_field_is_asked_for_with_an_example() -> None:
    spec = {name: value for name, value in EVERYDAY.items() if name != "waiting"}
    with pytest.raises(BadSlip, match=r'"waiting" is missing\. Add "waiting": 7'):
        load_slip(json.dumps(spec).encode())


def test_a_fault_says_what_came_what_is_expected_and_an_example() -> None:
    with pytest.raises(BadSlip) as caught:
        load_slip(json.dumps({**EVERYDAY, "width_dots": 512}).encode())
    assert str(caught.value) == "width_dots is 512; expected is 576 (80 mm paper) or 384 (58 mm), such as 576"


def test_a_fault_of_writing_is_told_by_line_and_column() -> None:
    with pytest.raises(BadSlip, match="line 2, column 3"):
        load_slip(b'{"office": "x",\n  number: 1}')


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from([*EVERYDAY, "kind", "x"]), st.none() | st.integers() | st.text() | st.lists(st.floats())
    )
)
def test_any_spec_is_a_slip_or_refused_in_words(change: dict[str, object]) -> None:
    with contextlib.suppress(BadSlip):
        assert isinstance(load_slip(json.dumps({**EVERYDAY, **change}).encode()), tuple(KINDS.values()))
