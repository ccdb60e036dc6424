"""The card in a moving hand, as tests and training see it."""

import numpy as np

from kiosk.devices.card_motion import PRESENTED_S, CardInMotion, cards_in_motion

PAYLOAD = "079046999261||Trần Minh Nghĩa|16111946|Nam|Số 12 Lê Lợi, Phường Bến Nghé|08032025||||"


def test_a_card_comes_rests_in_view_and_goes() -> None:
    card = CardInMotion(PAYLOAD, 5)
    in_view = [card.is_in_view(moment / 10) for moment in range(round(PRESENTED_S * 10) + 5)]
    assert not in_view[0]
    assert not in_view[-1]
    assert in_view.count(True) > 15
    assert not np.array_equal(card.frame(1.0), card.frame(1.1))


def test_the_same_seed_is_the_same_hand() -> None:
    assert np.array_equal(CardInMotion(PAYLOAD, 5).frame(1.0), CardInMotion(PAYLOAD, 5).frame(1.0))
    assert CardInMotion(PAYLOAD, 5).hand != CardInMotion(PAYLOAD, 6).hand


def test_one_card_follows_the_other() -> None:
    frames = list(cards_in_motion(iter((PAYLOAD, PAYLOAD)), 2.0, (320, 180)))
    assert len(frames) == 2 * round((PRESENTED_S + 1.0) * 2)
    assert all(frame.shape == (180, 320) for frame in frames)
