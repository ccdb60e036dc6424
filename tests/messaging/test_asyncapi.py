import json
from typing import Any

import msgspec
import pytest

from kiosk.domain.envelope import Envelope, event_of
from kiosk.domain.events import EVENTS
from kiosk.domain.orders import ORDERS
from kiosk.messaging.asyncapi import document
from kiosk.messaging.topics import Topics, matches


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps(document()))
    return whole


def test_every_event_type_is_a_message_with_an_example_that_reads_back(told: dict[str, Any]) -> None:
    for name, kind in EVENTS.items():
        message = told["components"]["messages"][name]
        payload = message["examples"][0]["payload"]
        envelope = msgspec.json.decode(json.dumps(payload), type=Envelope)
        assert isinstance(event_of(envelope), kind)
        assert message["summary"]


def test_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    for reference in references(told):
        place: Any = told
        for key in reference.removeprefix("#/").split("/"):
            place = place[key]
        assert place


def test_addresses_are_those_of_the_topic_tree(told: dict[str, Any]) -> None:
    topics = Topics("79", "26740")
    filled = {
        channel["address"].replace("{province}", "79").replace("{commune}", "26740").replace("{device}", "lobby-1")
        for channel in told["channels"].values()
    }
    assert topics.snapshot() in filled
    assert topics.state("lobby-1") in filled
    assert {topics.events("lobby-1", name.partition(".")[0]) for name in EVENTS} <= filled


def test_every_event_type_is_told_on_exactly_one_channel(told: dict[str, Any]) -> None:
    on = [
        name for key, channel in told["channels"].items() if key.startswith("events-") for name in channel["messages"]
    ]
    assert sorted(on) == sorted(EVENTS)


def test_everything_that_a_device_may_say_or_hear_is_told(told: dict[str, Any]) -> None:
    topics = Topics("79", "26740")
    addresses = [
        channel["address"].replace("{province}", "79").replace("{commune}", "26740").replace("{device}", "%u")
        for channel in told["channels"].values()
    ]
    rules = [line.split()[2] for line in topics.access_rules().splitlines() if line.startswith("pattern")]
    presence = topics.state(topics.hub)
    for rule in rules:
        assert any(matches(rule, address) for address in addresses) or rule == presence, rule
    for op in ORDERS:
        assert topics.command("lobby-1", op).replace("lobby-1", "%u") in addresses
