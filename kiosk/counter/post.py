"""What is going on at one counter: who sits there and which ticket is there, by the hub's word or by hand."""

from datetime import datetime

import msgspec

from kiosk.domain.snapshot import Snapshot


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket that is called to the counter or served there."""

    ticket: str
    number: str
    group: str = ""
    service: int = 0
    is_serving: bool = False
    since: datetime | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """The counter at one moment."""

    officer: str = ""
    """Empty while nobody is signed in."""
    name: str = ""
    is_paused: bool = False
    work: Work | None = None
    taken: tuple[str, ...] = ()
    """Tickets that this counter called by hand since the hub's last picture."""

    @property
    def step(self) -> str:
        """Return the tablet's step that belongs to this state."""
        if self.work is not None:
            return "serving" if self.work.is_serving else "calling"
        if not self.officer:
            return "closed"
        return "paused" if self.is_paused else "idle"

    def agrees_with(self, other: "Post") -> bool:
        """Tell whether both speak of the same officer, ticket and stage."""
        mine, theirs = self.work, other.work
        same_work = (mine is None) == (theirs is None)
        if mine is not None and theirs is not None:
            same_work = (mine.ticket, mine.is_serving) == (theirs.ticket, theirs.is_serving)
        return same_work and self.officer == other.officer and self.is_paused == other.is_paused


def post_of(snapshot: Snapshot, counter: int) -> Post:
    """Return what the hub says about `counter`."""
    for state in snapshot.counters:
        if state.counter == counter:
            work = Work(
                ticket=state.ticket,
                number=state.number,
                group=state.group,
                service=state.service,
                is_serving=state.state == "serving",
                since=state.since,
            )
            return Post(
                officer=state.officer,
                name=state.officer_name,
                is_paused=state.state == "paused",
                work=work if state.ticket else None,
            )
    return Post()
