"""Counts of expressions at the hub: beside the ratings, tied to no officer and no ticket, stopped by the leader."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.domain import events
from kiosk.domain.agreement import agreement_of
from kiosk.domain.envelope import event_of
from kiosk.hub.expression import LEAST_RATINGS, pairs_of, window_lines
from tests.hub.stage import Stage
from tests.hub.test_hub_web import PASSWORD, Browser, app_of, serve, words

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("kiosk/**/*.json", "kiosk/**/*.html", "kiosk/**/*.js", "kiosk/**/*.txt", "kiosk/**/*.py", "firmware_config/*")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.lobby = stage.device("lobby-1")
    stage.seconds = 0.0
    return stage


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    with app_of(stage, leader_password=PASSWORD) as client:
        yield Browser(client)


def a_window(stage: Stage, **changes: object) -> events.ExpressionWindow:
    of = {"day": stage.today, "counter": 1, "visits": 12, "positive": 6, "neutral": 3, "negative": 1, "uncertain": 2}
    return events.ExpressionWindow(at=stage.time.now(), **{**of, **changes})


def put(stage: Stage, *windows: events.ExpressionWindow) -> None:
    device = stage.device("counter-1")
    for window in windows:
        device.put(window)
    stage.time.settle()


def test_the_leader_sees_windows_with_n_and_abstention_beside_the_ratings(stage: Stage, browser: Browser) -> None:
    token = serve(stage)
    browser.open(f"/r/{token}")
    browser.send(f"/r/{token}", score="5")
    put(stage, a_window(stage))
    browser.log_in()
    page = browser.open("/leader")
    section = words(page[page.index('id="expression"') :])
    assert "12 60 % 30 % 10 % 17 % 1 100 %" in section
    assert "Không có ảnh, không có tên, không gắn với cán bộ hay phiếu." in section


def test_the_office_s_day_of_counters_with_few_stands_beside_the_counters(stage: Stage, browser: Browser) -> None:
    put(stage, a_window(stage), a_window(stage, counter=None))
    browser.log_in()
    page = browser.open("/leader")
    section = words(page[page.index('id="expression"') :])
    assert "cả cơ quan (các quầy ít lượt) 12 60 % 30 % 10 % 17 %" in section


def test_no_officer_s_row_holds_a_figure_of_expressions(stage: Stage, browser: Browser) -> None:
    serve(stage)
    browser.log_in()
    before = browser.open("/leader/part")
    put(stage, a_window(stage))
    assert re.sub(r'data-state="\d+"', "", browser.open("/leader/part")) == re.sub(r'data-state="\d+"', "", before)


def test_no_event_or_reply_of_expressions_names_a_ticket_or_officer() -> None:
    fields = set(events.ExpressionWindow.__struct_fields__)
    assert fields == {"at", "day", "days", "counter", "visits", "positive", "neutral", "negative", "uncertain"}
    assert "biểu cảm" not in str(msgspec.json.schema(events.RatingGiven))


@pytest.mark.parametrize(
    "changes",
    [
        {"visits": 9, "positive": 3},
        {"visits": 13},
        {"positive": -4, "neutral": 13},
        {"days": 3},
    ],
)
def test_a_window_that_breaks_the_rules_is_kept_raw_and_never_shown(stage: Stage, changes: dict[str, int]) -> None:
    put(stage, a_window(stage, **changes))
    assert window_lines(stage.hub.book.ledger) == []
    assert stage.hub.book.ledger.faults() == {"bad_data": 1}


def test_a_week_and_merged_counters_are_beside_the_ratings_of_all_of_it(stage: Stage) -> None:
    monday = stage.today - timedelta(days=stage.today.weekday())
    put(stage, a_window(stage, day=monday, days=7, counter=None))
    (line,) = window_lines(stage.hub.book.ledger)
    assert (line.days, line.counter, line.abstained.k, line.abstained.n, line.positive.n) == (7, None, 2, 12, 10)


def test_the_study_leaves_out_windows_with_hardly_a_rating(stage: Stage) -> None:
    put(stage, *(a_window(stage, day=date(2026, 11, 2) + timedelta(days=n)) for n in range(5)))
    lines = window_lines(stage.hub.book.ledger)
    assert len(lines) == 5
    assert LEAST_RATINGS > 1
    assert agreement_of(pairs_of(lines)).verdict == "too_few"


def test_the_leader_stops_the_cameras_and_the_books_say_who_did(stage: Stage, browser: Browser) -> None:
    browser.log_in()
    assert "Được phép chạy" in browser.open("/leader")
    browser.send("/leader/expression/stop")
    assert stage.hub.snapshot.expression_stopped
    assert "Đã tắt toàn cơ quan" in browser.open("/leader")
    browser.send("/leader/expression/stop")
    browser.open("/leader")
    browser.send("/leader/expression/resume")
    assert not stage.hub.snapshot.expression_stopped
    told = [
        event_of(envelope)
        for envelope, _ in stage.hub.book.ledger.events_of_day(stage.today)
        if envelope.type == "expr.switched"
    ]
    assert [(event.on, event.by) for event in told if isinstance(event, events.ExpressionSwitched)] == [
        (False, "Lãnh đạo"),
        (True, "Lãnh đạo"),
    ]


def test_only_the_leader_may_stop_or_resume(stage: Stage, browser: Browser) -> None:
    browser.open("/login")
    browser.send("/leader/expression/stop")
    assert browser.status in (401, 403)
    assert not stage.hub.snapshot.expression_stopped
    browser.log_in()
    browser.open("/leader")
    browser.send("/leader/expression/dance")
    assert browser.status == 404


def test_the_leader_s_switch_outlives_a_restart_of_the_hub(stage: Stage) -> None:
    stage.hub.switch_expression(False, "Lãnh đạo")
    stage.kill_hub()
    stage.start_hub()
    assert stage.hub.snapshot.expression_stopped


def test_a_device_cannot_switch_the_office(stage: Stage) -> None:
    device = stage.device("counter-1")
    device.put(events.ExpressionSwitched(at=stage.time.now(), on=False, by="cb01", counter=1))
    device.put(events.ExpressionSwitched(at=stage.time.now(), on=False, by="cb01"))
    stage.time.settle()
    assert not stage.hub.snapshot.expression_stopped


def test_no_text_calls_expressions_feelings() -> None:
    found = [
        path.relative_to(ROOT)
        for pattern in TEXTS
        for path in ROOT.glob(pattern)
        if path.is_file() and re.search(r"cảm\s+xúc", path.read_text(encoding="utf-8", errors="ignore"), re.IGNORECASE)
    ]
    assert found == []
