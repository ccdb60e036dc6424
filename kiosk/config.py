"""`kiosk.toml`: the one file that a technician edits, and the settings that come of it.

`load_config` gives a `Config` or raises `ConfigErrors`, which holds all faults at once, each with line, what is wrong
and the mend, in Vietnamese and English. No secret is ever in this file: keys and passwords are made on the device.
"""

import importlib.resources
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from kiosk.config_check import Problem, TomlReader, Words, examples_of
from kiosk.config_contents import BoardSettings, SurveySettings
from kiosk.config_rules import check_together
from kiosk.config_schema import (
    WEEKDAYS,
    BackupSettings,
    CameraSettings,
    CampaignSettings,
    CentreSettings,
    DeviceSettings,
    ExpressionSettings,
    KeypadSettings,
    KioskFile,
    NarratorSettings,
    Network,
    OfficeSettings,
    Peripherals,
    PolicySettings,
    PrinterSettings,
    QrSettings,
    RatingPadSettings,
    RetentionSettings,
    ScannerSettings,
    ScreenSettings,
    SignSettings,
    Site,
    SpeakerSettings,
)
from kiosk.domain.campaigns import BadCampaign, Campaign, load_campaigns
from kiosk.domain.hours import OpeningHours
from kiosk.domain.office import MODEL_GROUPS, CounterPlan, Office, ServiceGroup, model_office
from kiosk.domain.priority import Priority
from kiosk.domain.procedures import BadCatalogue, Catalogue, load_catalogue, merge
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.surveys import SHORT_SURVEY, Survey
from kiosk.toml_lines import NotToml, read_toml

__all__ = [
    "BackupSettings",
    "BoardSettings",
    "CameraSettings",
    "CentreSettings",
    "Config",
    "ConfigErrors",
    "DeviceSettings",
    "ExpressionSettings",
    "KeypadSettings",
    "NarratorSettings",
    "Network",
    "Peripherals",
    "PolicySettings",
    "PrinterSettings",
    "QrSettings",
    "RatingPadSettings",
    "RetentionSettings",
    "ScannerSettings",
    "ScreenSettings",
    "SignSettings",
    "Site",
    "SpeakerSettings",
    "SurveySettings",
    "load_config",
    "load_site_catalogue",
    "load_site_survey",
    "parse_config",
]

MAX_BYTES = 64 * 1024
"""A longer file is refused before it is parsed: it is not ours (a picture renamed, a full card)."""


class ConfigErrors(Exception):
    """The file cannot be used; `problems` holds every fault, `messages` the same in words."""

    def __init__(self, problems: Sequence[Problem], file: str = "kiosk.toml") -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        self.messages = [problem.told(file) for problem in self.problems]
        super().__init__("\n".join(self.messages))


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What a role needs to know, checked and complete."""

    office: Office
    site: Site
    device: DeviceSettings
    network: Network
    peripherals: Peripherals = Peripherals()
    qr: QrSettings = QrSettings()
    policy: PolicySettings = PolicySettings()
    expression: ExpressionSettings = ExpressionSettings()
    screen: ScreenSettings = ScreenSettings()
    storage: Path = Path("/var/lib/kiosk")
    """Folder for databases and keys."""
    public_url: str = ""
    """Beginning of the addresses in QR codes, without a slash at the end; empty: no pages for phones."""
    board: BoardSettings = BoardSettings()
    survey: SurveySettings = SurveySettings()
    survey_file: Path | None = None
    """The office's own questions, or None."""
    logo_file: Path | None = None
    """The site's logo for slips, or None; whether it is a picture is seen when it is loaded."""
    catalogue_file: Path | None = None
    """The site's own procedures, or None."""
    hours: OpeningHours | None = None
    """When numbers are given; None: always."""
    campaign: Campaign | None = None
    centre: CentreSettings = CentreSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()

    @property
    def vision_socket(self) -> Path:
        """Return where the expression service of this box listens, for the counter of the same box."""
        return self.storage / "vision.sock"

    @property
    def queue_policy(self) -> QueuePolicy:
        """Return the call order that the site configured: the same for hub, lobby and counters."""
        weights = {
            Priority.ORDINARY: self.policy.weight_ordinary,
            Priority.SENIOR: self.policy.weight_senior,
            Priority.PRIORITY: self.policy.weight_priority,
        }
        return QueuePolicy(weights=weights)

    @property
    def speaking_roles(self) -> tuple[str, ...]:
        """Return the roles of this box that speak with the hub, each over a line of its own."""
        return tuple(role for role in self.device.roles if role in ("lobby", "counter", "board"))

    def for_role(self, role: str) -> "Config":
        """Return the settings for one role of this box.

        Where several roles of one box speak with the hub (a whole office on one box), each needs a name, a memory and a
        certificate of its own: the broker knows a line by its name, and a second one of that name ends the first.
        """
        if role not in self.speaking_roles or len(self.speaking_roles) < 2:
            return self
        device = msgspec.structs.replace(self.device, name=f"{self.device.name}-{role}")
        return msgspec.structs.replace(self, device=device, storage=self.storage / role)

    @staticmethod
    def for_demo(
        role: str,
        name: str,
        folder: Path | str,
        counters: int,
        port: int,
        counter: int | None = None,
        public_url: str = "",
        kiosk_digit: int | None = None,
        web_port: int = 8080,
    ) -> "Config":
        """Return the settings of one process of the demo: the model office, everything virtual, on loopback.

        Raises:
            ValueError: if `counters` is not within 1..12.
        """
        return Config(
            office=model_office(counters),
            site=Site(province="79", commune="26740"),
            device=DeviceSettings(name=name, roles=(role,), kiosk_digit=kiosk_digit, counter=counter),
            network=Network(hub="127.0.0.1", port=port, listen="127.0.0.1", web_port=web_port, public_url=public_url),
            peripherals=Peripherals(
                printer=PrinterSettings(driver="virtual"),
                scanner=ScannerSettings(driver="virtual"),
                camera=CameraSettings(driver="virtual"),
                keypad=KeypadSettings(driver="virtual"),
                rating_pad=RatingPadSettings(driver="virtual"),
                sign=SignSettings(driver="virtual"),
                speaker=SpeakerSettings(driver="virtual"),
                narrator=NarratorSettings(driver="virtual"),
            ),
            storage=Path(folder),
            public_url=public_url.rstrip("/"),
        )


def load_config(path: Path) -> Config:
    """Read and check the technician's file.

    Raises:
        ConfigErrors: with every fault found, if the file cannot be read or used.
    """
    return parse_config(_bytes_of(path), path)


def parse_config(raw: bytes, path: Path = Path("kiosk.toml")) -> Config:
    """Return the settings in `raw`; `path` names the file in messages and is where a site catalogue is looked for.

    Raises:
        ConfigErrors: with every fault found.
    """
    if len(raw) > MAX_BYTES:
        problem = Problem(
            0,
            Words("tệp dài hơn 64 KiB.", "the file is longer than 64 KiB."),
            Words("bắt đầu lại từ tệp mẫu cho vai trò của máy.", "start again from the example of this device's role."),
        )
        raise ConfigErrors([problem], path.name)
    try:
        table, lines = read_toml(raw, examples_of(KioskFile))
    except NotToml as error:
        raise ConfigErrors([error.problem], path.name) from None
    if not table:
        raise ConfigErrors([_EMPTY], path.name)
    reader = TomlReader(lines, KioskFile)
    file: KioskFile | None = reader.table(table, KioskFile)
    check_together(table, reader)
    if file is None or reader.problems:
        raise ConfigErrors(reader.problems, path.name)
    campaign = _campaign_of(file.campaign, path)
    return Config(
        office=_office_of(file.office, campaign, file.campaign.letter),
        hours=_hours_of(file.office),
        campaign=campaign,
        site=file.site,
        device=file.device,
        network=file.network,
        peripherals=file.peripherals,
        qr=file.qr,
        policy=file.policy,
        expression=file.expression,
        screen=file.screen,
        storage=Path(file.storage.folder),
        public_url=file.network.public_url.rstrip("/"),
        board=file.board,
        survey=file.survey,
        survey_file=path.parent / file.survey.file if file.survey.file else None,
        logo_file=path.parent / file.peripherals.printer.logo if file.peripherals.printer.logo else None,
        catalogue_file=path.parent / file.catalogue.file if file.catalogue.file else None,
        centre=file.centre,
        backup=file.backup,
        retention=file.retention,
    )


_EMPTY = Problem(
    1,
    Words("tệp không có thiết lập nào.", "the file holds no settings."),
    Words(
        "ít nhất cần [device] name, roles; [site] province, commune; [office] name; một [[office.counter]] number.",
        "at least: [device] name, roles; [site] province, commune; [office] name; one [[office.counter]] number.",
    ),
)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        what = Words(f"không đọc được {path} ({reason}).", f"cannot read {path} ({reason}).")
        # Windows hides known endings: the editor's "kiosk.toml" is then this file
        if path.with_name(path.name + ".txt").exists():
            mend = Words(f"đổi tên {path.name}.txt thành {path.name}.", f"rename {path.name}.txt to {path.name}.")
        else:
            mend = Words("chép tệp mẫu vào đó với tên kiosk.toml.", "copy an example there under the name kiosk.toml.")
        raise ConfigErrors([Problem(0, what, mend)], path.name) from None


def _hours_of(office: OfficeSettings) -> OpeningHours:
    return OpeningHours(
        opens=office.opens,
        closes=office.closes,
        closed_weekdays=tuple(WEEKDAYS.index(day) for day in office.closed),
        holidays=tuple(date.fromisoformat(day) for day in office.holidays),
        early_minutes=office.numbers_before_opening,
    )


def _campaign_of(settings: CampaignSettings, path: Path) -> Campaign | None:
    """Return the configured campaign, or None where there is none.

    Raises:
        ConfigErrors: if there is no such campaign, or the site's file cannot be used.
    """
    if not settings.key:
        return None
    known = load_campaigns(importlib.resources.files("kiosk.domain").joinpath("campaigns.json").read_bytes())
    fault = ""
    try:
        if settings.file:
            known |= load_campaigns((path.parent / settings.file).read_bytes())
    except OSError as error:
        fault = f"{settings.file}: {error.strerror or error}"
    except BadCampaign as error:
        fault = f"{settings.file}: {error}"
    if not fault and settings.key not in known:
        fault = f'[campaign] key "{settings.key}": {", ".join(sorted(known))}'
    if fault:
        mend = Words(
            "dùng một chiến dịch có trong danh sách hoặc sửa tệp đó.", "use a campaign of the list, or mend the file."
        )
        raise ConfigErrors([Problem(0, Words(fault + ".", fault + "."), mend)], path.name)
    return Campaign(
        text=known[settings.key],
        weekdays=tuple(WEEKDAYS.index(day) for day in settings.days),
        first=date.fromisoformat(settings.first) if settings.first else None,
        last=date.fromisoformat(settings.last) if settings.last else None,
        opens=settings.opens,
        closes=settings.closes,
    )


def _office_of(office: OfficeSettings, campaign: Campaign | None, letter: str) -> Office:
    groups = (
        tuple(
            ServiceGroup(
                key=group.key,
                letter=group.letter,
                name=group.name,
                name_en=group.name_en,
                hint=group.hint,
                hint_en=group.hint_en,
                mean_minutes=group.minutes,
                cv=group.cv,
            )
            for group in office.group
        )
        or MODEL_GROUPS
    )
    if campaign is not None and all(group.key != campaign.text.key for group in groups):
        name = campaign.text.name
        groups = (*groups, ServiceGroup(key=campaign.text.key, letter=letter, name=name.vi, name_en=name.en))
    everything = tuple(group.key for group in groups)
    return Office(
        name=office.name,
        authority=office.authority,
        groups=groups,
        counters=tuple(
            CounterPlan(number=counter.number, groups=everything if counter.groups is None else counter.groups)
            for counter in sorted(office.counter, key=lambda counter: counter.number)
        ),
        opens=office.opens,
        lunch_from=office.lunch_from,
        lunch_until=office.lunch_until,
        closes=office.closes,
        hotline=office.hotline,
        names_on_board=office.names_on_board,
    )


def load_site_catalogue(config: Config) -> Catalogue:
    """Return the shipped procedures, with the site's own rows over them where `[catalogue] file` names some.

    Raises:
        ConfigErrors: if the site's file cannot be read or used; every row and field is named.
    """
    shipped = load_catalogue(importlib.resources.files("kiosk.domain").joinpath("procedures.json").read_bytes())
    path = config.catalogue_file
    if path is None:
        return shipped
    try:
        rows = path.read_bytes()
        return merge(shipped, rows)
    except OSError as error:
        faults = [f"cannot read {path} ({error.strerror or error})"]
    except BadCatalogue as error:
        faults = error.messages
    mend = Words(
        "sửa dòng đó, hoặc bỏ [catalogue] file để dùng danh mục có sẵn.",
        "mend that row, or take out [catalogue] file to use the shipped catalogue.",
    )
    raise ConfigErrors([Problem(0, Words(fault + ".", fault + "."), mend) for fault in faults], path.name)


def load_site_survey(config: Config) -> Survey | None:
    """Return what the tablet asks after a rating, None where the office asks nothing.

    Raises:
        ConfigErrors: if the office's own questions cannot be read or used.
    """
    if config.survey.ask != "own":
        return SHORT_SURVEY if config.survey.ask == "short" else None
    path = config.survey_file
    try:
        if path is None:
            raise ValueError("[survey] has no file")
        return msgspec.json.decode(path.read_bytes(), type=Survey)
    except OSError as error:
        fault = f"cannot read {path} ({error.strerror or error})"
    except (ValueError, msgspec.DecodeError) as error:
        fault = f"{path}: {error}" if path is not None else str(error)
    what = Words(f"câu hỏi khảo sát chưa dùng được: {fault}.", f"the survey cannot be used: {fault}.")
    mend = Words(
        'sửa tệp đó, hoặc ghi ask = "short" để dùng bộ câu hỏi có sẵn.',
        'mend that file, or write ask = "short" for the questions that come with the product.',
    )
    raise ConfigErrors([Problem(0, what, mend)], path.name if path is not None else "kiosk.toml")
