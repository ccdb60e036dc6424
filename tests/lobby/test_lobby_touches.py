"""Fingers on the lobby's real pixels, with the real flow behind them: how many touches a number takes, and what a
sleeping screen, a palm and endless names do."""

import msgspec
import pytest

from kiosk.demo.trial import TrialOffice
from tests.lobby.test_lobby_flow import CARD


class Citizen:
    """Stands before the kiosk and touches what the screen says; counts the touches."""

    def __init__(self, office, show, size=(1080, 1920)):
        from kiosk.lobby.screens import LobbyScreens
        from kiosk.ui.locales import texts_for

        self.lobby = office.lobby()
        self.touches = 0
        self.ui = show(LobbyScreens(texts_for, self.lobby.flow.act), size)
        self.lobby.flow.listen(self.ui.root.render)
        self.ui.root.render(self.lobby.flow.view)
        self.ui.settle()

    @property
    def view(self):
        return self.lobby.flow.view

    def touch(self, words):
        self.touches += 1
        self.ui.touch(words)
        self.lobby.office.time.settle()
        self.ui.settle()


@pytest.fixture
def office(tmp_path):
    return TrialOffice(tmp_path)


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800)])
@pytest.mark.parametrize(("has_card", "most"), [(True, 3), (False, 4)])
def test_a_certified_copy_takes_few_touches_from_idle_to_ticket(office, show, size, has_card, most):
    citizen = Citizen(office, show, size)
    if has_card:
        citizen.lobby.scanner.scan(CARD)
        citizen.ui.settle()
    for words in ("Chứng thực", "Chứng thực bản sao", "Lấy số"):
        citizen.touch(words)
    assert citizen.view.step == "ticket"
    assert citizen.touches <= most
    assert "A001" in citizen.ui.words()


def test_the_staff_come_in_by_five_touches_of_the_emblem(office, show):
    citizen = Citizen(office, show)
    for _ in range(5):
        citizen.ui.press_at(94, 1920 - 88)()
    assert citizen.view.step == "staff"
    for digit in "246813" * 2:
        citizen.touch(digit)
    assert "Dành cho cán bộ" in citizen.ui.words()


def test_the_dark_takes_the_waking_touch(office, show):
    citizen = Citizen(office, show)
    flow = citizen.lobby.flow
    citizen.ui.root.render(msgspec.structs.replace(flow.view, is_dim=True))
    citizen.ui.settle()
    citizen.touch("Chứng thực")
    assert flow.view.step == "idle"
    citizen.ui.root.render(flow.view)
    citizen.ui.settle()
    citizen.touch("Chứng thực")
    assert flow.view.step == "group"


def test_a_palm_on_the_tiles_chooses_nothing(office, show):
    citizen = Citizen(office, show)
    lifts = [citizen.ui.press_at(200 + 60 * finger, 900) for finger in range(5)]
    for lift in lifts:
        lift()
    assert citizen.view.step == "idle"
    citizen.touch("Hộ tịch")
    assert citizen.view.step == "group"


def test_a_form_is_filled_by_touch_and_its_code_is_shown(office, show):
    citizen = Citizen(office, show)
    citizen.lobby.scanner.scan(CARD)
    citizen.ui.settle()
    for words in ("Hộ tịch", "Đăng ký khai sinh", "Khai trước", "Họ và tên của trẻ", "A", "n", "Xong"):
        citizen.touch(words)
    for words in ("Giới tính", "Nữ", "Gửi cho cán bộ"):
        citizen.touch(words)
    code = citizen.view.form.code
    assert f"{code[:4]} {code[4:]}" in citizen.ui.words()
    citizen.touch("Tiếp tục lấy số")
    citizen.touch("Lấy số")
    assert citizen.view.step == "ticket"


@pytest.mark.parametrize("size", [(1080, 1920), (1024, 600)])
def test_a_procedure_with_300_letters_in_its_name_leaves_everything_else_in_its_place(show, size):
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.lobby.screens.gallery import gallery
    from kiosk.ui import lints
    from kiosk.ui.locales import texts_for

    name = ("Chứng thực văn bản thỏa thuận phân chia di sản thừa kế " * 6)[:300].strip()
    states = dict(gallery("vi"))
    change = msgspec.structs.replace
    tiles = tuple(change(tile, title=name) for tile in states["group"].tiles[:3])
    views = [
        change(states["group"], tiles=tiles),
        change(states["papers"], sheet=change(states["papers"].sheet, title=name), services=(name,)),
        change(states["papers"], sheet=change(states["papers"].sheet, title=name), services=(name, name)),
    ]
    ui = show(LobbyScreens(texts_for, print), size)
    for view in views:
        ui.root.render(view)
        assert lints.outside(ui.root) == []
        assert lints.targets_that_overlap(ui.root) == []
        shown = [fault for fault in lints.texts_that_do_not_fit(ui.root) if name[:30] not in fault]
        assert shown == [], "nothing else pays for the long name"


def test_a_language_pack_with_holes_is_shown_with_vietnamese_in_them(show, tmp_path):
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.lobby.screens.gallery import gallery
    from kiosk.ui.locales import Texts

    folder = tmp_path / "tay"
    folder.mkdir()
    folder.joinpath("lobby.json").write_text('{"lobby.home.guide": "Slon"}', encoding="utf-8")
    texts = Texts("tay", tmp_path)
    ui = show(LobbyScreens(lambda _language: texts, print))
    for name, view in gallery("vi"):
        ui.root.render(msgspec.structs.replace(view, language="tay"))
        if name == "idle":
            words = ui.words()
            assert "Slon" in words
            assert "Tìm thủ tục theo tên" in words


def test_ten_fingers_on_ten_buttons_choose_nothing_and_the_next_finger_alone_does(office, show):
    citizen = Citizen(office, show)
    places = [(300 + 500 * (finger % 2), 1050 - 190 * (finger // 2)) for finger in range(10)]
    lifts = [citizen.ui.press_at(*place) for place in places]
    for lift in lifts:
        lift()
    assert (citizen.view.step, citizen.view.large, citizen.lobby.events()) == ("idle", False, [])
    citizen.touch("Hộ tịch")
    assert citizen.view.step == "group"
