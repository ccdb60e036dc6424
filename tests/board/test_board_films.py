"""Films in the board's playlist: they play beside the queue, hold still for a call, and a bad one is passed over."""

import logging
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.board import film
from kiosk.board.film import BadFilm, Projector, fitted, size_of
from kiosk.board.pages import MediaFolder, Page, page_at
from kiosk.clock import InlineWorker
from kiosk.config import BoardSettings
from kiosk.demo.trial import TrialOffice
from kiosk.domain.events import DeviceFaulted, DeviceRecovered

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="films need Debian's ffmpeg")


def a_film(
    path: Path, seconds: float = 2, size: str = "320x180", source: str = "testsrc2=alpha=255", *more: str
) -> Path:
    command = ("ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"{source}:size={size}:rate=25:duration={seconds}")
    subprocess.run((*command, *more, str(path)), check=True)
    return path


def until(
    is_so: Callable[[], bool], work: Callable[[], object] = lambda: time.sleep(0.02), patience: float = 20
) -> None:
    end = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end
        work()


def test_a_film_takes_its_turn_among_the_pictures() -> None:
    pages = [page_at(turn, ["a.png", "b.MP4"], has_answers=False) for turn in (1, 3)]
    assert pages == [Page("picture", "a.png"), Page("film", "b.MP4")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken.mp4", "save it as MP4"),
        ("empty.mp4", "save it as MP4"),
        ("list.mp4", "save it as MP4"),
        ("huge.mp4", "1280 x 720"),
    ],
)
def test_a_film_that_cannot_be_shown_is_told_once_with_the_mend(
    tmp_path: Path, name: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = a_film(tmp_path / "good.mp4")
    (tmp_path / "broken.mp4").write_bytes(good.read_bytes()[:900])
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "list.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n")
    a_film(tmp_path / "huge.mp4", 0.1, "2560x1440")
    folder = MediaFolder(tmp_path, InlineWorker())
    with caplog.at_level(logging.WARNING):
        folder.look()
        folder.look()
    assert [Path(path).name for path in folder.media] == ["good.mp4"]
    assert folder.film_size(str(good)) == (320, 180)
    [told] = [line for line in caplog.messages if name in line]
    assert reason in told


def test_the_office_is_told_once_of_a_film_that_cannot_be_shown_and_that_it_was_mended(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "film.mp4").write_bytes(b"no film")
    office = TrialOffice(tmp_path, show_clock=True, board=BoardSettings(media=str(media)))
    board = office.board()
    office.time.advance(200)
    told = [event for event in board.events() if isinstance(event, DeviceFaulted | DeviceRecovered)]
    assert [(type(event), event.part) for event in told] == [(DeviceFaulted, "media")]
    assert told[0].reason.startswith("film.mp4: not a film")  # type: ignore[union-attr]  # the fault
    a_film(media / "film.mp4", 1, "320x180", "testsrc2=alpha=255", "-y")
    office.time.advance(60)
    told = [event for event in board.events() if isinstance(event, DeviceFaulted | DeviceRecovered)]
    assert [type(event) for event in told] == [DeviceFaulted, DeviceRecovered]


def test_without_ffmpeg_films_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_film(tmp_path / "film.mp4")
    beside = tmp_path / "bin"
    beside.mkdir()
    (beside / "nice").symlink_to(str(shutil.which("nice")))
    monkeypatch.setenv("PATH", str(beside))
    with pytest.raises(BadFilm, match="apt install ffmpeg"):
        size_of(path)


def test_a_film_that_stands_on_its_side_is_measured_as_it_is_seen(tmp_path: Path) -> None:
    flat = a_film(tmp_path / "flat.mp4")
    turned = tmp_path / "turned.mp4"
    command = ("ffmpeg", "-v", "error", "-display_rotation", "90", "-i", str(flat), "-c", "copy", str(turned))
    if subprocess.run(command, check=False, capture_output=True).returncode:
        command = ("ffmpeg", "-v", "error", "-i", str(flat), "-c", "copy", "-metadata:s:v:0", "rotate=90", str(turned))
        subprocess.run(command, check=True)
    assert size_of(turned) == (180, 320)


@pytest.mark.parametrize(
    ("size", "box", "wanted"),
    [
        ((1280, 720), (657, 510), (656, 368)),
        ((720, 1280), (657, 782), (436, 780)),
        ((1280, 720), (1314, 1020), (960, 540)),
    ],
)
def test_a_film_keeps_its_shape_and_is_decoded_no_wider_than_needed(
    size: film.Size, box: film.Size, wanted: film.Size
) -> None:
    assert fitted(size, box) == wanted


def test_a_film_plays_again_and_again_holds_still_and_ends(tmp_path: Path) -> None:
    shown: list[bytes] = []
    projector = Projector(str(a_film(tmp_path / "film.mp4", 0.5)), (64, 36), shown.append)
    until(lambda: len(shown) > 8)  # half a second has six pictures
    projector.hold(True)
    time.sleep(0.2)
    before = len(shown)
    time.sleep(0.3)
    assert len(shown) == before
    projector.hold(False)
    until(lambda: len(shown) > before)
    projector.stop()
    projector.join()
    assert {len(picture) for picture in shown} == {64 * 36 * 3}
    assert projector._decoder is not None
    assert projector._decoder.poll() is not None


def test_a_film_that_is_taken_away_ends_quietly(tmp_path: Path) -> None:
    projector = Projector(str(tmp_path / "gone.mp4"), (64, 36), lambda picture: None)
    projector.join()


def test_the_board_shows_the_film_holds_it_for_a_call_and_goes_on_where_it_was(tmp_path: Path, show) -> None:  # type: ignore[no-untyped-def]  # the drawing fixture
    from kivy.base import EventLoop
    from msgspec.structs import replace

    from kiosk.board.screens import BoardScreens
    from kiosk.board.screens.gallery import gallery
    from kiosk.ui.locales import texts_for

    path = str(a_film(tmp_path / "red.mp4", 30, "320x180", "color=c=red", "-pix_fmt", "yuv420p"))
    calm = replace(dict(gallery("vi"))["calm"], page="film", picture=path, film_size=(320, 180))
    ui = show(BoardScreens(texts_for), (1920, 1080))
    ui.root.render(calm)
    ui.settle()
    frame = ui.root._frame
    screening = frame._film[1]
    until(lambda: screening._colour.a == 1.0, EventLoop.idle)
    red, green, _ = ui.picture().getpixel((1527, 427))
    assert red > 200
    assert green < 60
    assert "4,7/5" in ui.words()
    ui.root.render(replace(calm, fresh=True))
    time.sleep(0.2)
    held = screening.position_s
    time.sleep(0.3)
    assert screening.position_s == held
    ui.root.render(replace(calm, page="queue"))
    assert frame._film is None
    screening._projector.join()
    ui.root.render(calm)
    ui.settle()
    assert frame._film[1].position_s >= held
    frame._film[1].stop()


def test_a_film_whose_screen_is_gone_ends_itself(tmp_path: Path, window) -> None:  # type: ignore[no-untyped-def]  # Kivy's
    from kivy.base import EventLoop

    from kiosk.board.screens.screening import Screening
    from kiosk.ui.tokens import BOARD
    from kiosk.ui.widgets.part import Look

    screening = Screening(Look(BOARD, 1.0), str(a_film(tmp_path / "film.mp4")), (320, 180))
    screening.place(0, 0, 320, 180)
    until(lambda: not screening._projector._thread.is_alive(), EventLoop.idle)  # type: ignore[union-attr]  # it plays
