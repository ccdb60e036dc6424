"""The camera at the counter: nothing runs without the citizen's word, and nothing waits for the camera."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.config import ExpressionSettings
from kiosk.counter import view as v
from kiosk.demo.trial import TrialCounter, TrialLobby, TrialOffice, serve, take_numbers, touch
from kiosk.domain import events
from kiosk.domain.expression import Counts, Estimate
from kiosk.messaging.outbox import open_database

OPT_IN = ExpressionSettings(enabled=True)
NOTICE = ExpressionSettings(enabled=True, consent="notice", legal_basis="DPIA 12/2026")
NOBODY = Estimate(estimate="none", frames_seen=30, why_not="no_face")


class Desk:
    """A counter whose site has the feature on, with somebody waiting."""

    def __init__(self, folder: Path, expression: ExpressionSettings, waiting: int = 1) -> None:
        self.office = TrialOffice(folder, 1, expression=expression)
        self.lobby: TrialLobby = self.office.lobby()
        self.counter: TrialCounter = self.office.counter(1)
        take_numbers(self.lobby, waiting)

    @property
    def eyes(self):
        return self.counter.eyes

    @property
    def camera(self) -> str:
        return self.counter.flow.view.camera

    def touch(self, *intents: v.CounterIntent) -> str:
        return touch(self.counter, *intents).camera

    def sit_down(self) -> str:
        self.counter.press("next", "start")
        return self.camera

    def finish(self) -> str:
        self.counter.press("finish")
        return self.camera

    def leave(self) -> None:
        """Rate well and go."""
        self.touch(v.Rate(score=5))
        self.office.time.advance(60)

    def counts(self) -> Counts:
        """What stands on the box's disk."""
        connection = open_database(self.counter.database)
        row = connection.execute(
            "SELECT sum(positive), sum(neutral), sum(negative), sum(uncertain) FROM expression"
        ).fetchone()
        connection.close()
        positive, neutral, negative, uncertain = (value or 0 for value in row)
        return Counts(positive=positive, neutral=neutral, negative=negative, uncertain=uncertain)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, OPT_IN, waiting=3)


@pytest.fixture
def noticed(tmp_path: Path) -> Desk:
    return Desk(tmp_path, NOTICE, waiting=3)


# off by default -----------------------------------------------------------------------------------------------------


def test_a_site_that_did_not_switch_it_on_shows_and_runs_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ExpressionSettings())
    assert desk.sit_down() == ""
    assert desk.touch(v.AllowExpression()) == ""
    assert desk.finish() == ""
    desk.leave()
    assert desk.eyes.looks == 0
    assert desk.counts().visits == 0


# asked first --------------------------------------------------------------------------------------------------------


def test_nothing_runs_until_the_citizen_touches_allow(desk: Desk) -> None:
    assert desk.sit_down() == "offer"
    assert desk.finish() == "offer"
    desk.leave()
    assert desk.eyes.looks == 0
    assert desk.counts().visits == 0


def test_allowed_while_served_it_looks_at_the_end_of_the_visit_only(desk: Desk) -> None:
    desk.sit_down()
    assert desk.touch(v.AllowExpression()) == "allowed"
    desk.office.time.advance(minutes=10)
    assert not desk.eyes.is_watching
    assert desk.finish() == "on"
    assert desk.eyes.is_watching


def test_allowed_at_the_faces_it_looks_at_once(desk: Desk) -> None:
    desk.sit_down()
    desk.finish()
    assert desk.touch(v.AllowExpression()) == "on"


def test_it_looks_for_eight_seconds_at_most(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.office.time.advance(7.9)
    assert desk.camera == "on"
    desk.office.time.advance(0.2)
    assert desk.camera == "done"
    assert not desk.eyes.is_watching


def test_one_look_a_visit_and_none_while_the_keyboard_hides_its_light(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.touch(v.OpenPetition())
    assert not desk.eyes.is_watching
    desk.touch(v.Back(), v.AllowExpression())
    assert (desk.camera, desk.eyes.looks) == ("done", 1)


def test_the_light_shows_whenever_the_camera_is_on(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    for intent in (v.Rate(score=2), v.PickReason(key="wait"), v.OpenComment(), v.Back(), v.Send(), v.Back()):
        desk.touch(intent)
        assert desk.eyes.is_watching == (desk.camera == "on")
        assert not (desk.eyes.is_watching and desk.counter.flow.view.step in ("comment", "petition"))


def test_a_visit_is_counted_after_it_is_over(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.office.time.advance(9)
    assert desk.counts().visits == 0
    desk.leave()
    assert desk.counts() == Counts(positive=1)


def test_a_declined_visit_is_not_counted_and_not_asked_again(desk: Desk) -> None:
    desk.sit_down()
    assert desk.touch(v.DeclineExpression()) == "declined"
    assert desk.touch(v.AllowExpression()) == "declined"
    assert desk.finish() == "declined"
    desk.leave()
    assert (desk.eyes.looks, desk.counts().visits) == (0, 0)


def test_a_decline_is_remembered_for_the_visit_only(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.DeclineExpression())
    desk.finish()
    desk.leave()
    assert desk.sit_down() == "offer"


@pytest.mark.parametrize("seconds", [1, 9])
def test_a_yes_can_be_taken_back_until_the_visit_is_over(desk: Desk, seconds: float) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.office.time.advance(seconds)
    assert desk.touch(v.DeclineExpression()) == "declined"
    assert not desk.eyes.is_watching
    desk.leave()
    assert desk.counts().visits == 0


def test_the_next_citizen_is_asked_anew_and_not_seen(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.counter.press("next", "start")
    assert (desk.camera, desk.eyes.is_watching) == ("offer", False)
    assert desk.counts() == Counts(positive=1)


# noticed ------------------------------------------------------------------------------------------------------------


def test_with_a_notice_it_looks_at_the_end_unless_declined(noticed: Desk) -> None:
    assert noticed.sit_down() == "notice"
    assert noticed.finish() == "on"
    noticed.leave()
    assert noticed.counts() == Counts(positive=1)
    noticed.sit_down()
    assert noticed.touch(v.DeclineExpression()) == "declined"
    assert noticed.finish() == "declined"
    noticed.leave()
    assert noticed.eyes.looks == 1


# by hand and without power ------------------------------------------------------------------------------------------


def test_without_the_hub_the_citizen_is_asked_all_the_same(desk: Desk) -> None:
    desk.office.kill_hub()
    desk.sit_down()
    desk.touch(v.AllowExpression())
    assert desk.finish() == "on"
    desk.leave()
    assert desk.counts() == Counts(positive=1)


def test_counts_outlive_a_power_cut_and_consent_does_not(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.leave()
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.counter.kill()
    desk.counter.start()
    assert desk.camera == "offer"
    assert desk.counts() == Counts(positive=1)


# what was seen ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (Estimate(estimate="negative", frames_seen=20, frames_good=12), Counts(negative=1)),
        (Estimate(estimate="uncertain", frames_seen=20, frames_good=12, why_not="unsure"), Counts(uncertain=1)),
        (NOBODY, Counts(uncertain=1)),
        (Estimate(estimate="none", why_not="camera_faulty"), Counts()),
    ],
)
def test_a_visit_without_an_answer_is_uncertain_and_one_that_was_not_seen_is_none(
    desk: Desk, seen: Estimate, counted: Counts
) -> None:
    desk.eyes.sees = seen
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.leave()
    assert desk.counts() == counted


def test_a_camera_that_does_not_work_is_told_to_staff_once_and_when_it_is_back(desk: Desk) -> None:
    for fails in ("service_absent", "service_absent", ""):
        desk.eyes.fails = fails
        desk.sit_down()
        desk.touch(v.AllowExpression())
        assert desk.finish() == ("done" if fails else "on")
        desk.leave()
        assert ("camera" in desk.counter.flow.view.faults) == bool(fails)
    told = [event.TYPE for event in desk.counter.events() if getattr(event, "part", "") == "camera"]
    assert told == ["device.faulted", "device.recovered"]


def test_a_service_that_never_answers_costs_the_rating_nothing(desk: Desk) -> None:
    desk.eyes.is_silent = True
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.leave()
    assert [event.TYPE for event in desk.counter.events() if event.TYPE.startswith("rating")] == ["rating.given"]
    assert desk.counter.flow.view.step == "idle"
    assert desk.counts().visits == 0


# switches -----------------------------------------------------------------------------------------------------------


def test_the_officer_s_key_stops_the_camera_at_once_and_twice_lets_it_go_on(desk: Desk) -> None:
    desk.sit_down()
    desk.touch(v.AllowExpression())
    desk.finish()
    desk.counter.press("0")
    assert (desk.camera, desk.eyes.is_watching, desk.counter.flow.view.message) == ("", False, "camera_off")
    desk.leave()
    assert desk.counts().visits == 0
    assert desk.sit_down() == ""
    desk.counter.press("0")
    assert (desk.camera, desk.counter.flow.view.message) == ("", "camera_again")
    desk.counter.press("0")
    assert (desk.camera, desk.counter.flow.view.message) == ("offer", "camera_on")
    switched = [event for event in desk.counter.events() if isinstance(event, events.ExpressionSwitched)]
    assert [(event.on, event.by, event.counter) for event in switched] == [(False, "cb01", 1), (True, "cb01", 1)]


def test_two_presses_far_apart_do_not_let_it_go_on(desk: Desk) -> None:
    desk.counter.press("0", "0")
    desk.office.time.advance(7)
    desk.counter.press("0")
    assert desk.sit_down() == ""


def test_the_officer_s_switch_outlives_a_power_cut(desk: Desk) -> None:
    desk.counter.press("0")
    desk.counter.kill()
    desk.counter.start()
    assert desk.sit_down() == ""


def test_the_leader_s_switch_reaches_the_tablet_and_outlives_both_restarts(desk: Desk) -> None:
    desk.sit_down()
    desk.office.hub.switch_expression(False, "leader")
    desk.office.time.settle()
    assert desk.camera == ""
    desk.office.kill_hub()
    desk.counter.kill()
    desk.counter.start()
    assert desk.sit_down() == "", "the tablet remembers without the hub"
    desk.office.start_hub()
    assert desk.office.hub.snapshot.expression_stopped, "so does the hub"
    desk.office.hub.switch_expression(True, "leader")
    desk.office.time.settle()
    assert desk.camera == "offer"


# publishing ---------------------------------------------------------------------------------------------------------


def test_a_day_of_ten_visits_is_published_at_midnight_and_forgotten(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOTICE, waiting=10)
    for _ in range(10):
        desk.sit_down()
        desk.finish()
        desk.leave()
    assert not any(isinstance(event, events.ExpressionWindow) for event in desk.counter.events())
    desk.office.time.advance(hours=24)
    (window,) = [event for event in desk.counter.events() if isinstance(event, events.ExpressionWindow)]
    assert (window.visits, window.positive, window.counter, window.days) == (10, 10, 1, 1)
    assert window.at - desk.office.time.now() < timedelta(0)
    assert desk.counts().visits == 0
    assert not {"ticket", "officer"} & set(window.__struct_fields__)


def test_serving_takes_the_same_steps_with_the_feature_on(noticed: Desk) -> None:
    assert serve(noticed.counter).step == "rating"
    assert touch(noticed.counter, v.Rate(score=2)).step == "reasons"
