"""A keyboard with a plug writes into the text on the screen; a wedge scanner does not."""

import pytest


class Moments:
    """A clock that a test turns."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def desk(show):
    from kiosk.ui.keyboard import Keyboard
    from kiosk.ui.locales import texts_for
    from kiosk.ui.physical import PhysicalKeys
    from kiosk.ui.tokens import LIGHT, TABLET_TYPE
    from kiosk.ui.widgets.boxes import Layers
    from kiosk.ui.widgets.part import Look

    class Desk:
        def __init__(self, method="telex", with_text=True, kind="vi"):
            look = Look(LIGHT, 1.0, TABLET_TYPE)
            self.done, self.said = [], []
            root = Layers(look)
            self.keys = Keyboard(look, self.said.append, texts_for("vi"), kind, done=lambda: self.done.append(1))
            if with_text:
                root.add(self.keys)
            show(root, (1280, 440))
            self.now = Moments()
            self.plugged = PhysicalKeys(root, method, self.now)

        def press(self, text, every=0.15, modifiers=(), held=False):
            used = []
            for letter in text:
                self.now.now += every
                used.append(self.plugged.key(ord(letter), list(modifiers), held))
                self.plugged.key_up(ord(letter))
            return used

        def special(self, key, held=False):
            self.now.now += 0.2
            return self.plugged.key(key, [], held)

    return Desk


def test_telex_is_typed_as_on_any_computer_here(desk):
    at = desk()
    at.press("cho lau quas")
    assert at.keys.text == "Cho lau quá"


def test_vni_is_typed_where_a_site_chose_it(desk):
    at = desk("vni")
    at.press("to6i ddo5c".replace("dd", "d9"))
    assert at.keys.text == "Tôi đọc"


def test_shift_backspace_undo_arrows_and_enter_do_what_they_say(desk):
    at = desk()
    at.press("ab")
    at.press("c", modifiers=["shift"])
    at.press("1", modifiers=["shift"])
    assert at.keys.text == "AbC!"
    at.special(8)
    at.special(276)
    assert (at.keys.text, at.keys.caret) == ("AbC", 2)
    at.press("z", modifiers=["ctrl"])
    assert at.keys.text == "AbC!"
    at.special(13)
    assert at.done == [1]


def test_enter_space_and_arrows_are_the_button_s_that_holds_the_focus(desk):
    at = desk()
    assert [at.special(key, held=True) for key in (13, 32, 275, 276)] == [False] * 4
    assert at.press("a", held=True) == [True]


def test_where_nothing_is_written_keys_pass_by(desk):
    at = desk(with_text=False)
    assert at.press("abc") == [False] * 3


def test_a_wedge_scanner_leaves_no_trace_of_the_card_that_it_read(desk):
    at = desk()
    at.press("toi ")
    at.now.now += 1
    at.press("079203001234|024567890|nguyen van a|01011980", every=0.004)
    at.now.now += 0.004
    assert at.plugged.key(13, [], False)
    assert at.done == []
    assert at.keys.text == "Toi "
    assert at.said[-1] == "Toi "
    at.now.now += 1
    at.press("di")
    assert at.keys.text == "Toi di"


def test_the_english_keyboard_takes_letters_as_they_are(desk):
    at = desk(kind="en")
    at.press("glass")
    assert at.keys.text == "Glass"


def test_a_key_that_is_held_for_an_hour_writes_once(desk):
    at = desk()
    for _ in range(1000):
        at.now.now += 0.03
        at.plugged.key(ord("a"), [], False)
    assert at.keys.text == "A"


def test_backspace_that_is_held_begins_late_and_goes_slowly(desk):
    at = desk()
    at.keys.set_text("Chờ lâu quá")
    for _ in range(60):
        at.now.now += 0.03
        at.plugged.key(8, [], False)
    assert at.keys.text == "Chờ lâu qu", "one within 1.8 s"
    for _ in range(50):
        at.now.now += 0.03
        at.plugged.key(8, [], False)
    assert at.keys.text == "Chờ lâu", "after 2.0, 2.5 and 3.0 s"
