"""The doctor asks a site that switched expression on for what it may and what it can."""

import pytest

from kiosk.appliance.expression import judge_expression
from kiosk.config import ExpressionSettings

REGION = (0.1, 0.0, 0.9, 1.0)


@pytest.mark.parametrize(
    ("settings", "has_module", "state"),
    [
        (ExpressionSettings(), True, "off"),
        (ExpressionSettings(enabled=True, region=REGION), True, "ok"),
        (ExpressionSettings(enabled=True), True, "warn"),
        (ExpressionSettings(enabled=True, region=REGION), False, "bad"),
        (ExpressionSettings(enabled=True, consent="notice", region=REGION), True, "bad"),
        (ExpressionSettings(enabled=True, consent="notice", legal_basis=" ", region=REGION), True, "bad"),
        (ExpressionSettings(enabled=True, consent="notice", legal_basis="DPIA 12/2026", region=REGION), True, "ok"),
    ],
)
def test_a_notice_needs_its_legal_basis_and_the_feature_its_module(
    settings: ExpressionSettings, has_module: bool, state: str
) -> None:
    finding = judge_expression(settings, has_module)
    assert finding.state == state
    assert bool(finding.mend.vi) == (state in ("warn", "bad"))
