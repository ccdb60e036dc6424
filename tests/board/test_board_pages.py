"""The right side of the board: the queue at least every second minute, and only what the folder holds now."""

import gc
import logging
import tracemalloc
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from kiosk.board.pages import QUEUE, MediaFolder, Page, page_at
from kiosk.clock import InlineWorker
from kiosk.config import BoardSettings
from kiosk.demo.trial import TrialOffice
from kiosk.domain import events


def a_picture(path: Path, size: tuple[int, int] = (64, 48), colour: str = "#C8102E") -> None:
    Image.new("RGB", size, colour).save(path)


def test_every_second_minute_belongs_to_the_queue() -> None:
    pages = [page_at(turn, ["a.png", "b.png"], has_answers=True) for turn in range(8)]
    assert pages[::2] == [QUEUE] * 4
    assert pages[1::2] == [Page("answers"), Page("picture", "a.png"), Page("picture", "b.png"), Page("answers")]


def test_without_pictures_and_answers_the_queue_stays() -> None:
    assert {page_at(turn, [], has_answers=False) for turn in range(9)} == {QUEUE}


def test_pictures_come_in_the_order_of_their_names_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("2.png", "10.png", "1.jpg"):
        a_picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    folder = MediaFolder(tmp_path, InlineWorker())
    folder.look()
    assert [Path(path).name for path in folder.media] == ["1.jpg", "10.png", "2.png"]


def test_a_picture_that_was_taken_away_is_not_shown_again(tmp_path: Path) -> None:
    a_picture(tmp_path / "1.png")
    folder = MediaFolder(tmp_path, InlineWorker())
    told: list[int] = []
    folder.look(lambda: told.append(1))
    (tmp_path / "1.png").unlink()
    folder.look(lambda: told.append(1))
    assert (folder.media, len(told)) == ((), 2)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n broken", b"GIF89a" * 30])
def test_a_file_that_is_no_picture_is_told_once_and_passed_over(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "1.png").write_bytes(content)
    a_picture(tmp_path / "2.png")
    folder = MediaFolder(tmp_path, InlineWorker())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            folder.look()
    assert [Path(path).name for path in folder.media] == ["2.png"]
    assert len([line for line in caplog.messages if "1.png" in line]) == 1


def test_a_folder_that_is_not_there_leaves_the_queue(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "nothing", InlineWorker())
    folder.look()
    assert folder.media == ()


def a_board_office(folder: Path, **settings: object) -> TrialOffice:
    return TrialOffice(folder, show_clock=True, board=BoardSettings(**settings))  # type: ignore[arg-type]  # keys of the table


def test_the_page_turns_with_the_clock_s_minute_and_with_nothing_else(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    a_picture(media / "1.png")
    office = a_board_office(tmp_path, media=str(media), notices=("Thứ Bảy nghỉ.", "Mang theo bản gốc."))
    board = office.board()
    seen: list[tuple[str, str, str]] = []
    board.flow.listen(lambda view: seen.append((view.clock, view.page, view.notice)))
    office.time.advance(240)
    changes = [one for at, one in enumerate(seen) if not at or one != seen[at - 1]]
    assert len({clock for clock, _, _ in changes}) == len(changes)
    assert {page for _, page, _ in changes} == {"queue", "picture"}
    assert {notice for _, _, notice in changes} == {"Thứ Bảy nghỉ.", "Mang theo bản gốc."}


def test_an_answered_petition_is_shown_without_its_words_its_code_or_its_writer(tmp_path: Path) -> None:
    office = a_board_office(tmp_path)
    counter, board = office.counter(1), office.board()
    now = office.time.now()
    filed = events.PetitionFiled(
        at=now, petition="p" * 32, receipt="KN-7RX4PM", text="Ông Nguyễn Văn An chờ lâu", category="delay"
    )
    answered = events.PetitionAnswered(at=now, petition="p" * 32, by="Lãnh đạo", answer="Xin lỗi ông An.")
    counter.flow._store.record(filed, answered)
    office.time.settle()
    told = msgspec.json.encode(board.flow.view).decode()
    assert [(row.category, row.days) for row in board.flow.view.answers] == [("delay", 0)]
    for secret in ("KN-7RX4PM", "An", "Xin lỗi", "p" * 32):
        assert secret not in told


def test_high_contrast_and_large_words_are_a_site_s_choice(tmp_path: Path) -> None:
    view = a_board_office(tmp_path, contrast=True, large=True).board().flow.view
    assert (view.contrast, view.large) == (True, True)


def test_memory_stays_flat_over_days_of_pictures(tmp_path: Path) -> None:
    """A short cut of the thirty days that the benchmark runs."""
    office = a_board_office(tmp_path)
    board = office.board()
    snapshot = board.flow._snapshot
    assert snapshot is not None

    def a_day(first: int) -> None:
        for rev in range(first, first + 400):
            board.flow._on_snapshot(msgspec.structs.replace(snapshot, rev=rev))
            office.time.advance(1)

    tracemalloc.start()
    a_day(1000)
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for day in range(2, 5):
        a_day(1000 * day)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 50_000, f"{grown} bytes more after three days"
