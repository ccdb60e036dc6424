"""The look of each role's chief screens, kept as pictures: a letter, a colour or an edge that changes is seen.

`pytest tests/ui/test_goldens.py --regen` draws them anew, after a change that was meant; a difference leaves what was
drawn in pytest's temporary folder. Software renderers differ a little, hence the tolerance (field/ui.md §8). Kept at
half the size: a letter is still seen, and the repository stays light.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

GOLDENS = Path(__file__).parent / "goldens"
CHANNEL_TOLERANCE = 8
MOST_DIFFERENT = 0.0005
"""Share of pixels that may differ by more than the tolerance."""
KEPT = (
    ("lobby", "idle", {}),
    ("lobby", "papers", {}),
    ("lobby", "ticket", {}),
    ("lobby", "idle", {"large": True, "contrast": True}),
    ("counter", "rating", {}),
    ("counter", "reasons", {}),
    ("counter", "comment", {}),
    ("board", "calls", {}),
)


@pytest.fixture
def draw(show):
    """Draw a state of a role's gallery and return its picture."""
    from kiosk.demo.screenshots import rooms
    from kiosk.ui.screenshots import Variant, changed

    def picture(role, state, modes):
        [room] = rooms(role)
        ui = show(room.make(), room.size)
        ui.root.render(changed(dict(room.gallery("vi"))[state], Variant(**modes)))
        return ui.picture().reduce(2)

    return picture


@pytest.mark.parametrize(("role", "state", "modes"), KEPT)
def test_the_look_is_what_it_was(draw, request, tmp_path, role, state, modes):
    name = "_".join([role, state, *modes]) + ".png"
    drawn = draw(role, state, modes)
    if request.config.getoption("--regen"):
        GOLDENS.mkdir(exist_ok=True)
        drawn.save(GOLDENS / name, optimize=True)
    kept = np.asarray(Image.open(GOLDENS / name).convert("RGB"), dtype=np.int16)
    now = np.asarray(drawn, dtype=np.int16)
    assert now.shape == kept.shape
    different = float((np.abs(now - kept).max(axis=2) > CHANNEL_TOLERANCE).mean())
    if different > MOST_DIFFERENT:
        drawn.save(tmp_path / name)
        pytest.fail(
            f"{different:.2%} of {name} looks different: compare {tmp_path / name} with tests/ui/goldens/{name}"
        )


def test_one_wrong_letter_is_seen(show):
    from kiosk.ui.tokens import LIGHT
    from kiosk.ui.widgets.part import Look
    from kiosk.ui.widgets.text import Text

    look = Look(LIGHT, 1.0)
    pictures = [
        np.asarray(show(Text(look, words, size=30), (600, 60)).picture(), dtype=np.int16)
        for words in ("Quý khách đánh giá thế nào?", "Quý khách đánh giú thế nào?")
    ]
    assert float((np.abs(pictures[0] - pictures[1]).max(axis=2) > CHANNEL_TOLERANCE).mean()) > MOST_DIFFERENT
