"""The wall between the counter's flow and its tablet: what is shown (frozen) and what a citizen can do (intents)."""

import msgspec

# Steps of the tablet, one screen each.
STEPS = (
    "closed",  # nobody signed in
    "idle",  # the counter's services, "please wait for your number"
    "calling",  # number called, citizen on the way
    "serving",  # number now served, officer
    "rating",  # five faces, 30 s
    "reasons",  # after 1-3: why
    "comment",  # touch keyboard
    "petition",  # touch keyboard, category; for the leader
    "receipt",  # petition's receipt code and QR
    "later",  # QR code: the same right on the phone, for 24 h
    "thanks",
    "survey",  # one question with answers to touch
    "survey_text",  # touch keyboard
    "paused",
)
KEYBOARD_STEPS = ("comment", "petition", "survey_text")
"""Steps that take the whole tablet: the keyboard needs it, and nothing stands beside it."""

REASONS = ("wait", "attitude", "unclear", "many_trips", "facilities", "other")
"""Keys of the reasons after a rating of 1 to 3; their texts are in the locales."""

CAMERA_STATES = (
    "",  # no camera here, or switched off
    "offer",  # asks: nothing runs before the citizen allows it
    "notice",  # tells that it will look at the end, and how to decline
    "allowed",  # will look at the end of the visit
    "on",  # looks now
    "done",  # has looked; can still be taken back
    "declined",  # does not look in this visit
)


class CounterView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the tablet's screens need to draw one frame."""

    step: str
    language: str = "vi"
    large: bool = False
    contrast: bool = False
    read_aloud: bool = False
    office_name: str = ""
    counter: int = 1
    officer: str = ""
    """Key of the signed-in officer; empty if nobody is."""
    officer_name: str = ""
    group_names: tuple[str, ...] = ()
    """Services of the counter, in the citizen's language."""
    group_letters: tuple[str, ...] = ()
    """The letter with which the numbers of each begin."""
    number: str = ""
    ticket: str = ""
    clock: str = ""
    score: int = 0
    """Face chosen so far, 0 = none."""
    reasons: tuple[str, ...] = ()
    """Keys chosen so far."""
    text: str = ""
    """Comment or petition being written."""
    category: str = ""
    receipt: str = ""
    link: str = ""
    """Address in the QR: rate or write by phone."""
    hotline: str = ""
    online: bool = True
    manual: bool = False
    """True while the counter calls by hand because the hub is away."""
    waiting: int | None = None
    message: str = ""
    """Key of a line for the officer: `nobody_waiting`, `sent`, ... or empty."""
    entry: str = ""
    """What an officer is typing: `number`, `pin` or nothing."""
    typed: str = ""
    """As much of it as may be shown: of a PIN only how long it is."""
    seconds_left: int | None = None
    by_keys: bool = False
    """True while the citizen answers on the rating pad: the screen shows what its keys mean."""
    is_invited: bool = False
    """True on a thanks that asks for the survey."""
    question: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Key and text of each answer to touch."""
    question_step: tuple[int, int] = (0, 0)
    """Number of the question, and how many there are at most."""
    camera: str = ""
    """What the camera does in this visit: one of `CAMERA_STATES`."""
    faults: tuple[str, ...] = ()


class CounterIntent(msgspec.Struct, frozen=True, kw_only=True, tag_field="do"):
    """Something a citizen did on the tablet."""


class Rate(CounterIntent, frozen=True, kw_only=True, tag="rate"):
    """Touched a face on the tablet, or pressed it on the pad: 1 to 5."""

    score: int
    way: str = "tablet"
    """`tablet` or `pad`."""


class PickReason(CounterIntent, frozen=True, kw_only=True, tag="reason"):
    """Touched a reason; the same again takes it back."""

    key: str


class AskLater(CounterIntent, frozen=True, kw_only=True, tag="later"):
    """Wants to rate later, by phone."""


class OpenSurvey(CounterIntent, frozen=True, kw_only=True, tag="survey"):
    """Wants to answer the site's survey."""


class Answer(CounterIntent, frozen=True, kw_only=True, tag="answer"):
    """Touched an answer of the survey."""

    value: str


class SkipQuestion(CounterIntent, frozen=True, kw_only=True, tag="skip"):
    """Leaves the present question of the survey out."""


class OpenComment(CounterIntent, frozen=True, kw_only=True, tag="comment"):
    """Wants to write a comment."""


class OpenPetition(CounterIntent, frozen=True, kw_only=True, tag="petition"):
    """Wants to write to the leader."""


class WriteText(CounterIntent, frozen=True, kw_only=True, tag="text"):
    """The text field changed."""

    text: str


class PickCategory(CounterIntent, frozen=True, kw_only=True, tag="category"):
    """Chose what the petition is about."""

    key: str


class Send(CounterIntent, frozen=True, kw_only=True, tag="send"):
    """Sends what is on the screen."""


class Decline(CounterIntent, frozen=True, kw_only=True, tag="decline"):
    """Declines to rate."""


class AllowExpression(CounterIntent, frozen=True, kw_only=True, tag="allow"):
    """Allows the camera for this visit."""


class DeclineExpression(CounterIntent, frozen=True, kw_only=True, tag="decline_camera"):
    """Wants no camera in this visit, or takes back a yes."""


class Back(CounterIntent, frozen=True, kw_only=True, tag="back"):
    """One step back."""


class StayHere(CounterIntent, frozen=True, kw_only=True, tag="stay"):
    """Is still there, and needs more time: touched the glass beside the buttons, or moved on with the pad."""


class SetLanguage(CounterIntent, frozen=True, kw_only=True, tag="language"):
    """Changes the language for this visit."""

    language: str


class SwitchLarge(CounterIntent, frozen=True, kw_only=True, tag="large"):
    """Has larger words for this visit, or no longer."""


class SwitchContrast(CounterIntent, frozen=True, kw_only=True, tag="contrast"):
    """Has high contrast for this visit, or no longer."""


class SwitchReading(CounterIntent, frozen=True, kw_only=True, tag="reading"):
    """Has the screen read aloud for this visit, or no longer."""


AnyCounterIntent = (
    Rate
    | PickReason
    | AskLater
    | OpenSurvey
    | Answer
    | SkipQuestion
    | OpenComment
    | OpenPetition
    | WriteText
    | PickCategory
    | Send
    | Decline
    | AllowExpression
    | DeclineExpression
    | Back
    | StayHere
    | SetLanguage
    | SwitchLarge
    | SwitchContrast
    | SwitchReading
)
