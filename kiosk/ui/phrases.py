"""Ready-made phrases: which of them fit what is being written. Pure."""

from collections.abc import Sequence

from kiosk.domain.procedure_search import plain

_ENDS_CLAUSE = ".,!?…\n"


def clause_of(text: str) -> str:
    """Return the clause that `text` ends with, without the mark before it."""
    start = max(text.rfind(mark) for mark in _ENDS_CLAUSE) + 1
    return text[start:].lstrip()


def suggested(text: str, phrases: Sequence[str], count: int, limit: int) -> list[str]:
    """Return `count` phrases to offer: first those that begin like the last clause of `text`, then the others in order.

    Marks and tones do not matter (`huong d` finds "Hướng dẫn rõ ràng"); what stands in the text already is not offered
    again, nor what would make it longer than `limit`.
    """
    written = plain(text)
    begun = plain(clause_of(text))
    left = [phrase for phrase in phrases if plain(phrase) not in written and _length_with(text, phrase) <= limit]
    return sorted(left, key=lambda phrase: not (begun and plain(phrase).startswith(begun)))[:count]


def _length_with(text: str, phrase: str) -> int:
    taken = len(clause_of(text)) if completes(text, phrase) else 0
    return len(text) - taken + len(phrase) + (2 if text and not taken else 0)


def completes(text: str, phrase: str) -> bool:
    """Tell whether `phrase` begins with what the last clause of `text` says: it then takes the clause's place."""
    begun = plain(clause_of(text))
    return bool(begun) and plain(phrase).startswith(begun)
