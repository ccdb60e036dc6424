"""Masked sums: the masks leave the sum, one part says nothing, and the hub moves a merge by its rules only."""

from datetime import date, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import VIETNAM
from kiosk.domain.commands import MergeSmallDay
from kiosk.domain.expression import Counts, K
from kiosk.domain.masked_sums import (
    LONGEST,
    MODULUS,
    OLDEST,
    WAIT,
    Masked,
    Merge,
    heard,
    is_enough,
    keeper_of,
    masked,
    may_open,
    small_days,
    standing_of,
    visits_with,
)

DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 24, 7, 30, tzinfo=VIETNAM)

small_counts = st.lists(
    st.sampled_from(("positive", "neutral", "negative", "uncertain")), min_size=1, max_size=K - 1
).map(lambda seen: Counts(**{name: seen.count(name) for name in set(seen)}))
boxes = st.dictionaries(st.text("abcdefgh-123", min_size=1, max_size=12), small_counts, min_size=2, max_size=8)
secrets = st.binary(min_size=32, max_size=32)


def keys_of(names: object) -> dict[str, str]:
    return {name: f"{number:064x}" for number, name in enumerate(sorted(names))}  # type: ignore[call-overload]


def parts_of(counts: dict[str, Counts], shared: dict[frozenset[str], bytes], day: date = DAY) -> dict[str, Masked]:
    keys = keys_of(counts)
    return {
        name: masked(own, name, day, keys, {other: shared[frozenset((name, other))] for other in keys if other != name})
        for name, own in counts.items()
    }


def pairs(data: st.DataObject, names: object) -> dict[frozenset[str], bytes]:
    return {frozenset(pair): data.draw(secrets) for pair in combinations(sorted(names), 2)}  # type: ignore[call-overload]


def numbers(counts: Counts) -> Masked:
    return counts.positive, counts.neutral, counts.negative, counts.uncertain


def plain(parts: list[Masked]) -> list[int]:
    return [sum(column) % MODULUS for column in zip(*parts, strict=True)]


@settings(max_examples=80, deadline=None)
@given(boxes, st.data())
def test_the_masks_of_any_boxes_leave_the_sum_of_all(counts: dict[str, Counts], data: st.DataObject) -> None:
    parts = parts_of(counts, pairs(data, counts))
    assert plain(list(parts.values())) == plain([numbers(own) for own in counts.values()])


@settings(max_examples=80, deadline=None)
@given(boxes, st.data())
def test_the_keeper_knows_from_the_others_total_how_many_visits_all_had(
    counts: dict[str, Counts], data: st.DataObject
) -> None:
    parts = parts_of(counts, pairs(data, counts))
    keeper = keeper_of(parts)
    total = sum(sum(part) for name, part in parts.items() if name != keeper) % MODULUS
    assert visits_with(parts[keeper], total) == sum(own.visits for own in counts.values())


@settings(max_examples=80, deadline=None)
@given(boxes, small_counts, st.data())
def test_a_part_is_what_other_counts_under_another_mask_would_be(
    counts: dict[str, Counts], instead: Counts, data: st.DataObject
) -> None:
    """For each part and any other counts there is exactly one mask that makes the same part of them."""
    name = data.draw(st.sampled_from(sorted(counts)))
    shared = pairs(data, counts)
    part = parts_of(counts, shared)[name]
    mask = [(number - own) % MODULUS for number, own in zip(part, numbers(counts[name]), strict=True)]
    swapped = parts_of({**counts, name: instead}, shared)[name]
    its_mask = [(number - own) % MODULUS for number, own in zip(swapped, numbers(instead), strict=True)]
    # the mask does not depend on what it hides, so each counts-and-mask pair explains the part as well as any other
    assert its_mask == mask
    other_mask = [(number - own) % MODULUS for number, own in zip(part, numbers(instead), strict=True)]
    assert [(own + bits) % MODULUS for own, bits in zip(numbers(instead), other_mask, strict=True)] == list(part)


def test_masks_are_spread_evenly_over_all_numbers() -> None:
    shared = {frozenset(("a", "b")): b"s" * 32}
    seen = [
        number
        for offset in range(500)
        for number in parts_of({"a": Counts(), "b": Counts()}, shared, DAY + timedelta(days=offset))["a"]
    ]
    for bit in range(64):
        # 2000 fair coins: seven standard deviations
        assert abs(sum(number >> bit & 1 for number in seen) - 1000) < 157
    assert len(set(seen)) == len(seen)


def test_another_day_or_another_set_of_boxes_has_other_masks() -> None:
    shared = {frozenset(pair): "".join(pair).encode() * 16 for pair in combinations("abc", 2)}
    two = parts_of({name: Counts() for name in "ab"}, shared)["a"]
    later = parts_of({name: Counts() for name in "ab"}, shared, DAY + timedelta(days=1))["a"]
    three = parts_of({name: Counts() for name in "abc"}, shared)["a"]
    assert len({two, later, three}) == 3


def test_only_closed_days_below_k_are_small() -> None:
    cells = {(DAY, 1): Counts(positive=K), (DAY, 2): Counts(neutral=3), (DAY + timedelta(days=1), 2): Counts(neutral=3)}
    assert small_days(DAY + timedelta(days=1), cells) == {DAY: {2: Counts(neutral=3)}}
    assert small_days(DAY, cells) == {}


def test_a_sum_is_enough_from_k_visits_and_never_more_than_small_days_can_have() -> None:
    assert [is_enough(visits, 2, K) for visits in (9, 10, 18, 19)] == [False, True, True, False]


def test_a_merge_begins_for_closed_days_of_the_last_week_only() -> None:
    assert may_open(DAY, MORNING)
    assert not may_open(MORNING.date(), MORNING)
    assert not may_open(MORNING.date() - OLDEST, MORNING)


# the hub's side ------------------------------------------------------------------------------------------------------


def says(name: str, **more: object) -> MergeSmallDay:
    return MergeSmallDay(req_id="r", day=DAY, key=keys_of("abcd")[name], k=K, **more)  # type: ignore[arg-type]


def declared(*names: str) -> Merge:
    merge = Merge(day=DAY, opened=MORNING)
    for name in names:
        merge, _ = heard(merge, name, says(name), MORNING)
    return merge


def test_who_has_a_small_day_is_named_after_the_wait_and_the_keeper_is_asked_last() -> None:
    merge = declared("a", "b", "c")
    assert {standing_of(merge, name, says(name).key).state for name in "abc"} == {"waiting"}
    merge, _ = heard(merge, "a", says("a"), MORNING + WAIT)
    assert [standing_of(merge, name, says(name).key).state for name in "abc"] == ["your_turn", "your_turn", "waiting"]
    for name in "ab":
        merge, _ = heard(merge, name, says(name, masked=(1, 2, 3, MODULUS - 1)), MORNING + WAIT)
    turn = standing_of(merge, "c", says("c").key)
    assert (turn.state, turn.total, sorted(turn.keys)) == ("your_turn", 10, ["a", "b", "c"])
    merge, sums = heard(merge, "c", says("c", masked=(4, 0, 0, 2)), MORNING + WAIT)
    assert sums == Counts(positive=6, neutral=4, negative=6, uncertain=0)
    assert (merge.outcome, merge.parts) == ("published", {})
    assert heard(merge, "c", says("c", masked=(4, 0, 0, 2)), MORNING + WAIT)[1] is None


def test_a_box_alone_or_late_keeps_its_day() -> None:
    alone, _ = heard(declared("a"), "a", says("a"), MORNING + WAIT)
    assert standing_of(alone, "a", says("a").key).state == "kept"
    merge, _ = heard(declared("a", "b"), "d", says("d"), MORNING + WAIT)
    assert (standing_of(merge, "d", says("d").key).state, sorted(merge.keys)) == ("kept", ["a", "b"])


def test_a_box_that_is_missing_at_the_end_ends_the_merge_for_all() -> None:
    merge, _ = heard(declared("a", "b", "c"), "a", says("a", masked=(1, 1, 1, 1)), MORNING + WAIT)
    merge, sums = heard(merge, "b", says("b", masked=(1, 1, 1, 1)), MORNING + LONGEST)
    assert (sums, merge.parts) == (None, {})
    assert {standing_of(merge, name, says(name).key).state for name in "abc"} == {"kept"}


def test_the_keeper_s_word_ends_a_merge_that_is_too_small_and_nobody_else_s_does() -> None:
    merge, _ = heard(declared("a", "b"), "a", says("a", too_few=True), MORNING + WAIT)
    assert not merge.outcome
    merge, _ = heard(merge, "a", says("a", masked=(5, 5, 5, 5)), MORNING + WAIT)
    merge, sums = heard(merge, "b", says("b", too_few=True), MORNING + WAIT)
    assert (merge.outcome, sums) == ("kept", None)


def test_a_part_that_is_no_part_or_of_another_key_changes_nothing() -> None:
    merge, _ = heard(declared("a", "b"), "a", says("a"), MORNING + WAIT)
    assert heard(merge, "a", says("a", masked=(MODULUS, 0, 0, 0)), MORNING + WAIT)[0] == merge
    assert heard(merge, "a", says("a", masked=(-1, 0, 0, 0)), MORNING + WAIT)[0] == merge
    forged = MergeSmallDay(req_id="r", day=DAY, key="f" * 64, k=K, masked=(1, 1, 1, 1))
    assert heard(merge, "a", forged, MORNING + WAIT)[0] == merge
    assert standing_of(merge, "a", forged.key).state == "kept"


def test_a_faulty_part_makes_a_sum_that_nobody_publishes() -> None:
    merge, _ = heard(declared("a", "b"), "a", says("a", masked=(12345678901, 0, 0, 0)), MORNING + WAIT)
    merge, sums = heard(merge, "b", says("b", masked=(3, 0, 0, 0)), MORNING + WAIT)
    assert (merge.outcome, sums) == ("kept", None)


def test_the_strictest_box_s_k_holds_for_all() -> None:
    merge = declared("a")
    merge, _ = heard(merge, "b", MergeSmallDay(req_id="r", day=DAY, key=says("b").key, k=25), MORNING)
    merge, _ = heard(merge, "a", says("a", masked=(9, 0, 0, 0)), MORNING + WAIT)
    assert standing_of(merge, "b", says("b").key).k == 25
    assert heard(merge, "b", says("b", masked=(9, 0, 0, 0)), MORNING + WAIT)[1] is None
