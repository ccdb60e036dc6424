"""What a device obeys: orders of its own office, meant for it, in time, and each of them once."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bench.rig.mutation import mutated
from kiosk.demo.trial_time import MORNING
from kiosk.domain.orders import AnyOrder, Identify, Order, RenewNow, Restart
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.orders import BadOrder, OrderDesk, open_order, sign_order

OFFICE = DeviceKey.make()
SOON = MORNING + timedelta(seconds=60)


class Box:
    """A device that counts what it was made to do, and what it wrote down before."""

    def __init__(self, folder: Path, public: str = OFFICE.public_hex) -> None:
        self.now: datetime = MORNING
        self.knows_the_time = True
        self.done: list[str] = []
        self.folder = folder
        self.desk = OrderDesk(
            "lobby-1", folder, lambda: public, lambda: self.now, lambda: self.knows_the_time,
            {op: lambda op=op: self.act(op) for op in ("restart", "identify")}, lambda order: self.done.append("told"),
        )  # fmt: skip

    def act(self, op: str) -> None:
        self.done.append(f"{op} with {(self.folder / 'order.counter').read_text()} on disk")

    def take(self, payload: bytes, op: str = "restart") -> bool:
        return self.desk.take(op, payload)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def order(counter: int = 1, device: str = "lobby-1", expires: datetime = SOON, kind: type[Order] = Restart) -> AnyOrder:
    made = kind(device=device, counter=counter, expires=expires)
    assert isinstance(made, AnyOrder)
    return made


def signed(counter: int = 1, device: str = "lobby-1", expires: datetime = SOON, key: DeviceKey = OFFICE) -> bytes:
    return sign_order(key, order(counter, device, expires))


def test_an_order_is_carried_out_once_its_number_is_on_disk(box: Box) -> None:
    assert box.take(signed(7))
    assert box.done == ["told", "restart with 7 on disk"]


def test_a_replayed_order_is_refused_also_after_a_restart(box: Box) -> None:
    assert box.take(signed(7))
    assert not box.take(signed(7))
    again = Box(box.folder)
    assert not again.take(signed(7))
    assert (again.done, again.desk.refused) == ([], {"replayed": 1})


def test_a_lower_number_is_refused(box: Box) -> None:
    assert box.take(signed(7))
    assert not box.take(signed(6))
    assert box.desk.refused == {"replayed": 1}


def test_an_order_to_another_device_is_refused(box: Box) -> None:
    assert not box.take(signed(device="lobby-2"))
    assert box.desk.refused == {"other_device": 1}


def test_an_expired_order_is_refused_where_the_time_is_known(box: Box) -> None:
    box.now = SOON + timedelta(seconds=1)
    assert not box.take(signed(7))
    box.knows_the_time = False
    assert box.take(signed(7)), "without a clock the number alone must do"
    assert not box.take(signed(7))


def test_an_order_of_another_key_is_refused(box: Box) -> None:
    assert not box.take(signed(key=DeviceKey.make()))
    assert box.desk.refused == {"wrong_signature": 1}


def test_before_the_office_is_known_no_order_is_obeyed(tmp_path: Path) -> None:
    box = Box(tmp_path, public="")
    assert not box.take(signed())


def test_one_order_does_not_become_another_by_its_topic(box: Box) -> None:
    assert not box.take(signed(), op="identify")
    assert not box.take(sign_order(OFFICE, order(kind=RenewNow)), op="renew")
    assert box.desk.refused == {"other_order": 2}
    assert box.take(sign_order(OFFICE, order(kind=Identify)), op="identify")


def test_when_nobody_knows_what_was_done_nothing_is_done(box: Box) -> None:
    (box.folder / "order.counter").write_text("seven")
    assert not box.take(signed(9))
    assert box.desk.refused == {"no_counter": 1}


def test_where_the_number_cannot_be_kept_the_order_is_not_carried_out(box: Box) -> None:
    (box.folder / "order.counter.draft").mkdir()
    assert not box.take(signed(9))
    assert box.done == []


@given(place=st.integers(0, len(signed()) - 1), letter=st.integers(0, 255))
def test_no_changed_byte_is_obeyed(place: int, letter: int) -> None:
    payload = signed()
    changed = payload[:place] + bytes([letter]) + payload[place + 1 :]
    try:
        opened = open_order(changed, OFFICE.public_hex)
    except BadOrder:
        return
    # white space, or hex in capitals: the signed bytes themselves are the same
    assert opened == msgspec.json.decode(msgspec.json.encode(order()), type=AnyOrder)


def test_thousands_of_mutated_orders_do_nothing_and_break_nothing(box: Box) -> None:
    chance = random.Random(20261124)
    assert box.take(signed(5))
    box.done.clear()
    for _ in range(2_000):
        box.take(mutated(signed(chance.randrange(1, 6)), chance))
    assert box.done == []
    assert box.take(signed(6)), "the desk goes on"
