"""The recorder's page: which clips the office's calls need, what is to be said in each, and what was handed in.

A clip is recorded on the page itself where the browser lends it the microphone (https, or at the hub's own screen),
else handed in as a file; the page's script makes a WAV of whatever a phone records. It is judged, cut to its words and
matched in loudness before it is kept, so that what is listened to here is what the hall will hear. The clips of the
whole office leave as one ZIP for a board that is a box of its own.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from anyio import to_thread
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from kiosk.hub.web.security import MICROPHONE_HEADERS
from kiosk.hub.web.site import AnyRequest, Site
from kiosk.messaging.durable import write_durably
from kiosk.ui.clips import MAX_BYTES, Clip, ClipVoice
from kiosk.ui.recordings import recorded
from kiosk.ui.sound import RATE, NotASound, wav


class ClipLine(NamedTuple):
    """One clip on the page."""

    clip: Clip
    state: str
    """`missing`, `good` or `bad`."""
    fault: str = ""
    """Why it is bad: a reason of `NotASound`."""
    seconds: float = 0.0
    edition: int = 0
    """Changes with every recording, so that no browser plays the one before."""


class NotComplete(LookupError):
    """A call cannot be joined yet: clips are missing."""


class VoiceFolder:
    """The clips that the office needs, and the folder in which they lie.

    Args:
        folder: of the clips, as `ClipVoice` reads it.
        needed: the clips that the office's calls are made of.
        trials: a call of this office by language, to be listened to when all is recorded.
    """

    def __init__(self, folder: Path, needed: Sequence[Clip], trials: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._needed = {clip.path: clip for clip in needed}
        self._trials = trials or {}
        self._judged: dict[str, ClipLine] = {}
        self._voice = ClipVoice(folder, _nobody)

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
        sound = wav(recorded(content, len(self._needed[path].text.split())))
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        write_durably(place, sound, 0o644)

    def trials(self) -> dict[str, str]:
        """Return the calls that can be listened to, by language: those of which every clip is there."""
        bad = {line.clip.language for line in self.lines() if line.state != "good"}
        return {language: words for language, words in self._trials.items() if language not in bad}

    def trial(self, language: str) -> bytes:
        """Return a call of this office, made as a board makes it.

        Raises:
            NotComplete: while a clip is missing.
        """
        words = self.trials().get(language, "")
        return self._voice(words, language) if words else _nobody(words, language)

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
        try:
            edition = (self._folder / clip.path).stat().st_mtime_ns
        except OSError:
            return ClipLine(clip, "missing")
        known = self._judged.get(clip.path)
        if known is None or known.edition != edition:
            known = self._judged[clip.path] = self._judge(clip, edition)
        return known

    def _judge(self, clip: Clip, edition: int) -> ClipLine:
        content = self.file(clip.path)
        if content is None:
            return ClipLine(clip, "missing")
        try:
            return ClipLine(clip, "good", seconds=len(recorded(content)) / RATE, edition=edition)
        except NotASound as fault:
            return ClipLine(clip, "bad", fault.reason, edition=edition)


def _nobody(words: str, language: str) -> bytes:
    """Stand in for the machine's voice: a trial shall not be told from it."""
    raise NotComplete(f"{language}: {words}")


def voice_routes(site: Site, voice: VoiceFolder | None) -> list[HTTPRouteHandler]:
    """Return the handlers of the recorder's page; without a folder of clips there is none."""
    if voice is None:
        return []
    site.offers_voice = True

    def page(request: AnyRequest, fault: str = "", at: str = "", status: int = 200) -> Response[str]:
        lines = voice.lines()
        done = sum(line.state == "good" for line in lines)
        answer = site.draw(
            request, "voice.html", status, lines=lines, done=done, trials=voice.trials(), fault=fault, fault_at=at
        )
        answer.headers.update(MICROPHONE_HEADERS)
        return answer

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
        path, content = f"{language}/{key}.wav", await file.read()
        try:
            await to_thread.run_sync(voice.keep, path, content)
        except LookupError:
            raise NotFoundException() from None
        except NotASound as fault:
            return page(request, fault.reason, path, 400)
        return Redirect(f"/leader/voice#{language}-{key}", status_code=303)

    @get("/leader/voice/{language:str}/{key:str}", sync_to_thread=True)
    def listen(request: AnyRequest, language: FromPath[str], key: FromPath[str]) -> Response[bytes]:
        site.need_leader(request)
        content = voice.file(f"{language}/{key}.wav")
        if content is None:
            raise NotFoundException()
        return Response(content, media_type="audio/wav")

    @get("/leader/voice-trial/{language:str}", sync_to_thread=True)
    def trial(request: AnyRequest, language: FromPath[str]) -> Response[bytes]:
        site.need_leader(request)
        try:
            return Response(voice.trial(language), media_type="audio/wav")
        except NotComplete:
            raise NotFoundException() from None

    @get("/leader/voice.zip", sync_to_thread=True)
    def archive(request: AnyRequest) -> Response[bytes]:
        site.need_leader(request)
        headers = {"content-disposition": 'attachment; filename="clips.zip"'}
        return Response(voice.archive(), media_type="application/zip", headers=headers)

    return [recorder, hand_in, listen, trial, archive]
