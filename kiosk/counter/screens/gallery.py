"""Every state of the tablet with sample data, for `kiosk screens` and the tests of the look. All names are made up."""

from typing import Any

from msgspec.structs import replace

from kiosk.counter.view import CounterView
from kiosk.domain.surveys import SHORT_SURVEY

_OFFICE = "Bộ phận Một cửa phường Bến Nghé"
_GROUPS = {
    "vi": ("Chứng thực", "Hộ tịch", "Trả kết quả"),
    "en": ("Certification", "Civil status", "Results"),
}
_ALL_GROUPS = {
    "vi": ("Chứng thực", "Hộ tịch", "Đất đai", "Bảo trợ xã hội", "Kinh doanh", "Trả kết quả", "Cư trú"),
    "en": ("Certification", "Civil status", "Land", "Social support", "Business", "Results", "Residence"),
}
_LETTERS = "ABCDEFG"
_COMMENT = {
    "vi": "Chờ hơn một tiếng, mong có thêm ghế cho người già",
    "en": "Waited for more than an hour; more seats for the elderly, please",
}
_LETTER = {
    "vi": "Hồ sơ đất đai của gia đình tôi đã hẹn ba lần mà chưa trả. Mong lãnh đạo cho biết vướng ở đâu và bao giờ "
    "xong, để chúng tôi khỏi phải đi lại nhiều lần.",
    "en": "My family's land file has been promised three times and is still not done. Please tell us what holds it up "
    "and when it will be ready, so that we need not come again and again.",
}

_LIST: dict[str, dict[str, Any]] = {
    "vi": {
        "question": "Hôm nay quý khách đến văn phòng lần thứ mấy cho việc này?",
        "options": (("1", "Lần đầu"), ("2", "Lần thứ hai"), ("3", "Từ lần thứ ba trở lên")),
    },
    "en": {
        "question": "How often have you come to the office for this matter?",
        "options": (("1", "For the first time"), ("2", "For the second time"), ("3", "Three times or more")),
    },
}
_LONG_LIST: dict[str, dict[str, Any]] = {
    "vi": {
        "question": "Quý khách biết phải mang những giấy tờ gì nhờ đâu?",
        "options": (
            ("kiosk", "Máy lấy số ở sảnh"),
            ("web", "Cổng dịch vụ công trên mạng"),
            ("phone", "Gọi điện hỏi trước"),
            ("people", "Người quen, tổ dân phố"),
            ("officer", "Cán bộ tại quầy"),
            ("none", "Không biết trước"),
        ),
    },
    "en": {
        "question": "How did you learn which papers to bring?",
        "options": (
            ("kiosk", "From the ticket machine"),
            ("web", "From the public service portal"),
            ("phone", "By phone"),
            ("people", "From neighbours or friends"),
            ("officer", "From the officer at the counter"),
            ("none", "I did not know before"),
        ),
    },
}


def gallery(language: str = "vi") -> list[tuple[str, CounterView]]:
    """Return every state of the tablet by name."""
    view = CounterView(
        step="idle",
        language=language,
        office_name=_OFFICE,
        counter=3,
        officer="o-7",
        officer_name="Trần Thị Minh",
        group_names=_GROUPS[language],
        group_letters=tuple(_LETTERS[: len(_GROUPS[language])]),
        clock="08:42",
        hotline="1900 1022",
        waiting=4,
    )
    all_groups = replace(view, group_names=_ALL_GROUPS[language], group_letters=tuple(_LETTERS))
    at_work = replace(view, number="A105", ticket="0" * 32, link="http://192.168.1.10:8080/t/5f3a9c1e7b2d")
    rating = replace(at_work, step="rating", link="http://192.168.1.10:8080/r/8d1f0a6be2c94735")
    bad = replace(rating, step="reasons", score=2, reasons=("wait", "unclear"))
    long = replace(
        rating,
        counter=12,
        officer_name="Nguyễn Phan Hoàng Phương Quỳnh",
        group_names=_ALL_GROUPS[language],
        number="A2105",
        online=False,
        manual=True,
    )
    petition = replace(at_work, step="petition")
    asked = replace(
        rating,
        step="survey",
        score=4,
        question=SHORT_SURVEY.questions[0].text if language == "vi" else SHORT_SURVEY.questions[0].text_en,
        options=tuple(
            (option.key, option.text if language == "vi" else option.text_en)
            for option in reversed(SHORT_SURVEY.questions[0].options)
        ),
        question_step=(1, 5),
    )
    wish = SHORT_SURVEY.questions[-1]
    written = replace(
        asked,
        step="survey_text",
        question=wish.text if language == "vi" else wish.text_en,
        options=(),
        question_step=(5, 5),
    )
    return [
        ("closed", replace(view, step="closed", officer="", officer_name="")),
        ("closed-number", replace(view, step="closed", officer="", officer_name="", entry="number", typed="12")),
        ("closed-pin", replace(view, step="closed", officer="", officer_name="", entry="pin", typed="•••")),
        ("closed-pin-wrong", replace(view, step="closed", officer="", officer_name="", message="wrong_pin")),
        ("idle", view),
        (
            "idle-all-services",
            replace(all_groups, waiting=0),
        ),
        ("idle-one-service", replace(view, group_names=_GROUPS[language][:1], group_letters=("A",))),
        ("idle-message", replace(view, message="nobody_waiting")),
        ("idle-offline", replace(view, online=False, manual=True, waiting=None)),
        ("calling", replace(at_work, step="calling")),
        ("calling-manual", replace(at_work, step="calling", number="A2105", online=False, manual=True, link="")),
        ("serving", replace(at_work, step="serving")),
        ("serving-message", replace(at_work, step="serving", message="already_serving")),
        ("serving-camera", replace(at_work, step="serving", camera="offer")),
        ("serving-camera-notice", replace(at_work, step="serving", camera="notice")),
        ("serving-camera-allowed", replace(at_work, step="serving", camera="allowed")),
        ("serving-camera-declined", replace(at_work, step="serving", camera="declined")),
        ("rating", rating),
        ("rating-chosen", replace(rating, score=5)),
        ("rating-ending", replace(rating, seconds_left=8)),
        ("rating-camera", replace(rating, camera="offer")),
        ("rating-camera-on", replace(rating, camera="on")),
        ("rating-camera-done", replace(rating, camera="done")),
        ("rating-camera-offline", replace(rating, camera="offer", online=False, manual=True, link="")),
        ("rating-long-camera-on", replace(long, camera="on")),
        ("rating-offline", replace(rating, online=False, manual=True, link="")),
        ("rating-long", long),
        ("reasons", bad),
        ("reasons-camera-on", replace(bad, camera="on")),
        ("reasons-comment", replace(bad, score=1, text=_COMMENT[language], seconds_left=9)),
        ("reasons-offline", replace(bad, online=False, manual=True, link="")),
        ("comment-empty", replace(rating, step="comment", score=5)),
        ("comment", replace(bad, step="comment", text=_COMMENT[language])),
        (
            "comment-full",
            replace(bad, step="comment", text=" ".join([_LETTER[language]] * 3)[:300]),
        ),
        ("comment-ending", replace(bad, step="comment", text=_COMMENT[language], seconds_left=7)),
        ("petition-empty", petition),
        ("petition", replace(petition, category="delay", text=_LETTER[language])),
        ("petition-chosen", replace(petition, category="facilities")),
        ("receipt", replace(at_work, step="receipt", receipt="KN-7RX4PM", link="http://192.168.1.10:8080/p/KN-7RX4PM")),
        ("receipt-offline", replace(at_work, step="receipt", receipt="KN-7RX4PM", link="", online=False, manual=True)),
        ("thanks", replace(rating, step="thanks", score=5)),
        ("thanks-petition", replace(rating, step="thanks", score=0)),
        ("rating-good", replace(rating, score=4)),
        ("reasons-keys", replace(bad, by_keys=True)),
        ("later", replace(rating, step="later")),
        ("later-ending", replace(rating, step="later", seconds_left=8)),
        ("thanks-invited", replace(rating, step="thanks", score=5, is_invited=True)),
        ("thanks-invited-keys", replace(rating, step="thanks", score=4, is_invited=True, by_keys=True)),
        ("survey", asked),
        ("survey-ending", replace(asked, question_step=(3, 5), seconds_left=9)),
        ("survey-list", replace(asked, question_step=(2, 4), **_LIST[language])),
        ("survey-list-keys", replace(asked, question_step=(2, 4), by_keys=True, **_LONG_LIST[language])),
        ("survey-text-empty", written),
        ("survey-text", replace(written, text=_COMMENT[language])),
        ("survey-text-ending", replace(written, text=_COMMENT[language], seconds_left=7)),
        ("paused", replace(view, step="paused")),
    ]
