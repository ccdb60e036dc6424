"""Which ratings count at the hub: a token, once, in time, for a service that was finished."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.domain import commands, events
from kiosk.domain.ratings import OfflineGrant, grant_payload
from kiosk.domain.replies import RatingOffer
from kiosk.messaging.identity import DeviceKey, sign_offline_token
from tests.hub.stage import Device, Stage

KEY = DeviceKey.make()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path, device_keys={"counter-1": KEY.public_hex})
    stage.lobby = stage.device("lobby-1")
    stage.tablet = stage.device("counter-1")
    stage.sign_in(1, "minh", "Trần Thị Minh")
    return stage


def served(stage: Stage, number: str = "A001") -> RatingOffer:
    stage.lobby.put(stage.issued(number))
    stage.time.settle()
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    stage.time.advance(minutes=5)
    offer = stage.verb(commands.Finish, 1).offer
    assert offer is not None
    return offer


def given(stage: Stage, token: str, score: int = 5, **values: object) -> events.RatingGiven:
    made = events.RatingGiven(
        at=stage.time.now(), ticket="t-A001", service=0, token=token, score=score, counter=1, officer="minh"
    )
    return msgspec.structs.replace(made, **values)


def faults(stage: Stage) -> dict[str, int]:
    return stage.hub.book.ledger.faults()


def test_a_rating_counts_for_the_officer_whom_the_token_names_not_for_whom_the_tablet_says(stage: Stage) -> None:
    offer = served(stage)
    stage.tablet.put(given(stage, offer.token, 2, officer="somebody else", counter=2))
    stage.time.settle()
    row = stage.hub.day.ratings["t-A001", 0]
    assert (row.officer, row.counter, row.score, row.offline) == ("minh", 1, 2, False)


def test_a_token_is_good_once(stage: Stage) -> None:
    offer = served(stage)
    for score in (5, 1):
        stage.tablet.put(given(stage, offer.token, score))
        stage.time.settle()
    assert (stage.hub.figures().rated, stage.hub.figures().score_sum) == (1, 5)
    assert faults(stage) == {"already_rated": 1}


def test_a_rating_without_a_right_is_kept_as_an_event_without_effect(stage: Stage) -> None:
    offer = served(stage)
    stage.tablet.put(given(stage, "0" * 32))
    stage.tablet.put(given(stage, offer.token, service=1))
    stage.tablet.put(given(stage, offer.token, 6))
    stage.time.settle()
    assert stage.hub.figures().rated == 0
    assert faults(stage) == {"bad_score": 1, "other_ticket": 1, "unknown_token": 1}
    assert stage.hub.book.ledger.counts_by_type()["rating.given"] == 3
    assert stage.tablet.link.pending == 0, "kept, so acknowledged"


def test_a_phone_may_rate_for_a_day_and_not_longer(stage: Stage) -> None:
    first, second = served(stage), None
    stage.time.advance(hours=8)
    stage.tablet.put(given(stage, first.token, way="phone"))
    second = served(stage, "A002")
    stage.time.advance(hours=25)
    stage.tablet.put(given(stage, second.token, ticket="t-A002", way="phone"))
    stage.time.settle()
    assert faults(stage) == {"too_late": 1}


def test_a_rating_that_was_given_in_time_and_merged_late_counts_for_its_day(stage: Stage) -> None:
    offer = served(stage)
    day = stage.today
    stage.tablet.transport.pull()
    stage.tablet.put(given(stage, offer.token))
    stage.time.advance(hours=40)
    stage.tablet.transport.plug()
    stage.time.advance(3)
    assert stage.hub.figures().rated == 0
    assert stage.hub.book.figures_of(day).rated == 1


def by_hand(stage: Stage, tablet: Device, number: str = "A001") -> str:
    """Serve by hand and return the token that the counter signed."""
    ticket, now = f"t-{number}", stage.time.now
    tablet.put(events.TicketCalled(at=now(), ticket=ticket, counter=1, officer="minh", manual=True))
    tablet.put(events.ServiceStarted(at=now(), ticket=ticket, counter=1, officer="minh", manual=True))
    tablet.put(events.ServiceFinished(at=now(), ticket=ticket, counter=1, officer="minh", manual=True))
    return grant(stage, ticket)


def grant(stage: Stage, ticket: str, key: DeviceKey = KEY) -> str:
    content = OfflineGrant(ticket=ticket, number=ticket[2:], service=0, counter=1, officer="minh", at=stage.time.now())
    return sign_offline_token(key, "counter-1", grant_payload(content))


def test_a_rating_that_a_counter_allowed_while_the_hub_was_away_counts_and_is_marked(stage: Stage) -> None:
    stage.lobby.put(stage.issued("A001"))
    stage.time.settle()
    stage.kill_hub()
    stage.tablet.put(given(stage, by_hand(stage, stage.tablet), 4, offline=True))
    stage.time.advance(hours=1)
    stage.start_hub()
    stage.time.advance(3)
    assert stage.tablet.link.pending == 0
    assert stage.hub.figures().rated == 1
    assert stage.hub.day.ratings["t-A001", 0].offline


def test_one_service_has_one_rating_by_whatever_token(stage: Stage) -> None:
    offer = served(stage)
    stage.tablet.put(given(stage, grant(stage, "t-A001"), 1, offline=True))
    stage.tablet.put(given(stage, offer.token, 5))
    stage.time.settle()
    assert stage.hub.figures().rated == 1
    assert faults(stage) == {"already_rated": 1}


def test_a_counter_cannot_rate_what_it_never_finished(stage: Stage) -> None:
    stage.lobby.put(stage.issued("A001"))
    stage.tablet.put(given(stage, grant(stage, "t-A001"), 5, offline=True))
    stage.time.settle()
    assert stage.hub.figures().rated == 0
    assert faults(stage) == {"not_finished": 1}


def test_a_token_signed_by_a_stranger_gives_no_right(stage: Stage) -> None:
    stage.lobby.put(stage.issued("A001"))
    by_hand(stage, stage.tablet)
    stage.tablet.put(given(stage, grant(stage, "t-A001", DeviceKey.make()), 5, offline=True))
    stage.time.settle()
    assert faults(stage) == {"unknown_token": 1}


def test_the_tablet_asks_for_half_a_minute(stage: Stage) -> None:
    offer = served(stage)
    assert offer.expires - stage.time.now() == timedelta(seconds=30)
