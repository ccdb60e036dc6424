"""The embedded MQTT 5 broker (iotcore) in a process of its own, so that it can be killed like a real one."""

import sys

from iotcore import Broker


def main() -> None:
    """Run the broker with the TOML file that is named on the command line, until it is killed."""
    Broker(config_path=sys.argv[1]).run_forever()


if __name__ == "__main__":
    main()
