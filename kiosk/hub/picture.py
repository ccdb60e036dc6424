"""Draws the snapshot: the full state of the office at one moment, for boards, tablets, the lobby and phones.

Computed once for each committed batch. Screens never add up increments, so a lost message can make them late but
never wrong.
"""

from collections.abc import Iterable
from datetime import datetime

from kiosk.domain.office import Office
from kiosk.domain.queueing import QueuePolicy, order
from kiosk.domain.snapshot import CounterState, Figures, GroupState, Snapshot, WaitingTicket
from kiosk.domain.statistics import wilson
from kiosk.domain.tickets import Visit
from kiosk.hub.day import Day, Post

CALLS_SHOWN = 12


def counter_state(day: Day, post: Post) -> CounterState:
    """Return one counter as everybody sees it."""
    visit = day.at_counter(post.counter)
    if visit is None:
        state = "closed" if not post.officer else "paused" if post.is_paused else "idle"
        return CounterState(
            counter=post.counter, state=state, officer=post.officer, officer_name=post.name, since=post.since
        )
    is_called = visit.state == "called"
    return CounterState(
        counter=post.counter,
        state="calling" if is_called else "serving",
        officer=post.officer or visit.officer,
        officer_name=post.name,
        ticket=visit.ticket,
        number=visit.number,
        group=group_of(visit),
        service=visit.service,
        since=visit.called_at if is_called else visit.started_at,
        calls=visit.calls,
    )
