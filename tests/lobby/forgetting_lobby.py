"""A lobby of its own process with its screens: a card is shown, the visit ends, the process waits to be looked into.

The card's text is made here from pieces, so that no copy of it stands in the program itself.
"""

import sys
import tempfile
from pathlib import Path

from kiosk.ui.shell import prepare_kivy
from tests.memory_of import obey


def card_of(seed: int) -> tuple[str, str, str]:
    """Return number, name and whole text of a made-up card."""
    number = "079" + "".join(str((seed * 7 + place * 3) % 10) for place in range(9))
    name = " ".join(("Trương" if seed % 2 else "Đoàn", "Mỹ", "Duyên"))
    return number, name, "|".join((number, "", name, "05031949", "Nữ", "12 Lê Lợi, Phường Bến Nghé", "15082021"))


def main(seed: int) -> None:
    """Take commands from standard input: `card`, `search`, `end`, `silence`."""
    prepare_kivy(1080, 1920, offscreen=True)
    from kiosk.demo.trial import TrialOffice
    from kiosk.lobby import view as v
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui.locales import texts_for

    lobby = TrialOffice(Path(tempfile.mkdtemp())).lobby()

    def search() -> None:
        lobby.flow.act(v.OpenSearch())
        lobby.flow.act(v.Query(text=" ".join(card_of(seed)[:2])))

    acts = {
        "card": lambda: lobby.scanner.scan(card_of(seed)[2]),
        "search": search,
        "end": lambda: lobby.flow.act(v.Home()),
    }
    obey(lobby, LobbyScreens(texts_for, print), (1080, 1920), acts)


if __name__ == "__main__":
    main(int(sys.argv[1]))
