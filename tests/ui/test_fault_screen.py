from collections.abc import Callable
from typing import Any

import pytest

PROBLEM = (
    'kiosk.toml dòng 3: [device] roles #1 = "lobi" không dùng được. Được phép: lobby, counter, board, hub. '
    'Sửa: đổi thành "lobby"?',
    'kiosk.toml line 3: [device] roles #1 = "lobi" is not possible. Allowed: lobby, counter, board, hub. '
    'Mend: did you mean "lobby"?',
)


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800), (1920, 1080), (1024, 600)])
@pytest.mark.parametrize("count", [1, 3, 9])
def test_the_words_of_a_bad_file_fit_on_every_panel(
    show: Callable[..., Any], size: tuple[int, int], count: int
) -> None:
    from kiosk.ui import lints
    from kiosk.ui.fault_screen import FaultScreen, FaultView

    screen = FaultScreen()
    screen.render(FaultView(problems=(PROBLEM,) * count))
    ui = show(screen, size)
    assert "lobi" in str(lints.words_of(screen))
    assert "Sửa" in str(lints.words_of(screen))
    assert lints.texts_that_do_not_fit(screen) == []
    assert lints.outside(screen) == []
    assert len(ui.picture().getcolors(10_000_000)) > 20
