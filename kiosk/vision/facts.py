"""What the expression feature really does, as figures and lists taken from the code: the ground of its documents."""

import re
from pathlib import Path

import msgspec

from kiosk.config import Config
from kiosk.domain.events import ExpressionWindow
from kiosk.domain.expression import CONFIDENCE, GOOD_FRAMES, LONGEST_S, K
from kiosk.vision.expressions import CLASSES, LAST_FRAMES, QualityGate
from kiosk.vision.runtime import MODELS, SHA256
from kiosk.vision.service import EVERY_S

CARD = "MODEL_CARD.md"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the documents state."""

    office: str
    authority: str
    hotline: str
    is_enabled: bool
    asks_first: bool
    legal_basis: str
    region: tuple[float, ...]
    k: int
    longest_s: int
    frames_a_second: int
    last_frames: int
    good_frames: int
    confidence: float
    smallest_face: int
    classes: int
    models: tuple[tuple[str, str], ...]
    """File and SHA-256."""
    published: tuple[str, ...]
    """Fields of what leaves the box."""
    accuracy: tuple[tuple[str, ...], ...]
    """Rows of the card's table: set, faces, seven classes, valence, recall."""


def facts_of(config: Config, models: Path = MODELS) -> Facts:
    """Return the facts of a site's settings and of this version's code.

    Raises:
        OSError: if the model card is missing.
    """
    gate = QualityGate()
    return Facts(
        office=config.office.name,
        authority=config.office.authority,
        hotline=config.office.hotline,
        is_enabled=config.expression.enabled,
        asks_first=config.expression.consent == "opt_in",
        legal_basis=config.expression.legal_basis.strip(),
        region=config.expression.region,
        k=max(K, config.expression.k),
        longest_s=round(LONGEST_S),
        frames_a_second=round(1 / EVERY_S),
        last_frames=LAST_FRAMES,
        good_frames=GOOD_FRAMES,
        confidence=CONFIDENCE,
        smallest_face=round(gate.smallest),
        classes=len(CLASSES),
        models=tuple(SHA256.items()),
        published=ExpressionWindow.__struct_fields__,
        accuracy=accuracy_of((models / CARD).read_text(encoding="utf-8")),
    )


def accuracy_of(card: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the first table under `## Accuracy` of the model card, without its head."""
    part = card.partition("## Accuracy")[2].partition("\n## ")[0]
    table = re.search(r"(?:^\|.*\|\n)+", part, re.MULTILINE)
    rows = table[0].splitlines() if table else []
    return tuple(tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows[2:])
