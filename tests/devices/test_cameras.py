"""Cameras: what is played, what the board's own is told, and what a technician sees; no frame ever reaches a disk."""

import io
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, ClassVar

import numpy as np
import pytest
from devices_support import Heard
from PIL import Image
from test_qr_decoder import PAYLOAD, a_code

from kiosk.devices.camera import Frame, NotAFrame
from kiosk.devices.camera_pi import BUFFERS, Picamera2Camera, card_controls
from kiosk.devices.camera_played import PlayedCamera, clip_frames, folder_frames, play_of
from kiosk.devices.card_frames import card_frame
from kiosk.devices.qr_decoder import QrDecoder
from kiosk.devices.qr_live import HEIGHT, WIDTH, LiveScan, masked


def at_once(stop: threading.Event, _seconds: float) -> None:
    """Pass a pause without sleeping."""
    stop.is_set()


def file_of(pictures: list[Frame], kind: str) -> bytes:
    stream = io.BytesIO()
    first, *others = [Image.fromarray(picture) for picture in pictures]
    if others:
        first.save(stream, kind, save_all=True, append_images=others)
    else:
        first.save(stream, kind)
    return stream.getvalue()


GREYS = [np.full((20, 30), level, dtype=np.uint8) for level in (40, 120, 200)]


# played -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF", "WEBP"])
def test_a_clip_is_played_picture_by_picture(tmp_path: Path, kind: str) -> None:
    clip = tmp_path / "clip"
    clip.write_bytes(file_of(GREYS, kind))
    assert [round(float(frame.mean()), -1) for frame in clip_frames(clip)] == [40, 120, 200]


def test_jpeg_pictures_in_a_row_are_a_clip_too(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mjpeg"
    clip.write_bytes(b"".join(file_of([grey], "JPEG") for grey in GREYS))
    assert [round(float(frame.mean()), -1) for frame in clip_frames(clip)] == [40, 120, 200]


def test_a_folder_is_played_in_order_and_what_is_no_picture_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(file_of([GREYS[1]], "PNG"))
    (tmp_path / "a.png").write_bytes(file_of([GREYS[0]], "PNG"))
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "folder").mkdir()
    assert [int(frame.mean()) for frame in folder_frames(tmp_path)] == [40, 120]


def test_what_cannot_be_played_leaves_the_camera_absent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no picture"):
        list(folder_frames(tmp_path))
    (tmp_path / "broken").write_bytes(b"GIF89a")
    with pytest.raises(NotAFrame):
        list(clip_frames(tmp_path / "broken"))
    camera = PlayedCamera(play_of(str(tmp_path / "nowhere")))
    camera.start(lambda _: None)
    camera.stop()
    assert camera.state == "absent"


def test_a_played_camera_begins_anew_and_lives_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(file_of([GREYS[0]], "PNG"))
    heard = Heard()
    camera = PlayedCamera(play_of(str(tmp_path)), wait=at_once)
    assert camera.is_live
    camera.start(lambda frame: heard(int(frame.mean())))
    assert set(heard.wait(lambda seen: len(seen) >= 3)) == {40}
    camera.stop()
    assert camera.state == "absent"


def test_sample_cards_can_be_played() -> None:
    frame = next(play_of("card", (320, 180))())
    assert frame.shape == (180, 320)


# the board's own --------------------------------------------------------------------------------------------------


class Picamera2:
    """What `picamera2.Picamera2` documents of the calls that we make, and refuses what it would refuse."""

    opened: ClassVar[list["Picamera2"]] = []

    def __init__(self) -> None:
        self.camera_controls = {"AfMode": (0, 2, 0), "LensPosition": (0.0, 32.0, 1.0), "AeExposureMode": (0, 3, 0)}
        self.controls: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}
        self.is_started = self.is_closed = False
        self.gone = threading.Event()
        Picamera2.opened.append(self)

    def __enter__(self) -> "Picamera2":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_closed = True

    def create_video_configuration(
        self, main: dict[str, Any], buffer_count: int, queue: bool, controls: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        assert set(main) <= {"size", "format"}
        return {"main": main, "buffer_count": buffer_count, "queue": queue, "controls": controls or {}}

    def configure(self, settings: dict[str, Any]) -> None:
        assert not self.is_started
        self.settings = settings

    def set_controls(self, controls: dict[str, Any]) -> None:
        unknown = set(controls) - set(self.camera_controls)
        assert not unknown, f"this camera has no {unknown}"
        self.controls |= controls

    def start(self) -> None:
        assert self.settings
        self.is_started = True

    def capture_array(self, name: str) -> np.ndarray:
        assert self.is_started
        assert name == "main"
        if self.gone.is_set():
            raise RuntimeError("Camera frontend has timed out!")
        width, height = self.settings["main"]["size"]
        # YUV420: the luma rows, padded to whole 64 bytes, then a half as many rows of chroma
        planes = np.full((height * 3 // 2, width + 64 - width % 64), 77, dtype=np.uint8)
        planes[:height, :width] = 200
        return planes


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> type[Picamera2]:
    """The module of the board's operating system, in which the driver finds its class."""
    module = ModuleType("picamera2")
    module.Picamera2 = Picamera2  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, "picamera2", module)
    Picamera2.opened = []
    return Picamera2


def test_the_boards_camera_gives_the_grey_plane_and_is_opened_once(board: type[Picamera2]) -> None:
    heard = Heard()
    camera = Picamera2Camera(1000, 600)
    camera.start(heard)
    frames = heard.wait(lambda seen: len(seen) >= 3)
    camera.stop()
    assert all(frame.shape == (600, 1000) and (frame == 200).all() for frame in frames)  # type: ignore[attr-defined]  # Heard collects anything
    (opened,) = board.opened
    assert opened.is_closed
    assert opened.settings["buffer_count"] <= BUFFERS <= 5
    assert opened.settings["main"] == {"size": (1000, 600), "format": "YUV420"}
    assert opened.settings["queue"] is False, "the newest frame counts, not the oldest"


def test_the_boards_camera_is_focused_on_a_card_and_does_not_smear_it(board: type[Picamera2]) -> None:
    heard = Heard()
    camera = Picamera2Camera(640, 480)
    camera.start(heard)
    heard.wait(lambda seen: len(seen) >= 1)
    camera.stop()
    controls = board.opened[0].controls
    assert controls["AfMode"] == 0
    assert 5.0 <= controls["LensPosition"] <= 10.0
    assert controls["AeExposureMode"] == 1, "short"


def test_a_board_camera_that_falls_silent_is_lost_and_opened_again(board: type[Picamera2]) -> None:
    states = Heard()
    camera = Picamera2Camera(640, 480)
    camera.on_state = states
    camera.start(lambda _: None)
    states.wait(lambda seen: ("ready", "") in seen)
    board.opened[0].gone.set()
    states.wait(lambda seen: seen[-1] == ("ready", "") and len(seen) >= 3)
    camera.stop()
    assert len(board.opened) == 2
    assert board.opened[0].is_closed


def test_a_camera_of_fixed_focus_is_told_only_what_it_knows() -> None:
    assert card_controls(()) == {}
    assert set(card_controls(("AeFlickerMode", "AeFlickerPeriod", "Saturation"))) == {
        "AeFlickerMode",
        "AeFlickerPeriod",
    }


# a technician's eyes ----------------------------------------------------------------------------------------------


def test_a_technician_sees_the_box_the_look_and_the_words_and_no_more_of_a_card_than_four_digits() -> None:
    scan = LiveScan(QrDecoder(), lambda hint: f"<{hint}>")
    row = scan.judge(card_frame(PAYLOAD, 1))
    assert row["stage"] == "zxing"
    assert row["card"] == "********9261"
    assert row["dots_per_module"] > 2
    assert "Nghĩa" not in str(row)
    picture = scan.draw(card_frame(PAYLOAD, 1))
    assert picture.size == (WIDTH, HEIGHT)
    assert (34, 160, 84) in {colour for _, colour in picture.getcolors(1 << 22) or []}


def test_every_frame_can_be_drawn() -> None:
    scan = LiveScan(QrDecoder(), lambda hint: hint)
    for frame in (np.zeros((1, 1), np.uint8), np.zeros((900, 40), np.uint8), a_code("https://example.org")):
        assert scan.draw(frame).size == (WIDTH, HEIGHT)


def test_other_codes_are_told_by_their_length() -> None:
    assert masked(PAYLOAD) == "********9261"
    assert masked("https://example.org") == "19 letters"


_LOOKING = """
import sys
from pathlib import Path
from kiosk.devices.camera_played import SAMPLE_TEXTS
from kiosk.devices.card_motion import CardInMotion
from kiosk.devices.qr_decoder import QrDecoder
from kiosk.devices.qr_live import LiveScan

def refuse(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & 0o1101:
        raise SystemExit(f"{arguments[0]} is opened for writing")
    if event in ("os.mkdir", "os.rename", "tempfile.mkstemp", "shutil.copyfile"):
        raise SystemExit(f"{event} {arguments}")

sys.dont_write_bytecode = True
sys.addaudithook(refuse)
scan = LiveScan(QrDecoder(), str)
card = CardInMotion(SAMPLE_TEXTS[0], 3)
for moment in (0.2, 0.9, 1.4):
    scan.judge(card.frame(moment))
    scan.draw(card.frame(moment))
"""


def test_no_frame_and_no_text_is_written_to_any_file_while_cards_are_read() -> None:
    subprocess.run([sys.executable, "-c", _LOOKING], check=True, timeout=120)
