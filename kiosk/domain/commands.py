"""What a counter or a desk may ask of the hub, which alone decides: every request, as msgspec structs.

The other half of the vocabulary stands in `events`: what happened, which is never refused.
"""

from datetime import date

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="op"):
    """A request to the hub. `req_id` makes a retry harmless: the hub stores the reply under it."""

    req_id: str
    counter: int


class CallNext(Command, frozen=True, kw_only=True, tag="call_next"):
    """Call whoever is next for this counter; finishes nothing."""


class CallTicket(Command, frozen=True, kw_only=True, tag="call_ticket"):
    """Call one ticket out of order; the audit keeps the reason."""

    ticket: str
    reason: str = ""


class Recall(Command, frozen=True, kw_only=True, tag="recall"):
    """Repeat the call of the ticket at this counter."""


class Start(Command, frozen=True, kw_only=True, tag="start"):
    """The citizen has come: service begins."""


class Park(Command, frozen=True, kw_only=True, tag="park"):
    """Set the ticket at this counter aside."""

    minutes: int = 30
    reason: str = ""


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """Let a parked ticket wait again, at the front of its class."""

    ticket: str


class Transfer(Command, frozen=True, kw_only=True, tag="transfer"):
    """Hand the ticket at this counter to another group, counter or officer."""

    group: str = ""
    to_counter: int | None = None
    officer: str = ""
    reason: str = ""


class Finish(Command, frozen=True, kw_only=True, tag="finish"):
    """The service at this counter is done; the reply carries the rating token."""


class NoShow(Command, frozen=True, kw_only=True, tag="no_show"):
    """Nobody came."""


class Return(Command, frozen=True, kw_only=True, tag="return"):
    """A no-show is back within the grace time."""

    ticket: str


class Void(Command, frozen=True, kw_only=True, tag="void"):
    """Take a ticket out of the queue."""

    ticket: str
    reason: str = "staff"


class SignIn(Command, frozen=True, kw_only=True, tag="sign_in"):
    """Open the counter for an officer."""

    officer: str
    name: str


class SignOut(Command, frozen=True, kw_only=True, tag="sign_out"):
    """Close the counter."""


class Pause(Command, frozen=True, kw_only=True, tag="pause"):
    """Take no calls for a while."""

    reason: str = ""


class Reopen(Command, frozen=True, kw_only=True, tag="reopen"):
    """Take calls again after a pause."""


class Question(msgspec.Struct, frozen=True, kw_only=True, tag_field="op"):
    """A request of a lobby kiosk that changes nothing in the queue and is never written down."""

    req_id: str


class AskDossier(Question, frozen=True, kw_only=True, tag="ask_dossier"):
    """How far is the dossier with this code on its receipt?"""

    code: str


class AskAppointment(Question, frozen=True, kw_only=True, tag="ask_appointment"):
    """Is somebody expected under this booking code?"""

    code: str


class HandOver(Question, frozen=True, kw_only=True, tag="hand_over"):
    """Keep a filled form for the officer, in memory, under a one-time code."""

    form: str
    """Key of the procedure."""
    values: dict[str, str]

    def __repr__(self) -> str:
        """Return a text without values, so that a log line or a crash report holds none."""
        return f"HandOver(form={self.form!r}, fields={len(self.values)})"


class ShowName(Question, frozen=True, kw_only=True, tag="show_name"):
    """Show this masked name beside the number on the board, as its owner wishes; in memory until the visit ends."""

    ticket: str
    name: str

    def __repr__(self) -> str:
        """Return a text without the name, so that no log line or crash report holds it."""
        return f"ShowName(ticket={self.ticket!r})"


class SignInByPin(Command, frozen=True, kw_only=True, tag="sign_in_by_pin"):
    """Open the counter for an officer who typed number and PIN at its keypad; the PIN is checked and never kept."""

    officer: str
    pin: str

    def __repr__(self) -> str:
        """Return a text without the PIN, so that no log line or crash report holds it."""
        return f"SignInByPin(counter={self.counter}, officer={self.officer!r})"


AnyQuestion = AskDossier | AskAppointment | HandOver | ShowName
AnyCommand = (
    CallNext | CallTicket | Recall | Start | Park | Resume | Transfer | Finish | NoShow | Return | Void
    | SignIn | SignOut | Pause | Reopen
)  # fmt: skip


class RenewIdentity(Question, frozen=True, kw_only=True, tag="renew_identity"):
    """A device asks for its next certificate, over the line that its present one opened."""

    request: str
    """Certificate request (PEM) with a new public key."""


class MergeSmallDay(Question, frozen=True, kw_only=True, tag="merge_small_day"):
    """A counter's box has a closed day of fewer than k visits, and asks what becomes of it (`masked_sums`)."""

    day: date
    key: str
    """Public half (hex) of the box's X25519 key for this day."""
    k: int
    """Visits below which this box lets nothing be published."""
    masked: tuple[int, int, int, int] | None = None
    """Its counts under masks, from its turn on; each 0 to 2^64 - 1."""
    too_few: bool = False
    """The keeper's word that all together have fewer than k visits."""


Request = AnyCommand | SignInByPin | AnyQuestion | RenewIdentity | MergeSmallDay
"""Whatever a device may ask the hub for."""
