"""The few words and signs that the lobby's flow itself puts on its tiles; all other texts are in the locales."""

from datetime import date

from kiosk.domain.priority import PriorityReason

OTHER_SERVICE = "other"
"""Key of the tile "another service of this group": a ticket without a named procedure."""

GROUP_ICONS = {
    "chung-thuc": "certificate",
    "ho-tich": "baby",
    "dat-dai": "map-trifold",
    "bao-tro": "hand-heart",
    "kinh-doanh": "storefront",
    "tra-ket-qua": "tray-arrow-down",
    "cu-tru": "house",
}
"""By group key; a site's own groups get `ANY_ICON`."""
ANY_ICON = "file-text"

PRIORITY_REASONS: tuple[tuple[PriorityReason, str, str, str], ...] = (
    (PriorityReason.DISABILITY, "wheelchair", "Khuyết tật nặng", "Severe disability"),
    (PriorityReason.PREGNANT, "heart", "Phụ nữ mang thai", "Pregnant"),
    (PriorityReason.SMALL_CHILD, "baby-carriage", "Có con nhỏ dưới 36 tháng", "With a child under 3"),
    (PriorityReason.MERITS, "medal", "Người có công", "Person with merits"),
    (PriorityReason.ILLNESS, "first-aid", "Ốm, bệnh cần gấp", "Urgent illness"),
)
"""What a citizen may declare (product notes §6.5): reason, icon, Vietnamese, English. Age comes from the card alone."""

_OTHER = {"vi": "Việc khác của lĩnh vực này", "en": "Another service of this group"}
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def other_service(language: str) -> str:
    """Return the title of the tile for a service that is not in the list."""
    return _OTHER["en" if language == "en" else "vi"]


def day_line(day: date, language: str) -> str:
    """Return weekday and date as they stand under the clock, e.g. `Thứ Ba, 24/11`."""
    return f"{_WEEKDAYS['en' if language == 'en' else 'vi'][day.weekday()]}, {day.day}/{day.month}"


def greeting_name(name: str) -> str:
    """Return a name as it may stand on a screen in a lobby: the given name whole, the others as initials.

    Neighbours must not learn who is here; the own given name is enough to know that the right card was read.
    """
    *before, given = name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in before), given])
