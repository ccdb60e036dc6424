"""Screens as pictures: every state of a room drawn off-screen in one process, and a page to look at them.

The caller runs `prepare_kivy` first and hands in the rooms, for this floor knows none of them. A picture is taken
once the geometry of all widgets has stood still for two frames (field/ui.md §4.3).
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.ui.locales import Texts, texts_for
from kiosk.ui.panels import Panel
from kiosk.ui.shell import started_window

SETTLING_FRAMES = 60


@dataclass(frozen=True)
class Room:
    """A role's screens, as the renderer needs them."""

    role: str
    size: tuple[int, int]
    """Home size of its panel, px."""
    make: Callable[[], Any]
    """Makes the widget with `render(view)` and `place(x, y, w, h)`."""
    gallery: Callable[[str], Sequence[tuple[str, Any]]]
    """Every state by name, in a language."""
    panel: Callable[[int, int], Panel]
    """The glass of so many pixels, by which targets are judged."""


@dataclass(frozen=True)
class Variant:
    """How the states are drawn."""

    language: str = "vi"
    large: bool = False
    contrast: bool = False
    size: tuple[int, int] | None = None
    """None takes the role's home size."""

    @property
    def name(self) -> str:
        """Return the part of a file name that tells the variant."""
        size = f"_{self.size[0]}x{self.size[1]}" if self.size else ""
        return f"{self.language}{'_large' if self.large else ''}{'_contrast' if self.contrast else ''}{size}"


@dataclass
class Shots:
    """What was rendered."""

    paths: list[Path] = field(default_factory=list)
    flat: list[Path] = field(default_factory=list)
    """Pictures of one colour: something did not draw."""
    faults: list[str] = field(default_factory=list)
    """What `lints` found, each with the picture's name."""


def changed(view: Any, variant: Variant) -> Any:
    """Return `view` with the variant's large type and contrast switched on, where a view knows them."""
    from msgspec.structs import replace

    wanted = {"large": variant.large, "contrast": variant.contrast}
    return replace(view, **{name: True for name, is_on in wanted.items() if is_on and hasattr(view, name)})


def settle(root: Any) -> None:
    """Let Kivy work until nothing in `root` has moved for two frames."""
    from kivy.base import EventLoop

    from kiosk.ui.focus import walk

    still, before = 0, None
    for _ in range(SETTLING_FRAMES):
        EventLoop.idle()
        geometry = [(w.x, w.y, w.width, w.height) for w in walk(root)]
        still = still + 1 if geometry == before else 0
        before = geometry
        if still >= 2:
            return


def picture_of(root: Any) -> Image.Image:
    """Return the pixels of a placed widget, whatever the size of the window."""
    exported = root.export_as_image()
    texture = exported.texture
    size = (int(texture.width), int(texture.height))
    return Image.frombytes("RGBA", size, texture.pixels).convert("RGB")


def render_all(
    out: Path,
    rooms: Iterable[Room],
    variants: Sequence[Variant],
    progress: Callable[[str], None] = lambda _line: None,
) -> Shots:
    """Write one PNG for every state of every room in every variant; look for faults in each.

    Raises:
        OSError: if `out` cannot be written.
    """
    from kiosk.ui import lints

    out.mkdir(parents=True, exist_ok=True)
    window_root = started_window()
    shots = Shots()
    for room in rooms:
        for variant in variants:
            width, height = variant.size or room.size
            panel = room.panel(width, height)
            root = room.make()
            window_root.add_widget(root)
            for name, view in room.gallery(variant.language):
                path = out / f"{room.role}_{variant.name}_{name}.png"
                root.render(changed(view, variant))
                root.place(0, 0, width, height)
                settle(root)
                image = picture_of(root)
                if len(image.getcolors(2) or ()) == 1:
                    shots.flat.append(path)
                found = lints.faults_of(root, panel, *texts_of(variant.language), image)
                shots.faults += [f"{path.name}: {fault}" for fault in found]
                image.save(path, compress_level=1)
                shots.paths.append(path)
                progress(f"{len(shots.paths)}: {path.name}")
            window_root.remove_widget(root)
    return shots


def texts_of(language: str) -> tuple[Texts, Texts]:
    """Return the texts of a language, and those of one that has no place on its screens."""
    return texts_for(language), texts_for("en" if language == "vi" else "vi")


def write_index(out: Path, shots: Shots, seconds: float) -> None:
    """Write a page to flip through the pictures: by keys, by role and variant, with what the lints found.

    Raises:
        OSError: if it cannot be written.
    """
    faults: dict[str, list[str]] = {path.name: ["one colour: nothing was drawn"] for path in shots.flat}
    for fault in shots.faults:
        name, says = fault.split(": ", 1)
        faults.setdefault(name, []).append(says)
    rows = [{**_told_by(path), "faults": faults.get(path.name, [])} for path in shots.paths]
    data = json.dumps({"seconds": round(seconds, 1), "shots": rows}, ensure_ascii=False).replace("<", "\\u003c")
    page = Path(__file__).with_name("screens_index.html").read_text(encoding="utf-8")
    out.joinpath("index.html").write_text(page.replace("@SHOTS@", data), encoding="utf-8")


_FILE = re.compile(
    r"(?P<role>[a-z]+)_(?P<locale>[a-z]{2,3})(?P<type>_large)?(?P<contrast>_contrast)?(?:_(?P<panel>\d+x\d+))?_(?P<state>.+)"
)


def _told_by(path: Path) -> dict[str, str]:
    """Return what the name of a picture's file says."""
    found = _FILE.fullmatch(path.stem)
    assert found is not None, path
    told = {name: (value or "").strip("_") for name, value in found.groupdict().items()}
    return {
        **told,
        "file": path.name,
        "type": "large type" if told["type"] else "usual type",
        "contrast": "high contrast" if told["contrast"] else "usual colours",
        "panel": told["panel"] or "home panel",
    }
