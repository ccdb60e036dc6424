"""The mirror: a viewer sees whole frames and touches through them."""

import contextlib
import io
import json
import socket

import pytest
from PIL import Image


@pytest.fixture
def mirrored(window, show):
    """A button under a mirror; `receive()` draws until a frame has come."""
    from kivy.base import EventLoop
    from kivy.clock import Clock

    from kiosk.ui.mirror import Mirror
    from kiosk.ui.tokens import LIGHT
    from kiosk.ui.widgets.part import Look
    from kiosk.ui.widgets.touch import Button

    acted = []
    ui = show(Button(Look(LIGHT, 1.0), lambda: acted.append(1), "Lấy số", "primary"), (400, 200))
    mirror = Mirror()
    mirror.attach(window, lambda act: Clock.schedule_once(lambda _seconds: act(), 0))
    viewers = []

    class Viewer:
        def __init__(self):
            self.socket = socket.create_connection(("127.0.0.1", mirror.port))
            self.socket.setblocking(False)
            self.buffer = b""
            viewers.append(self)

        def draw_until(self, done, frames=4000):
            for _ in range(frames):
                EventLoop.idle()
                if (result := done()) is not None:
                    return result
            raise AssertionError("nothing came")

        def frame(self):
            def whole():
                with contextlib.suppress(BlockingIOError):
                    self.buffer += self.socket.recv(1 << 20)
                length = int.from_bytes(self.buffer[:4], "big")
                if len(self.buffer) < 4 or len(self.buffer) < 4 + length:
                    return None
                jpeg, self.buffer = self.buffer[4 : 4 + length], self.buffer[4 + length :]
                return Image.open(io.BytesIO(jpeg))

            return self.draw_until(whole)

        def send(self, **told):
            self.socket.sendall(json.dumps(told).encode() + b"\n")

    ui.acted, ui.viewer = acted, Viewer
    yield ui
    mirror.close()
    for viewer in viewers:
        viewer.socket.close()


def is_primary(pixel):
    return all(abs(channel - wanted) < 12 for channel, wanted in zip(pixel, (10, 78, 162), strict=True))


def test_a_new_viewer_gets_the_present_frame_at_once(mirrored):
    picture = mirrored.viewer().frame()
    assert picture.size == mirrored.window.size
    left, bottom = mirrored.root.pos
    assert is_primary(picture.getpixel((int(left) + 40, picture.height - int(bottom) - 40)))


def test_a_second_viewer_gets_it_too_though_nothing_has_changed(mirrored):
    first, second = mirrored.viewer().frame(), mirrored.viewer().frame()
    assert first.tobytes() == second.tobytes()


def test_a_change_is_sent(mirrored):
    viewer = mirrored.viewer()
    before = viewer.frame()
    mirrored.root.label.set("Xong")
    assert viewer.frame().tobytes() != before.tobytes()


def test_a_viewer_presses_a_button(mirrored):
    viewer = mirrored.viewer()
    picture = viewer.frame()
    x, y = mirrored.root.center
    at = {"x": x / picture.width, "y": 1 - y / picture.height}
    viewer.send(kind="down", **at)
    viewer.draw_until(lambda: mirrored.root.is_pressed or None)
    viewer.send(kind="up", **at)
    viewer.draw_until(lambda: mirrored.acted or None)
    assert mirrored.acted == [1]


def test_nonsense_from_a_viewer_is_passed_over(mirrored):
    viewer = mirrored.viewer()
    viewer.frame()
    viewer.socket.sendall(b'nonsense\n{"kind": "down"}\n{"kind": "down", "x": "a", "y": 0}\n[]\n')
    viewer.send(kind="move", x=0.5, y=0.5)
    mirrored.root.label.set("Còn sống")
    assert viewer.frame() is not None
