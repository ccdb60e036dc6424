"""Whether a face lives: a poster, a portrait on the wall or a frozen camera does not move at all.

Of each frame that counts, the place of the face is averaged to 16x16 dots, which leaves movement and takes noise away,
and is folded into a running mean and spread; no frame and no small picture is kept. Measured on the astronaut and on
drawn faces, 110-200 dots wide, light and dark: still with noise of sigma 0-12 and flicker of 3 %: 0.005-0.035; moving
by a sigma of one dot (a millimetre at the counter): 0.067-0.13. A picture that somebody waves, or a film, moves:
nothing here sees that.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

from kiosk.vision.faces import Face, Picture

SIDE = 16
STILL = 0.045
"""Mean spread of the 256 places over a visit, in units of the contrast within the face, below which nothing moves."""


class Stillness:
    """Watches one place of the view for as long as one face is followed."""

    def __init__(self) -> None:
        self._box: tuple[float, float, float, float] | None = None
        self._mean: npt.NDArray[np.float64] = np.zeros((SIDE, SIDE))
        self._squares: npt.NDArray[np.float64] = np.zeros((SIDE, SIDE))
        self._count = 0

    def see(self, picture: Picture, face: Face) -> None:
        """Fold in what a frame shows where the face was first; `face` places it the first time."""
        if self._box is None:
            height, width = picture.shape[:2]
            box = max(0.0, face.left), max(0.0, face.top), min(width, face.right), min(height, face.bottom)
            if box[2] - box[0] < 1 or box[3] - box[1] < 1:
                return
            self._box = box
        small = Image.fromarray(picture).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, box=self._box)
        place = np.asarray(small, np.float64)
        # brighter or dimmer light is no movement
        place = (place - place.mean()) / (place.std() + 1e-6)
        self._count += 1
        away = place - self._mean
        self._mean += away / self._count
        self._squares += away * (place - self._mean)

    @property
    def is_still(self) -> bool:
        """Tell whether what was seen did not move; False before two frames."""
        if self._count < 2:
            return False
        return float(np.sqrt(self._squares / self._count).mean()) < STILL

    def forget(self) -> None:
        """Overwrite what is left of the face."""
        self._mean.fill(0)
        self._squares.fill(0)
        self._count, self._box = 0, None
