"""The broker in memory does what tests of rooms rely on."""

from kiosk.demo.trial_time import SimulatedTime
from kiosk.messaging.client import MemoryBroker, MemoryTransport, Message


class Ear:
    """A client that notes what it hears."""

    def __init__(self, broker: MemoryBroker, time: SimulatedTime, name: str, *filters: str) -> None:
        self.heard: list[str] = []
        self.connections: list[bool] = []
        self.time = time
        self.transport = MemoryTransport(broker, name, time.post, Message(topic="will", payload=name.encode()))
        self.transport.subscribe(*filters)
        self.transport.start(
            lambda message: self.heard.append(f"{message.topic}={message.payload.decode()}{'*' * message.retain}"),
            self.connections.append,
        )
        time.settle()

    def say(self, topic: str, text: str, *, retain: bool = False) -> None:
        self.transport.publish(Message(topic=topic, payload=text.encode(), retain=retain))
        self.time.settle()


def test_everybody_who_asked_hears() -> None:
    broker, time = MemoryBroker(), SimulatedTime()
    one, other = Ear(broker, time, "one", "a/+"), Ear(broker, time, "other", "b/#")
    one.say("a/1", "x")
    one.say("b/1", "y")
    assert (one.heard, other.heard) == (["a/1=x"], ["b/1=y"])


def test_a_newcomer_hears_what_was_retained_and_that_it_is_old() -> None:
    broker, time = MemoryBroker(), SimulatedTime()
    one = Ear(broker, time, "one", "a")
    one.say("a", "old", retain=True)
    one.say("a", "new", retain=True)
    assert one.heard == ["a=old", "a=new"]
    assert Ear(broker, time, "late", "a").heard == ["a=new*"]


def test_an_empty_retained_message_forgets() -> None:
    broker, time = MemoryBroker(), SimulatedTime()
    one = Ear(broker, time, "one")
    one.say("a", "old", retain=True)
    one.say("a", "", retain=True)
    assert Ear(broker, time, "late", "a").heard == []


def test_a_will_is_told_for_whoever_is_cut_off_or_dies_but_not_for_whoever_leaves() -> None:
    broker, time = MemoryBroker(), SimulatedTime()
    watcher = Ear(broker, time, "watcher", "will")
    Ear(broker, time, "cut").transport.pull()
    Ear(broker, time, "dead").transport.die()
    Ear(broker, time, "polite").transport.stop()
    time.settle()
    assert watcher.heard == ["will=cut", "will=dead"]


def test_a_second_client_of_the_same_name_throws_the_first_one_off() -> None:
    broker, time = MemoryBroker(), SimulatedTime()
    first = Ear(broker, time, "twin", "a")
    second = Ear(broker, time, "twin", "a")
    second.say("a", "x")
    assert (first.heard, second.heard) == ([], ["a=x"])


def test_a_broker_that_was_down_has_forgotten_everything() -> None:
    broker, time = MemoryBroker(), SimulatedTime()
    one = Ear(broker, time, "one", "a")
    one.say("a", "kept", retain=True)
    broker.go_down()
    time.settle()
    one.say("a", "lost")
    broker.come_up()
    time.settle()
    assert one.connections == [True, False, True]
    assert one.heard == ["a=kept"]
