"""A window for pictures that come one after the other: a technician's eyes. Nothing is kept but the last one."""

from typing import Any

from kivy.graphics import Rectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget
from PIL import Image


class Viewer(Widget):  # type: ignore[misc]  # Kivy ships no types
    """Shows the newest picture as large as the window allows, its proportions kept."""

    def __init__(self, width: int, height: int, **kwargs: Any) -> None:
        """Prepare for pictures of `width` x `height` dots."""
        super().__init__(size_hint=(None, None), **kwargs)
        self._pixels = (width, height)
        self._texture = Texture.create(size=self._pixels, colorfmt="rgb")
        self._texture.flip_vertical()
        with self.canvas:
            self._picture = Rectangle(texture=self._texture)

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Take this box, px."""
        self.pos, self.size = (x, y), (width, height)
        scale = min(width / self._pixels[0], height / self._pixels[1])
        shown = self._pixels[0] * scale, self._pixels[1] * scale
        self._picture.size = shown
        self._picture.pos = (x + (width - shown[0]) / 2, y + (height - shown[1]) / 2)

    def show(self, picture: Image.Image) -> None:
        """Show a picture; call on Kivy's thread."""
        self._texture.blit_buffer(picture.convert("RGB").tobytes(), colorfmt="rgb", bufferfmt="ubyte")
        self.canvas.ask_update()
