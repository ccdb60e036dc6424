"""A flat card before a camera: from where it is seen, through which lens, and where each of its points then stands.

Frames are made in memory and never written to a disk. Lengths on the card are millimetres from its middle, places in
the frame are dots; x to the right, y downwards.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from kiosk.devices.camera import Frame
from kiosk.devices.card_art import CARD_MM, DOTS_PER_MM, FlatCard

Points = npt.NDArray[np.float64]
"""Places, one a row: x, y."""
DISTANCE_MM = 160.0
"""From the lens to the card: how strongly a tilt foreshortens."""
_PATCH = 40
"""Side in dots of the patches in which the way back from the frame to the card is taken as straight."""


class Pose(NamedTuple):
    """Where the card is held."""

    x: float = 0.5
    y: float = 0.5
    """The card's middle, in widths and heights of the frame."""
    dots_per_mm: float = 12.0
    turn: float = 0.0
    lean_x: float = 0.0
    lean_y: float = 0.0
    """Degrees: in the picture's plane, about the horizontal and about the vertical axis."""


class Lens(NamedTuple):
    """What the camera itself does to straight lines."""

    barrel: float = 0.0
    """By which share the frame's corner is drawn inwards; below 0: outwards."""
    skew: float = 0.0
    """Rolling shutter over a moving card: dots by which the lowest line lies to the right of the highest."""
    wobble: float = 0.0
    """Rolling shutter over a trembling card: dots to either side, twice a frame."""


class View(NamedTuple):
    """One way of seeing: leads from the card to the frame and back."""

    pose: Pose
    lens: Lens
    size: tuple[int, int]
    """Width and height of the frame."""

    def seen(self, places_mm: Points) -> Points:
        """Return where places on the card stand in the frame."""
        flat = np.column_stack((places_mm, np.ones(len(places_mm)))) @ self._way().T
        straight = flat[:, :2] / flat[:, 2:]
        bent = self._middle() + (straight - self._middle()) * (1 - self.lens.barrel * self._reach(straight))[:, None]
        bent[:, 0] += self._shift(bent[:, 1])
        return bent

    def back(self, places: Points) -> Points:
        """Return which places on the card are seen at places of the frame."""
        bent = places.astype(np.float64)
        bent[:, 0] -= self._shift(bent[:, 1])
        straight = bent
        for _ in range(8 if self.lens.barrel else 0):
            pull = (1 - self.lens.barrel * self._reach(straight))[:, None]
            straight = self._middle() + (bent - self._middle()) / pull
        flat = np.column_stack((straight, np.ones(len(straight)))) @ np.linalg.inv(self._way()).T
        return np.asarray(flat[:, :2] / flat[:, 2:])

    def _middle(self) -> Points:
        return np.array((self.size[0] / 2, self.size[1] / 2))

    def _reach(self, places: Points) -> Points:
        """Return the square of the distance from the frame's middle, 1 in its corners."""
        apart = places - self._middle()
        return np.asarray((apart**2).sum(axis=1) / (self._middle() ** 2).sum())

    def _shift(self, rows: Points) -> Points:
        share = rows / self.size[1]
        return np.asarray(self.lens.skew * share + self.lens.wobble * np.sin(4 * np.pi * share))

    def _way(self) -> Points:
        """Return the 3 x 3 matrix from millimetres on the card to dots in the frame (before the lens bends them)."""
        turn, about_x, about_y = (np.deg2rad(angle) for angle in (self.pose.turn, self.pose.lean_x, self.pose.lean_y))
        spin = np.array(((np.cos(turn), -np.sin(turn), 0), (np.sin(turn), np.cos(turn), 0), (0, 0, 1)))
        nod = np.array(((1, 0, 0), (0, np.cos(about_x), -np.sin(about_x)), (0, np.sin(about_x), np.cos(about_x))))
        sway = np.array(((np.cos(about_y), 0, np.sin(about_y)), (0, 1, 0), (-np.sin(about_y), 0, np.cos(about_y))))
        turned = nod @ sway @ spin
        placed = np.column_stack((turned[:, 0], turned[:, 1], (0.0, 0.0, DISTANCE_MM)))
        focal = self.pose.dots_per_mm * DISTANCE_MM
        middle = self.pose.x * self.size[0], self.pose.y * self.size[1]
        look = np.array(((focal, 0, middle[0]), (0, focal, middle[1]), (0, 0, 1)))
        # the vanishing point stands where the card does: a card at the edge is not seen from the side
        return np.asarray(look @ placed)


def card_in_scene(card: FlatCard, background: Image.Image, view: View) -> Image.Image:
    """Return the background (grey) with the card before it."""
    flat = card.picture.convert("L")
    ratio = DOTS_PER_MM / view.pose.dots_per_mm
    if ratio > 2:
        flat = flat.reduce(int(ratio))
    per_mm = flat.width / CARD_MM[0]
    width, height = view.size
    columns, rows = range(0, width, _PATCH), range(0, height, _PATCH)
    grid = np.array([(x, y) for y in (*rows, height) for x in (*columns, width)], dtype=np.float64)
    on_card = (view.back(grid) + np.array(CARD_MM) / 2) * per_mm
    places = on_card.reshape(len(rows) + 1, len(columns) + 1, 2)
    mesh = []
    for down, y in enumerate(rows):
        for right, x in enumerate(columns):
            corners = places[down : down + 2, right : right + 2]
            if _is_outside(corners, flat.size):
                continue
            box = (x, y, min(x + _PATCH, width), min(y + _PATCH, height))
            around = (corners[0, 0], corners[1, 0], corners[1, 1], corners[0, 1])
            mesh.append((box, tuple(float(value) for corner in around for value in corner)))
    seen = flat.transform(view.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)
    mask = Image.new("L", flat.size, 255).transform(view.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    scene = background.copy()
    scene.paste(seen, (0, 0), mask)
    return scene


def _is_outside(corners: Points, size: tuple[int, int]) -> bool:
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    return bool(high[0] < 0 or high[1] < 0 or low[0] > size[0] or low[1] > size[1])


def module_places(card: FlatCard, view: View) -> Points:
    """Return where the middle of each module of the card's code stands in the frame, row by row."""
    steps = (np.arange(len(card.modules)) + 0.5) * card.module_mm
    x, y = np.meshgrid(card.left_mm + steps - CARD_MM[0] / 2, card.top_mm + steps - CARD_MM[1] / 2)
    return view.seen(np.column_stack((x.ravel(), y.ravel())))


def clouds(source: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Return a background of soft grey patches."""
    noise = source.integers(50, 170, (9, 16), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def grey(scene: Image.Image) -> Frame:
    """Return the scene as a frame."""
    return np.asarray(scene, dtype=np.uint8)
