"""A counter of its own process with its screens: somebody writes, leaves, and the process waits to be looked into.

What is written is made here from pieces, so that no copy of it stands in the program itself.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from kiosk.ui.shell import prepare_kivy


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
    """Take commands from standard input: `petition`, `comment`, `back`, `silence`."""
    prepare_kivy(1280, 800, offscreen=True)
    from kivy.base import EventLoop, runTouchApp

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
    screens.place(0, 0, 1280, 800)
    counter.flow.listen(screens.render)
    screens.render(counter.flow.view)
    runTouchApp(screens, embedded=True)

    def draw(seconds: float) -> None:
        import time

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            EventLoop.idle()

    draw(0.2)
    print("ready", flush=True)
    for line in sys.stdin:
        match line.strip():
            case "petition":
                counter.flow.act(v.OpenPetition())
                counter.flow.act(v.PickCategory(key="facilities"))
                draw(0.2)
                type_into(screens, written(seed))
            case "back":
                counter.flow.act(v.Back())
                counter.flow.act(v.Decline())
            case "silence":
                office.time.advance(seconds=61)
                office.time.advance(seconds=61)
        office.time.settle()
        draw(1.5)
        print(counter.flow.view.step, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
