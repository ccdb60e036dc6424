"""Phrases to touch instead of typing: the one that is being typed comes first."""

from kiosk.ui.phrases import completes, suggested

PHRASES = ("Cảm ơn cán bộ", "Hướng dẫn rõ ràng", "Làm việc nhanh", "Thái độ tận tình", "Hướng dẫn kỹ hơn")


def test_an_empty_text_is_offered_the_first_phrases():
    assert suggested("", PHRASES, 3) == list(PHRASES[:3])


def test_what_is_being_typed_comes_first_with_or_without_marks():
    assert suggested("huong d", PHRASES, 2) == ["Hướng dẫn rõ ràng", "Hướng dẫn kỹ hơn"]
    assert suggested("Chờ lâu. thái", PHRASES, 1) == ["Thái độ tận tình"]


def test_a_phrase_is_not_offered_twice():
    assert "Cảm ơn cán bộ" not in suggested("Cảm ơn cán bộ, ", PHRASES, 5)


def test_only_a_phrase_that_was_begun_takes_the_place_of_what_is_typed():
    assert completes("Chờ lâu, huong", "Hướng dẫn kỹ hơn")
    assert not completes("Chờ lâu", "Hướng dẫn kỹ hơn")
    assert not completes("Chờ lâu, ", "Hướng dẫn kỹ hơn")
