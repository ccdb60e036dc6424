"""The tables and keys of `kiosk.toml`, as a technician writes them: types, ranges, defaults, forms.

The reader (`config_check`) takes everything from these annotations; what one key has to do with another is checked in
`config`.
"""

import ipaddress
import re
from datetime import date, time
from typing import Annotated

import msgspec

from kiosk.config_check import Rule, Words
from kiosk.config_contents import BoardSettings, CatalogueSettings, SurveySettings, folder_fault

ROLES = ("lobby", "counter", "board", "hub", "centre", "vision")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""First letters of ticket numbers: without I, O, Q, which read as 1 and 0."""


def _name_fault(text: str) -> Words | None:
    if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", text):
        return None
    return Words(
        "chỉ dùng chữ thường không dấu a-z, số và gạch nối, tối đa 32 ký tự.",
        "only lower-case letters a-z, digits and hyphens, at most 32 characters.",
    )


def _code_fault(text: str) -> Words | None:
    if re.fullmatch(r"[a-z0-9]{1,16}", text):
        return None
    return Words("chỉ dùng mã đơn vị hành chính (chữ số).", "only the administrative code (digits).")


def host_fault(text: str) -> Words | None:
    """Return what is wrong with an address or host name; an empty text is right."""
    if not text:
        return None
    if "://" in text or "/" in text:
        return Words("chỉ ghi địa chỉ, không ghi http:// hay dấu /.", "only the address, without http:// or slashes.")
    try:
        ipaddress.ip_address(text)
    except ValueError:
        pass
    else:
        return None
    if text.count(":") == 1:
        return Words("cổng ghi riêng ở port.", "the port stands on its own, in port.")
    if re.fullmatch(r"[0-9.]+", text):
        return Words(
            "không phải địa chỉ IPv4 đúng: bốn số từ 0 đến 255.", "not an IPv4 address: four numbers of 0 to 255."
        )
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if len(text) <= 253 and re.fullmatch(rf"{label}(\.{label})*\.?", text):
        return None
    return Words("không phải địa chỉ IP hay tên máy.", "neither an IP address nor a host name.")


def _fingerprint_fault(text: str) -> Words | None:
    if not text or re.fullmatch(r"([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}", text):
        return None
    return Words("phải có 64 ký tự 0-9, a-f.", "must be 64 characters 0-9, a-f.")


def _listen_fault(text: str) -> Words | None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return Words("phải là địa chỉ IP của chính máy này.", "must be an IP address of this very box.")
    return None


def _url_fault(text: str) -> Words | None:
    match = re.fullmatch(r"https?://(\[[0-9a-fA-F:]+\]|[^/:\s@]+)(:(\d{1,5}))?(/[^\s?#]*)?", text)
    if not text or (
        match and not host_fault(match[1].strip("[]")) and (match[3] is None or 1 <= int(match[3]) <= 65535)
    ):
        return None
    return Words("không phải địa chỉ web http:// hoặc https://.", "not a web address with http:// or https://.")


def _free_text_fault(text: str) -> Words | None:
    if len(text) <= 120 and text.isprintable():
        return None
    return Words("tối đa 120 ký tự trên một dòng.", "at most 120 characters on one line.")


def _text_fault(text: str) -> Words | None:
    if text.strip() and len(text) <= 80 and text.isprintable():
        return None
    return Words("phải có từ 1 đến 80 ký tự trên một dòng.", "must be 1 to 80 characters on one line.")


def _letter_fault(text: str) -> Words | None:
    if len(text) == 1 and text in LETTERS:
        return None
    return Words(
        "phải là một chữ cái in hoa A-Z, trừ I, O, Q (dễ nhầm với 1 và 0).",
        "must be one capital letter A-Z without I, O, Q (they read as 1 and 0).",
    )


def _folder_or_none_fault(text: str) -> Words | None:
    return folder_fault(text) if text else None


def _database_fault(text: str) -> Words | None:
    if not re.fullmatch(r"postgres(ql)?://[^\s]*", text):
        return Words("phải bắt đầu bằng postgresql://", "must begin with postgresql://")
    if re.match(r"postgres(ql)?://[^/@]*:[^/@]*@", text) or re.search(r"[?&]password=", text):
        return Words("không ghi mật khẩu vào đây.", "never write a password here.")
    return None


def _date_fault(text: str) -> Words | None:
    if not text:
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return Words("phải là ngày dạng năm-tháng-ngày.", "must be a date as year-month-day.")
    return None


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Which commune this is: the codes stand in every topic and in every event's source."""

    province: Annotated[str, Rule('province = "79"', fault=_code_fault)]
    commune: Annotated[str, Rule('commune = "26740"', fault=_code_fault)]


class DeviceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What this box is."""

    name: Annotated[str, Rule('name = "lobby-1"', fault=_name_fault)]
    roles: Annotated[tuple[str, ...], Rule('roles = ["lobby"]', choices=ROLES)]
    kiosk_digit: Annotated[int | None, Rule("kiosk_digit = 2", low=1, high=9)] = None
    """Digit in this lobby's ticket numbers, where the office has more than one lobby kiosk."""
    counter: Annotated[int | None, Rule("counter = 3", low=1, high=99)] = None
    """Number of the counter where this box stands (role `counter`)."""


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """How the devices find each other."""

    hub: Annotated[str, Rule('hub = "192.168.1.10"', fault=host_fault)] = ""
    """Address or name of the hub; empty: this device works alone (or is the hub itself)."""
    port: Annotated[int, Rule("port = 1883", low=1, high=65535)] = 1883
    """MQTT port of the hub's broker."""
    tls: Annotated[bool, Rule("tls = true")] = False
    """Only devices that the office let in may speak: mutual TLS, and on the hub a broker of its own (mosquitto).
    The same on every device of an office."""
    root_fingerprint: Annotated[
        str, Rule('root_fingerprint = "9f3a...64 hex characters"', fault=_fingerprint_fault)
    ] = ""
    """SHA-256 of the office's root as `kiosk identity show` prints it on the hub; empty: the code that people compare
    when a device is let in stands for it."""
    listen: Annotated[str, Rule('listen = "0.0.0.0"', fault=_listen_fault)] = "0.0.0.0"
    """Hub only: own address on which broker and web pages are offered."""
    web_port: Annotated[int, Rule("web_port = 8080", low=1, high=65535)] = 8080
    """Hub only: port of the web pages."""
    public_url: Annotated[str, Rule('public_url = "http://192.168.1.10:8080"', fault=_url_fault)] = ""
    """Beginning of the addresses in printed QR codes."""


class PrinterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket printer."""

    driver: Annotated[
        str,
        Rule(
            'driver = "escpos-usb"',
            choices=("auto", "virtual", "escpos-usb", "escpos-serial", "escpos-network", "escpos-file", "none"),
        ),
    ] = "auto"
    port: Annotated[str, Rule('port = "/dev/usb/lp0"')] = ""
    """Serial, file: device path; network: `host` or `host:9100`; USB: `vendor:product` in hex, empty = first found."""
    baud: Annotated[int, Rule("baud = 115200", low=9600, high=921600)] = 115200
    """Serial only. Below 115200 a raster ticket takes many seconds (card notes §9.2)."""
    width_dots: Annotated[int, Rule("width_dots = 576", choices=(576, 384))] = 576
    """576 for 80 mm paper, 384 for 58 mm."""
    buffer_kib: Annotated[int, Rule("buffer_kib = 4", low=0, high=1024)] = 0
    """Serial only: what the printer holds, where it cannot say when it is full; 0: it can, or the line is slow."""
    roll_m: Annotated[int, Rule("roll_m = 50", low=0, high=500)] = 50
    """Metres of paper on a new roll; staff are told before it ends. 0: nobody measures."""
    logo: Annotated[str, Rule('logo = "logo.png"')] = ""
    """A picture beside the office's name on slips; a path beside `kiosk.toml` or a full one."""


class ScannerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What reads the card's QR code."""

    driver: Annotated[
        str, Rule('driver = "camera"', choices=("auto", "camera", "serial", "wedge", "virtual", "none"))
    ] = "auto"
    """`wedge`: a module that types like a keyboard; of a card it tells only the number."""
    port: Annotated[str, Rule('port = "/dev/serial/by-id/usb-scanner"')] = ""
    baud: Annotated[int, Rule("baud = 9600", low=1200, high=921600)] = 9600
    family: Annotated[str, Rule('family = "gm65"', choices=("any", "gm65", "gm67", "newland"))] = "any"
    """Serial only, and only for a module in command mode: how it is triggered; `any`: it looks by itself."""
    lamp: Annotated[int | None, Rule("lamp = 18", low=0, high=27)] = None
    """Camera only: GPIO number of the lamp over the card slot, lit by high while cards are waited for."""


class CameraSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The camera over the card slot (lobby) or at the counter (expression)."""

    driver: Annotated[str, Rule('driver = "v4l2"', choices=("auto", "v4l2", "picamera2", "virtual", "none"))] = "auto"
    port: Annotated[str, Rule('port = "/dev/video0"')] = ""
    """`v4l2`: the device; `virtual`: a folder of pictures or a clip to play; `card`: sample cards in moving hands."""
    width: Annotated[int, Rule("width = 1920", low=640, high=4608)] = 1920
    height: Annotated[int, Rule("height = 1080", low=480, high=2592)] = 1080


class KeypadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The officer's keypad."""

    driver: Annotated[str, Rule('driver = "evdev"', choices=("auto", "evdev", "serial", "virtual", "none"))] = "auto"
    port: Annotated[str, Rule('port = "/dev/input/by-id/usb-keypad-event-kbd"')] = ""
    baud: Annotated[int, Rule("baud = 9600", low=1200, high=921600)] = 9600


class RatingPadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Five keys with faces for citizens, beside or instead of the tablet's."""

    driver: Annotated[str, Rule('driver = "gpio"', choices=("gpio", "hid", "virtual", "none"))] = "none"
    port: Annotated[str, Rule('port = "/dev/input/by-id/usb-pad-event-kbd"')] = ""
    """`hid`: the pad's input device."""
    keys: Annotated[tuple[int, ...], Rule("keys = [5, 6, 13, 19, 26]", low=0, high=27)] = (5, 6, 13, 19, 26)
    """`gpio`: GPIO numbers of the five keys, from very dissatisfied to very satisfied; a press is a pin to ground."""
    lamp: Annotated[int | None, Rule("lamp = 16", low=0, high=27)] = None
    beeper: Annotated[int | None, Rule("beeper = 20", low=0, high=27)] = None
    """`gpio`: pins of the answering lamp and of an active beeper; both switched on by high."""


class SignSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The number sign above the counter."""

    driver: Annotated[str, Rule('driver = "serial"', choices=("auto", "serial", "virtual", "none"))] = "auto"
    port: Annotated[str, Rule('port = "/dev/ttyUSB0"')] = ""
    baud: Annotated[int, Rule("baud = 9600", low=1200, high=921600)] = 9600
    protocol: Annotated[str, Rule('protocol = "alpha"', choices=("text", "alpha", "cd5220"))] = "text"
    """`text`: lines in UTF-8; `alpha`: Alpha, BetaBrite and compatible LED signs (7 bits, even parity); `cd5220`:
    displays of two lines with twenty letters."""
    address: Annotated[int, Rule("address = 1", low=0, high=255)] = 0
    """`alpha` on RS-485: the number of this sign on a line with several; 0: all of them."""
    columns: Annotated[int, Rule("columns = 64", low=16, high=320)] = 64
    """Dots of the matrix from left to right: wider texts run through it."""
    rows: Annotated[int, Rule("rows = 16", low=7, high=64)] = 16


class VolumeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[peripherals.speaker.hours]]`: a part of the day that is louder or quieter."""

    begins: Annotated[time, Rule('begins = "11:30"')]
    ends: Annotated[time, Rule('ends = "13:30"')]
    volume: Annotated[int, Rule("volume = 40", low=0, high=400)]


class SpeakerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The voice of the board."""

    driver: Annotated[str, Rule('driver = "command"', choices=("auto", "command", "virtual", "none"))] = "auto"
    play: Annotated[str, Rule('play = "aplay -q"')] = "aplay -q"
    """Command that plays a WAV from its standard input."""
    device: Annotated[str, Rule('device = "plughw:CARD=Device"', fault=_free_text_fault)] = ""
    """Name of the sound card, as `aplay -L` tells it; empty: the system's own choice."""
    volume: Annotated[int, Rule("volume = 80", low=0, high=400)] = 100
    """Percent of the sound as it is made; above 100 what clips is held at full scale."""
    hours: tuple[VolumeSettings, ...] = ()
    """Other volumes for parts of the day."""
    languages: Annotated[tuple[str, ...], Rule('languages = ["vi"]', choices=("vi", "en"))] = ("vi",)
    numbers: Annotated[str, Rule('numbers = "digits"', choices=("digits", "whole"))] = "digits"
    """A105 as "A một không năm" (`digits`) or "A một trăm linh năm" (`whole`)."""
    dialect: Annotated[str, Rule('dialect = "north"', choices=("north", "central", "south"))] = "north"
    """Accent of the voice, and its words: linh and nghìn in the north, lẻ and ngàn elsewhere."""
    clips: Annotated[str, Rule('clips = "/var/lib/kiosk/clips"', fault=folder_fault)] = ""
    """Folder of recorded clips, `vi/moi-so.wav` and so on; empty, or one missing: espeak-ng speaks."""


class NarratorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The voice that reads the screen to one person (lobby and counter)."""

    driver: Annotated[str, Rule('driver = "command"', choices=("auto", "command", "virtual"))] = "auto"
    play: Annotated[str, Rule('play = "aplay -q -D plughw:CARD=Headphones"')] = "aplay -q"
    """Command that plays a WAV from its standard input."""
    headphone: Annotated[bool, Rule("headphone = true")] = False
    """True where `play` reaches a headphone only: then what tells something of the citizen is read, too."""
    dialect: Annotated[str, Rule('dialect = "north"', choices=("north", "central", "south"))] = "north"
    """Accent and words, as for the speaker."""


class Peripherals(msgspec.Struct, frozen=True, kw_only=True):
    """Everything with a plug, by kind."""

    printer: PrinterSettings = PrinterSettings()
    scanner: ScannerSettings = ScannerSettings()
    camera: CameraSettings = CameraSettings()
    keypad: KeypadSettings = KeypadSettings()
    rating_pad: RatingPadSettings = RatingPadSettings()
    sign: SignSettings = SignSettings()
    speaker: SpeakerSettings = SpeakerSettings()
    narrator: NarratorSettings = NarratorSettings()


class QrSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which library reads QR codes."""

    decoder: Annotated[str, Rule('decoder = "zxing"', choices=("zxing", "pyzbar", "wechat"))] = "zxing"


class ExpressionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Face expression: off until the site switches it on (product notes §6.4)."""

    enabled: Annotated[bool, Rule("enabled = false")] = False
    consent: Annotated[str, Rule('consent = "opt_in"', choices=("opt_in", "notice"))] = "opt_in"
    """`opt_in`: the citizen must agree on the tablet; `notice`: notice and one-tap decline, where the DPIA says so."""
    legal_basis: Annotated[str, Rule('legal_basis = "DPIA 12/2026, Điều 13"', fault=_free_text_fault)] = ""
    """For `notice`: what the site's impact assessment relies on; `kiosk doctor` and the documents ask for it."""
    region: Annotated[tuple[float, ...], Rule("region = [0.15, 0.0, 0.85, 1.0]", low=0, high=1)] = ()
    """Left, top, right, bottom of the part of the view where citizens sit, as shares; the officer stays outside it."""
    k: Annotated[int, Rule("k = 10", low=10, high=1000)] = 10
    """A cell is published only with at least so many visits."""


class PolicySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Call order and its times (product notes §4.1, §6.5)."""

    weight_ordinary: Annotated[float, Rule("weight_ordinary = 1.0", low=0.1, high=100)] = 1.0
    weight_senior: Annotated[float, Rule("weight_senior = 1.5", low=0.1, high=100)] = 1.5
    weight_priority: Annotated[float, Rule("weight_priority = 3.0", low=0.1, high=100)] = 3.0
    senior_from_age: Annotated[int, Rule("senior_from_age = 60", low=50, high=120)] = 60
    priority_from_age: Annotated[int, Rule("priority_from_age = 75", low=50, high=120)] = 75
    recalls: Annotated[int, Rule("recalls = 2", low=0, high=10)] = 2
    no_show_grace_minutes: Annotated[int, Rule("no_show_grace_minutes = 15", low=0, high=240)] = 15
    park_minutes: Annotated[int, Rule("park_minutes = 30", low=1, high=480)] = 30
    petition_working_days: Annotated[int, Rule("petition_working_days = 10", low=1, high=60)] = 10


class ScreenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The panel of this box; 0 = the role's own size."""

    width: Annotated[int, Rule("width = 1080", low=0, high=7680)] = 0
    height: Annotated[int, Rule("height = 1920", low=0, high=7680)] = 0
    rotation: Annotated[int, Rule("rotation = 90", choices=(0, 90, 180, 270))] = 0
    """0, 90, 180 or 270 degrees clockwise."""
    idle_seconds: Annotated[int, Rule("idle_seconds = 60", low=20, high=600)] = 60
    """A forgotten visit ends after this time, with a warning before (accessibility notes §8: at least 20 s)."""
    language: Annotated[str, Rule('language = "vi"', choices=("vi", "en"))] = "vi"
    typing: Annotated[str, Rule('typing = "telex"', choices=("telex", "vni"))] = "telex"
    """How a keyboard with a plug types Vietnamese; the keys on the glass need no method."""
    tone_marks: Annotated[str, Rule('tone_marks = "old"', choices=("old", "new"))] = "old"
    """`old`: hòa, khỏe, thủy; `new`: hoà, khoẻ, thuỷ."""
    dim_minutes: Annotated[int, Rule("dim_minutes = 10", low=0, high=240)] = 10
    """Home that nobody touched for so long goes dark until it is touched; 0: never."""


class StorageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the box keeps what must outlive a power cut."""

    folder: Annotated[str, Rule('folder = "/var/lib/kiosk"', fault=folder_fault)] = "/var/lib/kiosk"


class CentreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The centre of the city or province: where a hub reports to, and what the centre itself needs."""

    address: Annotated[str, Rule('address = "10.0.0.5"', fault=host_fault)] = ""
    """Hub: the centre's broker, any MQTT 5 broker or cluster; empty: this office reports to nobody.
    Centre: its broker; empty: this very box."""
    port: Annotated[int, Rule("port = 1883", low=1, high=65535)] = 1883
    tls: Annotated[bool, Rule("tls = true")] = False
    """Mutual TLS with the certificates that the city made for this office (`kiosk identity make-uplink`)."""
    database: Annotated[str, Rule('database = "postgresql:///kiosk"', fault=_database_fault)] = "postgresql:///kiosk"
    """Centre only: its PostgreSQL. Without a password: the server's own rules, or a password file of the system."""
    keep_months: Annotated[int, Rule("keep_months = 60", low=3, high=240)] = 60
    """Centre only: older months are dropped whole."""


class BackupSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the hub keeps copies of its ledger, encrypted."""

    folder: Annotated[str, Rule('folder = "/media/usb"', fault=_folder_or_none_fault)] = ""
    """A USB stick or another disk; empty: none is made by itself."""
    keep: Annotated[int, Rule("keep = 14", low=2, high=400)] = 14
    """So many nightly copies; older ones are deleted."""


class RetentionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub forgets, and when: every night, after the day was closed and copied."""

    texts_days: Annotated[int, Rule("texts_days = 365", low=30, high=3650)] = 365
    """Citizens' own words: comments, and letters that were answered. Their figures stay."""
    events_days: Annotated[int, Rule("events_days = 1825", low=60, high=7300)] = 1825
    """Everything else: events, ratings, and why each ticket was called."""


class GroupSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[office.group]]`."""

    key: Annotated[str, Rule('key = "chung-thuc"', fault=_name_fault)]
    letter: Annotated[str, Rule('letter = "A"', fault=_letter_fault)]
    name: Annotated[str, Rule('name = "Chứng thực"', fault=_text_fault)]
    name_en: Annotated[str, Rule('name_en = "Certification"', fault=_text_fault)]
    hint: Annotated[str, Rule('hint = "Bản sao, chữ ký"', fault=_free_text_fault)] = ""
    hint_en: Annotated[str, Rule('hint_en = "Copies, signatures"', fault=_free_text_fault)] = ""
    minutes: Annotated[float, Rule("minutes = 10", low=0.5, high=240)] = 10.0
    cv: Annotated[float, Rule("cv = 0.6", low=0, high=5)] = 0.6


class CounterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One `[[office.counter]]`; without `groups` it takes every group."""

    number: Annotated[int, Rule("number = 1", low=1, high=99)]
    groups: Annotated[tuple[str, ...] | None, Rule('groups = ["chung-thuc", "ho-tich"]')] = None


class OfficeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[office]`: the same words on every device of one office."""

    name: Annotated[str, Rule('name = "Bộ phận Một cửa phường Bến Nghé"', fault=_text_fault)]
    authority: Annotated[str, Rule('authority = "Thành phố Hồ Chí Minh"', fault=_free_text_fault)] = ""
    hotline: Annotated[str, Rule('hotline = "1900 1022"', fault=_free_text_fault)] = ""
    opens: Annotated[time, Rule('opens = "07:30"')] = time(7, 30)
    lunch_from: Annotated[time, Rule('lunch_from = "11:30"')] = time(11, 30)
    lunch_until: Annotated[time, Rule('lunch_until = "13:30"')] = time(13, 30)
    closes: Annotated[time, Rule('closes = "17:00"')] = time(17, 0)
    closed: Annotated[tuple[str, ...], Rule('closed = ["sat", "sun"]', choices=WEEKDAYS)] = ("sat", "sun")
    """Weekdays on which nobody works."""
    holidays: Annotated[tuple[str, ...], Rule('holidays = ["2027-01-01", "2027-09-02"]', fault=_date_fault)] = ()
    names_on_board: Annotated[bool, Rule("names_on_board = false")] = False
    """The kiosk offers to show the masked name (N. T. Minh) beside the number; only for who asks for it."""
    numbers_before_opening: Annotated[int, Rule("numbers_before_opening = 15", low=0, high=240)] = 0
    """Minutes before opening from which the kiosk already gives numbers; outside hours it gives none."""
    counter: tuple[CounterSettings, ...] = ()
    group: tuple[GroupSettings, ...] = ()


class CampaignSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[campaign]`: days on which the lobby kiosk is the guide of a campaign; the same on every device."""

    key: Annotated[str, Rule('key = "chu-ky-so"', fault=_free_text_fault)] = ""
    """Which campaign; empty: none. `chu-ky-so` (digital signatures) ships."""
    file: Annotated[str, Rule('file = "campaigns.json"')] = ""
    """The site's own campaigns, laid over the shipped ones; a path beside `kiosk.toml` or a full one."""
    letter: Annotated[str, Rule('letter = "S"', fault=_letter_fault)] = "S"
    """Of its own queue's numbers."""
    days: Annotated[tuple[str, ...], Rule('days = ["sat", "sun"]', choices=WEEKDAYS)] = ("sat", "sun")
    first: Annotated[str, Rule('first = "2026-12-05"', fault=_date_fault)] = ""
    last: Annotated[str, Rule('last = "2026-12-27"', fault=_date_fault)] = ""
    """First and last day; empty: without end."""
    opens: Annotated[time, Rule('opens = "08:00"')] = time(8, 0)
    closes: Annotated[time, Rule('closes = "17:00"')] = time(17, 0)


class KioskFile(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of `kiosk.toml`, as written."""

    device: Annotated[DeviceSettings, Rule('[device]  name = "lobby-1"  roles = ["lobby"]')]
    site: Annotated[Site, Rule('[site]  province = "79"  commune = "26740"')]
    office: Annotated[OfficeSettings, Rule('[office]  name = "..."  [[office.counter]]  number = 1')]
    network: Network = Network()
    peripherals: Peripherals = Peripherals()
    qr: QrSettings = QrSettings()
    policy: PolicySettings = PolicySettings()
    expression: ExpressionSettings = ExpressionSettings()
    screen: ScreenSettings = ScreenSettings()
    storage: StorageSettings = StorageSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    survey: SurveySettings = SurveySettings()
    board: BoardSettings = BoardSettings()
    centre: CentreSettings = CentreSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()
    campaign: CampaignSettings = CampaignSettings()
