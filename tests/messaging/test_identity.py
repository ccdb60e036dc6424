"""What a device's signature proves."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.messaging.identity import BadToken, DeviceKey, sign_offline_token, verify_offline_token

KEY = DeviceKey.make()
KEYS = {"counter-1": KEY.public_hex}
GRANT = {"ticket": "t" * 32, "number": "A105", "service": 0, "counter": 1, "officer": "Nguyễn Thị Lụa"}
TOKEN = sign_offline_token(KEY, "counter-1", GRANT)


def test_a_signed_token_gives_its_payload_back() -> None:
    assert verify_offline_token(TOKEN, KEYS) == GRANT


def test_a_token_fits_into_a_qr_code_and_an_address() -> None:
    assert len(TOKEN) < 400
    assert all(letter.isalnum() or letter in "-_." for letter in TOKEN)


def test_a_token_of_a_device_that_nobody_registered_proves_nothing() -> None:
    with pytest.raises(BadToken, match="unknown_device"):
        verify_offline_token(TOKEN, {"counter-2": KEY.public_hex})


def test_a_token_signed_with_another_key_proves_nothing() -> None:
    forged = sign_offline_token(DeviceKey.make(), "counter-1", GRANT)
    with pytest.raises(BadToken, match="wrong_signature"):
        verify_offline_token(forged, KEYS)


def test_one_device_cannot_speak_for_another() -> None:
    other = DeviceKey.make()
    with pytest.raises(BadToken, match="wrong_signature"):
        verify_offline_token(sign_offline_token(other, "counter-1", GRANT), {**KEYS, "counter-2": other.public_hex})


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.characters(codec="utf-8"))
def test_no_changed_letter_goes_unnoticed(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(BadToken):
            verify_offline_token(changed, KEYS)


@given(st.text())
def test_any_text_is_refused_in_peace(text: str) -> None:
    with pytest.raises(BadToken):
        verify_offline_token(text, KEYS)


@pytest.mark.parametrize("public", ["", "zz", "00", "f" * 64])
def test_a_broken_registered_key_proves_nothing(public: str) -> None:
    with pytest.raises(BadToken):
        verify_offline_token(TOKEN, {"counter-1": public})


def test_a_key_comes_back_from_its_file_which_only_its_owner_can_read(tmp_path: Path) -> None:
    KEY.save(tmp_path / "device.key")
    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600
    assert DeviceKey.load(tmp_path / "device.key").public_hex == KEY.public_hex
    assert [path.name for path in tmp_path.iterdir()] == ["device.key"]


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "device.key").write_text("no key")
    with pytest.raises(ValueError, match="hex"):
        DeviceKey.load(tmp_path / "device.key")
