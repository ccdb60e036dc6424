from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ratings import (
    CLOCK_TOLERANCE,
    PHONE_WINDOW,
    OfflineGrant,
    RatingToken,
    accept,
    grant_of,
    grant_payload,
    is_rateable,
    token_of_grant,
    token_of_offer,
)
from kiosk.domain.replies import RatingOffer

ISSUED = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=7)))
TOKEN = RatingToken(ticket="t1", number="A105", service=0, counter=3, officer="cb03", issued=ISSUED)
GRANT = OfflineGrant(ticket="t1", number="A105", service=0, counter=3, officer="cb03", at=ISSUED)


def test_a_token_is_good_for_a_day_by_phone() -> None:
    assert accept(TOKEN, ISSUED + timedelta(seconds=20), rated_already=False) is None
    assert accept(TOKEN, ISSUED + PHONE_WINDOW, rated_already=False) is None
    assert accept(TOKEN, ISSUED + PHONE_WINDOW + timedelta(seconds=1), rated_already=False) == "too_late"


def test_without_a_known_token_there_is_no_rating() -> None:
    assert accept(None, ISSUED, rated_already=False) == "unknown_token"


def test_one_rating_a_service_whichever_token_came_first() -> None:
    used = msgspec.structs.replace(TOKEN, used=True)
    assert accept(used, ISSUED, rated_already=False) == "already_rated"
    # the hub's token after the counter's own, or the other way round
    assert accept(TOKEN, ISSUED, rated_already=True) == "already_rated"
    assert accept(token_of_grant(GRANT), ISSUED, rated_already=True) == "already_rated"


def test_a_moment_long_before_the_token_is_doubted_a_slow_clock_is_not() -> None:
    assert accept(TOKEN, ISSUED - CLOCK_TOLERANCE, rated_already=False) is None
    assert accept(TOKEN, ISSUED - CLOCK_TOLERANCE - timedelta(seconds=1), rated_already=False) == "too_early"


@given(st.integers(-10, 10))
def test_only_the_five_faces_count(score: int) -> None:
    assert is_rateable(score) == (score in (1, 2, 3, 4, 5))


def test_a_grant_survives_its_way_through_a_signed_token() -> None:
    assert grant_of(msgspec.json.decode(msgspec.json.encode(grant_payload(GRANT)))) == GRANT
    with pytest.raises(msgspec.ValidationError):
        grant_of({"ticket": "t1"})


def test_offer_and_grant_give_the_same_right_but_for_its_origin() -> None:
    offer = RatingOffer(
        token="secret",
        ticket="t1",
        number="A105",
        service=0,
        counter=3,
        officer="cb03",
        officer_name="",
        expires=ISSUED + timedelta(seconds=30),
    )
    assert token_of_offer(offer, ISSUED) == TOKEN
    assert token_of_grant(GRANT) == msgspec.structs.replace(TOKEN, offline=True)
