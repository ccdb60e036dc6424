"""The benchmark of tickets says what it must say."""

from kiosk.bench import benchmarks


def test_two_kiosks_never_give_the_same_number_and_each_figure_has_its_yardstick() -> None:
    rows = list(benchmarks()["ticket"](False))
    ours = next(row for row in rows if row["what"].startswith("ours") and "duplicate_numbers" in row)
    assert ours["duplicate_numbers"] == 0
    assert ours["issued"] == 400
    assert any(row["what"].startswith("yardstick") and "p50_ms" in row for row in rows)
    assert any(row.get("ratio_p50", 0) > 0 for row in rows)
