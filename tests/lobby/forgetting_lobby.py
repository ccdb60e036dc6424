"""A lobby of its own process with its screens: a card is shown, the visit ends, the process waits to be looked into.

The card's text is made here from pieces, so that no copy of it stands in the program itself.
"""

import sys
import tempfile
from pathlib import Path

from kiosk.ui.shell import prepare_kivy


def card_of(seed: int) -> tuple[str, str, str]:
    """Return number, name and whole text of a made-up card."""
    number = "079" + "".join(str((seed * 7 + place * 3) % 10) for place in range(9))
    name = " ".join(("Trương" if seed % 2 else "Đoàn", "Mỹ", "Duyên"))
    return number, name, "|".join((number, "", name, "05031949", "Nữ", "12 Lê Lợi, Phường Bến Nghé", "15082021"))


def main(seed: int) -> None:
    """Take commands from standard input: `card`, `look`, `end`, `leave`."""
    prepare_kivy(1080, 1920, offscreen=True)
    from kivy.base import EventLoop, runTouchApp

    from kiosk.demo.trial import TrialOffice
    from kiosk.lobby import view as v
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui.locales import texts_for

    office = TrialOffice(Path(tempfile.mkdtemp()))
    lobby = office.lobby()
    screens = LobbyScreens(texts_for, print)
    screens.place(0, 0, 1080, 1920)
    lobby.flow.listen(screens.render)
    screens.render(lobby.flow.view)
    runTouchApp(screens, embedded=True)

    def draw(seconds: float) -> None:
        import time

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            EventLoop.idle()

    draw(0.2)
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "card":
            lobby.scanner.scan(card_of(seed)[2])
        elif line.strip() == "search":
            lobby.flow.act(v.OpenSearch())
            lobby.flow.act(v.Query(text=" ".join(card_of(seed)[:2])))
        elif line.strip() == "end":
            lobby.flow.act(v.Home())
        elif line.strip() == "silence":
            office.time.advance(seconds=61)
            office.time.advance(seconds=61)
        office.time.settle()
        draw(1.5)
        print(lobby.flow.view.step, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
