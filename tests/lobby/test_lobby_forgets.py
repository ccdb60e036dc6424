"""After the visit nothing of the citizen is left in the memory of the kiosk's process."""

import pytest

from tests.lobby.forgetting_lobby import card_of
from tests.memory_of import Watched


@pytest.mark.parametrize(("ending", "seed"), [("end", 11), ("silence", 12)])
def test_number_and_name_are_gone_from_memory_when_the_visit_is_over(ending: str, seed: int) -> None:
    number, name, _ = card_of(seed)
    kiosk = Watched("tests.lobby.forgetting_lobby", seed)
    try:
        assert kiosk.do("card") == "greeting"
        assert kiosk.do("search") == "search"
        during = kiosk.remembers(number, name)
        assert min(during.values()) > 0, "the scan finds what is there"
        assert kiosk.do(ending) == "idle"
        after = kiosk.remembers(number, name, "T. M. Duyên", "Đ. M. Duyên")
        assert after == dict.fromkeys(after, 0)
    finally:
        kiosk.end()
