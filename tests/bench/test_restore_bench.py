from pathlib import Path

from kiosk.bench.restore import _row
from kiosk.messaging.broker import start_broker


def test_the_restore_benchmark_counts_what_came_back(tmp_path: Path) -> None:
    with start_broker(tmp_path / "broker") as broker:
        row = _row(tmp_path, broker.port, broker.kind, 20, 10)
    assert (row["in_backup"], row["of_today"], row["lost"], row["twice"]) == (20, 10, 0, 0)
