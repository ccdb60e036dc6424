"""The device's half of the protocol, with a broker in memory and time moved by hand."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.commands import CallNext, Finish
from kiosk.domain.replies import DeviceState
from kiosk.messaging.message import Message
from kiosk.messaging.outbox import WINDOW
from tests.messaging.small_office import SmallOffice
from tests.messaging.stand_in_hub import TOPICS

NEXT = CallNext(req_id="a" * 32, counter=3)


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def state_of_device(office: SmallOffice) -> str:
    (message,) = office.broker.retained(TOPICS.state("lobby"))
    return msgspec.json.decode(message.payload, type=DeviceState).state


# events -----------------------------------------------------------------------------------------------------------


def test_an_event_leaves_only_when_the_hub_has_committed_it(office: SmallOffice) -> None:
    (event_id,) = office.device.record()
    assert office.device.link.pending == 1
    office.time.settle()
    assert office.device.link.pending == 0
    assert office.hub.stored() == [event_id]


def test_events_wait_while_the_hub_is_away_and_arrive_in_order_when_it_is_back(office: SmallOffice) -> None:
    office.kill_hub()
    told = office.device.record(3)
    office.time.advance(minutes=30)
    assert office.device.link.pending == 3
    office.start_hub()
    assert [envelope.id for envelope in office.hub.heard] == told
    assert office.device.link.pending == 0


def test_nothing_is_sent_into_the_void(office: SmallOffice) -> None:
    office.kill_hub()
    sent = office.device.link.sent
    office.device.record(3)
    office.time.advance(minutes=30)
    assert office.device.link.sent == sent


def test_a_lost_acknowledgement_makes_the_event_go_again_after_two_seconds(office: SmallOffice) -> None:
    office.hub.is_mute = True
    office.device.record()
    office.time.advance(1.9)
    assert len(office.hub.heard) == 1
    office.hub.is_mute = False
    office.time.advance(1)
    assert len(office.hub.heard) == 2
    assert len(office.hub.stored()) == 1
    assert office.device.link.pending == 0


def test_no_more_than_a_window_is_under_way(office: SmallOffice) -> None:
    office.hub.is_mute = True
    office.device.record(WINDOW + 20)
    office.time.settle()
    assert len(office.hub.heard) == WINDOW
    office.hub.acknowledge("lobby", office.device.outbox.stream, 5)
    office.time.settle()
    assert len(office.hub.heard) == WINDOW + 5


def test_a_backlog_beyond_the_window_drains_without_a_row_sent_twice(office: SmallOffice) -> None:
    office.kill_hub()
    told = office.device.record(3 * WINDOW)
    office.start_hub()
    assert [envelope.id for envelope in office.hub.heard] == told


def test_after_a_cut_cable_sending_begins_with_the_lowest_row_that_is_pending(office: SmallOffice) -> None:
    office.hub.is_mute = True
    told = office.device.record(3)
    office.time.settle()
    office.device.transport.pull()
    office.hub.is_mute = False
    office.device.transport.plug()
    office.time.settle()
    assert [envelope.id for envelope in office.hub.heard] == told * 2
    assert office.hub.stored() == told


def test_a_restarted_device_goes_on_in_its_stream_and_sends_what_was_pending(office: SmallOffice) -> None:
    office.hub.is_mute = True
    before = office.device.record(2)
    office.time.settle()
    office.device.transport.die()
    office.hub.is_mute = False
    device = office.new_device()
    device.link.start()
    office.time.settle()
    after = device.record(1)
    office.time.settle()
    assert office.hub.stored() == before + after
    assert device.link.pending == 0


def test_an_acknowledgement_of_another_stream_is_ignored(office: SmallOffice) -> None:
    office.hub.is_mute = True
    office.device.record()
    office.hub.acknowledge("lobby", "0" * 32, 1)
    office.time.settle()
    assert office.device.link.pending == 1


def test_a_card_restored_from_an_older_image_goes_on_in_a_new_stream_and_loses_nothing(
    office: SmallOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office.device.record(3)
    office.time.settle()
    image = office.folder / "image.db"
    with closing(sqlite3.connect(image)) as copy:
        office.device.outbox._connection.backup(copy)
    office.device.record(4)
    office.time.settle()
    office.device.transport.die()
    for file in office.folder.glob("lobby.db*"):
        file.unlink()
    image.rename(office.folder / "lobby.db")
    office.device = office.new_device()
    old = office.device.outbox.stream
    office.device.link.start()
    office.time.settle()
    office.device.record(2)
    office.time.advance(5)
    assert office.device.link.pending == 0
    stored = office.hub.stored()
    assert sorted(row for row in stored if row.startswith(old)) == [f"{old}-{number}" for number in range(1, 8)]
    assert [row.rpartition("-")[2] for row in stored if not row.startswith(old)] == ["1", "2"]
    assert len([record for record in caplog.records if "restored from an image" in record.message]) == 1


def test_the_same_acknowledgement_twice_changes_nothing(office: SmallOffice) -> None:
    office.device.record(2)
    office.time.settle()
    office.hub.acknowledge("lobby", office.device.outbox.stream, 2)
    office.hub.acknowledge("lobby", office.device.outbox.stream, 1)
    office.time.advance(10)
    assert len(office.hub.heard) == 2
    assert office.device.link.pending == 0


def test_a_hub_restored_from_an_old_backup_gets_what_it_lacks(office: SmallOffice) -> None:
    first = office.device.record(4)
    office.time.settle()
    office.kill_hub()
    office.start_hub("restored.db")
    second = office.device.record(1)
    office.time.advance(5)
    assert office.hub.stored() == first + second
    assert office.device.link.pending == 0


def test_a_link_at_rest_sets_no_timer(office: SmallOffice) -> None:
    office.device.record()
    office.device.link.request(NEXT, office.device.replies.append)
    office.time.advance(5)
    assert office.time.pending == 0


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sampled_from(["record", "kill", "start", "pull", "plug", "mute", "hear", "wait", "broker"])))
def test_whatever_breaks_every_event_is_stored_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    office = SmallOffice(tmp_path_factory.mktemp("office"))
    device = office.device
    told: list[str] = []
    for step in steps:
        match step:
            case "record":
                told += device.record(2)
            case "kill":
                office.kill_hub()
            case "start":
                office.start_hub()
            case "pull":
                device.transport.pull()
            case "plug":
                device.transport.plug()
            case "mute" | "hear":
                office.hub.is_mute = step == "mute"
            case "wait":
                office.time.advance(3)
            case "broker":
                office.broker.go_down()
                office.broker.come_up()
    device.transport.plug()
    office.start_hub()
    office.time.advance(6)
    assert office.hub.stored() == told
    assert device.link.pending == 0


# presence ---------------------------------------------------------------------------------------------------------


def test_the_hub_is_known_to_be_there_and_to_be_lost_at_once(office: SmallOffice) -> None:
    assert office.device.hub_news == [True]
    office.kill_hub()
    assert office.device.hub_news == [True, False]
    office.start_hub()
    assert office.device.hub_news == [True, False, True]
    assert office.device.link.hub_boot == office.hub.boot


def test_the_loss_of_the_hub_is_logged_once_and_its_return_once(
    office: SmallOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    office.kill_hub()
    office.device.record(41)
    office.time.advance(minutes=4, seconds=10)
    office.start_hub()
    assert [record.message for record in caplog.records] == [
        "hub unreachable since 08:00:00; this device goes on alone",
        "hub back after 4 min 10 s; 41 events to be sent",
    ]


def test_a_hub_that_says_goodbye_is_away(office: SmallOffice) -> None:
    office.hub.stop()
    office.time.settle()
    assert office.device.hub_news[-1] is False


def test_a_cut_cable_means_that_the_hub_is_away(office: SmallOffice) -> None:
    office.device.transport.pull()
    office.time.settle()
    assert office.device.hub_news[-1] is False
    assert not office.device.link.connected
    assert office.hub.states["lobby"] == "lost"
    office.device.transport.plug()
    office.time.settle()
    assert office.device.hub_news[-1] is True
    assert office.hub.states["lobby"] == "ready"


def test_a_device_without_hub_is_told_nothing_and_works(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, with_hub=False)
    assert office.device.hub_news == []
    assert not office.device.link.hub_ready
    office.device.record()
    assert office.device.link.pending == 1


def test_the_will_of_an_older_connection_is_put_right(office: SmallOffice) -> None:
    lost = msgspec.json.encode(DeviceState(state="lost", boot="older"))
    office.hub_transport.publish(Message(topic=TOPICS.state("lobby"), payload=lost, retain=True))
    office.time.settle()
    assert state_of_device(office) == "ready"


def test_a_device_in_alarm_says_so_also_after_a_reconnection(office: SmallOffice) -> None:
    office.device.link.tell_state("alert", ("printer",))
    office.broker.go_down()
    office.broker.come_up()
    office.time.settle()
    assert state_of_device(office) == "alert"


def test_a_stopped_link_says_goodbye(office: SmallOffice) -> None:
    office.device.link.stop()
    office.time.settle()
    assert state_of_device(office) == "disconnected"


def test_a_device_describes_itself(office: SmallOffice) -> None:
    (message,) = office.broker.retained(TOPICS.desc("lobby"))
    assert msgspec.json.decode(message.payload)["role"] == "lobby"


# snapshots --------------------------------------------------------------------------------------------------------


def test_only_newer_snapshots_are_shown(office: SmallOffice) -> None:
    for rev in (5, 4, 5, 7):
        office.hub.show(rev)
    office.time.settle()
    assert [snapshot.rev for snapshot in office.device.snapshots] == [0, 5, 7]
    assert office.device.link.rev_seen == 7


def test_a_restored_hub_may_show_a_lower_revision(office: SmallOffice) -> None:
    office.hub.show(50)
    office.time.settle()
    office.kill_hub()
    office.start_hub("restored.db")
    office.hub.show(20)
    office.time.settle()
    assert office.device.link.rev_seen == 20
    assert office.device.link.rev_heard == 20


def test_revisions_are_heard_in_replies_and_acknowledgements_too(office: SmallOffice) -> None:
    office.hub.rev = 8
    office.device.record()
    office.time.settle()
    assert office.device.link.rev_heard == 8
    office.hub.rev = 9
    office.device.link.request(NEXT, office.device.replies.append)
    office.time.settle()
    assert office.device.link.rev_heard == 9
    assert office.device.link.rev_seen == 0


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b"[]", b'{"rev":"x"}', b"[" * 5000])
def test_an_unreadable_message_stops_nobody(office: SmallOffice, payload: bytes) -> None:
    for topic in (TOPICS.snapshot(), TOPICS.ack("lobby"), TOPICS.state("hub"), TOPICS.response("lobby", "x")):
        office.hub_transport.publish(Message(topic=topic, payload=payload))
    office.device.record()
    office.time.settle()
    assert office.device.link.pending == 0


# requests ---------------------------------------------------------------------------------------------------------


def test_a_request_is_answered(office: SmallOffice) -> None:
    office.device.link.request(NEXT, office.device.replies.append)
    assert office.device.link.in_flight == 1
    office.time.settle()
    assert office.hub.asked == [NEXT]
    assert [reply.req_id for reply in office.device.replies if reply] == [NEXT.req_id]
    assert office.device.link.in_flight == 0


def test_two_requests_at_once_each_get_their_own_answer(office: SmallOffice) -> None:
    answers: dict[str, str] = {}
    for command in (NEXT, Finish(req_id="b" * 32, counter=3)):
        office.device.link.request(
            command, lambda reply, key=command.req_id: answers.update({key: reply.req_id if reply else ""})
        )
    office.time.settle()
    assert answers == {"a" * 32: "a" * 32, "b" * 32: "b" * 32}


def test_a_request_without_hub_is_answered_with_none_and_never_sent(office: SmallOffice) -> None:
    office.kill_hub()
    office.device.link.request(NEXT, office.device.replies.append)
    assert office.device.replies == []
    office.time.settle()
    assert office.device.replies == [None]
    office.start_hub()
    assert office.hub.asked == []


def test_a_request_that_takes_longer_than_ten_seconds_is_answered_with_none(office: SmallOffice) -> None:
    office.hub.is_mute = True
    office.device.link.request(NEXT, office.device.replies.append)
    office.time.advance(9.9)
    assert office.device.replies == []
    office.time.advance(1)
    assert office.device.replies == [None]
    assert office.device.link.in_flight == 0


@pytest.mark.parametrize("accident", ["hub", "cable"])
def test_an_open_request_ends_when_the_hub_is_lost(office: SmallOffice, accident: str) -> None:
    office.hub.is_mute = True
    office.device.link.request(NEXT, office.device.replies.append)
    office.time.settle()
    if accident == "hub":
        office.kill_hub()
    else:
        office.device.transport.pull()
        office.time.settle()
    assert office.device.replies == [None]
    # who is told None already knows why
    assert office.device.hub_news[-1] is False


def test_a_late_reply_is_not_told_twice(office: SmallOffice) -> None:
    office.hub.is_mute = True
    office.device.link.request(NEXT, office.device.replies.append)
    office.time.advance(11)
    (asked,) = [message for message in office.broker.log if message.correlation]
    office.hub_transport.publish(
        Message(
            topic=asked.response_topic,
            payload=b'{"req_id":"' + b"a" * 32 + b'","ok":true,"rev":1}',
            correlation=asked.correlation,
        )
    )
    office.time.settle()
    assert office.device.replies == [None]


def test_a_request_expires_at_the_broker_when_the_device_no_longer_waits(office: SmallOffice) -> None:
    office.device.link.request(NEXT, office.device.replies.append)
    (asked,) = [message for message in office.broker.log if message.correlation]
    assert asked.expiry_s == 10
    assert len(asked.correlation) == 16


# commands and figures ---------------------------------------------------------------------------------------------


def test_a_command_reaches_the_role(office: SmallOffice) -> None:
    commands: list[tuple[str, bytes]] = []
    office.device.link.on_command = lambda op, payload: commands.append((op, payload))
    office.hub_transport.publish(Message(topic=TOPICS.command("lobby", "reprint"), payload=b"{}"))
    office.time.settle()
    assert commands == [("reprint", b"{}")]


def test_every_change_of_the_figures_is_told(office: SmallOffice) -> None:
    device = office.device
    figures: list[tuple[object, ...]] = []

    def look() -> None:
        link = device.link
        figures.append(
            (link.connected, link.hub_ready, link.hub_boot, link.rev_seen, link.rev_heard, link.pending, link.in_flight)
        )

    device.link.on_change = look
    device.record()
    office.time.settle()
    device.link.request(NEXT, device.replies.append)
    office.time.settle()
    office.hub.show(3)
    office.kill_hub()
    device.link.request(NEXT, device.replies.append)
    office.time.settle()
    last = len(figures)
    look()
    assert figures[last - 1] == figures[-1]
    assert {row[5] for row in figures} == {0, 1}
    assert {row[6] for row in figures} == {0, 1}


# a receiver that is behind -----------------------------------------------------------------------------------------


def test_a_receiver_that_is_behind_makes_the_window_smaller_and_larger_again(office: SmallOffice) -> None:
    office.hub.is_mute = True
    stream = office.device.outbox.stream
    office.device.record(WINDOW + 100)
    office.time.settle()
    office.hub.acknowledge("lobby", stream, 490, window=20)
    office.time.settle()
    assert len(office.hub.heard) == 510
    office.hub.acknowledge("lobby", stream, 495)
    office.time.settle()
    assert len(office.hub.heard) == WINDOW + 100


def test_rows_that_nobody_acknowledges_go_again_less_and_less_often(office: SmallOffice) -> None:
    office.hub.is_mute = True
    office.device.record()
    office.time.advance(minutes=5)
    assert 8 <= len(office.hub.heard) <= 16
    office.hub.is_mute = False
    office.time.advance(40)
    assert office.device.link.pending == 0
