"""A person who does not see the screen: hears what is read out, and works a number pad."""

from typing import Any

from kiosk.devices.narrator import VirtualNarrator
from kiosk.ui.role import Access, reading_of


class Blind:
    """Sits before the screens of a role; `press` a key of the pad, `heard` what was read since the last press.

    Args:
        ui: the role's screens, shown.
        flow: the role's flow.
        settle: lets the office work until nothing is left to do.
        access: see `kiosk.ui.role.Access`; its voice is `narrator`.
    """

    def __init__(self, ui: Any, flow: Any, settle: Any, narrator: VirtualNarrator, access: Access) -> None:
        from kiosk.ui.focus import FocusRing

        self.ui, self.flow, self.settle, self.narrator = ui, flow, settle, narrator
        self.reader, acts = reading_of(ui.root, access)
        self.ring = FocusRing(ui.root, acts, self.reader.focused)
        self.moment = 0.0
        flow.listen(lambda _view: None)
        self.see()

    def see(self) -> None:
        """Draw the present view and hear it."""
        self.ui.root.render(self.flow.view)
        self.ui.settle()
        self.ring.refresh()
        self.reader.shown(self.flow.view)

    def press(self, key: int) -> list[str]:
        """Press a key and return what is said."""
        before = len(self.narrator.read_out)
        self.moment += 2.0
        self.ring.key(key, [], self.moment)
        self.ring.key_up(key)
        self.settle()
        self.see()
        return self.narrator.read_out[before:]

    def seek(self, words: str) -> None:
        """Go on until a button that begins with `words` is read."""
        from kiosk.ui.focus import PAD_6

        heard: list[str] = []
        for _ in range(60):
            line = self.press(PAD_6)[-1]
            if line.startswith(words):
                return
            heard.append(line)
        raise AssertionError(f"nothing that is read begins with {words!r}: {heard}")

    def choose(self, words: str) -> list[str]:
        """Find a button by ear and press it; return what is said then."""
        from kiosk.ui.focus import PAD_5

        self.seek(words)
        return self.press(PAD_5)
