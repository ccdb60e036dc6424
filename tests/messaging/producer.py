"""A device that records events as fast as it may and prints each id once it is accepted; made to be killed.

`python -m tests.messaging.producer PORT DATABASE BOOT COUNT`: after COUNT events it waits until the hub has everything,
prints `drained` and ends.
"""

import itertools
import random
import sys

from kiosk.clock import RealClock
from kiosk.domain.events import HelpCalled
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.outbox import Outbox, open_database
from tests.messaging.stand_in_hub import TOPICS

BURST = 5


def main(port: int, database: str, boot: str, count: int) -> None:
    clock = RealClock()
    outbox = Outbox(
        open_database(database), source=TOPICS.source("lobby"), boot=boot, now=clock.now, mono=clock.monotonic,
        new_id=lambda: f"{random.SystemRandom().getrandbits(128):032x}", clk="ntp",
    )  # fmt: skip
    transport = MqttTransport(
        "127.0.0.1", port, "lobby", clock.post, will=lost_will(TOPICS, "lobby", boot), reconnect_s=(0.02, 0.1)
    )
    link = HubLink(transport, outbox, TOPICS, "lobby", clock, clock, boot)
    numbers = itertools.count(1)

    def produce() -> None:
        for _ in range(BURST):
            if next(numbers) > count:
                link.on_change = finish
                finish()
                return
            print(outbox.record(HelpCalled(at=clock.now())).id, flush=True)
        # what arrived meanwhile gets its turn
        clock.post(produce)

    def finish() -> None:
        if outbox.pending() == 0:
            print("drained", flush=True)
            link.on_change = None
            link.stop()
            clock.stop()

    link.start()
    clock.post(produce)
    clock.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
