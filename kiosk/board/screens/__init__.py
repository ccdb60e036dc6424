"""The board's screens: they draw a frozen `BoardView`, numbers only and no names; nobody touches a board."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kiosk.board.screens.calls import BANNER, LOW_BANNER, banner, counters, shape
from kiosk.board.screens.figures import TODAY, queue, today
from kiosk.board.screens.frame import HEADER, WARNING, Drawing, Tall, header, notice, warning
from kiosk.board.view import BoardView
from kiosk.ui.locales import Texts
from kiosk.ui.stage import Stage, loaded_later
from kiosk.ui.tokens import BOARD_TYPE, LARGE, MARGIN, palette_for, unit
from kiosk.ui.widgets.boxes import Column, Layers, Row, Slot
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Block, Card, Emblem
from kiosk.ui.widgets.text import Icon, Text

if TYPE_CHECKING:
    from kiosk.board.screens.screening import Screening

ASIDE, SCREENING = f"{__name__}.aside", f"{__name__}.screening"
"""Where pictures, films and answered petitions are drawn; loaded when the first of them is shown."""

AT_REST = ("closed",)
"""Steps at which the day is over."""


class BoardScreens(Stage[BoardView]):
    """The board in one widget.

    Args:
        texts_for: returns the texts of a language.
    """

    def __init__(self, texts_for: Callable[[str], Texts], **kwargs: Any) -> None:
        def look_of(view: BoardView, width: float, height: float) -> Look:
            large = LARGE if view.large else 1.0
            return Look(palette_for(view.contrast, board=True), unit("board", width, height), BOARD_TYPE, large)

        super().__init__(
            look_of, lambda look, view: _Frame(Drawing(look, texts_for(view.language))), at_rest=AT_REST, **kwargs
        )


class _Frame(Layers):
    """Identity bar, warning, what the step shows, notice."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to.look)
        self._to = to
        self._header, self._warning, self._body, self._notice = (Slot(to.look) for _ in range(4))
        self._banner, self._counters, self._queue, self._today = (Slot(to.look) for _ in range(4))
        self._banner_height = 0
        self._right, self._today_beside = Slot(to.look), Slot(to.look)
        self._film: tuple[str, Screening] | None = None
        self._seen_s: dict[str, float] = {}
        self._calls = self._calls_body()
        self.add(Block(to.look, to.look.palette.bg))
        self._column = self.add(Column(to.look))
        self._column.add(self._header, HEADER)
        self._column.add(self._warning)
        self._column.add(self._body, share=1)
        self._column.add(self._notice)

    def show(self, view: BoardView) -> None:
        """Draw what has changed."""
        to = self._to
        head = (view.authority, view.office_name, view.clock, view.weekday, view.day)
        self._header.show(head, lambda: header(to, view))
        is_moved = self._notice.show(view.notice, lambda: notice(to, view))
        age = view.stale_seconds if view.step == "calls" else None
        is_moved = self._warning.show(age, lambda: self._warn(age)) or is_moved
        if view.step == "calls":
            call = (view.call_number, view.call_counter, view.call_again, view.fresh, view.others)
            height = LOW_BANNER if shape(len(view.counters))[1] > 3 or age is not None else BANNER
            self._banner.show((*call, height), lambda: Tall(banner(to, view, height), height))
            is_moved = height != self._banner_height or is_moved
            self._banner_height = height
            self._counters.show(view.counters, lambda: counters(to, view.counters))
            self._queue.show((view.groups, view.waiting), lambda: queue(to, view))
            figures = (view.finished, view.rated, view.satisfied_percent, view.satisfied_low, view.satisfied_high)
            beside = self._today if view.page == "queue" else self._today_beside
            beside.show((*figures, view.score_mean), lambda: today(to, view))
            self._show_right(view)
            self._body.show("calls", lambda: self._calls)
        else:
            self._right.show("queue", lambda: self._figures)
            self._tend_film(view)
            self._body.show((view.step, view.reopens), lambda: _quiet(to, view))
        if is_moved:
            self._column.replace()

    def forget(self) -> None:
        """Begin every film anew: the day is over."""
        self._seen_s.clear()

    def _show_right(self, view: BoardView) -> None:
        """Show the right side's page of this minute."""
        to = self._to
        if view.page == "picture":
            self._right.show(("picture", view.picture), lambda: self._media(view.picture))
        elif view.page == "film":
            self._right.show(("film", view.picture), lambda: self._screen(view))
        elif view.page == "answers":
            answers = loaded_later(ASIDE, "answers", view)
            self._right.show(("answers", view.answers), lambda: answers(to))
        else:
            self._right.show("queue", lambda: self._figures)
        self._tend_film(view)

    def _media(self, path: str) -> Part:
        shown: Part = loaded_later(ASIDE, "media", path, self._beside())(self._to)
        return shown

    def _beside(self) -> Part:
        """Return the place of today's figures under a wide picture, free of the last one's."""
        if self._today_beside.parent is not None:
            self._today_beside.parent.remove_widget(self._today_beside)
        return self._today_beside

    def _screen(self, view: BoardView) -> Part:
        self._end_film()
        begin = self._seen_s.get(view.picture, 0.0)
        screening = loaded_later(SCREENING, "Screening", view.picture, view.film_size, begin)(self._to.look)
        self._film = (view.picture, screening)
        shown: Part = loaded_later(ASIDE, "screen", screening, view.film_size, self._beside())(self._to)
        return shown

    def _tend_film(self, view: BoardView) -> None:
        """Hold the film while somebody is called; end it with its minute."""
        if self._film is None:
            return
        if view.page == "film" and view.step == "calls":
            self._film[1].hold(view.fresh)
        else:
            self._end_film()

    def _end_film(self) -> None:
        """End the film; a longer one goes on from here in its next minute."""
        if self._film is not None:
            path, screening = self._film
            self._seen_s[path] = screening.position_s
            screening.stop()
            self._film = None

    def _warn(self, age: int | None) -> Part | None:
        return None if age is None else Tall(warning(self._to, age), WARNING)

    def _calls_body(self) -> Row:
        look = self._to.look
        left = Column(look, gap=16)
        left.add(self._banner)
        left.add(Text(look, self._to.say("counters"), size=38, weight="bold", lines=1), 50)
        left.add(self._counters, share=1)
        self._figures = Column(look, gap=20)
        self._figures.add(self._queue, share=1)
        self._figures.add(self._today, TODAY)
        body = Row(look, gap=32, pad=(MARGIN, 26, MARGIN, 26))
        body.add(left, share=1.6)
        body.add(self._right, share=1)
        return body


def _quiet(to: Drawing, view: BoardView) -> Part:
    """Return the closed board, or the one that has heard nothing from the hub yet."""
    look, p = to.look, to.look.palette
    is_closed = view.step == "closed"
    key = "closed" if is_closed else "connecting"
    column = Column(look, gap=24, pad=(MARGIN, 40, MARGIN, 40))
    column.space(share=1)
    sign = Row(look)
    sign.space(share=1)
    sign.add(Emblem(look, 220) if is_closed else Card(look, Icon(look, "plugs", 120, p.gold), radius=110), 220)
    sign.space(share=1)
    column.add(sign, 220)
    column.add(Text(look, to.say(key), size=96, weight="extrabold", halign="center", lines=1))
    if is_closed and view.reopens:
        reopens = to.say("reopens", when=view.reopens)
        column.add(Text(look, reopens, size=60, weight="bold", colour=p.gold, halign="center", lines=1))
    column.add(Text(look, to.say(f"{key}_how"), size=46, colour=p.ink2, halign="center", lines=2))
    column.space(share=1)
    return column
