"""Phrases to touch instead of typing: the one that is being typed comes first."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.phrases import clause_of, completes, suggested

PHRASES = ("Cảm ơn cán bộ", "Hướng dẫn rõ ràng", "Làm việc nhanh", "Thái độ tận tình", "Hướng dẫn kỹ hơn")


def test_an_empty_text_is_offered_the_first_phrases():
    assert suggested("", PHRASES, 3, 300) == list(PHRASES[:3])


def test_what_is_being_typed_comes_first_with_or_without_marks():
    assert suggested("huong d", PHRASES, 2, 300) == ["Hướng dẫn rõ ràng", "Hướng dẫn kỹ hơn"]
    assert suggested("Chờ lâu. thái", PHRASES, 1, 300) == ["Thái độ tận tình"]


def test_a_phrase_is_not_offered_twice():
    assert "Cảm ơn cán bộ" not in suggested("Cảm ơn cán bộ, ", PHRASES, 5, 300)


def test_only_a_phrase_that_was_begun_takes_the_place_of_what_is_typed():
    assert completes("Chờ lâu, huong", "Hướng dẫn kỹ hơn")
    assert not completes("Chờ lâu", "Hướng dẫn kỹ hơn")
    assert not completes("Chờ lâu, ", "Hướng dẫn kỹ hơn")


@given(st.text(alphabet="huong dẫ,. ", max_size=60), st.integers(0, 60))
def test_what_is_offered_fits(text, limit):
    """A phrase that does nothing when it is touched is a dead button."""
    for phrase in suggested(text, PHRASES, 5, limit):
        begun = clause_of(text) if completes(text, phrase) else ""
        assert len(text) - len(begun) + len(phrase) <= limit


def test_a_full_text_is_offered_nothing_but_what_is_shorter_than_its_beginning():
    assert suggested("x" * 290, PHRASES, 5, 300) == []
    assert suggested("x" * 284 + ". Làm việ", PHRASES, 5, 300) == ["Làm việc nhanh"]
