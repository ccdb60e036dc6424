from kiosk.bench.centre import _ingest
from kiosk.centre.cluster import Cluster


def test_the_ingest_benchmark_sets_every_rate_beside_its_yardstick(cluster: Cluster) -> None:
    row = _ingest(cluster, 300, 1)
    assert row["n"] == 300
    assert row["ratio"] > 0
    assert row["yardstick_per_s"] > 0
