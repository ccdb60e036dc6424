"""Pictures of screens."""

import json

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


def test_the_index_tells_every_picture_with_its_variant_and_its_faults(tmp_path):
    from kiosk.ui.screenshots import Shots, write_index

    paths = [tmp_path / "board_vi_calls.png", tmp_path / "board_en_large_contrast_3840x2160_two-calls.png"]
    write_index(tmp_path, Shots(paths, paths[:1], [f'{paths[1].name}: "</script>" is cut']), 12.34)
    page = (tmp_path / "index.html").read_text()
    data = json.loads(page.split('type="application/json">')[1].split("</script>")[0])
    assert data["seconds"] == 12.3
    home, other = data["shots"]
    assert (home["role"], home["state"], home["panel"]) == ("board", "calls", "home panel")
    assert home["faults"] == ["one colour: nothing was drawn"]
    assert {**other, "faults": 0} == {
        "file": "board_en_large_contrast_3840x2160_two-calls.png",
        "role": "board",
        "locale": "en",
        "type": "large type",
        "contrast": "high contrast",
        "panel": "3840x2160",
        "state": "two-calls",
        "faults": 0,
    }
    assert other["faults"] == ['"</script>" is cut']


def test_the_same_state_gives_the_same_pixels(window, tmp_path):
    from kiosk.ui.screenshots import Variant, render_all

    first = render_all(tmp_path / "a", [a_room(window)], [Variant()]).paths[0].read_bytes()
    assert render_all(tmp_path / "b", [a_room(window)], [Variant()]).paths[0].read_bytes() == first
