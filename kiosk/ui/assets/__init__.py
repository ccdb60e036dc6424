"""Where fonts and pictures lie: files only, made by `scripts/build_assets.py`; importing this draws nothing."""

from pathlib import Path

ASSETS = Path(__file__).parent
FONTS = ASSETS / "fonts"
"""Be Vietnam Pro for words, Inter Bold with tabular digits for numbers, the icon font; licences beside them."""
PICTURES = ASSETS / "pictures"
"""Faces, emblem, the ID card of the lobby's home, the nine-patch shadow."""
