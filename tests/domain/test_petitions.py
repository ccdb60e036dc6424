import itertools
import random
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import events
from kiosk.domain.petitions import (
    RECEIPT_ALPHABET,
    Petition,
    PetitionEvent,
    deadline_of,
    petition_of,
    receipt_code,
    receipt_of,
)

FILED = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=7)))


def at(hours: float) -> datetime:
    return FILED + timedelta(hours=hours)


def filed() -> events.PetitionFiled:
    return events.PetitionFiled(
        at=FILED, petition="p1", receipt="KN-7K3M9P", text="Thiếu ghế chờ.", category="facilities"
    )


def acknowledged(hours: float) -> events.PetitionAcknowledged:
    return events.PetitionAcknowledged(at=at(hours), petition="p1", by="ct01")


def assigned(hours: float, to: str = "cb03") -> events.PetitionAssigned:
    return events.PetitionAssigned(at=at(hours), petition="p1", by="ct01", to=to)


def answered(hours: float, answer: str = "Đã bổ sung 20 ghế.") -> events.PetitionAnswered:
    return events.PetitionAnswered(at=at(hours), petition="p1", by="ct01", answer=answer)


def the_petition(*happened: PetitionEvent) -> Petition:
    return petition_of((f"hub-{n}", event) for n, event in enumerate(happened))


def test_a_petition_goes_from_filed_to_answered() -> None:
    course = [filed(), acknowledged(1), assigned(2), answered(30)]
    states = [the_petition(*course[: n + 1]).state for n in range(4)]
    assert states == ["filed", "acknowledged", "assigned", "answered"]
    end = the_petition(*course)
    assert (end.receipt, end.assigned_to, end.answer) == ("KN-7K3M9P", "cb03", "Đã bổ sung 20 ghế.")


def test_ten_working_days_leave_out_weekends_and_holidays() -> None:
    tuesday = date(2026, 11, 24)
    assert deadline_of(tuesday) == date(2026, 12, 8)
    assert deadline_of(tuesday, holidays=[date(2026, 12, 1)]) == date(2026, 12, 9)
    assert deadline_of(date(2026, 11, 27), working_days=1) == date(2026, 11, 30)  # Friday -> Monday
    with pytest.raises(ValueError, match="working day"):
        deadline_of(tuesday, working_days=0)


def test_an_answer_on_the_last_day_is_on_time_and_a_day_later_is_not() -> None:
    last_day = datetime(2026, 12, 8, 23, 59, tzinfo=FILED.tzinfo)
    open_petition = the_petition(filed())
    assert open_petition.deadline == date(2026, 12, 8)
    assert not open_petition.is_overdue(last_day)
    assert open_petition.is_overdue(last_day + timedelta(minutes=1))
    assert open_petition.days_left(date(2026, 12, 10)) == -2
    late = the_petition(filed(), answered(24 * 20))
    assert late.is_overdue(FILED)
    assert late.days_left(date(2026, 12, 10)) is None


def test_a_corrected_answer_keeps_the_moment_of_the_first_and_shows_the_last() -> None:
    petition = the_petition(filed(), answered(10, "Sẽ xem."), answered(20, "Đã làm."))
    assert (petition.answered, petition.answer, petition.earlier_answers) == (at(10), "Đã làm.", ("Sẽ xem.",))


def test_an_answer_that_arrives_before_its_petition_waits_for_it() -> None:
    petition = the_petition(answered(30))
    assert (petition.state, petition.filed, petition.deadline) == ("answered", None, None)
    assert not petition.is_overdue(at(10_000))


_events = st.one_of(
    st.just(filed()),
    st.builds(acknowledged, st.integers(0, 5)),
    st.builds(assigned, st.integers(0, 5), st.sampled_from(["cb01", "cb02"])),
    st.builds(answered, st.integers(0, 5), st.sampled_from(["một", "hai"])),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_events, min_size=1, max_size=5))
def test_every_permutation_gives_the_same_petition(happened: list[PetitionEvent]) -> None:
    known = [(f"hub-{n}", event) for n, event in enumerate(happened)]
    petition = petition_of(known)
    assert all(petition_of([*order, order[0]]) == petition for order in itertools.permutations(known))


@given(st.integers())
def test_a_receipt_has_no_sign_that_looks_like_another(seed: int) -> None:
    code = receipt_code(random.Random(seed))
    assert code.startswith("KN-")
    assert len(code) == 9
    assert not set(code[3:]) & set("01BILOQSUZ")
    assert receipt_of(code) == code


def test_a_receipt_that_is_taken_is_not_given_again() -> None:
    first = receipt_code(random.Random(1))
    assert receipt_code(random.Random(1), is_taken=lambda code: code == first) != first


@pytest.mark.parametrize("typed", ["KN-7K3M9P", "kn 7k3m9p", " 7K3M9P ", "kn-7k3-m9p"])
def test_a_receipt_is_understood_as_people_type_it(typed: str) -> None:
    assert receipt_of(typed) == "KN-7K3M9P"


@pytest.mark.parametrize("typed", ["", "KN-7K3M9", "KN-7K3M9O", "' OR 1=1 --", "KN-7K3M9PP", "ＫＮ-７Ｋ３Ｍ９Ｐ"])
def test_what_cannot_be_a_receipt_is_none(typed: str) -> None:
    assert receipt_of(typed) is None


@given(st.text(RECEIPT_ALPHABET, min_size=6, max_size=6))
def test_even_a_receipt_that_begins_with_the_prefix_is_read_whole(body: str) -> None:
    assert receipt_of(f"KN-{body}") == f"KN-{body}"
    assert receipt_of(body) == f"KN-{body}"
