"""Every state of the board with sample data, for `kiosk screens` and the tests of the look."""

from msgspec.structs import replace

from kiosk.board.view import AnswerRow, BoardView, CallRow, CounterRow, GroupRow
from kiosk.ui.tokens import picture

_NAMES = {
    "vi": ("Chứng thực", "Hộ tịch", "Đất đai", "Bảo trợ xã hội", "Kinh doanh", "Trả kết quả", "Cư trú"),
    "en": ("Certification", "Civil status", "Land", "Social support", "Business", "Results", "Residence"),
}
_LONG = {
    "vi": "Đăng ký kinh doanh, hợp tác xã",
    "en": "Business and cooperatives",
}
_NOTICE = {
    "vi": "Quý khách vui lòng chuẩn bị thẻ Căn cước và giấy tờ gốc. Đường dây nóng: 1900 1022",
    "en": "Please have your ID card and original papers ready. Hotline: 1900 1022",
}
_LONG_NOTICE = {
    "vi": "Thứ Bảy 28/11 bộ phận Một cửa làm việc buổi sáng, từ 7 giờ 30 đến 11 giờ 30. Hồ sơ đất đai nộp trực tuyến "
    "được ưu tiên trả trước hạn. Đường dây nóng phản ánh, kiến nghị: 1900 1022",
    "en": "On Saturday 28 November the office is open in the morning, from 7:30 to 11:30. Land files that are "
    "submitted online are given back first. Hotline for complaints and proposals: 1900 1022",
}
_ANSWERS = tuple(
    AnswerRow(category=category, day=day, days=days)
    for category, day, days in (
        ("delay", "24/11", 0),
        ("facilities", "23/11", 3),
        ("attitude", "20/11", 5),
        ("procedure", "19/11", 1),
    )
)
_OTHERS = tuple(
    CallRow(number=number, counter=counter)
    for number, counter in (("B026", 2), ("F062", 6), ("C098", 10), ("B089", 9), ("E1116", 12))
)
_REOPENS = {"vi": "07:30 Thứ Tư, 25/11", "en": "07:30 Wednesday, 25/11"}
_STATES = ("serving", "serving", "calling", "serving", "idle", "serving", "paused", "closed") + ("serving",) * 4
_MINUTES = ((5, 12), (14, 25), (40, 65), (0, 1), (8, 8), (3, 6), (None, None))


def gallery(language: str = "vi") -> list[tuple[str, BoardView]]:
    """Return every state of the board by name."""
    view = BoardView(
        language=language,
        office_name="Bộ phận Một cửa phường Bến Nghé",
        authority="Thành phố Hồ Chí Minh",
        clock="08:42",
        weekday="Thứ Ba" if language == "vi" else "Tuesday",
        day="24/11/2026",
        call_number="A105",
        call_counter=3,
        fresh=True,
        counters=_counters(5, language),
        groups=_groups(language),
        waiting=23,
        finished=128,
        rated=116,
        satisfied_percent=98.3,
        satisfied_low=0.939,
        satisfied_high=0.995,
        score_mean=4.7,
        notice=_NOTICE[language],
    )
    long_names = tuple(replace(row, name=_LONG[language]) for row in view.groups[:5])
    long_counters = tuple(
        replace(
            row,
            group_name=_LONG[language] if row.number else "",
            number=row.number and f"{row.number[0]}2{row.number[1:]}",
        )
        for row in _counters(8, language)
    )
    first = replace(
        view,
        call_number="",
        call_counter=0,
        fresh=False,
        counters=tuple(CounterRow(counter=n, state="idle") for n in range(1, 6)),
        groups=tuple(replace(row, waiting=0, low_minutes=0, high_minutes=0) for row in view.groups),
        waiting=0,
        finished=0,
        rated=0,
        satisfied_percent=None,
        satisfied_low=None,
        satisfied_high=None,
        score_mean=None,
        notice="",
    )
    return [
        ("calls", view),
        ("calls-again", replace(view, call_again=True, call_number="A2105", call_counter=12)),
        ("two-calls", replace(view, others=_OTHERS[:1], counters=_calling(view.counters, 2))),
        ("three-calls", replace(view, others=_OTHERS[:2], counters=_calling(_counters(8, language), 2, 6))),
        ("six-calls", replace(view, others=_OTHERS, counters=_calling(_counters(12, language), 2, 6, 9, 10, 12))),
        ("calm", replace(view, fresh=False)),
        ("morning", first),
        (
            "1-counter",
            replace(view, counters=_counters(1, language), call_counter=1, groups=view.groups[:1], waiting=6),
        ),
        (
            "2-counters",
            replace(view, counters=_counters(2, language), call_counter=2, groups=view.groups[:2], waiting=11),
        ),
        (
            "3-counters",
            replace(view, counters=_counters(3, language), groups=view.groups[:3], waiting=19),
        ),
        ("names", replace(view, counters=tuple(map(_named, view.counters, ("", "N. T. Minh", "T. V. Hùng", "", ""))))),
        ("7-counters", replace(view, counters=_counters(7, language))),
        ("8-counters", replace(view, counters=_counters(8, language))),
        ("11-counters", replace(view, counters=_counters(11, language))),
        ("12-counters", replace(view, counters=_counters(12, language), call_counter=12)),
        ("long-names", replace(view, counters=long_counters, groups=long_names, notice=_LONG_NOTICE[language])),
        ("stale", replace(view, fresh=False, stale_seconds=45)),
        ("stale-long", replace(view, fresh=False, stale_seconds=754, counters=_counters(12, language))),
        ("few-ratings", replace(view, rated=3, satisfied_percent=66.7, satisfied_low=0.208, satisfied_high=0.939)),
        ("picture", replace(view, fresh=False, page="picture", picture=picture("id-card"))),
        ("answers", replace(view, fresh=False, page="answers", answers=_ANSWERS)),
        ("answers-one", replace(view, page="answers", answers=_ANSWERS[:1])),
        ("closed", replace(view, step="closed", clock="17:20", reopens=_REOPENS[language])),
        ("waiting-for-hub", replace(view, step="waiting_for_hub", notice="")),
    ]


def _calling(rows: tuple[CounterRow, ...], *counters: int) -> tuple[CounterRow, ...]:
    """Return the rows with these counters calling, too."""
    return tuple(replace(row, state="calling") if row.counter in counters else row for row in rows)


def _named(row: CounterRow, name: str) -> CounterRow:
    return replace(row, name=name)


def _counters(count: int, language: str) -> tuple[CounterRow, ...]:
    """Return `count` counters in all states; the third is calling."""
    rows = []
    for index in range(count):
        state = "serving" if count < 3 else _STATES[index]
        is_busy = state in ("serving", "calling")
        group = index % len(_NAMES[language])
        number = "A105" if state == "calling" else f"{'ABCDEFG'[group]}{17 + 9 * index:03d}"
        name = _NAMES[language][0 if state == "calling" else group]
        rows.append(
            CounterRow(
                counter=index + 1,
                state=state,
                number=number if is_busy else "",
                group_name=name if is_busy else "",
            )
        )
    return tuple(rows)


def _groups(language: str) -> tuple[GroupRow, ...]:
    return tuple(
        GroupRow(
            letter="ABCDEFG"[index], name=name, waiting=(6, 5, 8, 0, 1, 3, 0)[index], low_minutes=low, high_minutes=high
        )
        for index, (name, (low, high)) in enumerate(zip(_NAMES[language], _MINUTES, strict=True))
    )
