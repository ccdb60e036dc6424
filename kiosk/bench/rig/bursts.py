"""Presentations of cards in moving hands, looked at by several readers: who read it, and how soon."""

import random
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosk.bench.rig.card_faults import TODAY
from kiosk.demo.cards import synthetic_card
from kiosk.devices.camera import Frame
from kiosk.devices.card_motion import PRESENTED_S, CardInMotion

FRAMES_PER_S = 15.0
LiveReader = Callable[[Frame, int], set[str]]
"""Told the frame and its count in this presentation."""


class Presented(NamedTuple):
    """What one reader made of one presentation."""

    after_s: float | None
    """From the first frame with the whole code in it until the right text; None: never."""
    is_wrong: bool
    """A wrong text came before or instead."""


def presentations(readers: dict[str, LiveReader], number: int, seed: int) -> Iterator[dict[str, Presented]]:
    """Yield what each reader made of so many presentations of different cards.

    A reader that needs longer for a frame than the camera misses the frames that come meanwhile, as on the box.
    """
    for index in range(number):
        dice = random.Random(f"burst/{seed}/{index}")
        payload = synthetic_card(dice, TODAY).payload
        if dice.random() < 0.5:
            payload = payload.removesuffix("||||")
        moments = [frame / FRAMES_PER_S for frame in range(round(PRESENTED_S * FRAMES_PER_S))]
        card = CardInMotion(payload, seed * 10_000 + index)
        begins = next((at for at in moments if card.is_in_view(at)), None)
        if begins is not None:
            seen = _Seen(card, [at for at in moments if at >= begins])
            yield {name: _shown(reader, seen, payload, begins) for name, reader in readers.items()}


class _Seen:
    """The frames of one presentation, each drawn when the first reader wants it: the same for all."""

    def __init__(self, card: CardInMotion, moments: list[float]) -> None:
        self.moments = moments
        self._card = card
        self._frames: dict[float, Frame] = {}

    def frame(self, at: float) -> Frame:
        """Return the frame of a moment."""
        if at not in self._frames:
            self._frames[at] = self._card.frame(at)
        return self._frames[at]


def _shown(reader: LiveReader, seen: _Seen, payload: str, begins: float) -> Presented:
    free_at = begins
    is_wrong = False
    for count, at in enumerate(seen.moments):
        if at < free_at:
            continue
        frame = seen.frame(at)
        began = time.thread_time()
        texts = reader(frame, count)
        took = time.thread_time() - began
        free_at = at + took
        is_wrong = is_wrong or bool(texts - {payload})
        if texts == {payload}:
            return Presented(free_at - begins, is_wrong)
    return Presented(None, is_wrong)
