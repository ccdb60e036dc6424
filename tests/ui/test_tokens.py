import pytest

from kiosk.ui import tokens
from kiosk.ui.tokens import BOARD, CONTRAST, LIGHT, contrast


def words_on_fills(p):
    """Every pair of text and fill that screens draw."""
    return [
        (p.ink, p.bg),
        (p.ink, p.surface),
        (p.ink2, p.bg),
        (p.ink2, p.surface),
        (p.ink, p.tint),
        (p.on_primary, p.primary),
        (p.on_primary2, p.primary),
        (p.on_gold, p.gold),
        (p.ok, p.ok_tint),
        (p.bad, p.bad_tint),
        (p.warn, p.warn_tint),
    ]


@pytest.mark.parametrize(("palette", "least"), [(LIGHT, 4.5), (BOARD, 4.5), (CONTRAST, 7.0)])
def test_every_text_stands_out_from_its_fill(palette, least):
    for ink, fill in words_on_fills(palette):
        assert contrast(ink, fill) >= least, (ink, fill)


@pytest.mark.parametrize("palette", [LIGHT, BOARD, CONTRAST])
def test_the_edge_of_a_control_is_visible(palette):
    assert contrast(palette.edge, palette.bg) >= 3
    assert contrast(palette.edge, palette.surface) >= 3


def test_contrast_is_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#0A4EA2", "#FFFFFF") == pytest.approx(8.0, abs=0.05)  # measured in the notes, §2.1


@pytest.mark.parametrize(
    ("kind", "width", "height", "u"),
    [
        ("kiosk", 1080, 1920, 1.0),
        ("kiosk", 720, 1280, 2 / 3),
        ("tablet", 1280, 800, 1.0),
        ("tablet", 1920, 1200, 1.5),
        ("board", 3840, 2160, 2.0),
        ("board", 1920, 1200, 1.0),
    ],
)
def test_one_unit_scales_a_panel(kind, width, height, u):
    assert tokens.unit(kind, width, height) == pytest.approx(u)
