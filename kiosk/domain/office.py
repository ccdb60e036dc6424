"""What an office consists of: service groups with their letters, counters with what they serve, opening hours.

Pure data, read by the queue rules, the forecast, the ticket series and every screen.
"""

from datetime import datetime, time

import msgspec

RESULTS_GROUP = "tra-ket-qua"
"""Key of the group that gives finished papers out, where an office has one."""


class ServiceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One queue of the office, e.g. certification: what a ticket's letter stands for."""

    key: str
    """Stable name in events and files, e.g. `chung-thuc`."""
    letter: str
    """First character of a ticket number: A-Z without I, O, Q."""
    name: str
    name_en: str
    hint: str = ""
    """What belongs here, in a few words, e.g. `Bản sao, chữ ký`."""
    hint_en: str = ""
    mean_minutes: float = 10.0
    """Expected time at the counter until the day's own figures are known, minutes."""
    cv: float = 0.6
    """Coefficient of variation of that time."""


class CounterPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One counter and the service groups that it takes."""

    number: int
    groups: tuple[str, ...]


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """The office as its queue sees it."""

    name: str
    authority: str
    """Line above the name, e.g. `UBND PHƯỜNG BẾN NGHÉ`."""
    groups: tuple[ServiceGroup, ...]
    counters: tuple[CounterPlan, ...]
    opens: time = time(7, 30)
    lunch_from: time = time(11, 30)
    lunch_until: time = time(13, 30)
    closes: time = time(17, 0)
    hotline: str = ""
    names_on_board: bool = False
    """A citizen may ask to have the masked name beside the number; otherwise boards show numbers only."""

    def group(self, key: str) -> ServiceGroup:
        """Return the service group `key`.

        Raises:
            KeyError: if the office has no such group.
        """
        for group in self.groups:
            if group.key == key:
                return group
        raise KeyError(key)

    def counters_able(self, group: str) -> tuple[int, ...]:
        """Return the numbers of the counters that take `group`, ascending."""
        return tuple(plan.number for plan in self.counters if group in plan.groups)

    def is_lunch(self, moment: datetime) -> bool:
        """Tell whether no call is made at `moment` because of the lunch closure."""
        return self.lunch_from <= moment.time() < self.lunch_until

    def after_lunch(self, moment: datetime) -> datetime:
        """Return `moment`, moved to the end of lunch if it falls into it."""
        if not self.is_lunch(moment):
            return moment
        end = self.lunch_until
        return moment.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)


MODEL_GROUPS = (
    ServiceGroup(
        key="chung-thuc",
        letter="A",
        name="Chứng thực",
        name_en="Certification",
        hint="Bản sao, chữ ký",
        hint_en="Copies, signatures",
        mean_minutes=6,
        cv=0.7,
    ),
    ServiceGroup(
        key="ho-tich",
        letter="B",
        name="Hộ tịch",
        name_en="Civil status",
        hint="Khai sinh, kết hôn",
        hint_en="Birth, marriage",
        mean_minutes=14,
        cv=0.6,
    ),
    ServiceGroup(
        key="dat-dai",
        letter="C",
        name="Đất đai",
        name_en="Land",
        hint="Sổ đỏ, biến động",
        hint_en="Titles, changes",
        mean_minutes=20,
        cv=0.8,
    ),
    ServiceGroup(
        key="bao-tro",
        letter="D",
        name="Bảo trợ xã hội",
        name_en="Social support",
        hint="Trợ cấp, chính sách",
        hint_en="Allowances, policies",
        mean_minutes=12,
        cv=0.7,
    ),
    ServiceGroup(
        key="kinh-doanh",
        letter="E",
        name="Kinh doanh",
        name_en="Business",
        hint="Hộ kinh doanh",
        hint_en="Household business",
        mean_minutes=10,
        cv=0.6,
    ),
    ServiceGroup(
        key="tra-ket-qua",
        letter="F",
        name="Trả kết quả",
        name_en="Results",
        hint="Nhận giấy tờ đã xong",
        hint_en="Collect finished papers",
        mean_minutes=3,
        cv=0.5,
    ),
    ServiceGroup(
        key="cu-tru",
        letter="G",
        name="Cư trú",
        name_en="Residence",
        hint="Thường trú, tạm trú",
        hint_en="Permanent, temporary",
        mean_minutes=10,
        cv=0.6,
    ),
)
"""Groups of the model office (product notes §4.3: means, CV); residence is added, with no share in its arrivals."""

_MODEL_SKILLS = (
    ("chung-thuc", "tra-ket-qua"),
    ("chung-thuc", "ho-tich", "tra-ket-qua"),
    ("ho-tich", "bao-tro", "tra-ket-qua"),
    ("dat-dai",),
    ("bao-tro", "kinh-doanh", "tra-ket-qua", "cu-tru"),
)


def model_office(counters: int = 5) -> Office:
    """Return the model office of the product notes §4.3.

    With five counters each takes its own services; with any other number every counter takes every service.

    Raises:
        ValueError: if `counters` is not within 1..12.
    """
    if not 1 <= counters <= 12:
        raise ValueError(f"an office has 1 to 12 counters, not {counters}")
    everything = tuple(group.key for group in MODEL_GROUPS)
    skills = _MODEL_SKILLS if counters == 5 else (everything,) * counters
    return Office(
        name="Bộ phận Một cửa phường Bến Nghé",
        authority="Thành phố Hồ Chí Minh",
        groups=MODEL_GROUPS,
        counters=tuple(CounterPlan(number=n, groups=s) for n, s in enumerate(skills, start=1)),
        hotline="1900 1022",
    )
