"""The right side of the board for a minute: a picture of the site, or the petitions that were answered."""

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from PIL import Image

from kiosk.board.screens.figures import TODAY
from kiosk.board.screens.frame import Drawing, panel
from kiosk.board.screens.screening import Screening
from kiosk.board.view import AnswerRow, BoardView
from kiosk.ui.tokens import CONTRAST
from kiosk.ui.widgets.boxes import Column, Row
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text

MOST_ROWS = 4


def media(to: Drawing, path: str, figures: Part) -> Part:
    """Return the picture on its panel, whole and in its own shape; under a wide one today's figures stay in sight."""
    column = Column(to.look, pad=(16, 16, 16, 16))
    column.add(Poster(to.look, path), share=1)
    return with_figures(to, panel(to, column), figures) if _is_wide(path) else panel(to, column)


def screen(to: Drawing, film: Screening, size: tuple[int, int], figures: Part) -> Part:
    """Return a film of this width and height on its panel."""
    column = Column(to.look, pad=(16, 16, 16, 16))
    column.add(film, share=1)
    return with_figures(to, panel(to, column), figures) if size[0] > size[1] else panel(to, column)


def with_figures(to: Drawing, above: Part, figures: Part) -> Part:
    """Return something wide over today's figures."""
    column = Column(to.look, gap=20)
    column.add(above, share=1)
    column.add(figures, TODAY)
    return column


def _is_wide(path: str) -> bool:
    try:
        with Image.open(path) as file:
            return file.width > file.height
    except (OSError, SyntaxError, ValueError):
        return False


class Poster(Part):
    """A picture file drawn as large as its box allows; it is decoded to that size and not kept by Kivy."""

    def __init__(self, look: Look, path: str) -> None:
        super().__init__(look)
        self._path = path
        self._drawn: tuple[int, int] | None = None
        with self.canvas:
            Color(1, 1, 1, 1)
            self._shape = Rectangle(size=(0, 0))

    def arrange(self) -> None:
        """Decode for this box, once, and centre."""
        box = (round(self.width), round(self.height))
        if min(box) < 2:
            return
        if self._drawn != box:
            self._drawn = box
            self._shape.texture = _texture_of(self._path, box, self.look.palette.surface)
        texture = self._shape.texture
        if texture is not None:
            self._shape.size = texture.size
            self._shape.pos = (
                round(self.center_x - texture.width / 2),
                round(self.center_y - texture.height / 2),
            )


def _on(ground: str, file: Image.Image) -> Image.Image:
    """Return a picture on the colour behind it: a logo's transparent corners would turn black."""
    if not file.has_transparency_data:
        return file.convert("RGB")
    whole = file.convert("RGBA")
    below = Image.new("RGBA", whole.size, ground)
    return Image.alpha_composite(below, whole).convert("RGB")


def _texture_of(path: str, box: tuple[int, int], ground: str) -> Texture | None:
    try:
        with Image.open(path) as file:
            # JPEG is decoded at a fraction of its size: a photograph of a phone has forty times our pixels
            file.draft("RGB", box)
            picture = _on(ground, file)
    except (OSError, SyntaxError, ValueError):
        return None  # taken away since the folder was looked into; the next minute shows another
    scale = min(box[0] / picture.width, box[1] / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    pixels = picture.resize(size, Image.Resampling.LANCZOS).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    texture = Texture.create(size=size, colorfmt="rgb")
    texture.blit_buffer(pixels.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    return texture


def answers(to: Drawing, view: BoardView) -> Part:
    """Return the petitions that were answered last: what they were about and how long it took, nothing else."""
    look, p = to.look, to.look.palette
    column = Column(look, gap=14, pad=(32, 24, 32, 24))
    head = Row(look, gap=18)
    head.add(Icon(look, "envelope", 46, p.gold), 50)
    head.add(Text(look, to.say("answers"), size=38, weight="bold", lines=2), share=1)
    column.add(head, 96)
    for row in view.answers[:MOST_ROWS]:
        column.add(_answer(to, row), share=1)
    if len(view.answers) < MOST_ROWS:
        column.space(share=MOST_ROWS - len(view.answers))
    column.add(Text(look, to.say("answers_how"), size=30, colour=p.ink2, lines=3), 112)
    return panel(to, column)


def _answer(to: Drawing, row: AnswerRow) -> Part:
    look, p = to.look, to.look.palette
    key = f"category.{row.category}"
    about = to.say(key) if to.texts.has(f"board.{key}") else to.say("category.other")
    when = {0: "answered_same_day", 1: "answered_next_day"}.get(row.days)
    took = to.say(when) if when is not None else to.say("answered_days", n=row.days)
    words = Column(look, gap=2)
    words.space(share=1)
    words.add(Text(look, about, size=36, weight="semibold", lines=1))
    words.add(Text(look, took, size=30, colour=p.ink2, lines=1))
    words.space(share=1)
    line = Row(look, gap=18, pad=(22, 6, 22, 6))
    line.add(words, share=1)
    line.add(Text(look, row.day, size=36, weight="number", colour=p.ink2, halign="right", lines=1), 120)
    line.add(Icon(look, "check-circle-fill", 42, p.ok), 46)
    return Card(look, line, fill=p.bg, edge=p.line if p is CONTRAST else None, radius=22, line=2)
