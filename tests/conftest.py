"""One off-screen window for all tests that draw; each test gets a `TrialScreen` with one role's root widget in it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.demo.trial_screen import TrialScreen
from kiosk.ui.shell import prepare_kivy


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the kept pictures be drawn anew."""
    parser.addoption("--regen", action="store_true", help="draw the golden pictures anew")


@pytest.fixture(scope="session")
def window() -> Any:
    """The process's one Kivy window, off-screen."""
    import sys

    if "kivy" not in sys.modules:
        prepare_kivy(1080, 1920, offscreen=True)
    from kiosk.ui.shell import started_window

    return started_window()


@pytest.fixture
def show(window: Any) -> Iterator[Callable[..., TrialScreen]]:
    """Put a root widget on the screen: `show(root, size=(1080, 1920))`."""
    shown: list[TrialScreen] = []

    def put(root: Any, size: tuple[int, int] = (1080, 1920)) -> TrialScreen:
        shown.append(TrialScreen(window, root, size))
        return shown[-1]

    yield put
    for ui in shown:
        ui.close()
