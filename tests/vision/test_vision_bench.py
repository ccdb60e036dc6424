from kiosk.bench import benchmarks


def test_a_look_costs_little_more_than_the_bare_networks_and_every_figure_has_its_yardstick():
    rows = list(benchmarks()["vision"](False))
    assert [row["what"].partition(":")[0] for row in rows[:2]] == ["ours", "yardstick"]
    assert rows[2]["ratio_p50"] > 0
    assert rows[3]["memory_mb"] <= 110
