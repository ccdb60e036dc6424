"""Plugs that are pulled at random: what the benchmark measures over a day holds over half an hour."""

from kiosk.bench.devices import BACK_BAR_S, rubbish, unplugging


def test_everything_is_back_two_seconds_after_it_was_plugged_in_and_no_ticket_is_lost() -> None:
    figures = unplugging(0.5)
    assert figures["pulled"] > 5
    assert figures["back_max_s"] <= BACK_BAR_S
    assert (figures["lost_tickets"], figures["said_printed_but_not_cut"]) == (0, 0)
    assert figures["on_paper"] + figures["on_screen"] == figures["tickets"] > 0
    assert figures["handles_end"] == figures["handles_first_quarter"]


def test_rubbish_on_a_line_stops_no_device() -> None:
    rows = list(rubbish(20))
    assert [row["crashes"] for row in rows if "crashes" in row] == [0, 0, 0]
