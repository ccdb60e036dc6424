"""The wall between the lobby's flow and its screens: what is shown (frozen) and what a citizen can do (intents)."""

import msgspec

# Steps of the flow, one screen each. `idle` is home: hero (scan the card), tiles, search.
STEPS = (
    "idle",  # home and attract
    "greeting",  # after a card: name masked, choose a service; also the answer to an unreadable code
    "group",  # the procedures of one group, "another service of this group" last
    "search",  # keyboard and hits
    "guide",  # "I don't know": two questions
    "papers",  # what to bring, fee, time; priority self-declaration; take the number
    "printing",
    "ticket",  # number, place, range of waiting, QR
    "sorry",  # out of service, with the reason
)


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One touchable choice."""

    key: str
    title: str
    hint: str = ""
    icon: str = ""
    """Name in the icon font, e.g. `certificate`."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the checklist."""

    text: str
    unsure: bool = False
    """True if the catalogue's source is not confirmed: shown with a mark and never as a fact."""


class ProcedureSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the citizen is told about a procedure; empty texts are shown as unknown."""

    title: str
    code: str
    group_name: str
    time: str
    fee: str
    papers: tuple[Paper, ...]
    source: str
    unsure: bool


class TicketSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket as the citizen sees it."""

    ticket: str
    number: str
    group_name: str
    place: int
    low_minutes: int | None
    high_minutes: int | None
    counters: tuple[int, ...]
    priority: bool
    link: str
    """Address that the QR carries."""
    printed: str
    """`paper`, `screen` or `printing`."""
    told_offline: bool = False
    """True if place and range rest on an old snapshot."""


class LobbyView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the lobby's screens need to draw one frame."""

    step: str
    language: str = "vi"
    large: bool = False
    contrast: bool = False
    lowered: bool = False
    read_aloud: bool = False
    office_name: str = ""
    authority: str = ""
    clock: str = ""
    """`HH:MM`"""
    day_line: str = ""
    """e.g. `Thứ Ba, 24/11`"""
    citizen: str = ""
    """Greeting name from the card, RAM only; empty without card."""
    tiles: tuple[Tile, ...] = ()
    """Groups on `idle` and `greeting`, procedures on `group`, hits on `search`, answers on `guide`."""
    question: str = ""
    """On `guide`: the question; on others empty."""
    query: str = ""
    sheet: ProcedureSheet | None = None
    priority_choices: tuple[Tile, ...] = ()
    priority_chosen: str = ""
    """Key of a `PriorityReason`, or empty."""
    priority_by_age: bool = False
    services: tuple[str, ...] = ()
    """Titles of the services already chosen for this visit (a ticket may carry several)."""
    ticket: TicketSheet | None = None
    waiting: int | None = None
    low_minutes: int | None = None
    high_minutes: int | None = None
    counters_open: int = 0
    counters_total: int = 0
    online: bool = True
    notice: str = ""
    """Key of a line for the citizen: `card_unreadable`, `card_two`, `card_not_a_card`, `help_called`, or empty."""
    faults: tuple[str, ...] = ()
    """Parts that staff should see to: `printer`, `paper`, `camera`, `hub`."""
    seconds_left: int | None = None
    """Shown as a warning when the visit is about to end by itself."""
    reason: str = ""
    """On `sorry`: key of the reason."""
    campaign: str = ""


class LobbyIntent(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """Something a citizen did on the lobby's screen."""


class Choose(LobbyIntent, frozen=True, kw_only=True, tag="choose"):
    """Touched a tile."""

    key: str


class OpenSearch(LobbyIntent, frozen=True, kw_only=True, tag="search"):
    """Touched the search field."""


class Query(LobbyIntent, frozen=True, kw_only=True, tag="query"):
    """The text of the search field changed."""

    text: str


class OpenGuide(LobbyIntent, frozen=True, kw_only=True, tag="guide"):
    """Touched "I don't know"."""


class NoCard(LobbyIntent, frozen=True, kw_only=True, tag="no_card"):
    """Goes on without a card."""


class DeclarePriority(LobbyIntent, frozen=True, kw_only=True, tag="priority"):
    """Touched a priority reason; the same again takes it back."""

    reason: str


class AddService(LobbyIntent, frozen=True, kw_only=True, tag="add_service"):
    """Wants one more service on the same ticket."""


class TakeTicket(LobbyIntent, frozen=True, kw_only=True, tag="take"):
    """Takes the number."""


class Back(LobbyIntent, frozen=True, kw_only=True, tag="back"):
    """One step back."""


class Home(LobbyIntent, frozen=True, kw_only=True, tag="home"):
    """Ends the visit; nothing of the citizen stays."""


class SetLanguage(LobbyIntent, frozen=True, kw_only=True, tag="language"):
    """Changes the language for this visit."""

    language: str


class Toggle(LobbyIntent, frozen=True, kw_only=True, tag="toggle"):
    """Switches `large`, `contrast`, `lowered` or `read_aloud` for this visit."""

    what: str


class CallHelp(LobbyIntent, frozen=True, kw_only=True, tag="help"):
    """Asks a member of staff to come."""


class StayHere(LobbyIntent, frozen=True, kw_only=True, tag="stay"):
    """Extends the visit's time."""


AnyLobbyIntent = (
    Choose
    | OpenSearch
    | Query
    | OpenGuide
    | NoCard
    | DeclarePriority
    | AddService
    | TakeTicket
    | Back
    | Home
    | SetLanguage
    | Toggle
    | CallHelp
    | StayHere
)
