"""What the lobby's conversations show: frozen pieces of the view, one a conversation, None while it is not held."""

import msgspec

from kiosk.domain.campaigns import CampaignText


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
    has_calculator: bool = False
    """True if the fee goes by pages and copies."""
    has_form: bool = False
    """True if its form can be filled here."""


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
    form_codes: tuple[str, ...] = ()
    """One-time codes of the forms that were handed over before."""


class FeeSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The fee of certified copies, đồng."""

    pages: int
    copies: int
    one: int
    """Of one copy."""
    total: int
    is_capped: bool
    """True if one copy costs the most that a copy may cost."""
    printed: str = ""
    """Empty, `printing`, `paper` or `failed`."""
    can_print: bool = True


class TakeawaySheet(msgspec.Struct, frozen=True, kw_only=True):
    """The checklist to take along."""

    title: str
    papers: tuple[Paper, ...]
    code: str
    """Text of the QR code: the list itself, so that a phone needs no network."""
    printed: str = ""
    """Empty, `printing`, `paper` or `failed`."""
    can_print: bool = True


class EnquirySheet(msgspec.Struct, frozen=True, kw_only=True):
    """A question that only the hub can answer, by a code."""

    purpose: str
    """`dossier`, `appointment` or `pickup`."""
    code: str
    """As typed or scanned."""
    state: str
    """`ask`, `asking`, `found` or `refused`."""
    error: str = ""
    """Why it was refused; `away` where the hub did not answer."""
    status: str = ""
    """Of a dossier: `received`, `processing`, `supplement`, `ready` or `returned`."""
    title: str = ""
    """The service, where it is known."""
    moment: str = ""
    """Of a booking: its hour; of a dossier: the day on which it is due."""
    note: str = ""
    can_go_on: bool = False
    """True if a number may be taken for it."""


class FieldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form."""

    key: str
    label: str
    text: str
    from_card: bool = False
    kind: str = "text"
    """`text`, `date`, `phone` or `choice`."""
    is_wrong: bool = False
    """True if what was typed has not the form that the field asks for."""


class FormSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A form that is filled before the turn comes."""

    title: str
    fields: tuple[FieldLine, ...]
    open: str = ""
    """Key of the field that is being answered; empty while the list is shown."""
    label: str = ""
    kind: str = "text"
    text: str = ""
    choices: tuple[Tile, ...] = ()
    state: str = "filling"
    """`filling`, `sending`, `handed` or `away`."""
    code: str = ""
    """One-time code for the officer, once it is handed over."""


class CampaignSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The guide of a campaign."""

    key: str
    name: str
    lead: str
    bring: tuple[str, ...]
    steps: tuple[str, ...]
    link: str
    link_note: str
    can_take: bool
    """True if numbers are given for it now."""


def campaign_sheet(text: CampaignText, language: str, can_take: bool) -> CampaignSheet:
    """Return the guide of a campaign in a language."""
    return CampaignSheet(
        key=text.key,
        name=text.name.in_language(language),
        lead=text.lead.in_language(language),
        bring=tuple(said.in_language(language) for said in text.bring),
        steps=tuple(said.in_language(language) for said in text.steps),
        link=text.link,
        link_note=text.link_note.in_language(language),
        can_take=can_take,
    )


class StaffSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The menu for staff, and the door to it."""

    stage: str
    """`pin`, `new`, `again` (the new one once more), `locked`, `unset` or `menu`."""
    typed: int = 0
    """How many digits of the PIN were typed; the digits themselves are nowhere in a view."""
    error: str = ""
    seconds: int = 0
    """Until the door opens again."""
    facts: tuple[tuple[str, str], ...] = ()
    """State of the box: key of the name, and the value."""
    volume: int = 0
    """Steps above the quiet beginning of reading aloud, 0 to 3."""
    language: str = "vi"
    """In which the home screen begins."""
    can_reprint: bool = False
    done: str = ""
    """What was just done: key of a line, or empty."""
