"""Whatever is pressed and touched, with the hub coming and going: one answer a service, and everything is merged."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kiosk.counter import view as v
from kiosk.demo.trial import TrialCounter, TrialOffice, take_numbers
from kiosk.domain import events

KEYS = st.sampled_from(
    ("next", "next", "start", "start", "finish", "finish", "recall", "no_show", "park", "transfer", "1", "pause")
)
TOUCHES = st.one_of(
    st.builds(v.Rate, score=st.integers(0, 6)),
    st.builds(v.PickReason, key=st.sampled_from((*v.REASONS, "?"))),
    st.builds(v.WriteText, text=st.sampled_from(("Cảm ơn cán bộ.", "", "x" * 9000))),
    st.builds(v.PickCategory, key=st.sampled_from(("facilities", "?"))),
    st.sampled_from(
        (v.OpenComment(), v.OpenPetition(), v.Send(), v.Send(), v.Decline(), v.Back(), v.AllowExpression(),
         v.DeclineExpression(), v.SetLanguage(language="en"), v.SwitchReading(), v.StayHere())
    ),
)  # fmt: skip
HAPPENINGS = st.sampled_from(("hub", "cable", "ticket", "wait", "wait", "long wait"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(0, "cable"), (0, "next"), (1, "next")])
@given(st.lists(st.tuples(st.sampled_from((0, 1)), st.one_of(KEYS, KEYS, TOUCHES, HAPPENINGS)), max_size=50))
def test_one_answer_a_service_and_nothing_is_lost(steps: list[tuple[int, v.CounterIntent | str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = TrialOffice(Path(folder), 2)
        lobby = office.lobby()
        counters = [office.counter(1), office.counter(2)]
        take_numbers(lobby, 3)
        hub_is_up = True
        for which, step in steps:
            counter = counters[which]
            if step == "hub":
                (office.kill_hub if hub_is_up else office.start_hub)()
                hub_is_up = not hub_is_up
            elif step == "cable":
                (counter.transport.plug if counter.transport.is_cut else counter.transport.pull)()
            elif step == "ticket":
                take_numbers(lobby)
            elif isinstance(step, str) and step.endswith("wait"):
                office.time.advance(100 if step == "long wait" else 7)
            elif isinstance(step, str):
                counter.press(step)
            else:
                counter.flow.act(step)  # type: ignore[arg-type]  # every intent of the view
            office.time.settle()
            assert counter.flow.view.step in v.STEPS
        for counter in counters:
            counter.transport.plug()
        if not hub_is_up:
            office.start_hub()
        office.time.advance(minutes=5)
        assert [room.flow.link.pending for room in (lobby, *counters)] == [0, 0, 0]
        told = [answer for counter in counters for answer in answers_of(counter)]
        assert max(Counter(told).values(), default=1) == 1, "one answer for each right to rate"
        assert office.hub.figures().rated <= len([answer for answer in told if answer[1] == "rating.given"])
        for counter in counters:
            here = office.hub.snapshot.counters[counter.flow.view.counter - 1]
            assert (counter.flow.view.ticket, counter.flow.view.officer) == (here.ticket, here.officer)
            assert not counter.flow.view.manual


def answers_of(counter: TrialCounter) -> list[tuple[str, str]]:
    """Return each committed rating by its token."""
    return [(event.token, event.TYPE) for event in counter.events() if isinstance(event, events.RatingGiven)]
