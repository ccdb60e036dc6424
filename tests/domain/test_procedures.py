"""The catalogue says what is known, marks what is not, and is found by what people type."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.office import MODEL_GROUPS
from kiosk.domain.procedure_search import distance, plain
from kiosk.domain.procedures import (
    COPY_FEE_CAP_VND,
    COPY_FEE_FIRST_PAGES_VND,
    BadCatalogue,
    Catalogue,
    catalogue_of,
    certified_copy_fee,
    load_catalogue,
    merge,
)

TODAY = date(2026, 11, 24)
CATALOGUE = load_catalogue((Path(__file__).parents[2] / "kiosk/domain/procedures.json").read_bytes())

ROW = {"key": "thu", "code": None, "name": "Thử", "name_en": "Test", "field": "Thử", "group": "ho-tich"}

NOTES = """\
1.001193,ho-tich,same day,free
1.000894,ho-tich,same day,free
1.000656,ho-tich,same day,free
1.004873,ho-tich,3 u,council
2.000635,ho-tich,same day,8000
1.004884,ho-tich,5 u,council u
1.004859,ho-tich,3,council u
1.001022,ho-tich,3,council u
1.004837,ho-tich,3,free
,ho-tich,2 u,free u
2.002516,ho-tich,unknown,unknown
2.001263,ho-tich,30 u,unknown
2.000815,chung-thuc,same day,2000
2.000884,chung-thuc,same day,10000
2.000992 / 2.001008,chung-thuc,same day,10000
2.001035,chung-thuc,2,50000
2.001019,chung-thuc,2,50000
2.001016,chung-thuc,2,50000
2.001406,chung-thuc,2,50000
2.000913,chung-thuc,same day,30000
2.000927,chung-thuc,same day,25000 u
2.000908,chung-thuc,same day,free
1.004222,cu-tru,7,20000
1.004194,cu-tru,3,15000
1.002755,cu-tru,3 u,15000
1.010038,cu-tru,5,10000
1.003677,cu-tru,1,free u
1.010028,cu-tru,unknown,unknown
1.001612,kinh-doanh,3,council
1.001699,bao-tro,unknown,free u
1.001776,bao-tro,unknown,free u
1.011607,bao-tro,unknown,free u
1.012812,dat-dai,unknown,free u
"""
"""The table of the product notes §7, written down a second time: code, group, time, fee; u = not confirmed there."""


def _is_as_noted(said: str, noted: str) -> bool:
    wanted, _, _ = noted.partition(" u")
    if wanted == "unknown":
        return said == ""
    words = {"same day": "same day", "free": "free", "council": "council"}
    found = words.get(wanted, f"{int(wanted):,}" if wanted.isdigit() else wanted) in said.lower()
    return found and ("(not confirmed)" in said or not (noted.endswith(" u")))


def test_the_33_rows_say_what_the_notes_say_and_doubt_what_they_doubt() -> None:
    noted = list(csv.reader(io.StringIO(NOTES)))
    assert len(CATALOGUE.procedures) == len(noted) == 33
    for row, (code, group, time, fee) in zip(CATALOGUE.procedures, noted, strict=True):
        assert ((row.code or ""), row.group) == (code, group)
        assert _is_as_noted(row.time_in("en"), time), (row.key, row.time_in("en"), time)
        assert _is_as_noted(row.fee_in("en"), fee), (row.key, row.fee_in("en"), fee)


def test_every_row_belongs_to_a_group_of_the_office_and_has_a_key_of_its_own() -> None:
    assert {row.group for row in CATALOGUE.procedures} < {group.key for group in MODEL_GROUPS}
    assert len({row.key for row in CATALOGUE.procedures}) == 33


def test_what_is_not_known_is_empty_and_never_invented() -> None:
    row = CATALOGUE.get("xac-nhan-ho-tich")
    assert row is not None
    assert (row.time_in("vi"), row.fee_in("vi"), row.effective_from) == ("", "", None)
    assert row.unsure


def test_an_unconfirmed_time_says_so_in_the_citizens_language() -> None:
    row = CATALOGUE.get("xac-nhan-hon-nhan")
    assert row is not None
    assert row.time_in("vi") == "3 ngày làm việc (chưa xác nhận)"
    assert row.time_in("en") == "3 working days (not confirmed)"


def test_a_confirmed_fee_keeps_its_unconfirmed_companion_apart() -> None:
    row = CATALOGUE.get("ho-kinh-doanh")
    assert row is not None
    assert row.fee_in("vi").endswith("quy định; Khoảng 100.000 đồng (chưa xác nhận)")


def test_a_row_whose_every_item_is_confirmed_is_sure() -> None:
    row = CATALOGUE.get("sao-y")
    assert row is not None
    assert not row.unsure


def test_civil_status_must_be_reviewed_when_the_amended_law_takes_effect() -> None:
    assert CATALOGUE.due_for_review(date(2027, 2, 28)) == ()
    due = {row.key for row in CATALOGUE.due_for_review(date(2027, 3, 1))}
    assert due == {row.key for row in CATALOGUE.procedures if row.field == "Hộ tịch"}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("giay khai sinh", "khai-sinh"),
        ("KHAI SINH", "khai-sinh"),
        ("sinh khai", "khai-sinh"),
        ("sao y", "sao-y"),
        ("sao y ban chinh", "sao-y"),
        ("ket hon", "ket-hon"),
        ("ho ngheo", "ho-ngheo"),
        ("tam tru", "tam-tru"),
        ("gia han tam tru", "gia-han-tam-tru"),
        ("birth certificate", "khai-sinh"),
        ("marriage", "ket-hon"),
        ("business license", "ho-kinh-doanh"),
        ("kahi sinh", "khai-sinh"),  # two letters swapped
        ("kai sinh", "khai-sinh"),  # one left out
        ("khaisinh", "khai-sinh"),  # no space
        ("ke thon", "ket-hon"),  # the space in the wrong place
        ("ddawng kys keets hoon", "ket-hon"),  # Telex, switched off
        ("hooj ngheof", "ho-ngheo"),
        ("ket1 hon6", "ket-hon"),  # VNI, switched off
        ("disabilty", "khuyet-tat"),
        ("toi muon lam giay khai sinh cho con", "khai-sinh"),
        ("giấy độc thân", "xac-nhan-hon-nhan"),
        ("hộ khẩu", "thuong-tru"),
        ("mở quán phở", "ho-kinh-doanh"),
        ("doi ten", "cai-chinh-ho-tich"),
        ("tranh chap dat", "hoa-giai-dat-dai"),
        ("1.001193", "khai-sinh"),
        ("001008", "chu-ky-nguoi-dich"),
        ("kết hô", "ket-hon"),  # still typing
    ],
)
def test_people_find_it_by_what_they_type(query: str, first: str) -> None:
    assert CATALOGUE.search(query, TODAY)[0].key == first


@pytest.mark.parametrize("query", ["", "   ", "gieo trong rau muong", "qwpz", "!!!", "🙂"])
def test_nonsense_finds_nothing(query: str) -> None:
    assert CATALOGUE.search(query, TODAY) == ()


def test_search_gives_no_more_than_asked_for() -> None:
    assert len(CATALOGUE.search("chứng thực", TODAY, limit=3)) == 3


@given(st.text(max_size=60))
def test_no_query_fails(query: str) -> None:
    CATALOGUE.search(query, TODAY)


@given(st.sampled_from(CATALOGUE.procedures), st.booleans(), st.booleans())
def test_a_full_name_is_found_first_without_accents_and_in_capitals(row: Any, bare: bool, capitals: bool) -> None:
    query = plain(row.name) if bare else row.name
    assert CATALOGUE.search(query.upper() if capitals else query, TODAY)[0].key == row.key


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_typing_distance_is_symmetric_and_zero_only_for_the_same_word(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)
    assert distance(one, other, 1) == min(distance(one, other, 9), 2)


def test_two_questions_lead_to_a_group_and_its_procedures() -> None:
    question = CATALOGUE.guide()
    assert question is not None
    assert len(question.answers) <= 6
    for first in question.answers:
        answers = first.then.answers if first.then else (first,)
        assert len(answers) <= 6
        for answer in answers:
            assert answer.then is None
            assert answer.group in {group.key for group in MODEL_GROUPS}
            rows = [CATALOGUE.get(key) for key in answer.procedures]
            assert all(row is not None and row.group == answer.group for row in rows)


def test_every_procedure_can_be_reached_without_knowing_its_name() -> None:
    question = CATALOGUE.guide()
    assert question is not None
    second = [answer.then for answer in question.answers if answer.then]
    reached = {key for part in (question, *second) for answer in part.answers for key in answer.procedures}
    groups = {answer.group for part in (question, *second) for answer in part.answers if answer.group}
    missing = {row.key for row in CATALOGUE.procedures} - reached
    assert missing == {"xac-nhan-ho-tich"}  # under "another civil-status matter"
    assert groups == {group.key for group in MODEL_GROUPS}


@pytest.mark.parametrize(
    ("pages", "copies", "fee"),
    [
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (3, 2, 10_000),
        (198, 1, 200_000),
        (199, 1, 200_000),
        (500, 3, 600_000),
    ],
)
def test_certified_copies_cost_what_the_decree_says(pages: int, copies: int, fee: int) -> None:
    assert certified_copy_fee(pages, copies) == fee


@pytest.mark.parametrize(("pages", "copies"), [(0, 1), (1, 0), (-1, 1)])
def test_no_pages_have_no_price(pages: int, copies: int) -> None:
    with pytest.raises(ValueError, match="begin at 1"):
        certified_copy_fee(pages, copies)


def test_a_site_edits_one_field_and_answers_for_it() -> None:
    row = merge(CATALOGUE, [{"key": "ho-ngheo", "time": "15 ngày", "time_en": "15 days"}]).get("ho-ngheo")
    assert row is not None
    assert row.time_in("vi") == "15 ngày"
    assert row.name == "Công nhận hộ nghèo/cận nghèo"
    assert row.fee_in("vi") == "Miễn phí (chưa xác nhận)"


def test_an_amended_procedure_has_two_versions_and_each_day_has_one() -> None:
    both = merge(
        CATALOGUE,
        [{"key": "khai-sinh", "effective_from": "2027-03-01", "time": "Chủ động", "time_en": "Proactive"}],
    )
    before, after = both.get("khai-sinh", date(2027, 2, 28)), both.get("khai-sinh", date(2027, 3, 1))
    assert before is not None
    assert after is not None
    assert before.time.startswith("Trong ngày")
    assert after.time == "Chủ động"
    assert [row.key for row in both.in_group("ho-tich", date(2027, 3, 1))].count("khai-sinh") == 1
    assert [row.key for row in both.search("khai sinh", date(2027, 3, 1))].count("khai-sinh") == 1
    assert not after.needs_review(date(2027, 3, 1))


def test_a_site_adds_and_takes_out_procedures() -> None:
    site = merge(CATALOGUE, [ROW, {"key": "di-chuc", "removed": True}])
    assert site.get("thu") is not None
    assert site.get("di-chuc") is None
    assert len(site.procedures) == 33
    assert site.guide() is not None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**ROW, "code": "1.23"}, r'row 1 \(thu\): field "code"'),
        ({**ROW, "name": 5}, r'row 1 \(thu\): field "name"'),
        ({**ROW, "nmae": "x"}, r'row 1 \(thu\): field "nmae"'),
        ({**ROW, "papers": [{"text": "x"}]}, r'row 1 \(thu\): field "papers\[0\]"'),
        ({**ROW, "effective_from": "mai"}, r'row 1 \(thu\): field "effective_from"'),
        ({**ROW, "time": "1 ngày"}, r'row 1 \(thu\): field "time_en"'),
        ({**ROW, "group": ""}, r'row 1 \(thu\): field "group"'),
        ({**ROW, "key": "Thử"}, r'field "key"'),
        ({"key": "thu"}, r'row 1 \(thu\): field "code"'),
        ("thu", "row 1"),
    ],
)
def test_a_bad_row_is_named_with_its_field(row: object, message: str) -> None:
    with pytest.raises(BadCatalogue, match=message):
        catalogue_of([row])


def test_all_bad_rows_are_named_at_once() -> None:
    with pytest.raises(BadCatalogue) as caught:
        catalogue_of([{**ROW, "name": 1}, ROW, {**ROW, "key": "b", "fee": 2}])
    assert [message.split(":")[0] for message in caught.value.messages] == ["row 1 (thu)", "row 3 (b)"]


def test_two_versions_on_one_day_are_refused() -> None:
    with pytest.raises(BadCatalogue, match="two versions"):
        catalogue_of([ROW, ROW])


@pytest.mark.parametrize("raw", [b"", b"{", b"5", b'{"procedures": 5}', b"\xff", b"[]"])
def test_what_is_no_catalogue_is_refused(raw: bytes) -> None:
    with pytest.raises(BadCatalogue):
        load_catalogue(raw)


@pytest.mark.parametrize(
    "row", [{"name": "x"}, {"key": "ket-hon", "effective_from": "mai"}, {"key": "nothing", "removed": True}]
)
def test_a_bad_site_row_is_named(row: dict[str, object]) -> None:
    with pytest.raises(BadCatalogue, match="site row 1"):
        merge(CATALOGUE, [row])


def test_a_guide_that_leads_nowhere_is_refused() -> None:
    question = {"key": "q", "text": "?", "text_en": "?", "answers": [{"key": "a", "text": "x", "text_en": "x"}]}
    with pytest.raises(BadCatalogue, match="leads nowhere"):
        catalogue_of([ROW], question)


def test_merging_nothing_changes_nothing() -> None:
    assert msgspec.to_builtins(merge(CATALOGUE, []).procedures) == msgspec.to_builtins(CATALOGUE.procedures)
    assert isinstance(merge(CATALOGUE, b"[]"), Catalogue)


@given(st.integers(1, 2000), st.integers(1, 100))
def test_a_certified_copy_costs_more_for_more_pages_up_to_the_cap_and_copies_add_up(pages: int, copies: int) -> None:
    one, next_one = certified_copy_fee(pages), certified_copy_fee(pages + 1)
    assert one <= next_one <= min(one + COPY_FEE_FIRST_PAGES_VND, COPY_FEE_CAP_VND)
    assert certified_copy_fee(pages, copies) == copies * one
    assert one % 1_000 == 0
