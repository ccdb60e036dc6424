"""Cards, pictures and codes: what stands behind and beside the words."""

from collections.abc import Callable
from typing import Any

from kivy.core.image import Image as PictureFile
from kivy.graphics import BorderImage, Color, InstructionGroup, Rectangle, SmoothEllipse, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.ui.tokens import RADIUS_TILE, picture, rgba
from kiosk.ui.widgets.boxes import Pad, pads
from kiosk.ui.widgets.part import Look, Part, height_of, place, width_of

SHADOW_BORDER = 48
"""Pixels of shadow.png that keep their shape at each side."""


class RoundBox:
    """The drawing of a rounded box in some widget's canvas: shadow, edge, fill; no layout of its own."""

    def __init__(
        self, look: Look, canvas: Any, fill: str, edge: str | None, radius: float, line: float, shadow: bool
    ) -> None:
        self._look, self._radius = look, radius
        self._line = look.px(line) if edge else 0.0
        with canvas:
            self._shadow = None
            if shadow:
                Color(*rgba("#0B2A57", 0.22))
                self._shadow = BorderImage(source=picture("shadow"), border=(SHADOW_BORDER,) * 4)
            self._behind = InstructionGroup()
            self._fill_colour = Color(*rgba(fill))
            self._fill = SmoothRoundedRectangle()
        self._edge_colour = Color(*rgba(edge or fill))
        self._edge: Any = None

    def paint(self, fill: str, edge: str | None = None) -> None:
        """Change the colours; nothing is laid out."""
        self._fill_colour.rgba = rgba(fill)
        self._edge_colour.rgba = rgba(edge or fill)

    def line(self, width: float) -> None:
        """Change the edge's width, u; `fit` draws it."""
        self._line = self._look.px(width)

    def fit(self, x: float, y: float, width: float, height: float) -> None:
        """Draw into this box, px."""
        radius = min(self._look.px(self._radius), width / 2, height / 2)
        line = min(self._line, width / 2, height / 2)
        # a shape that the fill covers whole would be built for nothing: a sixth of what a first frame draws
        if line and self._edge is None:
            self._edge = SmoothRoundedRectangle()
            self._behind.add(self._edge_colour)
            self._behind.add(self._edge)
        if self._edge is not None:
            self._edge.pos, self._edge.size, self._edge.radius = (x, y), (width, height), [radius]
        self._fill.pos = (x + line, y + line)
        self._fill.size = (width - 2 * line, height - 2 * line)
        self._fill.radius = [max(0.0, radius - line)]
        if self._shadow is not None:
            spread, drop = self._look.px(26), self._look.px(8)
            self._shadow.pos = (x - spread, y - spread - drop)
            self._shadow.size = (width + 2 * spread, height + 2 * spread)


class Card(Part):
    """A rounded panel with an optional edge and shadow and one child inside its padding."""

    def __init__(
        self,
        look: Look,
        child: Widget | None = None,
        fill: str | None = None,
        edge: str | None = None,
        radius: float = RADIUS_TILE,
        line: float | None = None,
        pad: Pad = 0,
        shadow: bool = False,
    ) -> None:
        super().__init__(look)
        self._fill = fill or look.palette.surface
        self._edge = edge
        width = line if line is not None else look.palette.control_line
        self.box = RoundBox(look, self.canvas.before, self._fill, edge, radius, width, shadow)
        self._pad = pads(look, pad)
        if child is not None:
            self.add_widget(child)

    def paint(self, fill: str, edge: str | None = None) -> None:
        """Change the colours at once."""
        self.box.paint(fill, edge)

    def natural_height(self, width: float) -> float:
        """Return the child's height plus the padding."""
        left, top, right, bottom = self._pad
        return top + bottom + max((height_of(child, width - left - right) for child in self.children), default=0.0)

    def natural_width(self) -> float:
        """Return the child's width plus the padding."""
        left, _, right, _ = self._pad
        return left + right + max((width_of(child) for child in self.children), default=0.0)

    def arrange(self) -> None:
        """Draw the box and place the child."""
        left, top, right, bottom = self._pad
        self.box.fit(self.x, self.y, self.width, self.height)
        for child in self.children:
            place(child, self.x + left, self.y + bottom, self.width - left - right, self.height - top - bottom)


class Plate(Part):
    """A centred square with round corners and one child: `size` u, or what a smaller box leaves of it."""

    def __init__(self, look: Look, child: Widget, size: float, fill: str, radius: float = RADIUS_TILE) -> None:
        super().__init__(look)
        self._size = look.px(size)
        self._box = RoundBox(look, self.canvas.before, fill, None, radius, 0, shadow=False)
        self.add_widget(child)

    def natural_height(self, width: float) -> float:
        """Return the wanted side."""
        return self._size

    def natural_width(self) -> float:
        """Return the wanted side."""
        return self._size

    def arrange(self) -> None:
        """Draw the square and place the child in it."""
        side = min(self._size, self.width, self.height)
        x, y = round(self.center_x - side / 2), round(self.center_y - side / 2)
        self._box.fit(x, y, side, side)
        for child in self.children:
            place(child, x, y, side, side)


class Block(Part):
    """A full-bleed rectangle of one colour: smooth shapes would leave a hairline at the window's edge."""

    def __init__(self, look: Look, colour: str) -> None:
        super().__init__(look)
        with self.canvas:
            self._colour = Color(*rgba(colour))
            self._shape = Rectangle()

    def paint(self, colour: str) -> None:
        """Change the colour."""
        self._colour.rgba = rgba(colour)

    def arrange(self) -> None:
        """Fill the box."""
        self._shape.pos, self._shape.size = self.pos, self.size


class Curtain(Part):
    """The dark over a sleeping screen: takes every touch, and says that there was one."""

    def __init__(self, look: Look, act: Callable[[], None]) -> None:
        super().__init__(look)
        self._act = act
        with self.canvas:
            Color(*rgba("#000000", 0.9))
            self._shape = Rectangle()

    def arrange(self) -> None:
        """Cover the box."""
        self._shape.pos, self._shape.size = self.pos, self.size

    def on_touch_down(self, touch: Any) -> bool:
        """Wake, and keep the touch from everything below."""
        self._act()
        return True


class Dot(Part):
    """A filled circle, centred in its box."""

    def __init__(self, look: Look, colour: str, size: float = 12) -> None:
        super().__init__(look)
        self._size = look.px(size)
        with self.canvas:
            self._colour = Color(*rgba(colour))
            self._shape = SmoothEllipse(size=(self._size, self._size))

    def natural_height(self, width: float) -> float:
        """Return the diameter."""
        return self._size

    def natural_width(self) -> float:
        """Return the diameter."""
        return self._size

    def arrange(self) -> None:
        """Centre the circle."""
        self._shape.pos = (self.center_x - self._size / 2, self.center_y - self._size / 2)


class Picture(Part):
    """A picture of assets/pictures, as large as fits its box with its proportions kept, or `size` u high."""

    def __init__(self, look: Look, name: str, size: float | None = None) -> None:
        super().__init__(look)
        self._name, self._high = name, size
        self._whole = PictureFile(picture(name, is_half=True)).texture.size
        with self.canvas:
            self._colour = Color(1, 1, 1, 1)
            self._shape = Rectangle(size=(0, 0))

    def fade(self, share: float) -> None:
        """Show it with this opacity, 0..1."""
        self._colour.a = share

    def natural_height(self, width: float) -> float:
        """Return the wanted height, or what the width allows."""
        wide, high = self._whole
        return self.look.px(self._high) if self._high else width * high / wide

    def natural_width(self) -> float:
        """Return the width that goes with the wanted height."""
        wide, high = self._whole
        return self.look.px(self._high) * wide / high if self._high else float(2 * wide)

    def arrange(self) -> None:
        """Centre the picture in its box; take the file that is shrunk the least."""
        wide, high = self._whole
        scale = min(self.width / wide, self.height / high)
        if self._high:
            scale = min(scale, self.look.px(self._high) / high)
        self._shape.texture = PictureFile(picture(self._name, is_half=scale <= 1)).texture
        size = (round(wide * scale), round(high * scale))
        self._shape.size = size
        self._shape.pos = (round(self.center_x - size[0] / 2), round(self.center_y - size[1] / 2))


class Face(Picture):
    """One of the five faces, 1 (very dissatisfied) to 5."""

    def __init__(self, look: Look, score: int, size: float | None = None) -> None:
        super().__init__(look, f"face-{score}", size)

    def dim(self, is_dim: bool) -> None:
        """Step back to 38 % while another face is chosen."""
        self.fade(0.38 if is_dim else 1.0)


class Emblem(Picture):
    """The gold star on the red disc."""

    def __init__(self, look: Look, size: float = 92) -> None:
        super().__init__(look, "emblem", size)


class QrPicture(Part):
    """A QR code on a white card: whole pixels a module, drawn with nearest filtering, so that any phone reads it."""

    def __init__(self, look: Look, text: str, pad: float = 16, edge: str | None = None) -> None:
        super().__init__(look)
        self.text = text
        self._box = RoundBox(look, self.canvas, "#FFFFFF", edge, 18, 2, shadow=False)
        self._pad = look.px(pad)
        self._modules = 0
        with self.canvas:
            Color(1, 1, 1, 1)
            self._shape = Rectangle()
        self.set(text)

    def set(self, text: str) -> None:
        """Show the code of another text.

        Raises:
            ValueError: if no code holds so long a text.
        """
        # loaded here: most screens show no code. It writes one in 0.4 ms; segno needs 5, and 20 more to load
        import zxingcpp

        self.text = text
        code = zxingcpp.create_barcode(text or " ", zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        # a buffer, which its types tell from Python 3.12 on
        image: Any = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)
        rows = memoryview(image).tolist()
        self._modules = len(rows)
        texture = Texture.create(size=(self._modules, self._modules), colorfmt="luminance", mipmap=False)
        texture.mag_filter = texture.min_filter = "nearest"
        pixels = b"".join(bytes(row) for row in reversed(rows))
        texture.blit_buffer(pixels, colorfmt="luminance", bufferfmt="ubyte")
        self._shape.texture = texture
        self.replace()

    def natural_height(self, width: float) -> float:
        """Return the side of the square."""
        return width

    def natural_width(self) -> float:
        """Return a side of four u a module."""
        return self.look.px(4 * self._modules) + 2 * self._pad

    def arrange(self) -> None:
        """Draw the largest square that gives every module the same whole number of pixels."""
        side = min(self.width, self.height)
        self._box.fit(self.center_x - side / 2, self.center_y - side / 2, side, side)
        module = max(1, int((side - 2 * self._pad) // self._modules))
        drawn = module * self._modules
        self._shape.size = (drawn, drawn)
        self._shape.pos = (round(self.center_x - drawn / 2), round(self.center_y - drawn / 2))
