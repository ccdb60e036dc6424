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
        ("07:30–11:30", "bảy giờ ba mươi phút đến mười một giờ ba mươi phút"),
        ("8h05", "tám giờ năm phút"),
        ("2.000 đồng một trang", "hai nghìn đồng một trang"),
        ("Lệ phí 2.000 đ/trang", "Lệ phí hai nghìn đồng một trang"),
        ("15.300 ₫", "mười lăm nghìn ba trăm đồng"),
        ("1.500.000đ", "một triệu năm trăm nghìn đồng"),
        ("0,5 trang", "không phẩy năm trang"),
        ("Câu 3/5", "Câu ba trên năm"),
        ("49/300", "bốn mươi chín trên ba trăm"),
        ("Đường dây nóng: 1900 1022", "Đường dây nóng: một chín không không, một không hai hai"),
        ("0901 234 567", "không chín không một, hai ba bốn, năm sáu bảy"),
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
        ("Opens at 07:30", "Opens at seven thirty in the morning"),
        ("Opens at 08:05", "Opens at eight oh five in the morning"),
        ("Until 14:00", "Until two o'clock in the afternoon"),
        ("Closed at 12:00", "Closed at twelve noon"),
        ("Question 3/5", "Question three of five"),
        ("2,000 VND/page", "two thousand dong a page"),
        ("24/11", "24 November"),
        ("walk-through", "walk-through"),
    ],
)
def test_figures_are_said_in_english(written, said):
    assert as_said(written, "en").replace("twenty-four", "24") == said


def test_the_south_hears_its_own_words():
    assert as_said("105 người, 2.005 đồng", dialect="south") == "một trăm lẻ năm người, hai ngàn không trăm lẻ năm đồng"


@given(st.text(max_size=80), st.sampled_from(("vi", "en")))
def test_any_text_can_be_said(text, language):
    assert isinstance(as_said(text, language), str)


@given(st.integers(0, 999_999))
def test_no_figure_is_left_for_the_voice_to_guess(number):
    assert not any(character.isdigit() for character in as_said(f"có {number} người"))
