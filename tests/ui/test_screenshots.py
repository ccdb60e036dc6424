"""Pictures of screens."""

import msgspec
from PIL import Image


class Sign(msgspec.Struct, frozen=True):
    """A view of one text."""

    text: str
    large: bool = False


def a_room(window):
    from kiosk.ui.panels import Panel
    from kiosk.ui.screenshots import Room
    from kiosk.ui.tokens import LIGHT
    from kiosk.ui.widgets.boxes import Layers
    from kiosk.ui.widgets.part import Look
    from kiosk.ui.widgets.shapes import Block
    from kiosk.ui.widgets.text import Text

    class Signs(Layers):
        def render(self, view):
            self.clear_widgets()
            self.add(Block(self.look, LIGHT.bg))
            if view.text:
                self.add(Text(self.look, view.text, size=60 if view.large else 30, halign="center"))
            self.replace()

    def glass(width, height):
        return Panel(width, height, 10.1, {})

    states = [("hello", Sign("Xin chào")), ("nothing", Sign(""))]
    return Room("sign", (300, 200), lambda: Signs(Look(LIGHT, 1.0)), lambda _language: states, glass)


def test_every_state_becomes_a_picture_and_a_flat_one_is_reported(window, tmp_path):
    from kiosk.ui.screenshots import Variant, render_all

    shots = render_all(tmp_path, [a_room(window)], [Variant(), Variant("en", large=True, size=(600, 400))])
    assert [path.name for path in shots.paths] == [
        "sign_vi_hello.png",
        "sign_vi_nothing.png",
        "sign_en_large_600x400_hello.png",
        "sign_en_large_600x400_nothing.png",
    ]
    assert Image.open(shots.paths[0]).size == (300, 200)
    assert Image.open(shots.paths[2]).size == (600, 400)
    assert shots.flat == [shots.paths[1], shots.paths[3]]
    assert "sign_vi_hello.png" in (tmp_path / "index.html").read_text()


def test_the_same_state_gives_the_same_pixels(window, tmp_path):
    from kiosk.ui.screenshots import Variant, render_all

    first = render_all(tmp_path / "a", [a_room(window)], [Variant()]).paths[0].read_bytes()
    assert render_all(tmp_path / "b", [a_room(window)], [Variant()]).paths[0].read_bytes() == first
