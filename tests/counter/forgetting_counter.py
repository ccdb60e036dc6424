"""A counter of its own process with its screens: somebody writes, leaves, and the process waits to be looked into.

What is written is made here from pieces, so that no copy of it stands in the program itself.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from kiosk.ui.shell import prepare_kivy
from tests.memory_of import obey


def written(seed: int) -> str:
    """Return what a citizen writes: a name and a number, as people put into letters."""
    number = "079" + "".join(str((seed * 7 + place * 3) % 10) for place in range(9))
    return " ".join(("Duong" if seed % 2 else "Quach", "Hoa", "Vinh", number))


def type_into(screens: Any, text: str) -> None:
    """Press the keys of the writing page that is shown."""
    page = next(page for page in screens._frame._pages.values() if hasattr(page, "keyboard"))
    for letter in text:
        page.keyboard.press(letter)


def main(seed: int) -> None:
    """Take commands from standard input: `petition`, `back`, `silence`."""
    prepare_kivy(1280, 800, offscreen=True)
    from kiosk.counter import view as v
    from kiosk.counter.screens import CounterScreens
    from kiosk.demo.trial import TrialOffice, take_numbers
    from kiosk.ui.locales import texts_for

    office = TrialOffice(Path(tempfile.mkdtemp()))
    counter = office.counter(1)
    counter.sign_in()
    take_numbers(office.lobby())
    counter.press("next", "start", "finish")
    screens = CounterScreens(texts_for, counter.flow.act)

    def petition() -> None:
        counter.flow.act(v.OpenPetition())
        counter.flow.act(v.PickCategory(key="facilities"))
        type_into(screens, written(seed))

    def back() -> None:
        counter.flow.act(v.Back())
        counter.flow.act(v.Decline())

    obey(counter, screens, (1280, 800), {"petition": petition, "back": back})


if __name__ == "__main__":
    main(int(sys.argv[1]))
