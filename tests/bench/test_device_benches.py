"""The benchmarks of cards and tickets: their figures stand beside the yardsticks', and ours are never wrong."""

from kiosk.bench.printer import encoding, states
from kiosk.bench.qr import SAMPLES, all_readers, bursts, compared, damaged, sample_shots, texts
from kiosk.bench.scanner import byte_by_byte, unplugged


def test_our_decoder_reads_at_least_what_its_yardsticks_read_and_no_wrong_text() -> None:
    rows = list(compared("samples", sample_shots(SAMPLES), all_readers()[0]))
    ours = [row for row in rows if row.get("reader") == "ours, all stages"]
    assert ours
    for mine in ours:
        assert mine["wrong_texts"] == 0
        beside = [row for row in rows if row["what"] == mine["what"] and row is not mine]
        assert beside
        assert all(mine["exact"] >= row["exact"] for row in beside if row["reader"].startswith("zxing"))


def test_our_tickets_are_smaller_than_the_yardsticks_and_only_we_know_a_silent_printer() -> None:
    rows = [*encoding(576, 2), *encoding(384, 2), *states(1)]
    assert all(row["ratio_bytes"] < 0.75 for row in rows if "ratio_bytes" in row)
    silent = next(row for row in rows if row.get("state") == "silent clone")
    assert (silent["ours"], silent["theirs"]) == ("unknown", "ok")
    assert all(row["ours"] == row["truth"] for row in rows if "truth" in row)


def test_no_card_text_and_no_file_however_spoilt_crashes_its_reader() -> None:
    for row in (*texts(400, 400), damaged(40)):
        assert row["crashes"] == 0
    whole, spoilt = texts(400, 400)
    assert whole["refused"] == 0
    assert spoilt["refused"] > 100


def test_a_card_in_a_moving_hand_is_read_soon() -> None:
    ours, alone = bursts(2)
    assert (ours["read"], ours["wrong_texts"]) == (2, 0)
    assert ours["read"] >= alone["read"]


def test_a_serial_scanner_tells_cards_that_come_byte_by_byte_and_is_back_after_an_unplugging() -> None:
    assert byte_by_byte(5)["exact"] == 5
    row = unplugged(1)
    assert (row["back"], row["read_a_card_then"]) == (1, 1)
