"""How a new device comes in: it shows a code, a person compares it, and nobody in between gains anything."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from kiosk.bench.rig.mutation import mutated
from kiosk.clock import InlineWorker
from kiosk.demo.trial_time import MORNING
from kiosk.domain.enrolment import ALPHABET, Application, Standing, code_of
from kiosk.domain.ratings import OfflineGrant, grant_payload
from kiosk.hub.applicants import MOST_AT_ONE_ADDRESS, MOST_WAITING
from kiosk.hub.authority import MOST_CERTIFICATES, Authority, NoAuthority, found
from kiosk.hub.passwords import Passwords
from kiosk.hub.register import BadRegister
from kiosk.hub.web import make_app
from kiosk.messaging.certificates import BadCertificate, BadRequest, make_request, make_root, new_key
from kiosk.messaging.enrolment import Enrolment, EnrolmentFailed, Identity, signing_key
from kiosk.messaging.identity import DeviceKey, sign_offline_token
from kiosk.messaging.keeper import ASK_EVERY_S, LOOK_EVERY_S, IdentityKeeper
from tests.hub.stage import TOPICS, Stage, envelope
from tests.hub.test_hub_web import PASSWORD, Browser, Result, words

PUBLIC = "ab" * 32


class Office:
    """An authority whose clock is moved by hand, and devices that ask it directly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = MORNING
        self.root = make_root("root", self.now)
        found(folder / "hub", self.root, TOPICS, self.now)
        self.authority = Authority(folder / "hub", TOPICS, lambda: self.now)
        self.gone: list[str] = []
        self.authority.on_change = self.gone.extend

    def ask(self, application: bytes) -> bytes:
        return msgspec.json.encode(self.authority.consider(msgspec.json.decode(application, type=Application), ""))

    def device(self, name: str = "lobby-1", folder: str = "") -> Identity:
        return Identity(self.folder / (folder or name), name, TOPICS)

    def enrolment(self, identity: Identity, **options: str) -> Enrolment:
        return Enrolment(identity, "lobby", PUBLIC, self.ask, **options)

    def let_in(self, identity: Identity) -> Enrolment:
        enrolment = self.enrolment(identity)
        enrolment.step()
        assert self.authority.accept(self.authority.waiting()[-1].key)
        assert enrolment.step() == "accepted"
        return enrolment


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_the_code_on_the_screen_is_the_code_on_the_hubs_page(office: Office) -> None:
    enrolment = office.enrolment(office.device())
    assert enrolment.step() == "waiting"
    (applicant,) = office.authority.waiting()
    assert enrolment.code == applicant.code
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", enrolment.code)
    assert not set("01IO") & set(ALPHABET)


def test_a_device_that_was_accepted_has_everything_for_its_line(office: Office) -> None:
    identity = office.device()
    office.let_in(identity)
    assert identity.state(office.now) == "valid"
    identity.files.context()
    assert identity.order_key == office.authority.order_key.public_hex
    assert office.authority.signing_keys == {"lobby-1": PUBLIC}
    assert {path.name: path.stat().st_mode & 0o077 for path in identity.folder.iterdir()} == {
        "device.key": 0, "device.pem": 0, "chain.pem": 0, "orders.pem": 0,
    }  # fmt: skip


def test_whoever_was_accepted_waits_no_more(office: Office) -> None:
    office.enrolment(office.device()).step()
    key = office.authority.waiting()[0].key
    assert office.authority.accept(key)
    assert office.authority.waiting() == ()
    assert not office.authority.accept(key)


def test_the_code_stays_the_same_over_a_restart_of_the_device(office: Office) -> None:
    first = office.enrolment(office.device())
    first.step()
    again = office.enrolment(office.device())
    again.step()
    assert first.code == again.code
    assert len(office.authority.waiting()) == 1


def test_somebody_in_between_shows_as_another_code(office: Office, tmp_path: Path) -> None:
    # the stranger answers with a root of its own and hands the request on to the office
    stranger = Office(tmp_path / "stranger")
    enrolment = Enrolment(office.device(), "lobby", PUBLIC, stranger.ask)
    enrolment.step()
    office.ask(msgspec.json.encode(stranger.authority.waiting()[0].application))
    assert enrolment.code != office.authority.waiting()[0].code


def test_everything_that_a_device_says_is_in_its_code() -> None:
    said = Application(name="lobby-1", role="lobby", request="", signing_key=PUBLIC)
    changes: list[dict[str, str]] = [{}, {"name": "lobby-2"}, {"role": "board"}, {"signing_key": "cd" * 32}]
    codes = {code_of(msgspec.structs.replace(said, **change), b"key", b"root") for change in changes}
    codes |= {code_of(said, b"another key", b"root"), code_of(said, b"key", b"another root")}
    assert len(codes) == len(changes) + 2


def test_a_pinned_fingerprint_refuses_another_office_before_anything_is_shown(office: Office, tmp_path: Path) -> None:
    stranger = Office(tmp_path / "stranger")
    pinned = office.authority.fingerprint
    assert office.enrolment(office.device(), root_fingerprint=pinned.upper()).step() == "waiting"
    enrolment = stranger.enrolment(stranger.device(), root_fingerprint=pinned)
    with pytest.raises(EnrolmentFailed, match="another root"):
        enrolment.step()
    assert enrolment.code == ""


def test_an_answer_for_another_key_or_name_is_not_installed(office: Office) -> None:
    identity, other = office.device(), office.device("lobby-2")
    office.let_in(other)
    identity.request()
    answer = Standing(
        state="accepted",
        chain=other.files.chain.read_text(),
        certificate=other.files.certificate.read_text(),
    )
    with pytest.raises(BadCertificate):
        identity.install(answer)
    assert identity.state(office.now) == "none"


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b'{"state":"waiting","chain":"x"}', b"\xff"])
def test_an_answer_of_something_else_is_told_and_changes_nothing(office: Office, answer: bytes) -> None:
    identity = office.device()
    with pytest.raises(EnrolmentFailed, match="something else"):
        Enrolment(identity, "lobby", PUBLIC, lambda _: answer).step()
    assert identity.state(office.now) == "none"


def test_a_power_cut_between_the_two_renames_leaves_a_pair_that_fits(office: Office) -> None:
    identity = office.device()
    office.let_in(identity)
    before = identity.certificate
    standing = office.authority.renew("lobby-1", identity.request())
    # as a cut leaves it: the new key is in its place, the new certificate not yet
    (identity.folder / "next.pem").write_text(standing.certificate)
    (identity.folder / "next.key").replace(identity.folder / "device.key")
    again = office.device()
    assert again.certificate is not None
    assert again.certificate != before


def test_a_renewal_has_a_new_key_and_the_same_request_gets_the_same_certificate(office: Office) -> None:
    identity = office.device()
    office.let_in(identity)
    old_key = identity.files.key.read_bytes()
    office.now += timedelta(days=61)
    assert identity.state(office.now) == "due"
    request = identity.request()
    assert office.authority.renew("lobby-1", request) == office.authority.renew("lobby-1", request)
    identity.install(office.authority.renew("lobby-1", request))
    assert identity.files.key.read_bytes() != old_key
    assert identity.state(office.now) == "valid"


def test_a_device_cannot_fill_the_register(office: Office) -> None:
    office.let_in(office.device())
    for _ in range(MOST_CERTIFICATES - 1):
        office.authority.renew("lobby-1", make_request(new_key(), "lobby-1"))
    with pytest.raises(BadRequest, match="too_many"):
        office.authority.renew("lobby-1", make_request(new_key(), "lobby-1"))
    office.now += timedelta(days=91)
    office.authority.renew("lobby-1", make_request(new_key(), "lobby-1"))


def test_a_counter_vouches_for_ratings_as_long_as_it_is_a_member(office: Office, tmp_path: Path) -> None:
    (tmp_path / "stage").mkdir()
    stage = Stage(tmp_path / "stage", device_keys=office.authority.signing_keys)
    key = DeviceKey.make()
    grant = OfflineGrant(ticket="t" * 32, number="A105", service=0, counter=1, officer="cb1", at=MORNING)
    token = sign_offline_token(key, "counter-1", grant_payload(grant))
    assert stage.hub.ratings.right_of(token) is None
    enrolment = Enrolment(office.device("counter-1"), "counter", key.public_hex, office.ask)
    enrolment.step()
    office.authority.accept(office.authority.waiting()[0].key)
    assert stage.hub.ratings.right_of(token) is not None
    office.authority.revoke("counter-1")
    assert stage.hub.ratings.right_of(token) is None


def test_nobody_renews_for_another_device(office: Office) -> None:
    office.let_in(office.device())
    with pytest.raises(BadRequest, match="wrong_name"):
        office.authority.renew("lobby-1", make_request(new_key(), "lobby-2"))
    with pytest.raises(BadRequest, match="unknown_device"):
        office.authority.renew("lobby-3", make_request(new_key(), "lobby-3"))


def test_a_device_that_slept_past_its_expiry_waits_again(office: Office) -> None:
    identity = office.device()
    office.let_in(identity)
    office.now += timedelta(days=91)
    assert identity.state(office.now) == "expired"
    assert office.enrolment(identity).step() == "waiting"


def test_without_a_clock_no_certificate_counts_as_expired(office: Office) -> None:
    identity = office.device()
    office.let_in(identity)
    assert identity.state(office.now + timedelta(days=900), is_clock_trusted=False) == "valid"


def test_a_new_device_under_a_known_name_throws_the_older_out(office: Office) -> None:
    office.let_in(office.device())
    office.let_in(office.device(folder="new-board"))
    assert office.gone == ["lobby-1"]
    assert [member.name for member in office.authority.members()] == ["lobby-1"]
    assert len((office.authority.folder / "crl.pem").read_bytes().split(b"BEGIN X509 CRL")) == 3


def test_a_refused_device_is_told_so_and_may_come_again_later(office: Office) -> None:
    enrolment = office.enrolment(office.device())
    enrolment.step()
    assert office.authority.refuse(office.authority.waiting()[0].key)
    assert (enrolment.step(), office.authority.waiting()) == ("refused", ())
    office.now += timedelta(hours=2)
    assert enrolment.step() == "waiting"


def test_a_device_that_went_away_waits_no_more(office: Office) -> None:
    office.enrolment(office.device()).step()
    key = office.authority.waiting()[0].key
    office.now += timedelta(minutes=11)
    assert office.authority.waiting() == ()
    assert not office.authority.accept(key)


def test_hundreds_of_broken_applications_crash_nothing_and_let_nobody_in(office: Office) -> None:
    chance = random.Random(20261124)
    honest = Application(
        name="lobby-1", role="lobby", request=make_request(new_key(), "lobby-1").decode(), signing_key=PUBLIC
    )
    states = set()
    for _ in range(800):
        try:
            application = msgspec.json.decode(mutated(msgspec.json.encode(honest), chance), type=Application)
            states.add(office.authority.consider(application, "10.0.0.66").state)
        except (BadRequest, ValueError, RecursionError) as refusal:
            states.add(type(refusal).__name__)
    assert "BadRequest" in states
    assert "accepted" not in states
    assert office.authority.members() == ()


def test_a_stranger_cannot_fill_the_list_alone(office: Office) -> None:
    def ask(name: str, address: str) -> str:
        application = Application(
            name=name, role="lobby", request=make_request(new_key(), name).decode(), signing_key=PUBLIC
        )
        return office.authority.consider(application, address).state

    states = [ask(f"x-{number}", "10.0.0.66") for number in range(5)]
    assert states == ["waiting"] * MOST_AT_ONE_ADDRESS + ["busy"] * (5 - MOST_AT_ONE_ADDRESS)
    assert ask("lobby-1", "10.0.0.7") == "waiting"
    for number in range(MOST_WAITING):
        ask(f"y-{number}", f"10.0.1.{number}")
    assert len(office.authority.waiting()) == MOST_WAITING


@pytest.mark.parametrize("name", ["hub", "orders", "a/b", "", "x" * 49, "+", "hub.c26740.p79.internal"])
def test_nobody_comes_in_under_a_name_that_belongs_to_the_office(office: Office, name: str) -> None:
    request = make_request(new_key(), name).decode() if name else ""
    with pytest.raises(BadRequest, match="wrong_name"):
        office.authority.consider(Application(name=name, role="x", request=request, signing_key=PUBLIC), "")


def test_members_and_revocations_survive_a_restart_of_the_hub(office: Office) -> None:
    office.let_in(office.device())
    office.let_in(office.device("counter-1"))
    office.authority.revoke("counter-1")
    again = Authority(office.authority.folder, TOPICS, lambda: office.now)
    assert [member.name for member in again.members()] == ["lobby-1"]
    with pytest.raises(BadRequest, match="unknown_device"):
        again.renew("counter-1", make_request(new_key(), "counter-1"))


def test_a_damaged_register_is_told_with_its_mend_and_never_taken_for_an_empty_one(office: Office) -> None:
    (office.authority.folder / "register.json").write_text("{broken")
    with pytest.raises(BadRegister, match="cannot be read"):
        Authority(office.authority.folder, TOPICS, lambda: office.now)


def test_an_authority_is_never_made_over_another(office: Office, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="authority already"):
        found(office.authority.folder, office.root, TOPICS, office.now)
    with pytest.raises(NoAuthority, match="make-authority"):
        Authority(tmp_path / "nothing", TOPICS, lambda: office.now)


def test_the_hub_renews_what_it_needs_itself(office: Office) -> None:
    before = (office.authority.folder / "broker.pem").read_bytes()
    assert not office.authority.keep_fresh()
    office.now += timedelta(days=340)
    assert office.authority.keep_fresh()
    assert (office.authority.folder / "broker.pem").read_bytes() != before


def test_what_was_made_by_a_clock_that_ran_ahead_is_made_again(office: Office) -> None:
    office.now += timedelta(days=3)
    (office.authority.folder / "hub.pem").unlink()
    office.authority.keep_fresh()
    identity = office.device()
    office.let_in(identity)
    office.now -= timedelta(days=3)
    assert identity.state(office.now) == "expired", "it asks again instead of knocking for three days"
    assert office.authority.keep_fresh()
    assert not office.authority.keep_fresh()


def test_order_numbers_grow_also_when_the_register_was_lost(office: Office) -> None:
    first, second = office.authority.next_order(), office.authority.next_order()
    assert first < second
    (office.authority.folder / "register.json").unlink()
    office.now += timedelta(seconds=5)
    assert Authority(office.authority.folder, TOPICS, lambda: office.now).next_order() > second


# the whole way --------------------------------------------------------------------------------------------------------


class Guarded:
    """A hub with pages and an authority, and a device that asks over them."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder)
        found(folder / "hub", make_root("root", MORNING), TOPICS, MORNING)
        self.authority = Authority(folder / "hub", TOPICS, self.stage.time.now)
        self.stage.hub.on_renewal = self.authority.answer_renewal
        self.seconds = 0.0
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.app = make_app(
            self.stage.hub,
            self.call,
            monotonic=lambda: self.seconds,
            passwords=quick,
            leader_password=PASSWORD,
            authority=self.authority,
        )

    def call(self, act: Callable[[], Result], /) -> Result:
        result = act()
        self.stage.time.settle()
        return result


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Guarded, TestClient, Browser]]:
    office = Guarded(tmp_path)
    with TestClient(office.app) as client:
        yield office, client, Browser(client)


def test_from_the_first_switch_on_to_the_renewal(guarded: tuple[Guarded, TestClient, Browser], tmp_path: Path) -> None:
    office, client, browser = guarded
    time, device = office.stage.time, office.stage.device("lobby-1")
    identity = Identity(tmp_path / "lobby-1", "lobby-1", TOPICS)

    def ask(application: bytes) -> bytes:
        return client.post("/enrol", content=application).content

    shown: list[str] = []
    public = signing_key(tmp_path / "lobby-1").public_hex
    keeper = IdentityKeeper(
        identity, lambda: Enrolment(identity, "lobby", public, ask), device.link, time.now, time, InlineWorker(),
        lambda: True,
    )  # fmt: skip
    keeper.on_code = shown.append
    keeper.start()
    browser.log_in()
    page = browser.open("/leader/devices")
    assert shown[0] in words(page)
    key = re.search(r'name="what" value="([0-9a-f]{64})"', page)
    assert key is not None
    browser.send("/leader/devices/accept", what=key[1])
    assert office.authority.members() == (), "without the tick nobody comes in"
    browser.open("/leader/devices")
    browser.send("/leader/devices/accept", what=key[1], same="yes")
    time.advance(ASK_EVERY_S)
    assert shown == [shown[0], ""]
    assert identity.state(time.now()) == "valid"
    assert office.authority.signing_keys == {"lobby-1": public}

    first = identity.certificate
    time.jump(timedelta(days=61))
    time.advance(LOOK_EVERY_S)
    assert identity.certificate != first
    assert identity.state(time.now()) == "valid"

    browser.log_in()
    page = browser.open("/leader/devices")
    assert "Lấy số" in words(page)
    browser.send("/leader/devices/revoke", what="lobby-1")
    assert office.authority.members() == ()
    keeper.stop()


def test_orders_of_the_page_reach_the_device_signed(guarded: tuple[Guarded, TestClient, Browser]) -> None:
    from kiosk.messaging.orders import open_order

    office, _, browser = guarded
    device = office.stage.device("lobby-1")
    identity = Identity(office.stage.folder / "lobby-1", "lobby-1", TOPICS)
    enrolment = Enrolment(
        identity, "lobby", PUBLIC,
        lambda raw: msgspec.json.encode(office.authority.consider(msgspec.json.decode(raw, type=Application), "")),
    )  # fmt: skip
    enrolment.step()
    office.authority.accept(office.authority.waiting()[0].key)
    enrolment.step()
    heard: list[tuple[str, bytes]] = []
    device.link.on_command = lambda op, payload: heard.append((op, payload))
    browser.log_in()
    browser.open("/leader/devices")
    browser.send("/leader/devices/identify", what="lobby-1")
    ((op, payload),) = heard
    assert op == "identify"
    assert open_order(payload, identity.order_key).device == "lobby-1"
    browser.open("/leader/devices")
    browser.send("/leader/devices/restart", what="nobody")
    assert browser.status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b"\xff", 400), (b'{"name":"a"}', 400), (b"x" * 9000, 400), (b"x" * 70_000, 413)],
)
def test_a_strangers_words_are_refused_in_peace(
    guarded: tuple[Guarded, TestClient, Browser], body: bytes, status: int
) -> None:
    _, client, _ = guarded
    assert client.post("/enrol", content=body).status_code == status


def test_knocking_is_throttled(guarded: tuple[Guarded, TestClient, Browser]) -> None:
    office, client, _ = guarded
    answers = {client.post("/enrol", content=b"{}").status_code for _ in range(70)}
    assert answers == {400, 429}
    office.seconds += 61
    assert client.post("/enrol", content=b"{}").status_code == 400


def test_an_open_office_says_so_and_lets_nobody_enrol(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = make_app(stage.hub, lambda act: act(), passwords=quick, leader_password=PASSWORD)
    application = Application(
        name="lobby-1", role="lobby", request=make_request(new_key(), "lobby-1").decode(), signing_key=PUBLIC
    )
    with TestClient(app) as client:
        assert client.post("/enrol", content=msgspec.json.encode(application)).status_code == 404
        browser = Browser(client)
        browser.log_in()
        assert "Mạng này chưa khóa" in words(browser.open("/leader/devices"))


def test_two_cards_in_one_stream_are_an_alarm_on_the_leaders_page(guarded: tuple[Guarded, TestClient, Browser]) -> None:
    office, _, browser = guarded
    for number in ("A001", "A002"):
        raw = msgspec.json.encode(envelope(office.stage.issued(number), 1))
        office.stage.send_raw("lobby-1", "ticket", raw)
    browser.log_in()
    assert "thẻ nhớ có thể đã bị sao chép" in words(browser.open("/leader"))
    assert "Trùng số, khác nội dung lobby-1 1" in words(browser.open("/leader/devices"))


def test_what_was_refused_is_shown_with_its_reason(guarded: tuple[Guarded, TestClient, Browser]) -> None:
    office, _, browser = guarded
    for _ in range(3):
        office.stage.send_raw("lobby-9", "ticket", b"\xff")
    browser.log_in()
    page = words(browser.open("/leader/devices"))
    assert "Không phải UTF-8 lobby-9 3" in page
    browser.open("/leader/devices?lang=en")
    assert "Not UTF-8 lobby-9 3" in words(browser.text)


def test_the_devices_are_for_the_leader_alone(guarded: tuple[Guarded, TestClient, Browser]) -> None:
    _, _, browser = guarded
    browser.open("/leader/devices")
    assert "Đăng nhập" in words(browser.text)
    browser.send("/leader/devices/revoke", what="lobby-1")
    assert browser.status in (401, 403)
