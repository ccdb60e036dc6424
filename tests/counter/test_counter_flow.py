"""The officer's keys and the citizen's tablet against the real hub, and by hand while it is away."""

from pathlib import Path

import pytest

from kiosk.counter import view as v
from kiosk.demo.trial import TrialCounter, TrialLobby, TrialOffice, serve, take_numbers, touch
from kiosk.domain import events


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    return TrialOffice(tmp_path)


@pytest.fixture
def lobby(office: TrialOffice) -> TrialLobby:
    return office.lobby()


@pytest.fixture
def counter(office: TrialOffice, lobby: TrialLobby) -> TrialCounter:
    return office.counter(1)


def kinds(room: TrialCounter) -> list[str]:
    return [event.TYPE for event in room.events()]


def ratings(room: TrialCounter) -> list[events.RatingGiven]:
    return [event for event in room.events() if isinstance(event, events.RatingGiven)]


# with the hub -----------------------------------------------------------------------------------------------------


def test_a_visit_from_call_to_thanks(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby)
    assert (counter.flow.view.step, counter.flow.view.waiting) == ("idle", 1)
    counter.press("next")
    assert (counter.flow.view.step, counter.flow.view.number, counter.sign.text) == ("calling", "F001", "F001")
    counter.press("start")
    assert counter.flow.view.step == "serving"
    counter.press("finish")
    assert (counter.flow.view.step, counter.flow.view.number, counter.flow.view.ticket) == ("rating", "F001", "")
    assert counter.flow.view.link.startswith("http://hub.test/r/")
    assert counter.sign.text == ""
    assert touch(counter, v.Rate(score=5)).score == 5
    counter.office.time.advance(3)
    assert counter.flow.view.step == "thanks"
    counter.office.time.advance(5)
    assert counter.flow.view.step == "idle"
    assert (counter.office.hub.figures().rated, counter.office.hub.figures().satisfied) == (1, 1)


def test_a_face_on_the_pad_is_the_same_as_on_the_tablet_and_is_answered(
    counter: TrialCounter, lobby: TrialLobby
) -> None:
    take_numbers(lobby)
    counter.rating_pad.press(4)
    assert counter.rating_pad.answers == [False], "nobody is asked before a service is finished"
    counter.press("next", "start", "finish")
    counter.office.time.advance(1)
    counter.rating_pad.press(2)
    assert counter.rating_pad.answers == [False, True]
    assert (counter.flow.view.step, counter.flow.view.score) == ("reasons", 2)
    counter.office.time.advance(1)
    counter.rating_pad.press(5)
    counter.office.time.advance(3)
    (rating,) = ratings(counter)
    assert (rating.score, rating.way) == (5, "pad")


def test_next_while_serving_is_refused(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby, 2)
    counter.press("next", "start", "next")
    assert (counter.flow.view.message, counter.flow.view.number) == ("already_serving", "F001")


def test_nobody_waiting_is_said(counter: TrialCounter) -> None:
    counter.press("next")
    assert (counter.flow.view.step, counter.flow.view.message) == ("idle", "nobody_waiting")


def test_recall_and_no_show(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby)
    counter.press("next", "recall")
    assert [call.number for call in counter.office.hub.snapshot.calls] == ["F001", "F001"]
    counter.press("no_show")
    assert counter.flow.view.step == "idle"
    assert counter.office.hub.figures().no_show == 1


def test_transfer_takes_the_digit_of_a_group(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby)
    counter.press("next", "transfer")
    assert counter.flow.view.message == "choose_group"
    counter.press("2")
    assert counter.flow.view.step == "idle"
    assert [ticket.group for ticket in counter.office.hub.snapshot.waiting] == ["ho-tich"]


def test_pause_and_back(counter: TrialCounter) -> None:
    counter.press("pause")
    assert counter.flow.view.step == "paused"
    counter.press("next")
    assert counter.flow.view.message == "paused"
    counter.press("pause")
    assert counter.flow.view.step == "idle"


def test_park_sets_the_ticket_aside(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby)
    counter.press("next", "park")
    assert counter.flow.view.step == "idle"
    assert counter.office.hub.figures().parked == 1


def test_the_next_number_may_be_called_while_the_faces_are_open(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby, 2)
    serve(counter)
    counter.press("next")
    view = counter.flow.view
    assert (view.step, view.number) == ("rating", "F001"), "nobody's answer is taken away"
    assert view.ticket == counter.office.hub.snapshot.counters[0].ticket
    assert counter.sign.text == "F002"
    counter.press("start")
    assert (counter.flow.view.step, counter.flow.view.number) == ("serving", "F002")
    assert kinds(counter) == ["rating.declined"]


# the faces --------------------------------------------------------------------------------------------------------


@pytest.fixture
def rating(counter: TrialCounter, lobby: TrialLobby) -> TrialCounter:
    take_numbers(lobby)
    assert serve(counter).step == "rating"
    return counter


def test_no_finished_service_no_faces(counter: TrialCounter) -> None:
    assert touch(counter, v.Rate(score=5), v.Send()).step == "idle"
    assert kinds(counter) == []


def test_another_face_within_three_seconds_counts(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=4), v.Rate(score=5))
    rating.office.time.advance(4)
    assert [event.score for event in ratings(rating)] == [5]


def test_a_double_press_is_one_press(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=5))
    rating.flow.act(v.Rate(score=1))
    rating.office.time.advance(4)
    assert [event.score for event in ratings(rating)] == [5]


def test_a_bad_mark_asks_why(rating: TrialCounter) -> None:
    assert touch(rating, v.Rate(score=2)).step == "reasons"
    assert touch(rating, v.PickReason(key="wait"), v.PickReason(key="attitude")).reasons == ("wait", "attitude")
    touch(rating, v.PickReason(key="attitude"), v.OpenComment(), v.WriteText(text="Chờ hơi lâu."))
    assert touch(rating, v.Send()).step == "thanks"
    (given,) = ratings(rating)
    assert (given.score, given.reasons, given.comment, given.officer) == (2, ("wait",), "Chờ hơi lâu.", "cb01")
    assert rating.office.hub.figures().rated == 1


def test_skipping_the_reasons_keeps_the_mark(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=1), v.Decline())
    assert [(event.score, event.reasons) for event in ratings(rating)] == [(1, ())]


def test_walking_away_from_the_reasons_keeps_the_mark_and_what_was_said(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=3), v.PickReason(key="wait"))
    rating.office.time.advance(31)
    assert [(event.score, event.reasons) for event in ratings(rating)] == [(3, ("wait",))]
    assert rating.flow.view.step == "idle"


def test_changing_from_bad_to_good_drops_the_reasons(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=2), v.PickReason(key="wait"), v.Back(), v.Rate(score=4))
    rating.office.time.advance(4)
    assert [(event.score, event.reasons) for event in ratings(rating)] == [(4, ())]


def test_declining_is_told_as_declined(rating: TrialCounter) -> None:
    assert touch(rating, v.Decline()).step == "idle"
    (declined,) = [event for event in rating.events() if isinstance(event, events.RatingDeclined)]
    assert declined.way == "declined"


def test_thirty_seconds_without_a_touch_close_the_faces(rating: TrialCounter) -> None:
    rating.office.time.advance(29)
    assert rating.flow.view.step == "rating"
    rating.office.time.advance(2)
    assert rating.flow.view.step == "idle"
    (declined,) = [event for event in rating.events() if isinstance(event, events.RatingDeclined)]
    assert declined.way == "timeout"


def test_one_service_is_rated_once(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=5))
    rating.office.time.advance(4)
    touch(rating, v.Rate(score=1), v.Send())
    rating.office.time.advance(60)
    assert [event.score for event in ratings(rating)] == [5]


def test_a_letter_to_the_leader_gets_a_receipt_and_keeps_the_mark(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=2), v.PickReason(key="wait"), v.OpenPetition())
    assert rating.flow.view.step == "petition"
    touch(rating, v.PickCategory(key="facilities"), v.WriteText(text="Mong có thêm ghế cho người già."))
    view = touch(rating, v.Send())
    assert view.step == "receipt"
    assert view.link == f"http://hub.test/p/{view.receipt}"
    (petition,) = [event for event in rating.events() if isinstance(event, events.PetitionFiled)]
    assert (petition.receipt, petition.category, petition.counter) == (view.receipt, "facilities", 1)
    assert [(event.score, event.reasons) for event in ratings(rating)] == [(2, ("wait",))]
    assert rating.office.hub.figures().petitions == 1


def test_a_letter_can_follow_the_thanks(rating: TrialCounter) -> None:
    touch(rating, v.Rate(score=3), v.Send(), v.OpenPetition(), v.WriteText(text="Cảm ơn cán bộ."), v.Send())
    assert rating.flow.view.step == "receipt"
    assert kinds(rating) == ["rating.given", "petition.filed"]


def test_who_writes_first_is_asked_for_the_faces_afterwards(rating: TrialCounter) -> None:
    touch(rating, v.OpenPetition(), v.WriteText(text="Cảm ơn."), v.Send())
    assert touch(rating, v.Send()).step == "rating"
    touch(rating, v.Rate(score=5))
    rating.office.time.advance(4)
    assert kinds(rating) == ["petition.filed", "rating.given"]


def test_a_letter_that_was_not_sent_is_not_kept(rating: TrialCounter) -> None:
    touch(rating, v.OpenPetition(), v.WriteText(text="Nửa chừng"))
    rating.office.time.advance(120)
    assert kinds(rating) == ["rating.declined"]
    assert "Nửa chừng".encode() not in rating.database.read_bytes()


def test_a_letter_can_be_written_before_any_service(counter: TrialCounter) -> None:
    touch(counter, v.OpenPetition(), v.WriteText(text="Mong có nước uống."), v.Send())
    assert counter.flow.view.step == "receipt"
    counter.office.time.advance(46)
    assert counter.flow.view.step == "idle"


def test_the_next_citizen_does_not_take_the_pen_from_who_writes(rating: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby)
    touch(rating, v.OpenPetition(), v.WriteText(text="Đang viết"))
    rating.press("next", "start")
    assert (rating.flow.view.step, rating.flow.view.text) == ("petition", "Đang viết")


def test_the_language_goes_with_the_citizen(rating: TrialCounter) -> None:
    assert touch(rating, v.SetLanguage(language="en")).group_names[0] == "Certification"
    touch(rating, v.Decline())
    assert rating.flow.view.language == "vi"


def test_large_words_and_contrast_go_with_the_citizen(rating: TrialCounter) -> None:
    view = touch(rating, v.SwitchLarge(), v.SwitchContrast())
    assert (view.large, view.contrast) == (True, True)
    rating.office.time.advance(30)
    assert (rating.flow.view.step, rating.flow.view.large, rating.flow.view.contrast) == ("idle", False, False)


def test_a_hub_that_answers_once_a_second_loses_no_key_and_asks_twice_for_nothing(
    counter: TrialCounter, lobby: TrialLobby
) -> None:
    """A slow hub: keys pressed while it thinks are one key, and the tablet goes on as soon as it answers."""
    take_numbers(lobby, 2)
    for _ in range(5):
        counter.keypad.press("next")
    counter.office.time.settle()
    assert kinds(counter).count("ticket.called") == 0, "the hub calls, not the counter"
    assert counter.flow.view.step == "calling"
    for _ in range(20):
        counter.keypad.press("start")
    counter.office.time.settle()
    assert counter.flow.view.step == "serving"
    counter.press("finish")
    assert counter.flow.view.step == "rating"


def test_last_seconds_are_shown_where_somebody_looks(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, show_clock=True)
    lobby, counter = office.lobby(), office.counter(1)
    take_numbers(lobby)
    serve(counter)
    office.time.advance(9)
    assert counter.flow.view.seconds_left is None
    office.time.advance(7)
    assert counter.flow.view.seconds_left == 14


# by hand ----------------------------------------------------------------------------------------------------------


def test_without_hub_the_counter_calls_by_hand_and_the_hub_merges(counter: TrialCounter, lobby: TrialLobby) -> None:
    office = counter.office
    take_numbers(lobby, 3)
    office.kill_hub()
    assert (counter.flow.view.manual, counter.flow.view.waiting) == (True, 3)
    view = serve(counter)
    assert (view.step, view.number, view.waiting) == ("rating", "F001", 2)
    touch(counter, v.Rate(score=5))
    office.time.advance(10)
    counter.press("next", "no_show")
    counter.press("next", "start")
    assert counter.flow.view.number == "F003"
    office.start_hub()
    assert (counter.flow.view.step, counter.flow.view.number, counter.flow.view.manual) == ("serving", "F003", False)
    counter.press("finish")
    assert counter.flow.view.step == "rating"
    figures = office.hub.figures()
    assert (figures.finished, figures.no_show, figures.waiting, figures.rated) == (2, 1, 0, 1)
    called = [event for event in counter.events() if isinstance(event, events.TicketCalled)]
    assert len(called) == 3
    assert all(event.manual for event in called)
    assert [event.offline for event in ratings(counter)] == [True]
    assert counter.flow.link.pending == 0


def test_a_service_that_began_with_the_hub_is_finished_by_hand(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby)
    counter.press("next", "start")
    counter.office.kill_hub()
    counter.press("finish")
    assert counter.flow.view.step == "rating"
    touch(counter, v.Rate(score=4))
    counter.office.time.advance(4)
    counter.office.start_hub()
    figures = counter.office.hub.figures()
    assert (figures.finished, figures.rated, figures.satisfied) == (1, 1, 1)


def test_two_counters_without_hub_call_different_people(office: TrialOffice, lobby: TrialLobby) -> None:
    first, second = office.counter(1), office.counter(2)
    take_numbers(lobby, 6)
    office.kill_hub()
    called: list[str] = []
    for _ in range(3):
        for counter in (first, second):
            counter.press("next")
            called.append(counter.flow.view.number)
            counter.press("start", "finish")
            touch(counter, v.Decline())
    assert sorted(called) == [f"F{n:03d}" for n in range(1, 7)]
    office.start_hub()
    assert office.hub.figures().finished == 6
    assert all(not visit.conflicts for visit in office.hub.day.visits.values())


def test_a_counter_whose_share_is_done_helps_the_others(office: TrialOffice, lobby: TrialLobby) -> None:
    first, _ = office.counter(1), office.counter(2)
    take_numbers(lobby, 4)
    office.kill_hub()
    called = []
    for _ in range(4):
        first.press("next")
        called.append(first.flow.view.number)
        first.press("start", "finish")
        touch(first, v.Decline())
    assert called == ["F001", "F003", "F004", "F002"]
    first.press("next")
    assert first.flow.view.message == "nobody_waiting"


def test_a_device_restarted_in_mid_service_by_hand_goes_on(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby, 2)
    counter.office.kill_hub()
    counter.press("next", "start")
    counter.transport.die()
    counter.start()
    assert (counter.flow.view.step, counter.flow.view.number) == ("serving", "F001")
    assert counter.flow.view.officer_name == "Trần Thị Minh"
    counter.press("finish")
    assert counter.flow.view.step == "rating"
    touch(counter, v.Decline())
    counter.press("next")
    assert counter.flow.view.number == "F002", "who was called by hand is not called again"


def test_an_officer_may_come_and_go_without_hub(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, hub=False)
    counter = office.counter(1)
    assert counter.flow.view.step == "idle"
    counter.press("next")
    assert counter.flow.view.message == "nobody_waiting"
    counter.flow.sign_out()
    assert counter.flow.view.step == "closed"
    office.start_hub()
    assert office.hub.snapshot.counters[0].state == "closed"
    assert kinds(counter) == ["officer.signed_in", "officer.signed_out"]


def test_a_cable_pulled_out_for_a_moment_loses_nothing(counter: TrialCounter, lobby: TrialLobby) -> None:
    take_numbers(lobby, 2)
    counter.transport.pull()
    counter.office.time.settle()
    serve(counter)
    touch(counter, v.Rate(score=5))
    counter.office.time.advance(10)
    counter.transport.plug()
    counter.office.time.settle()
    figures = counter.office.hub.figures()
    assert (figures.finished, figures.rated) == (1, 1)
    counter.press("next")
    assert counter.flow.view.number == "F002"
