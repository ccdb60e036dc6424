from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(("kind", "text"), [("code", "K7MX-29QF"), ("code", "WWWW-MMMM"), ("name", "counter-12")])
@pytest.mark.parametrize("size", [(1000, 150), (620, 94)])
def test_the_strip_for_staff_shows_its_words_whole(
    show: Callable[..., Any], kind: str, text: str, size: tuple[int, int]
) -> None:
    from kiosk.ui import lints
    from kiosk.ui.staff_notice import HEIGHT, strip_of
    from kiosk.ui.tokens import KIOSK_TYPE, palette_for
    from kiosk.ui.widgets.part import Look

    strip = strip_of(Look(palette_for(False), size[1] / HEIGHT, KIOSK_TYPE, 1.0), kind, text)
    show(strip, size)
    assert text in str(lints.words_of(strip))
    assert lints.texts_that_do_not_fit(strip) == []
    assert lints.outside(strip) == []
