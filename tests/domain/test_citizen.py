"""The card's QR text becomes a citizen, or is refused; it is never half understood."""

import contextlib
import json
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.citizen import Citizen, NotACard, card_object, citizen_of_number, parse_card

TODAY = date(2026, 11, 24)
CASES = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data/payload_cases.jsonl").read_bytes().splitlines()
]  # bytes: the mis-decoded case holds U+0085, at which text would be split
CARD = "001199012345|123456789|Nguyễn Thị Ánh Nguyệt|05031999|Nữ|Số 5 ngõ 12, Hoàn Kiếm, Hà Nội|10072022"
NEW_CARD = "040088004321||Hồ Văn Đạt|29021988|Nam|Xóm 5, Hưng Dũng, Nghệ An|04102024||||"


def read(text: str) -> Citizen:
    return parse_card(text, TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_every_reference_payload_gives_the_reference_answer(case: dict[str, object]) -> None:
    try:
        answer = card_object(read(str(case["raw"])))
    except NotACard:
        answer = None
    assert answer == case["parsed"]


LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵĐÁẤ'"
words = st.text(alphabet=LETTERS, min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=6).map(" ".join)
places = st.lists(st.lists(words, min_size=1, max_size=3).map(" ".join), max_size=4).map(", ".join)


Form = Literal["NFC", "NFD"]
forms: st.SearchStrategy[Form] = st.sampled_from(["NFC", "NFD"])


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """A right payload of either layout, and what must be read from it."""
    born = draw(st.dates(date(1930, 1, 1), TODAY - timedelta(days=1)))
    sex = draw(st.sampled_from("MF"))
    century = 2 * (born.year // 100 - 19) + (sex == "F")
    number = f"{draw(st.sampled_from(['001', '031', '079', '096']))}{century}{born.year % 100:02d}" + draw(
        st.from_regex(r"\A[0-9]{6}\Z")
    )
    old_id = draw(st.sampled_from(["", "123456789"]))
    name, address = draw(names), draw(places)
    issued = draw(st.dates(born, TODAY))
    extra = draw(st.sampled_from([[], ["", "", "", ""], ["Lê Văn Hùng", "Phạm Thị Thu", "", ""]]))
    fields = [number, old_id, name, f"{born:%d%m}{born.year:04d}", {"M": "Nam", "F": "Nữ"}[sex], address]
    fields += [f"{issued:%d%m}{issued.year:04d}", *extra]
    return "|".join(fields), {
        "id": number,
        "old_id": old_id,
        "name": name,
        "dob": born.isoformat(),
        "sex": sex,
        "address": address,
        "issued": issued.isoformat(),
        "extra": extra,
        "warnings": [],
    }


@given(cards())
def test_a_right_payload_is_read_exactly_and_without_warning(card: tuple[str, dict[str, object]]) -> None:
    text, wanted = card
    assert card_object(read(text)) == wanted


@given(
    cards(),
    st.sampled_from(
        ["", "\ufeff", "]Q1", "]Q3", "]Q2\\000026", "\x02\x00\x00\x01\x0031", "CCCD:", "\ufeff]Q1", "\r\n"]
    ),
    st.sampled_from(["", "\r\n", "\n", "\r", "\x00\x00", "\x03", "\t", "\u200b"]),
    forms,
)
def test_what_a_scanner_wraps_around_a_payload_changes_nothing(
    card: tuple[str, dict[str, object]], before: str, after: str, form: Form
) -> None:
    text, wanted = card
    assert card_object(read(before + unicodedata.normalize(form, text) + after)) == wanted


@given(cards(), st.sampled_from(["latin-1", "cp1252", "shift_jis", "big5", "gbk"]))
def test_text_read_in_a_wrong_code_page_is_repaired_or_refused_and_never_wrong(
    card: tuple[str, dict[str, object]], page: str
) -> None:
    text, wanted = card
    try:
        garbled = text.encode().decode(page)
    except UnicodeDecodeError:
        return  # a scanner would have lost letters here
    try:
        answer = card_object(read(garbled))
    except NotACard:
        return
    assert answer == wanted or "mis-decoded" in answer["warnings"]  # type: ignore[operator]  # a list, typed as object


@given(cards())
def test_latin_1_reading_is_always_repaired(card: tuple[str, dict[str, object]]) -> None:
    text, wanted = card
    assert card_object(read(text.encode().decode("latin-1"))) == wanted


def test_a_lossless_shift_jis_reading_is_repaired() -> None:
    text = "079099999123||Phạm Trọng Hùng|05031999|Nam|Hà Nội|10072022||||"
    garbled = "\u00a0".join(part.decode("shift_jis") for part in text.encode().split(b"\xa0"))
    assert read(garbled).name == "Phạm Trọng Hùng"


def test_text_that_lost_letters_in_a_wrong_code_page_warns() -> None:
    garbled = NEW_CARD.encode().decode("latin-1").replace("\u0090", "")  # a C1 control that a terminal swallowed
    assert garbled != NEW_CARD.encode().decode("latin-1")
    assert "mis-decoded" in read(garbled).warnings


@given(st.one_of(st.text(), st.text(alphabet="0123456789|\r\n NữamNuđ\x02\x00]Q1\ufffd\ud800", max_size=120)))
def test_no_text_raises_anything_but_not_a_card(text: str) -> None:
    with contextlib.suppress(NotACard):
        read(text)


@given(cards(), st.data())
def test_a_cut_payload_is_refused_or_keeps_its_person(card: tuple[str, dict[str, object]], data: st.DataObject) -> None:
    text, wanted = card
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        citizen = read(cut)
    except NotACard:
        return
    assert (citizen.id, citizen.name, citizen.dob) == (wanted["id"], wanted["name"], wanted["dob"])


def test_two_different_cards_in_one_scan_are_never_the_first_one() -> None:
    for between in ("\r\n", "\n", ""):
        with pytest.raises(NotACard, match="two cards"):
            read(CARD + between + NEW_CARD)


def test_one_card_scanned_twice_is_one_card() -> None:
    assert read(f"{NEW_CARD}\r\n{NEW_CARD}\r\n") == read(NEW_CARD)


@pytest.mark.parametrize("sex", ["Nam", "NAM", "nam"])
def test_sex_is_read_in_any_case(sex: str) -> None:
    assert read(NEW_CARD.replace("|Nam|", f"|{sex}|")).sex == "M"


@pytest.mark.parametrize("sex", ["Nữ", "NỮ", "Nu", "nu"])
def test_women_are_read_with_and_without_accents(sex: str) -> None:
    assert read(CARD.replace("|Nữ|", f"|{sex}|")).sex == "F"


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (("|04102024||||", "|04102024|||"), "fields: 10 instead of 7 or 11"),
        (("|04102024||||", "|04102024|"), "fields: 8 instead of 7 or 11"),
        (("4321||", "4321|12345|"), "old_id: not 9 or 12 digits"),
        (("|04102024|", "|31022024|"), "issued: impossible"),
        (("|04102024|", "||"), "issued: impossible"),
        (("|04102024|", "|04101980|"), "issued: impossible"),
        (("Đạt", "ﾃ｡t"), "mis-decoded"),
        (("Xóm", "X\ufffdm"), "mis-decoded"),
        (("|29021988|", "|00021988|"), "dob: partial"),
    ],
)
def test_what_is_odd_but_possible_warns(change: tuple[str, str], warning: str) -> None:
    assert read(NEW_CARD.replace(*change)).warnings == (warning,)


@pytest.mark.parametrize(
    "change",
    [
        ("Hồ Văn Đạt", ""),
        ("Hồ Văn Đạt", "Hồ Văn 2"),
        ("|Nam|", "||"),
        ("|Nam|", "|X|"),
        ("29021988", "29021989"),
        ("29021988", "1988-02-29"),
        ("29021988", "24112027"),
        ("29021988", "29021488"),
        ("29021988", "00131988"),
        ("29021988", "15001988"),
        ("040088004321", "04008800432"),
        ("040088004321", "0400880043210"),
        ("040088004321", "٠٤٠٠٨٨٠٠٤٣٢١"),
        ("040088004321", "noise that goes on and on 040088004321"),
    ],
)
def test_what_is_impossible_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(NotACard):
        read(NEW_CARD.replace(*change))


def test_no_break_spaces_become_plain_ones() -> None:
    assert read(CARD.replace("Nguyễn Thị", "Nguyễn\u00a0Thị\u3000")).name == "Nguyễn Thị Ánh Nguyệt"


def test_semicolons_and_commas_do_not_split() -> None:
    assert read(NEW_CARD.replace("Xóm 5,", "Xóm 5; tổ 3,")).address == "Xóm 5; tổ 3, Hưng Dũng, Nghệ An"


def test_age_counts_full_years() -> None:
    citizen = read(NEW_CARD)
    assert citizen.age(date(2026, 2, 28)) == 37
    assert citizen.age(date(2026, 3, 1)) == 38


def test_age_from_a_year_alone_is_the_least_that_is_certain() -> None:
    assert read(NEW_CARD.replace("29021988", "1951")).age(date(2026, 11, 24)) == 74


def test_neither_repr_nor_refusal_nor_mask_tells_who_it_is() -> None:
    citizen = read(CARD)
    assert citizen.masked() == "********2345"
    assert "Nguyệt" not in repr(citizen)
    assert "001199012345" not in f"{citizen}{citizen!r}"
    with pytest.raises(NotACard) as refusal:
        read(CARD.replace("05031999", "31021999"))
    assert "1999" not in str(refusal.value)


def test_a_number_alone_tells_year_and_sex_with_a_doubt_and_no_name() -> None:
    citizen = citizen_of_number("079190999014", date(2026, 11, 24))
    assert (citizen.dob, citizen.sex, citizen.name) == ("1990", "F", "")
    assert citizen.age(date(2026, 11, 24)) == 35
    assert citizen.warnings == ("number only",)


@pytest.mark.parametrize("number", ["", "07919099901", "0791909990145", "07919099901a", "079790999014"])
def test_what_is_no_number_of_a_living_person_is_no_card(number: str) -> None:
    with pytest.raises(NotACard):
        citizen_of_number(number, date(2026, 11, 24))
