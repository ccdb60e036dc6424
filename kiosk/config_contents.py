"""The tables of `kiosk.toml` for what a site shows and asks: catalogue, survey, the board's pictures and lines."""

from typing import Annotated

import msgspec

from kiosk.config_check import Rule, Words


def folder_fault(text: str) -> Words | None:
    """Return what is wrong with a folder's path."""
    if text.startswith("/") and text.isprintable() and ".." not in text.split("/"):
        return None
    return Words("phải là đường dẫn đầy đủ bắt đầu bằng /.", "must be a full path that begins with /.")


class CatalogueSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The procedure catalogue."""

    file: Annotated[str, Rule('file = "procedures.json"')] = ""
    """The site's own rows, merged over the shipped ones; a path beside `kiosk.toml` or a full one."""


class SurveySettings(msgspec.Struct, frozen=True, kw_only=True):
    """The questions that the tablet asks after a rating."""

    ask: Annotated[str, Rule('ask = "short"', choices=("none", "short", "own"))] = "none"
    """`short`: five questions that come with the product; `own`: the office's, from `file`."""
    file: Annotated[str, Rule('file = "survey.json"')] = ""
    """The office's own questions; a path beside `kiosk.toml` or a full one."""
    every: Annotated[int, Rule("every = 3", low=1, high=100)] = 3
    """Every so-manieth who rated is asked, so that nobody grows tired of it."""


class BoardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the board in the waiting room shows beside calls and queue."""

    notices: Annotated[tuple[str, ...], Rule('notices = ["Thứ Bảy làm việc buổi sáng."]')] = ()
    """Lines at the foot, one after the other, a minute each; empty: what to have ready, and the hotline."""
    media: Annotated[str, Rule('media = "/var/lib/kiosk/media"', fault=folder_fault)] = ""
    """Folder of pictures (PNG, JPEG, WebP) and films (MP4, WebM, up to 1920 x 1080, without sound; needs ffmpeg).

    They are shown in the order of their names, a minute each, the queue between; a film holds still for a call.
    """
    contrast: Annotated[bool, Rule("contrast = false")] = False
    """White and yellow on black, for a hall with strong light."""
    large: Annotated[bool, Rule("large = false")] = False
    """Larger words; the numbers are as large as their places allow anyway."""
