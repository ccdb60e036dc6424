"""The words on tickets and the other slips, in Vietnamese and in English."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class SlipWords(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a slip beside the office's own words."""

    number: str
    priority: str
    ahead: str
    nobody: str
    one_person: str
    people: str
    wait: str
    about: str
    about_one: str
    less_than: str
    no_forecast: str
    where: str
    counter: str
    counters: str
    any_of: str
    form_code: str
    papers: str
    more_papers: str
    scan: str
    listen: str
    keep: str
    checklist: str
    time: str
    fee: str
    hotline: str
    scan_checklist: str
    come_back: str
    petition: str
    receipt: str
    filed: str
    answer_by: str
    scan_petition: str
    keep_receipt: str
    fees: str
    total: str
    scan_fees: str
    no_invoice: str


VI = SlipWords(
    number="SỐ THỨ TỰ CỦA QUÝ KHÁCH",
    priority="ƯU TIÊN",
    ahead="Phía trước",
    nobody="không có ai",
    one_person="{count} người",
    people="{count} người",
    wait="Dự kiến chờ",
    about="khoảng {low}–{high} phút",
    about_one="khoảng {high} phút",
    less_than="dưới {high} phút",
    no_forecast="chưa dự kiến được",
    where="Mời đến",
    counter="quầy {counters}",
    counters="quầy {counters}",
    any_of=" hoặc ",
    form_code="Mã tờ khai",
    papers="Giấy tờ cần có",
    more_papers="và {count} giấy tờ khác, quét mã để xem",
    scan="Quét mã để xem còn mấy người phía trước và để đánh giá khi xong việc.",
    listen="Số được gọi trên loa và trên bảng.",
    keep="Giữ phiếu đến khi xong việc.",
    checklist="GIẤY TỜ CẦN CHUẨN BỊ",
    time="Thời hạn",
    fee="Lệ phí",
    hotline="Điện thoại",
    scan_checklist="Quét mã để xem lại trên điện thoại.",
    come_back="Mang đủ giấy tờ rồi đến lấy số.",
    petition="Phiếu tiếp nhận kiến nghị",
    receipt="MÃ KIẾN NGHỊ",
    filed="Đã gửi",
    answer_by="Chậm nhất",
    scan_petition="Quét mã hoặc nhập mã kiến nghị để xem trả lời của lãnh đạo.",
    keep_receipt="Giữ phiếu này: ai có mã đều đọc được câu trả lời.",
    fees="PHÍ, LỆ PHÍ TẠM TÍNH",
    total="Cộng",
    scan_fees="Quét mã để xem trên điện thoại.",
    no_invoice="Số tiền tạm tính, không thay biên lai. Cán bộ sẽ cho biết số tiền chính thức.",
)
EN = SlipWords(
    number="YOUR NUMBER",
    priority="PRIORITY",
    ahead="Ahead of you",
    nobody="nobody",
    one_person="{count} person",
    people="{count} people",
    wait="Expected wait",
    about="about {low}–{high} min",
    about_one="about {high} min",
    less_than="under {high} min",
    no_forecast="not known yet",
    where="Go to",
    counter="counter {counters}",
    counters="counter {counters}",
    any_of=" or ",
    form_code="Form code",
    papers="Papers to have with you",
    more_papers="and {count} more: scan the code to see them",
    scan="Scan to see how many people are ahead of you, and to rate the service afterwards.",
    listen="Your number is called by voice and on the board.",
    keep="Keep this slip until you are done.",
    checklist="PAPERS TO PREPARE",
    time="Time",
    fee="Fee",
    hotline="Telephone",
    scan_checklist="Scan to see this again on your phone.",
    come_back="Bring all of them, then take a number.",
    petition="Receipt of a petition",
    receipt="PETITION CODE",
    filed="Sent",
    answer_by="Answer by",
    scan_petition="Scan, or type the code, to read the leader's answer.",
    keep_receipt="Keep this slip: whoever has the code can read the answer.",
    fees="ESTIMATE OF FEES",
    total="Total",
    scan_fees="Scan to see this on your phone.",
    no_invoice="An estimate, no receipt of payment. Staff will tell the exact sum.",
)


def words_for(language: str) -> SlipWords:
    """Return the words of `vi` or `en`."""
    return EN if language == "en" else VI


def moment_of(moment: datetime, language: str) -> str:
    """Return date and time as people write them: "Thứ Ba, 24/11/2026 · 08:05", "Tuesday, 24 Nov 2026 · 08:05"."""
    weekday = _WEEKDAYS["en" if language == "en" else "vi"][moment.weekday()]
    if language == "en":
        return f"{weekday}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year} · {moment:%H:%M}"
    return f"{weekday}, {moment:%d/%m/%Y} · {moment:%H:%M}"


def ahead_of(waiting: int, words: SlipWords) -> str:
    """Return how many people are ahead: "7 người"."""
    if waiting == 0:
        return words.nobody
    return (words.one_person if waiting == 1 else words.people).format(count=waiting)


def forecast_of(minutes: tuple[int, int] | None, words: SlipWords) -> str:
    """Return the honest range: "khoảng 10–20 phút"."""
    if minutes is None:
        return words.no_forecast
    low, high = minutes
    if low == 0:
        return words.less_than.format(high=max(high, 1))
    return (words.about_one if low == high else words.about).format(low=low, high=high)


def counters_of(counters: Sequence[int | str], words: SlipWords) -> str:
    """Return "quầy 1, 2 hoặc 3"; empty without counters."""
    if not counters:
        return ""
    names = [str(counter) for counter in counters]
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + words.any_of + names[-1]
    return (words.counter if len(names) == 1 else words.counters).format(counters=listed)


def day_of(day: date, language: str) -> str:
    """Return a day: "08/12/2026", "8 Dec 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if language == "en" else f"{day:%d/%m/%Y}"


def vnd_of(amount: int, language: str) -> str:
    """Return an amount of money: "12.000 đ", "12,000 VND"."""
    grouped = f"{amount:,}"
    return f"{grouped} VND" if language == "en" else f"{grouped.replace(',', '.')} đ"
