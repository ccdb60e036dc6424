"""A film on the board: the newest picture of a `Projector` in one texture."""

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from kiosk.board.film import Projector, Size, fitted
from kiosk.ui.widgets.part import Look, Part


class Screening(Part):
    """A film as large as its box allows; `hold` keeps it still, `stop` ends it.

    Args:
        film: its width and height, px.
        begin_s: where in the film to begin, seconds.
    """

    def __init__(self, look: Look, path: str, film: Size, begin_s: float = 0.0) -> None:
        super().__init__(look)
        self._path, self._film = path, film
        self._begin_s = begin_s
        self._projector: Projector | None = None
        self._newest: bytes | None = None
        self._texture: Texture | None = None
        self._is_held = False
        with self.canvas:
            self._colour = Color(1, 1, 1, 0)
            self._shape = Rectangle(size=(0, 0))

    @property
    def position_s(self) -> float:
        """Return where in the film it is, seconds."""
        return self._projector.position_s if self._projector is not None else self._begin_s

    def hold(self, holds: bool) -> None:
        """Hold the film still while somebody is called."""
        self._is_held = holds
        if self._projector is not None:
            self._projector.hold(holds)

    def stop(self) -> None:
        """End the film."""
        if self._projector is not None:
            self._projector.stop()

    def arrange(self) -> None:
        """Begin to play in the first box, and stay in the middle of any."""
        box = (int(self.width), int(self.height))
        if min(box) < 16:
            return
        scale = min(box[0] / self._film[0], box[1] / self._film[1])
        self._shape.size = (round(self._film[0] * scale), round(self._film[1] * scale))
        self._shape.pos = (
            round(self.center_x - self._shape.size[0] / 2),
            round(self.center_y - self._shape.size[1] / 2),
        )
        if self._projector is None:
            size = fitted(self._film, box)
            self._texture = Texture.create(size=size, colorfmt="rgb")
            self._projector = Projector(self._path, size, self._take, self._begin_s)
            self._projector.hold(self._is_held)

    def _take(self, picture: bytes) -> None:
        """Keep the newest picture for the next frame; one that was not yet drawn is dropped."""
        is_waiting, self._newest = self._newest is not None, picture
        if not is_waiting:
            Clock.schedule_once(lambda _seconds: self._draw(), 0)

    def _draw(self) -> None:
        picture, self._newest = self._newest, None
        if self.get_root_window() is None:
            self.stop()  # the screen that it was on is gone
        elif picture is not None and self._texture is not None and not self._is_held:
            self._texture.blit_buffer(picture, colorfmt="rgb", bufferfmt="ubyte")
            self._shape.texture = self._texture
            self._colour.a = 1.0
            self.canvas.ask_update()
