"""Writing: a comment on the visit, or a letter to the leader, on the touch keyboard over the whole tablet."""

from functools import partial

from kiosk.counter.screens.frame import ChoiceChip, Drawing, heading
from kiosk.counter.screens.rating import TimeLeft
from kiosk.counter.view import Back, CounterView, Decline, PickCategory, Send, SkipQuestion, WriteText
from kiosk.domain.petitions import CATEGORIES
from kiosk.ui.keyboard import LIMIT, Keyboard
from kiosk.ui.phrases import completes, suggested
from kiosk.ui.tokens import TABLET_MARGIN
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.touch import Act, Button, TouchButton
from kiosk.ui.writing import CharacterCount, WritingField

KEYS = 440
CHIPS = 78
PHRASES = 8
"""Ready-made phrases of each mood in the locales."""
PHRASES_SHOWN = 4
WISHES, WISHES_SHOWN = 6, 3
"""Ready-made sentences for each category of letter in the locales, and those beside the chosen category."""


class WritingPage:
    """What comment and petition share: field, counter, keyboard, and the warning before the screen closes."""

    def __init__(self, to: Drawing, hint: str, with_done: bool) -> None:
        self.to = to
        look = to.look
        kind = "vi" if to.texts.language == "vi" else "en"
        self.field = WritingField(look, to.say(hint), size=29, on_touch=lambda at: self.keyboard.move_to(at))
        self.count = CharacterCount(look, to.texts, LIMIT)
        self.keyboard = Keyboard(
            look,
            self._typed,
            to.texts,
            kind,
            done=to.does(Back()) if with_done else None,
            new_style=to.new_style,
            on_caret=self._show_text,
        )
        self.choices = Slot(look)
        self.time = TimeLeft(to, 0)
        self._text = ""
        self._sent: list[str] = []

    def write(self, view: CounterView) -> None:
        """Show the view's text, unless it is an echo of what was typed a moment ago: letters came after it."""
        if view.text in self._sent:
            del self._sent[: self._sent.index(view.text) + 1]
        elif view.text != self._text and not self._sent:
            self._text = view.text
            self.keyboard.set_text(view.text)
            self._show_text()

    def forget(self) -> None:
        """Let go of what was written: the page is kept, its writer has gone."""
        self._text = ""
        self._sent.clear()
        self.keyboard.set_text("")
        self._show_text()

    def _typed(self, text: str) -> None:
        self._text = text
        self._sent.append(text)
        self._show_text()
        self.to.emit(WriteText(text=text))

    def _show_text(self) -> None:
        self.field.show(self.keyboard.text, self.keyboard.word_length, self.keyboard.caret)
        self.count.count(len(self.keyboard.text))

    def phrase(self, phrase: str, size: float = 24) -> TouchButton:
        """Return the button that writes a ready-made phrase, or the rest of one that was begun."""
        look, p = self.to.look, self.to.look.palette
        words = Text(look, phrase, size=size, weight="semibold", colour=p.ink, halign="center", lines=2)
        button = TouchButton(look, lambda: self._take(phrase), words, "quiet", CHIPS / 2, pad=(18, 4, 18, 4))
        button.target = "key"
        return button

    def _take(self, phrase: str) -> None:
        if completes(self.keyboard.text, phrase):
            self.keyboard.complete(phrase)
        else:
            self.keyboard.insert(phrase)

    def closing(self, seconds: int) -> Part:
        """Return the warning in place of the choices, with the button that extends the time."""
        to, look = self.to, self.to.look
        row = Row(look, gap=20)
        self.time = row.add(TimeLeft(to, seconds), share=1)
        go_on = Button(look, lambda: to.emit(WriteText(text=self._text)), to.say("write_on"), "primary", size=25)
        go_on.target = "key"
        row.add(go_on, 360)
        return row


class CommentPage(WritingPage):
    """`comment`: a few words on the visit, or a ready-made phrase."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to, "comment.hint", with_done=True)
        look = to.look
        head = Row(look, gap=20)
        head.add(heading(to, to.say("comment.title"), 34, lines=1), share=1)
        head.add(self.count, 150)
        top = Column(look, gap=14, pad=(TABLET_MARGIN, 22, TABLET_MARGIN, 14))
        top.add(head, 46)
        top.add(self.field, share=1)
        top.add(self.choices, CHIPS)
        page = Column(look)
        page.add(top, share=1)
        page.add(self.keyboard, KEYS)
        self.widget: Part = page

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        mood = "good" if view.score > 3 else "bad"
        seconds = view.seconds_left
        self.write(view)
        known = [self.to.say(f"phrase.{mood}.{index}") for index in range(1, PHRASES + 1)]
        fitting = tuple(suggested(view.text, known, PHRASES_SHOWN, LIMIT))
        self.choices.show(
            (fitting, seconds is None), lambda: self._phrases(fitting) if seconds is None else self.closing(seconds)
        )
        self.time.tick(seconds)

    def _phrases(self, phrases: tuple[str, ...]) -> Part:
        to, look = self.to, self.to.look
        if not phrases:
            return Text(look, to.say("writing.full"), size=24, colour=look.palette.ink2, lines=1)
        row = Row(look, gap=12)
        for phrase in phrases:
            row.add(self.phrase(phrase), share=1)
        return row


class PetitionPage(WritingPage):
    """`petition`: what the leader should know, and what it is about; the chosen category helps with its sentences."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to, "petition.hint", with_done=False)
        look = to.look
        self._send = Button(look, to.does(Send()), to.say("petition.send"), "primary", "paper-plane-tilt", size=29)
        head = Row(look, gap=24)
        head.add(Button(look, to.does(Back()), to.say("back"), "plain", "arrow-left", size=25, pad=8), 220)
        head.add(heading_middle(to, to.say("petition.title")), share=1)
        head.add(self.count, 130)
        head.add(self._send, 220)
        top = Column(look, gap=12, pad=(TABLET_MARGIN, 14, TABLET_MARGIN, 12))
        top.add(head, 94)
        top.add(self.choices, CHIPS)
        top.add(self.field, share=1)
        page = Column(look)
        page.add(top, share=1)
        page.add(self.keyboard, KEYS)
        self.widget: Part = page
        self._is_choosing = False
        """Whether all categories are shown although one is chosen: it was touched to change it."""

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        seconds = view.seconds_left
        known = [self.to.say(f"wish.{view.category}.{n}") for n in range(1, WISHES + 1)] if view.category else []
        fitting = tuple(suggested(view.text, known, WISHES_SHOWN, LIMIT))
        self.choices.show(
            (view.category, seconds is None, fitting, self._is_choosing),
            lambda: self._choices(view, fitting) if seconds is None else self.closing(seconds),
        )
        self.time.tick(seconds)
        self._send.enable(bool(view.text.strip()))
        self.write(view)

    def forget(self) -> None:
        """Let go of what was written and chosen."""
        self._is_choosing = False
        super().forget()

    def _choices(self, view: CounterView, wishes: tuple[str, ...]) -> Part:
        """Return the categories, or the chosen one with sentences that are often written about it."""
        to, chosen = self.to, view.category
        row = Row(to.look, gap=12)
        if not wishes or self._is_choosing:
            for key in CATEGORIES:
                row.add(self._category(key, chosen, partial(self._choose, key)), share=1)
            return row
        row.add(self._category(chosen, chosen, lambda: self._choose_again(view)), 230)
        for wish in wishes:
            row.add(self.phrase(wish, 22), share=1)
        return row

    def _category(self, key: str, chosen: str, act: Act) -> ChoiceChip:
        chip = ChoiceChip(self.to.look, act, self.to.say(f"category.{key}"), key == chosen, CHIPS)
        chip.target = "key"
        return chip

    def _choose(self, key: str) -> None:
        self._is_choosing = False
        self.to.emit(PickCategory(key=key))

    def _choose_again(self, view: CounterView) -> None:
        self._is_choosing = True
        self.show(view)


def heading_middle(to: Drawing, text: str) -> Text:
    """Return a heading that stands in the middle of its line's height."""
    return Text(to.look, text, size=32, weight="extrabold", lines=1)


class SurveyTextPage(WritingPage):
    """`survey_text`: a question of the survey that is answered in the citizen's own words."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to, "survey.hint", with_done=False)
        look = to.look
        self._head = Slot(look)
        top = Column(look, gap=14, pad=(TABLET_MARGIN, 14, TABLET_MARGIN, 14))
        top.add(self.choices, 94)
        top.add(self._head)
        top.add(self.field, share=1)
        page = Column(look)
        page.add(top, share=1)
        page.add(self.keyboard, KEYS)
        self._top = top
        self.widget: Part = page

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        self._head.show(view.question, lambda: heading(self.to, view.question, 30, lines=2))
        seconds, has_words = view.seconds_left, bool(view.text.strip())
        self.choices.show((view.question_step, seconds is None, has_words), lambda: self._acts(view, has_words))
        self.time.tick(seconds)
        self.write(view)
        self._top.replace()

    def _acts(self, view: CounterView, has_words: bool) -> Part:
        if view.seconds_left is not None:
            return self.closing(view.seconds_left)
        to, look, p = self.to, self.to.look, self.to.look.palette
        number, total = view.question_step
        row = Row(look, gap=18)
        step = to.say("survey.step", n=number, total=total)
        row.add(Text(look, step, size=25, weight="bold", colour=p.primary, lines=1), share=1)
        row.add(Button(look, to.does(Decline()), to.say("survey.stop"), "plain", size=24, pad=8), 320)
        row.add(Button(look, to.does(SkipQuestion()), to.say("survey.skip"), "outline", size=24, pad=8), 250)
        send = Button(look, to.does(Send()), to.say("petition.send"), "primary", "paper-plane-tilt", size=27, pad=8)
        send.enable(has_words)
        row.add(send, 200)
        return row
