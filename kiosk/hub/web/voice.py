"""The recorder's page: which clips the office's calls need, what is to be said in each, and what was handed in.

A clip is recorded on any phone or computer and handed in as WAV; the page listens to it before it is kept. The clips
of the whole office leave as one ZIP for a board that is a box of its own.
"""

import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from kiosk.hub.web.site import AnyRequest, Site
from kiosk.ui.clips import MAX_BYTES, Clip
from kiosk.ui.sound import RATE, NotASound, recorded


class ClipLine(NamedTuple):
    """One clip on the page."""

    clip: Clip
    state: str
    """`missing`, `good` or `bad`."""
    fault: str = ""
    """Why it is bad: a reason of `NotASound`."""
    seconds: float = 0.0


class VoiceFolder:
    """The clips that the office needs, and the folder in which they lie."""

    def __init__(self, folder: Path, needed: Sequence[Clip]) -> None:
        self._folder = folder
        self._needed = {clip.path: clip for clip in needed}

    def lines(self) -> list[ClipLine]:
        """Return every needed clip with what lies in the folder."""
        return [self._line(clip) for clip in self._needed.values()]

    def file(self, path: str) -> bytes | None:
        """Return a clip as it was handed in; None if it is not needed or not there."""
        try:
            return (self._folder / path).read_bytes() if path in self._needed else None
        except OSError:
            return None

    def keep(self, path: str, content: bytes) -> None:
        """Keep a clip that was handed in, whole or not at all.

        Raises:
            LookupError: if the office needs no such clip.
            NotASound: if it cannot be used; what was there before stays.
            OSError: if it cannot be written.
        """
        if path not in self._needed:
            raise LookupError(path)
        recorded(content)
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(".new")
        beside.write_bytes(content)
        os.replace(beside, place)

    def archive(self) -> bytes:
        """Return all good clips as a ZIP, as the folder of a board wants them."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for line in self.lines():
                content = self.file(line.clip.path) if line.state == "good" else None
                if content is not None:
                    archive.writestr(line.clip.path, content)
        return packed.getvalue()

    def _line(self, clip: Clip) -> ClipLine:
        content = self.file(clip.path)
        if content is None:
            return ClipLine(clip, "missing")
        try:
            return ClipLine(clip, "good", seconds=len(recorded(content)) / RATE)
        except NotASound as fault:
            return ClipLine(clip, "bad", fault.reason)


def voice_routes(site: Site, voice: VoiceFolder | None) -> list[HTTPRouteHandler]:
    """Return the handlers of the recorder's page; without a folder of clips there is none."""
    if voice is None:
        return []
    site.offers_voice = True

    def page(request: AnyRequest, fault: str = "", status: int = 200) -> Response[str]:
        lines = voice.lines()
        done = sum(line.state == "good" for line in lines)
        return site.draw(request, "voice.html", status, lines=lines, done=done, fault=fault)

    @get("/leader/voice", sync_to_thread=True)
    def recorder(request: AnyRequest) -> Response[str]:
        site.need_leader(request)
        return page(request)

    @post("/leader/voice/{language:str}/{key:str}", status_code=303, request_max_body_size=MAX_BYTES + 64 * 1024)
    async def hand_in(request: AnyRequest, language: FromPath[str], key: FromPath[str]) -> Response[str] | Redirect:
        site.need_leader(request)
        await site.form(request)
        file = (await request.form()).get("file")
        if not isinstance(file, UploadFile):
            raise ClientException()
        try:
            voice.keep(f"{language}/{key}.wav", await file.read())
        except LookupError:
            raise NotFoundException() from None
        except NotASound as fault:
            return page(request, fault.reason, 400)
        return Redirect(f"/leader/voice#{language}-{key}", status_code=303)

    @get("/leader/voice/{language:str}/{key:str}", sync_to_thread=True)
    def listen(request: AnyRequest, language: FromPath[str], key: FromPath[str]) -> Response[bytes]:
        site.need_leader(request)
        content = voice.file(f"{language}/{key}.wav")
        if content is None:
            raise NotFoundException()
        return Response(content, media_type="audio/wav")

    @get("/leader/voice.zip", sync_to_thread=True)
    def archive(request: AnyRequest) -> Response[bytes]:
        site.need_leader(request)
        headers = {"content-disposition": 'attachment; filename="clips.zip"'}
        return Response(voice.archive(), media_type="application/zip", headers=headers)

    return [recorder, hand_in, listen, archive]
