"""The benchmark's parts with short counts: every figure has its yardstick, and the promises hold."""

import shutil

import pytest

from kiosk.bench import benchmarks
from kiosk.bench.rig import look, look_others, traced_visits, visits_with_faults


def test_the_benchmark_is_there():
    assert "vision" in benchmarks()


def test_a_look_costs_little_more_than_the_bare_networks():
    rows = list(look.run(20, 1))
    assert [row["what"].partition(":")[0] for row in rows[:2]] == ["ours", "yardstick"]
    assert rows[2]["ratio_p50"] > 0
    assert rows[3]["memory_mb"] <= 110


def test_packages_that_are_not_installed_are_told_so():
    assert all("yardstick" in row["what"] or "ours beside" in row["what"] for row in look_others.run(2))


def test_every_visit_is_rated_whatever_the_service_does():
    ours, without = visits_with_faults.run(12)
    assert ours["ratings"] == without["ratings"] == 12
    assert without["ratings_are_the_same"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_traced_visit_touches_no_network_and_no_file_and_leaves_no_row():
    locked, unlocked = traced_visits.run(2)
    assert locked["estimates"] == {"positive": 2}
    assert (locked["network_calls"], locked["files_opened_for_writing"], locked["core_dump_bytes"]) == (0, 0, 0)
    assert locked["attempts_that_worked"] == []
    assert unlocked["attempts_that_worked"] == ["make_a_file", "network", "start_a_program", "write_to_a_file"]
    if locked["after"] is not None:
        assert locked["rows_of_the_last_frame_in_memory_during"] > 0
        assert locked["after"] == 0
