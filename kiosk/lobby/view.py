"""The wall between the lobby's flow and its screens: what is shown (frozen) and what a citizen can do (intents)."""

import msgspec

from kiosk.lobby.sheets import (
    CampaignSheet,
    EnquirySheet,
    FeeSheet,
    FormSheet,
    ProcedureSheet,
    StaffSheet,
    TakeawaySheet,
    TicketSheet,
    Tile,
)

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
    "closed",  # home outside office hours: when it opens; looking things up goes on
    "more",  # what else can be done here: look up, dossier, booking, results, campaign
    "fee",  # certified copies: pages x copies
    "takeaway",  # the checklist to phone or paper
    "enquiry",  # a code is asked, and what the hub says to it
    "form",  # a procedure's form, filled before the turn comes
    "remember",  # explicit consent to be remembered
    "campaign",  # the guide of a campaign; also home while one is on
    "staff",  # PIN and menu
)
HOME_STEPS = ("idle", "closed", "campaign")
"""Steps of a view in which the kiosk is at home and waits for anybody."""


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
    """Key of a line for the citizen: `card_unreadable`, `card_two`, `card_not_a_card`, `help_called`, `closed`,
    `restarted`, `forgotten`, `remembered`, how to hold the card (`hold_closer` and so on), or empty."""
    faults: tuple[str, ...] = ()
    """What staff should see to: `printer`, `paper`, `paper_low`, `camera`, `hub`."""
    seconds_left: int | None = None
    """Shown as a warning when the visit is about to end by itself."""
    reason: str = ""
    """On `sorry`: key of the reason."""
    opens_day: str = ""
    """On `closed`: the day of the next opening, e.g. `Thứ Hai, 30/11`; empty where none is known."""
    opens_clock: str = ""
    hours: str = ""
    """On `closed`: the office's weekly hours, e.g. `Thứ Hai – Thứ Sáu, 07:30–17:00`."""
    can_take: bool = True
    """False while no numbers are given: outside hours, and in looking things up only."""
    can_be_remembered: bool = False
    """On `greeting`: the card's owner may ask to be remembered."""
    is_remembered: bool = False
    offered_name: str = ""
    """On `ticket`: the masked name as the board would show it, where the site offers that; empty otherwise."""
    name_shown: str = ""
    """What became of the wish: `sent`, `shown`, `failed`, or empty."""
    attract: int = 0
    """Home shows this picture of its calm loop; 0 = the ordinary home."""
    is_dim: bool = False
    """The screen sleeps; the next touch only wakes it."""
    volume: int = 0
    """With which reading aloud begins, 0..3 steps, as staff set it."""
    fee: FeeSheet | None = None
    takeaway: TakeawaySheet | None = None
    enquiry: EnquirySheet | None = None
    form: FormSheet | None = None
    campaign: CampaignSheet | None = None
    staff: StaffSheet | None = None


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


class OpenMore(LobbyIntent, frozen=True, kw_only=True, tag="more"):
    """Touched "other things"."""


class Open(LobbyIntent, frozen=True, kw_only=True, tag="open"):
    """Opens a conversation about the present service: `fee`, `takeaway`, `form`, or `remember` on the greeting."""

    what: str


class Step(LobbyIntent, frozen=True, kw_only=True, tag="step"):
    """Changes a figure of the calculator, or the volume, by `by`."""

    what: str
    by: int


class PrintList(LobbyIntent, frozen=True, kw_only=True, tag="print_list"):
    """Wants the checklist, or the fees, on paper."""


class Code(LobbyIntent, frozen=True, kw_only=True, tag="code"):
    """The text of a code field changed."""

    text: str


class Ask(LobbyIntent, frozen=True, kw_only=True, tag="ask"):
    """Asks the hub about the code that was typed."""


class GoOn(LobbyIntent, frozen=True, kw_only=True, tag="go_on"):
    """Goes on from an answer to the number."""


class OpenField(LobbyIntent, frozen=True, kw_only=True, tag="field"):
    """Touched a field of the form; an empty key closes the one that is open."""

    key: str


class Answer(LobbyIntent, frozen=True, kw_only=True, tag="answer"):
    """The text of the open field changed, or one of its choices was touched."""

    text: str


class HandOver(LobbyIntent, frozen=True, kw_only=True, tag="hand_over"):
    """Hands the form to the officer."""


class ShowName(LobbyIntent, frozen=True, kw_only=True, tag="show_name"):
    """Wants the masked name beside the number on the board."""


class Consent(LobbyIntent, frozen=True, kw_only=True, tag="consent"):
    """Agrees to be remembered, or (False) wants to be forgotten."""

    given: bool


class Corner(LobbyIntent, frozen=True, kw_only=True, tag="corner"):
    """Touched the emblem: five times in a row opens the door for staff."""


class Digit(LobbyIntent, frozen=True, kw_only=True, tag="digit"):
    """Typed one digit of the PIN; an empty one takes the last back."""

    digit: str


class Do(LobbyIntent, frozen=True, kw_only=True, tag="do"):
    """Staff do something: `paper`, `reprint`, `test`, `language`, `pin` or `restart`."""

    what: str


class Wake(LobbyIntent, frozen=True, kw_only=True, tag="wake"):
    """Touched the sleeping screen anywhere."""


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
    | OpenMore
    | Open
    | Step
    | PrintList
    | Code
    | Ask
    | GoOn
    | OpenField
    | Answer
    | HandOver
    | ShowName
    | Consent
    | Corner
    | Digit
    | Do
    | Wake
)
