"""The few words and signs that the lobby's flow itself puts on its tiles; all other texts are in the locales."""

from datetime import date

from kiosk.domain.hours import OpeningHours
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

GROUP_WORDS: dict[str, tuple[str, ...]] = {
    "bao-tro": ("mai táng", "tiền tuất", "bảo hiểm y tế", "thẻ bảo hiểm", "người có công", "thương binh", "liệt sĩ",
                "health insurance", "funeral support"),
    "cu-tru": ("căn cước", "cccd", "chứng minh nhân dân", "cmnd", "định danh", "vneid", "identity card"),
    "dat-dai": ("sang tên đất", "tách thửa", "quy hoạch", "land title"),
    "tra-ket-qua": ("lấy giấy tờ", "giấy hẹn", "nhận hồ sơ"),
}  # fmt: skip
"""By group key: what people type for needs that no procedure is listed for; the group's officer knows the way."""

PRIORITY_REASONS: tuple[tuple[PriorityReason, str, str, str], ...] = (
    (PriorityReason.DISABILITY, "wheelchair", "Khuyết tật nặng", "Severe disability"),
    (PriorityReason.PREGNANT, "heart", "Phụ nữ mang thai", "Pregnant"),
    (PriorityReason.SMALL_CHILD, "baby-carriage", "Có con nhỏ dưới 36 tháng", "With a child under 3"),
    (PriorityReason.MERITS, "medal", "Người có công", "Person with merits"),
    (PriorityReason.ILLNESS, "first-aid", "Ốm, bệnh cần gấp", "Urgent illness"),
)
"""What a citizen may declare (product notes §6.5): reason, icon, Vietnamese, English. Age comes from the card alone."""

MORE: tuple[tuple[str, str, tuple[str, str], tuple[str, str]], ...] = (
    (
        "pickup",
        "tray-arrow-down",
        ("Nhận kết quả đã xong", "Collect finished papers"),
        ("Có giấy hẹn hoặc mã hồ sơ càng nhanh", "Quicker with the receipt or its code"),
    ),
    (
        "appointment",
        "calendar",
        ("Tôi đã hẹn giờ", "I have an appointment"),
        ("Nhập mã hẹn để lấy số", "Check in with your code"),
    ),
    (
        "dossier",
        "path",
        ("Hồ sơ của tôi đến đâu rồi?", "How far is my application?"),
        ("Xem bằng mã trên giấy biên nhận", "By the code on your receipt"),
    ),
    (
        "lookup",
        "book-open",
        ("Chỉ xem thủ tục, giấy tờ", "Only look up a procedure"),
        ("Giấy tờ cần mang, lệ phí, thời hạn", "Papers, fees, how long it takes"),
    ),
)
"""What can be done beside taking a number: key, icon, title and hint, each Vietnamese and English."""

BRING = ("Cần mang", "Bring")
COPIES = ("Giấy {pages} trang: {copies} bản × {one} đ", "{pages} pages: {copies} copies × {one} VND")
"""A line on the slip of the calculator."""

CARD_FIELDS = {
    "name": ("Họ và tên", "Full name"),
    "dob": ("Ngày sinh", "Date of birth"),
    "sex": ("Giới tính", "Sex"),
    "id": ("Số định danh", "Personal number"),
    "old_id": ("Số CMND cũ", "Former number"),
    "address": ("Nơi thường trú", "Permanent residence"),
    "issued": ("Ngày cấp thẻ", "Card issued"),
}
"""What a card says, in the order of the forms."""
CARD_VALUES = {"M": ("Nam", "Male"), "F": ("Nữ", "Female")}

_OTHER = {"vi": "Việc khác của lĩnh vực này", "en": "Another service of this group"}
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def in_language(language: str, vietnamese: str, english: str) -> str:
    """Return the text in a language; Vietnamese where the other one is missing."""
    return english if language == "en" and english else vietnamese


def other_service(language: str) -> str:
    """Return the title of the tile for a service that is not in the list."""
    return _OTHER["en" if language == "en" else "vi"]


def day_line(day: date, language: str) -> str:
    """Return weekday and date as they stand under the clock, e.g. `Thứ Ba, 24/11`."""
    return f"{_WEEKDAYS['en' if language == 'en' else 'vi'][day.weekday()]}, {day.day}/{day.month}"


def hours_line(hours: OpeningHours, language: str) -> str:
    """Return the weekly hours, e.g. `Thứ Hai – Thứ Sáu, 07:30–17:00`; days that do not follow each other are named."""
    names = _WEEKDAYS["en" if language == "en" else "vi"]
    days = [day for day in range(7) if day not in hours.closed_weekdays]
    if not days:
        return ""
    is_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    told = f"{names[days[0]]} – {names[days[-1]]}" if is_row else ", ".join(names[day] for day in days)
    return f"{told}, {hours.opens:%H:%M}–{hours.closes:%H:%M}"


def greeting_name(name: str) -> str:
    """Return a name as it may stand on a screen in a lobby: the given name whole, the others as initials.

    Neighbours must not learn who is here; the own given name is enough to know that the right card was read.
    """
    *before, given = name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in before), given])
