"""The fault kit: everything that breaks in the field, on demand and again with the same seed.

| what breaks | take | say |
|---|---|---|
| a process: kill -9 at any moment, start again | `Victim` | `kill()`, `last_words()`, `start()` |
| a broker | `kiosk.messaging.broker.RunningBroker` | `kill()`, `start()` |
| the cable | `Wire` | `cut()`, `cut_after(n)`, `mend()`; `freeze()`, `thaw()`; `delay(s)`; `half_open()` |
| the order: the old comes after the new | `Wire` | `hold()`, `release()` |
| the power: writes that were not fsynced are gone | `Disk` | `cut_after(n)`, `power_up()` |
| room on the disk | `SmallDisk` | `fill(share)` |
| the clock | `JumpingClock` | `behind=`, `jump(by)`, `set_right()` |

    from tests.faults import Wire

    with Wire(broker.host, broker.port) as wire:
        device = connect(wire.port)
        wire.cut_after(100)  # in the middle of a message
        ...
        wire.mend()

    from tests.faults import Disk, PowerCut

    disk = Disk(random.Random(1))
    store = LobbyStore(outbox_on(disk.open("device.db")))
    disk.cut_after(7)  # inside the seventh write or fsync from now
    with pytest.raises(PowerCut): ...
    disk.power_up()

Each has a test beside it that shows what it promises. `Victim` and `Wire` are context managers and leave nothing
running. Whole runs (hundreds of kills and cuts, each beside its yardstick) are in `kiosk bench messaging`.
"""

from kiosk.bench.rig.power_cut import Disk, PowerCut
from tests.faults.full_disk import SmallDisk
from tests.faults.jumping_clock import JumpingClock
from tests.faults.process import Victim
from tests.faults.wire import Wire

__all__ = ["Disk", "JumpingClock", "PowerCut", "SmallDisk", "Victim", "Wire"]
