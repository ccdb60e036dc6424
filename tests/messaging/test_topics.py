"""Names in the topic tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.messaging.topics import Topics, matches

TOPICS = Topics("79", "26740")
NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True)


def test_topics_are_those_of_the_notes() -> None:
    assert TOPICS.events("K1", "ticket") == "kq/1/79/26740/K1/ev/ticket"
    assert TOPICS.snapshot() == "kq/1/79/26740/_q/board"
    assert TOPICS.request("C1", "call_next") == "kq/1/79/26740/C1/req/call_next"
    assert TOPICS.source("K1") == "79.26740.K1"


@given(device=NAMES, op=NAMES)
def test_a_topic_tells_its_device_its_kind_and_its_operation(device: str, op: str) -> None:
    topic = TOPICS.request(device, op)
    assert (TOPICS.device_of(topic), TOPICS.kind_of(topic), TOPICS.op_of(topic)) == (device, "req", op)


@given(device=NAMES, op=NAMES)
def test_the_filters_of_the_hub_take_what_devices_send(device: str, op: str) -> None:
    assert matches(TOPICS.all_events(), TOPICS.events(device, op))
    assert matches(TOPICS.all_requests(), TOPICS.request(device, op))
    assert matches(TOPICS.all_states(), TOPICS.state(device))
    assert matches(TOPICS.all_descriptions(), TOPICS.desc(device))
    assert matches(TOPICS.responses(device), TOPICS.response(device, op))
    assert matches(TOPICS.commands(device), TOPICS.command(device, op))


def test_no_topic_has_more_than_eight_levels() -> None:
    assert TOPICS.events("K1", "ticket").count("/") <= 7


@pytest.mark.parametrize("name", ["", "a/b", "+", "#", "kiosk 1", "Đống-Đa", "a\n"])
def test_a_name_that_cannot_stand_in_a_topic_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a topic"):
        TOPICS.state(name)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "is_taken"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+", "a", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("#", "a/b", True),
        ("+/b", "a/b", True),
        ("a/b/c", "a/b", False),
    ],
)
def test_filters_match_as_mqtt_says(topic_filter: str, topic: str, is_taken: bool) -> None:
    assert matches(topic_filter, topic) is is_taken


@pytest.mark.parametrize("topic", ["", "a", "kq/1/79/26740"])
def test_a_strange_topic_has_no_device(topic: str) -> None:
    assert TOPICS.device_of(topic) == TOPICS.kind_of(topic) == TOPICS.op_of(topic) == ""
