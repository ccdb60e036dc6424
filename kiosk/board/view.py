"""The wall between the board's flow and its screens: what is shown, frozen. Nobody touches a board."""

import msgspec


class CounterRow(msgspec.Struct, frozen=True, kw_only=True):
    """One counter on the board."""

    counter: int
    state: str
    """As in the snapshot: `closed`, `idle`, `calling`, `serving` or `paused`."""
    number: str = ""
    name: str = ""
    """Masked name of who asked for it, where the site shows names."""
    group_name: str = ""


class GroupRow(msgspec.Struct, frozen=True, kw_only=True):
    """One service group on the board."""

    letter: str
    name: str
    waiting: int
    low_minutes: int | None
    high_minutes: int | None


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One petition that the leader has answered."""

    category: str
    day: str
    """Of the answer, as people write it: 24/11."""
    days: int
    """Calendar days that it took; 0: the same day."""


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """One call in the banner."""

    number: str
    counter: int
    again: bool = False
    """The same number to the same counter once more."""


class BoardView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the board needs to draw one frame."""

    step: str = "calls"
    """`calls`, `closed` (out of hours) or `waiting_for_hub` (never had a snapshot)."""
    language: str = "vi"
    large: bool = False
    contrast: bool = False
    office_name: str = ""
    authority: str = ""
    clock: str = ""
    weekday: str = ""
    day: str = ""
    call_number: str = ""
    """Number in the banner; empty shows the welcome."""
    call_counter: int = 0
    call_again: bool = False
    fresh: bool = False
    """True for the first seconds of a call: the banner is gold, afterwards calm."""
    others: tuple[CallRow, ...] = ()
    """Calls of other counters that are still fresh, in the order in which the voice says them."""
    counters: tuple[CounterRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    waiting: int = 0
    finished: int = 0
    rated: int = 0
    satisfied_percent: float | None = None
    """Share of 4 and 5 among today's ratings; None while nobody rated."""
    satisfied_low: float | None = None
    satisfied_high: float | None = None
    score_mean: float | None = None
    reopens: str = ""
    """When a closed office opens again, as people say it: `07:30 Thứ Hai, 30/11`; empty where nobody knows."""
    notice: str = ""
    page: str = "queue"
    """What the right side shows: `queue` and today's figures, a `picture`, a `film`, or `answers` to petitions."""
    picture: str = ""
    """Path of the picture or film."""
    film_size: tuple[int, int] = (0, 0)
    """Width and height of the film, px. While a call is `fresh` it holds still."""
    answers: tuple[AnswerRow, ...] = ()
    stale_seconds: int | None = None
    """Age of the snapshot once it is older than 15 s without the hub; None while fresh."""
