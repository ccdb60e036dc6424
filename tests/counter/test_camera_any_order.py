"""Whatever is touched and pressed, in any order: the camera never looks unasked, unseen, or longer than it may."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.config import ExpressionSettings
from kiosk.counter import view as v
from kiosk.demo.trial import TrialOffice, take_numbers
from kiosk.domain.expression import LONGEST_S

TOUCHES = (
    v.AllowExpression(), v.AllowExpression(), v.DeclineExpression(), v.Rate(score=5), v.Rate(score=2), v.Send(),
    v.OpenPetition(), v.Back(), v.Decline(), v.OpenComment(),
)  # fmt: skip
KEYS = ("next", "start", "start", "finish", "finish", "no_show", "park", "pause", "0")
HAPPENINGS = ("hub stops", "hub allows", "service fails", "service works", "hub away", "wait", "wait", "power")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(("opt_in", "notice")),
    st.lists(st.one_of(*map(st.sampled_from, (TOUCHES, KEYS, KEYS, HAPPENINGS))), max_size=40),
)
def test_the_camera_never_looks_unasked_unseen_or_too_long(consent: str, steps: list[v.CounterIntent | str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = TrialOffice(Path(folder), 1, expression=ExpressionSettings(enabled=True, consent=consent))
        lobby, counter = office.lobby(), office.counter(1)
        take_numbers(lobby, 3)
        began: float | None = None
        allowed = 0
        is_stopped, hub_is_up = False, True
        for step in steps:
            if step in ("hub stops", "hub allows"):
                if hub_is_up:
                    office.hub.switch_expression(step == "hub allows", "leader")
                    is_stopped = step == "hub stops"
            elif step in ("service fails", "service works"):
                counter.eyes.fails = "service_absent" if step == "service fails" else ""
            elif step == "hub away":
                (office.kill_hub if hub_is_up else office.start_hub)()
                hub_is_up = not hub_is_up
            elif step == "wait":
                office.time.advance(5)
            elif step == "power":
                counter.kill()
                counter.start()
                allowed = 0
            elif isinstance(step, str):
                counter.press(step)
            else:
                counter.flow.act(step)  # type: ignore[arg-type]  # every intent of the view
            office.time.settle()
            allowed += isinstance(step, v.AllowExpression)
            view, eyes = counter.flow.view, counter.eyes
            assert consent == "notice" or eyes.looks <= allowed, "nobody looks before somebody allowed it"
            if not eyes.is_watching:
                began = None
                continue
            began = office.time.monotonic() if began is None else began
            assert view.camera == "on", "its light shows"
            assert view.step not in v.KEYBOARD_STEPS, "nothing hides the light"
            assert view.step not in ("idle", "closed", "paused", "serving"), "only while a visit ends"
            assert not is_stopped
            assert office.time.monotonic() - began <= LONGEST_S
