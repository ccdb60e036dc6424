"""An expression service that misbehaves, as a process of its own: `python -m ... SOCKET SEED`.

Each visit meets one of these by chance: it answers well, hangs, lies, dies in the middle, dribbles a byte at a time,
answers late, or talks without an end.
"""

import contextlib
import random
import selectors
import socket
import sys
import time
from pathlib import Path

from kiosk.vision.service import listen

KINDS = ("good", "silent", "garbage", "dies", "dribbles", "late", "flood", "half")
_STARTED = b'{"watching": true, "camera": "ready"}\n'
_SMILE = b'{"estimate": "positive", "score": 0.8, "confidence": 0.9, "frames_seen": 20, "frames_good": 18}\n'


def main() -> None:
    """Serve until killed; a line on stdout says that it listens."""
    chance = random.Random(int(sys.argv[2]))
    listener = listen(Path(sys.argv[1]))
    listener.setblocking(False)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    kinds: dict[socket.socket, str] = {}
    late: list[tuple[float, socket.socket]] = []
    print("ready", flush=True)
    while True:
        for key, _ in selector.select(0.01):
            line = key.fileobj
            if line is listener:
                new, _ = listener.accept()
                new.setblocking(False)
                kinds[new] = chance.choice(KINDS)
                selector.register(new, selectors.EVENT_READ)
                continue
            assert isinstance(line, socket.socket)
            if not _hear(line, kinds[line], late):
                selector.unregister(line)
                del kinds[line]
                line.close()
        now = time.monotonic()
        for due, line in [item for item in late if item[0] <= now]:
            late.remove((due, line))
            with contextlib.suppress(OSError):
                line.sendall(_STARTED)


def _hear(line: socket.socket, kind: str, late: list[tuple[float, socket.socket]]) -> bool:
    """Answer as `kind` does; tell whether the line stays open."""
    try:
        heard = line.recv(4096)
        if not heard:
            return False
        starts = b"start" in heard
        match kind:
            case "good":
                line.sendall(_STARTED if starts else _SMILE)
            case "garbage":
                line.sendall(_STARTED if starts else b"\xff{{{\n")
            case "dies":
                return False
            case "dribbles":
                line.sendall(b"{")
            case "late":
                late.append((time.monotonic() + 1.5, line))
            case "flood":
                line.sendall(b"x" * 8192)
            case "half":
                line.sendall(_STARTED if starts else _SMILE[:40])
            case _:
                pass
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
