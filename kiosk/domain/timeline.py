"""One order for events that became known in any order: the ground on which states do not depend on delivery."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from kiosk.domain.events import Event

AnyEvent = TypeVar("AnyEvent", bound=Event)


def timeline(
    known: Iterable[tuple[str, AnyEvent]], rank: Callable[[AnyEvent], int] = lambda event: 0
) -> list[AnyEvent]:
    """Return the events of `known` (id, event) in order of time, each id once.

    Events of one moment from one writer keep the writer's own order (an id is `stream-sequence`): a transfer and the
    next call in the same millisecond must not change places. `rank` decides where an id names no sequence.
    """

    def place(item: tuple[str, AnyEvent]) -> tuple[object, ...]:
        event_id, event = item
        stream, dash, sequence = event_id.rpartition("-")
        if dash and sequence.isdecimal():
            return event.at, stream, int(sequence), rank(event), event_id
        return event.at, "", 0, rank(event), event_id

    return [event for _, event in sorted(dict(known).items(), key=place)]
