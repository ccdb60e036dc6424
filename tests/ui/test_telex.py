import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui.draft import Draft, draft_of, erase, move, type_key, typed
from kiosk.ui.syllables import ONSETS, RHYMES, TONES, bare, is_legal, is_possible, with_tone, without_tone
from kiosk.ui.telex import (
    DIRECT_LETTERS,
    EMPTY,
    TONE_KEYS,
    backspace,
    finish,
    foreign_words,
    press,
    word_of,
)

TELEX_OF = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
VNI_OF = {"ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"}
TELEX_TONE = ("", "s", "f", "r", "x", "j")

SYLLABLES = [
    (onset + rhyme, tone) for onset in ONSETS for rhyme in RHYMES for tone in range(6) if is_legal(onset + rhyme, tone)
]


def telex_keys(letters: str, tone: int) -> str:
    # xoong, soóc: a plain double o is typed with a third one, which takes the hat back
    letters = letters.replace("oo", "ooo")
    return "".join(TELEX_OF.get(letter, letter) for letter in letters) + TELEX_TONE[tone]


def test_there_are_as_many_syllables_as_a_dictionary_of_forms_would_hold():
    assert len(set(SYLLABLES)) > 15_000


def test_every_legal_syllable_comes_out_of_its_telex_keys():
    wrong = []
    for letters, tone in SYLLABLES:
        if typed(telex_keys(letters, tone)) != with_tone(letters, tone):
            wrong.append((letters, tone))
    assert wrong == []


def test_every_legal_syllable_comes_out_of_its_vni_keys():
    wrong = [
        (letters, tone)
        for letters, tone in SYLLABLES
        if typed("".join(VNI_OF.get(x, x) for x in letters) + (str(tone) if tone else ""), "vni")
        != with_tone(letters, tone)
    ]
    assert wrong == []


def test_every_legal_syllable_comes_out_of_direct_letters_and_named_tones():
    wrong = [
        (letters, tone)
        for letters, tone in SYLLABLES
        if typed(letters + TONES[tone], "direct") != with_tone(letters, tone)
    ]
    assert wrong == []


def test_direct_letters_work_the_same_while_telex_is_on():
    for letters, tone in SYLLABLES[::7]:
        if "oo" not in letters:  # two o are an ô in Telex
            assert typed(letters + TONES[tone]) == with_tone(letters, tone)


def test_marks_may_follow_at_the_end_of_the_word():
    """Free marking: tiengse, duongwfd; the hat or horn finds its vowel behind the consonants."""
    for keys, expected in {
        "tiengse": "tiếng",
        "duongwfd": "đường",
        "nguoiwf": "người",
        "dangd": "đang",
        "namw": "năm",
        "hoangf": "hoàng",
        "thuongwr": "thưởng",
        "hongof": "hồng",
    }.items():
        assert typed(keys) == expected


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("hoaf", "hòa"),
        ("thuyr", "thủy"),
        ("khoer", "khỏe"),
        ("toans", "toán"),
        ("ngoaif", "ngoài"),
        ("quys", "quý"),
        ("quaf", "quà"),
        ("giaf", "già"),
        ("gif", "gì"),
        ("ginf", "gìn"),
        ("gieengs", "giếng"),
        ("thuowr", "thuở"),
        ("huow", "huơ"),
        ("hwowng", "hương"),
        ("khuyur", "khuỷu"),
        ("DDawks Lawks", "Đắk Lắk"),
        ("VIEETJ NAM", "VIỆT NAM"),
        ("Chowf hown mootj tieengs", "Chờ hơn một tiếng"),
    ],
)
def test_tones_stand_where_the_old_style_puts_them(keys, text):
    assert typed(keys) == text


@pytest.mark.parametrize(("keys", "text"), [("hoaf", "hoà"), ("khoer", "khoẻ"), ("thuyr", "thuỷ"), ("toans", "toán")])
def test_new_style_moves_the_tone_of_open_oa_oe_uy(keys, text):
    assert typed(keys, new_style=True) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [("aaa", "aa"), ("eee", "ee"), ("ooo", "oo"), ("ddd", "dd"), ("aww", "aw"), ("uww", "uw"), ("ww", "w"),
     ("ass", "as"), ("tesst", "test"), ("xooong", "xoong"), ("asz", "a"), ("asf", "à"), ("uoww", "uow")],
)  # fmt: skip
def test_the_same_key_again_takes_its_effect_back(keys, text):
    assert typed(keys) == text


FOREIGN = "windows hello email facebook wifi zalo gmail website user after soft internet covid server data john"


@pytest.mark.parametrize("word", FOREIGN.split())
def test_words_that_are_not_vietnamese_are_left_as_typed(word):
    assert typed(word + " ") == word + " "


FOREIGN_LIST = Path(__file__).parents[1] / "data" / "foreign_words.txt"


def foreign_list():
    lines = FOREIGN_LIST.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@pytest.mark.parametrize("method", ["telex", "vni", "direct"])
def test_five_hundred_foreign_words_are_left_alone(method):
    words = foreign_list()
    assert len({word.lower() for word in words}) >= 500
    assert [word for word in words if typed(word + " ", method) != word + " "] == []


def test_no_word_that_is_kept_is_what_a_vietnamese_syllable_is_typed_with():
    keys = {telex_keys(letters, tone) for letters, tone in SYLLABLES if telex_keys(letters, tone) != letters}
    assert foreign_words() & keys == set()


@pytest.mark.parametrize(
    ("keys", "text"), [("xooongs", "xoóng"), ("sooocs", "soóc"), ("coool", "cool"), ("cool", "cool")]
)
def test_a_plain_double_o_goes_on_as_vietnamese_or_not_as_it_comes(keys, text):
    assert typed(keys) == text


@pytest.mark.parametrize("text", ["Khong dau gi ca", "tieng Viet", "cam on can bo", "Nguyen Thi Hoa"])
def test_vietnamese_without_marks_stays_without_marks(text):
    assert typed(text) == text


def test_a_named_tone_works_at_any_place_and_goes_away_when_pressed_again():
    word = EMPTY
    for key in ("t", TONE_KEYS["sac"], "o", "a", TONE_KEYS["nang"], "n"):
        word = press(word, key)
    assert word.text() == "toạn"
    assert press(word, TONE_KEYS["sac"]).text() == "toán"
    assert press(word, TONE_KEYS["nang"]).text() == "toan"


def test_a_named_tone_is_obeyed_even_in_a_word_that_does_not_exist():
    assert typed(["m", "a", "t", TONE_KEYS["nga"]]) == "mãt"
    assert typed(["f", "a", TONE_KEYS["huyen"]]) == "fà"


def test_a_tone_stays_where_it_is_when_the_word_goes_on_as_no_word():
    draft = draft_of("VIỆTa")
    assert draft.text() == "VIỆTa"
    assert type_key(draft, "b").text() == "VIỆTab"
    assert typed(["v", "i", "ê", TONE_KEYS["nang"], "t", "a"]) == "việta"


@pytest.mark.parametrize(
    ("text", "shorter"),
    [("toán", "tóa"), ("tiếng", "tiến"), ("già", "gì"), ("hoài", "hòa"), ("đ", ""), ("quý", "qu"), ("được", "đượ")],
)
def test_backspace_takes_the_last_letter_and_the_tone_moves_where_it_belongs(text, shorter):
    assert backspace(word_of(text)).text() == shorter


def test_typing_goes_on_inside_a_word_after_backspace():
    draft = draft_of("Mong có thêm ghê")
    draft = erase(draft)
    for key in ("ê", TONE_KEYS["sac"]):
        draft = type_key(draft, key)
    assert draft.text() == "Mong có thêm ghế"
    assert type_key(erase(type_key(draft, " ")), TONE_KEYS["sac"]).text() == "Mong có thêm ghê"


def test_a_typing_method_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="telex, vni, direct"):
        press(EMPTY, "a", "qwerty")


KEYS = st.sampled_from([*"abcdefghijklmnopqrstuvwxyzAEODW ,.", *DIRECT_LETTERS, *TONE_KEYS.values()])


@settings(max_examples=300, deadline=None)
@given(st.lists(KEYS, max_size=30))
def test_text_is_always_nfc_and_never_longer_than_the_keys(keys):
    text = typed(keys)
    assert text == unicodedata.normalize("NFC", text)
    assert len(text) <= len(keys)


@settings(max_examples=300, deadline=None)
@given(st.lists(KEYS, max_size=20))
def test_backspace_always_shortens_by_one_and_empties_any_text(keys):
    draft = Draft()
    for key in keys:
        draft = type_key(draft, key)
    length = len(draft.text())
    while length:
        draft = erase(draft)
        length -= 1
        assert len(draft.text()) == length
    assert draft == Draft()


@pytest.mark.parametrize(
    ("text", "caret", "keys", "result"),
    [
        ("toan nha", 2, [TONE_KEYS["sac"]], "toán nha"),
        ("toan nha", 2, ["s"], "toán nha"),
        ("hoàn", 3, ["n"], "hoànn"),
        ("tin", 2, ["ê"], "tiên"),
        ("tín", 2, ["ê"], "tiến"),
        ("duong", 1, ["d"], "đuong"),
        ("duong", 3, ["w"], "dương"),
        ("Chờ lâu", 4, ["r", "â", TONE_KEYS["sac"], "t", " "], "Chờ rất lâu"),
        ("AB", 1, ["1"], "A1B"),
    ],
)
def test_typing_in_the_middle_of_a_word_treats_the_whole_syllable(text, caret, keys, result):
    draft = draft_of(text, caret)
    for key in keys:
        draft = type_key(draft, key)
    assert draft.text() == result


@pytest.mark.parametrize(
    ("text", "caret", "result"),
    [("toán", 3, "tón"), ("tiến", 3, "tín"), ("hoàn", 4, "hòa"), ("a b", 2, "ab"), ("abc", 0, "abc"), ("quý", 2, "qý")],
)
def test_backspace_in_the_middle_of_a_syllable_keeps_its_tone_where_it_belongs(text, caret, result):
    assert erase(draft_of(text, caret)).text() == result


def test_leaving_a_foreign_word_ends_it():
    draft = Draft()
    for key in "xem office":
        draft = type_key(draft, key)
    draft = move(draft, 0)
    assert draft.text() == "xem office"
    assert draft.caret() == 0


EDITS = st.one_of(KEYS, st.just("erase"), st.integers(-3, 3))


@settings(max_examples=300, deadline=None)
@given(st.lists(EDITS, max_size=40), st.booleans())
def test_editing_anywhere_changes_one_place_only_and_the_caret_stays_inside(edits, new_style):
    draft = Draft()
    for edit in edits:
        text, caret = draft.text(new_style), draft.caret(new_style)
        if isinstance(edit, int):
            draft = move(draft, caret + edit, new_style)
        elif edit == "erase":
            draft = erase(draft, new_style)
            assert len(draft.text(new_style)) == len(text) - bool(caret)
            assert draft.caret(new_style) == max(0, caret - 1)
        else:
            draft = type_key(draft, edit, "telex", new_style)
        after = draft.text(new_style)
        assert unicodedata.is_normalized("NFC", after)
        assert 0 <= draft.caret(new_style) <= len(after)


@settings(max_examples=300, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_direct_typing_never_changes_plain_letters(word):
    assert typed(word, "direct") == word


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SYLLABLES))
def test_a_syllable_taken_apart_is_the_syllable_put_together(syllable):
    letters, tone = syllable
    text = with_tone(letters, tone)
    assert without_tone(text) == (letters, tone)
    assert finish(word_of(text)) == text
    assert all(is_possible(letters[:end]) for end in range(len(letters) + 1))
    assert is_possible(bare(letters))
