"""Draws the lobby's frozen view from a visit and what the kiosk knows: words and figures only, no decisions."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from kiosk.domain.events import ServiceItem
from kiosk.domain.office import Office, ServiceGroup
from kiosk.domain.priority import Priority, PriorityReason
from kiosk.domain.procedure_search import SearchIndex
from kiosk.domain.procedures import Catalogue, GuideAnswer, GuideQuestion, Procedure
from kiosk.lobby.outlook import Outlook
from kiosk.lobby.sheets import Paper, ProcedureSheet, Tile
from kiosk.lobby.view import LobbyView
from kiosk.lobby.visit import Visit
from kiosk.lobby.words import (
    ANY_ICON,
    BRING,
    COPIES,
    GROUP_ICONS,
    GROUP_WORDS,
    OTHER_SERVICE,
    PRIORITY_REASONS,
    day_line,
    in_language,
    other_service,
)

SEARCH_HITS = 8


class Painter:
    """Knows the office and its catalogue, and puts them into the visit's language."""

    def __init__(
        self,
        office: Office,
        catalogue: Catalogue,
        *,
        calculated: Collection[str] = (),
        forms: Collection[str] = (),
        hidden: Collection[str] = (),
    ) -> None:
        """Take what is told.

        Args:
            calculated: procedures with a fee calculator.
            forms: procedures whose form can be filled here.
            hidden: groups that are not on the home screen, e.g. a campaign's.
        """
        self._office = office
        self._catalogue = catalogue
        self._calculated = calculated
        self._forms = forms
        self.groups = tuple(group for group in office.groups if group.key not in hidden)
        """The groups that can be chosen."""
        self._group_index = SearchIndex(
            [
                [
                    (text, 1.0)
                    for text in (
                        group.name,
                        *_parts(group.hint),
                        group.name_en,
                        *_parts(group.hint_en),
                        *GROUP_WORDS.get(group.key, ()),
                    )
                ]
                for group in self.groups
            ]
        )

    def paint(
        self,
        visit: Visit,
        outlook: Outlook,
        now: datetime,
        *,
        faults: tuple[str, ...],
        seconds_left: int | None,
        reason: str,
    ) -> LobbyView:
        """Return the view of this moment."""
        language = visit.language
        today = now.date()
        low, high = self._range(visit, outlook, now)
        is_chosen = visit.step in ("papers", "fee", "takeaway", "form", "printing", "ticket")
        services = visit.services if is_chosen else visit.chosen
        by_age = visit.by_age is Priority.PRIORITY
        return LobbyView(
            step=visit.step,
            language=language,
            large="large" in visit.switches,
            contrast="contrast" in visit.switches,
            lowered="lowered" in visit.switches,
            read_aloud="read_aloud" in visit.switches,
            office_name=self._office.name,
            authority=self._office.authority,
            clock=f"{now:%H:%M}",
            day_line=day_line(today, language),
            citizen=visit.citizen,
            tiles=self._tiles(visit, today),
            question=self._question(visit),
            query=visit.query,
            sheet=self.sheet(visit, today) if is_chosen else None,
            priority_choices=_priority_choices(language) if visit.step == "papers" and not by_age else (),
            priority_chosen="" if visit.declared is PriorityReason.NONE else visit.declared.value,
            priority_by_age=by_age,
            services=tuple(self.title(item.group, item.procedure, language) for item in services),
            ticket=visit.ticket,
            waiting=outlook.waiting,
            low_minutes=low,
            high_minutes=high,
            counters_open=outlook.counters_open(),
            counters_total=len(self._office.counters),
            online=outlook.hub_is_here,
            notice=visit.notice,
            faults=faults,
            seconds_left=seconds_left,
            reason=reason,
        )

    def title(self, group: str, procedure: str, language: str) -> str:
        """Return the name of a service: the procedure's, or the group's where none is named."""
        found = self._catalogue.get(procedure) if procedure else None
        return found.name_in(language) if found is not None else self.group_name(group, language)

    def group_name(self, group: str, language: str) -> str:
        """Return the name of a service group; empty for one that this office does not have."""
        known = next((known for known in self._office.groups if known.key == group), None)
        return "" if known is None else in_language(language, known.name, known.name_en)

    def has_group(self, group: str) -> bool:
        """Tell whether the office has this group."""
        return any(known.key == group for known in self._office.groups)

    def bring_word(self, language: str) -> str:
        """Return what stands above a checklist."""
        return in_language(language, *BRING)

    def copies_line(self, pages: int, copies: int, one: int, language: str) -> str:
        """Return how the fee of certified copies came about; `one` copy's in đồng."""
        mark = "," if language == "en" else "."
        amount = f"{one:,}".replace(",", mark)
        return in_language(language, *COPIES).format(pages=pages, copies=copies, one=amount)

    def procedures(self, visit: Visit, today: date) -> tuple[Procedure, ...]:
        """Return the procedures among which the visit chooses now."""
        if visit.step == "search":
            return self._ours(self._catalogue.search(visit.query, today, SEARCH_HITS)) if visit.query.strip() else ()
        if visit.shortlist:
            found = [self._catalogue.get(key, today) for key in visit.shortlist]
            return self._ours(procedure for procedure in found if procedure is not None)
        return self._catalogue.in_group(visit.group, today)

    def has_procedures(self, group: str, today: date) -> bool:
        """Tell whether the group has procedures to choose from."""
        return bool(self._catalogue.in_group(group, today))

    def found_groups(self, visit: Visit) -> tuple[ServiceGroup, ...]:
        """Return the groups that a search names, for needs that no procedure is listed for, e.g. "sổ đỏ"."""
        if visit.step != "search" or not visit.query.strip():
            return ()
        return tuple(self.groups[number] for number in self._group_index.ranked(visit.query))

    def question(self, visit: Visit) -> GuideQuestion | None:
        """Return the guide's question that is open after the answers given so far."""
        question = self._catalogue.guide()
        for given in visit.answers:
            answers = () if question is None else question.answers
            question = next((answer.then for answer in answers if answer.key == given), None)
        return question

    def answers(self, question: GuideQuestion) -> tuple[GuideAnswer, ...]:
        """Return the answers that lead to something which this office does."""
        keys = [group.key for group in self._office.groups]
        return tuple(answer for answer in question.answers if answer.then is not None or answer.group in keys)

    def paper_lines(self, services: tuple[ServiceItem, ...], language: str) -> tuple[str, ...]:
        """Return what to bring for all services of a ticket, each line once and only what is confirmed."""
        found = [self._catalogue.get(item.procedure) for item in services if item.procedure]
        lines = [line for procedure in found if procedure is not None for line in procedure.papers if not line.unsure]
        return tuple(dict.fromkeys(in_language(language, line.text, line.text_en) for line in lines))

    def _range(self, visit: Visit, outlook: Outlook, now: datetime) -> tuple[int | None, int | None]:
        if not visit.group:
            return outlook.typical_range()
        told = outlook.newcomer(visit.services[0].group, visit.priority[0], now)
        return told.low_minutes, told.high_minutes

    def _tiles(self, visit: Visit, today: date) -> tuple[Tile, ...]:
        match visit.step:
            case "idle" | "greeting":
                return tuple(self._group_tile(group, visit.language) for group in self.groups)
            case "group":
                icon = GROUP_ICONS.get(visit.group, ANY_ICON)
                other = Tile(key=OTHER_SERVICE, title=other_service(visit.language), icon=icon)
                return (*self._procedure_tiles(self.procedures(visit, today), visit.language), other)
            case "search":
                groups = tuple(self._group_tile(group, visit.language) for group in self.found_groups(visit))
                return (*self._procedure_tiles(self.procedures(visit, today), visit.language), *groups)[:SEARCH_HITS]
            case "guide":
                question = self.question(visit)
                return () if question is None else self._answer_tiles(question, visit.language)
            case _:
                return ()

    def _group_tile(self, group: ServiceGroup, language: str) -> Tile:
        return Tile(
            key=group.key,
            title=in_language(language, group.name, group.name_en),
            hint=in_language(language, group.hint, group.hint_en),
            icon=GROUP_ICONS.get(group.key, ANY_ICON),
        )

    def _procedure_tiles(self, procedures: Iterable[Procedure], language: str) -> tuple[Tile, ...]:
        return tuple(
            Tile(
                key=procedure.key,
                title=procedure.name_in(language),
                hint=procedure.time_in(language),
                icon=GROUP_ICONS.get(procedure.group, ANY_ICON),
            )
            for procedure in procedures
        )

    def _answer_tiles(self, question: GuideQuestion, language: str) -> tuple[Tile, ...]:
        return tuple(
            Tile(key=answer.key, title=in_language(language, answer.text, answer.text_en), icon=answer.icon or ANY_ICON)
            for answer in self.answers(question)
        )

    def _question(self, visit: Visit) -> str:
        question = self.question(visit) if visit.step == "guide" else None
        return "" if question is None else in_language(visit.language, question.text, question.text_en)

    def sheet(self, visit: Visit, today: date) -> ProcedureSheet | None:
        """Return what is known of the procedure; None where only the group was chosen."""
        language = visit.language
        found = self._catalogue.get(visit.procedure, today) if visit.procedure else None
        if found is None:
            return None
        return ProcedureSheet(
            title=found.name_in(language),
            code=found.code or "",
            group_name=self.group_name(visit.group, language),
            time=found.time_in(language),
            fee=found.fee_in(language),
            papers=tuple(
                Paper(text=in_language(language, line.text, line.text_en), unsure=line.unsure) for line in found.papers
            ),
            source=found.source_in(language),
            unsure=found.unsure,
            has_calculator=found.key in self._calculated,
            has_form=found.key in self._forms,
        )

    def _ours(self, procedures: Iterable[Procedure]) -> tuple[Procedure, ...]:
        keys = [group.key for group in self._office.groups]
        return tuple(procedure for procedure in procedures if procedure.group in keys)


def _parts(hint: str) -> list[str]:
    return [part.strip() for part in hint.split(",")]


def _priority_choices(language: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(key=reason.value, title=in_language(language, vietnamese, english), icon=icon)
        for reason, icon, vietnamese, english in PRIORITY_REASONS
    )
