"""A lobby kiosk that issues as fast as it can until it is killed; run as a process by `test_lobby_kill.py`.

Its paper comes out as PNG files: a paper that exists is a paper that a citizen holds.
"""

import itertools
import os
import sys
from pathlib import Path

from kiosk.clock import InlineWorker
from kiosk.config import Config
from kiosk.demo.simulated_clock import RealTimer
from kiosk.demo.trial_time import SimulatedTime
from kiosk.devices.printer import VirtualPrinter
from kiosk.devices.qr_scanner import VirtualScanner
from kiosk.lobby import view
from kiosk.lobby.app import LobbyDevices, assemble
from kiosk.messaging.client import MemoryBroker, MemoryTransport


def main(folder: Path, digit: int, tickets: int) -> None:
    papers = itertools.count(len(list(folder.glob("paper-*.png"))) + 1)

    def paper(png: bytes, _escpos: bytes) -> None:
        half = folder / "half.png"
        half.write_bytes(png)
        half.rename(folder / f"paper-{next(papers):04d}-{os.getpid()}.png")

    time = SimulatedTime()
    ids = (os.urandom(16).hex() for _ in itertools.count())
    flow = assemble(
        Config.for_demo("lobby", f"lobby-{digit}", folder, 5, 1, public_url="http://hub.test", kiosk_digit=digit),
        clock=time,
        timer=RealTimer(time.post),
        worker=InlineWorker(),
        transport=MemoryTransport(MemoryBroker(), f"lobby-{digit}", time.post),
        devices=LobbyDevices(VirtualScanner(), VirtualPrinter(paper)),
        new_id=lambda: next(ids),
        boot=next(ids),
        show_clock=False,
    )
    flow.start()
    time.settle()
    print("ready", flush=True)
    for group in itertools.islice(itertools.cycle(("chung-thuc", "ho-tich", "dat-dai")), tickets):
        flow.act(view.Choose(key=group))
        flow.act(view.Choose(key=flow.view.tiles[-1].key))
        flow.act(view.TakeTicket())
        time.settle()
        print(flow.view.ticket.number if flow.view.ticket else "none", flush=True)
        flow.act(view.Home())
        time.settle()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
