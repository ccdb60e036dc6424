"""Starts a broker, prints its port, and waits to be killed: `python -m tests.messaging.broker_owner FOLDER KIND`."""

import sys
from pathlib import Path

from kiosk.messaging.broker import start_broker

if __name__ == "__main__":
    print(start_broker(Path(sys.argv[1]), sys.argv[2]).port, flush=True)
    sys.stdin.read()
