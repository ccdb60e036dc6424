"""What a stolen, forged or expired device can do on a real broker: nothing but its own job.

Refused is shown by what follows: the hub hears the honest message that was sent after the forged one, and nothing
else; the device that may come in comes in while the other is still outside.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.hub.authority import Authority
from kiosk.messaging.certificates import issue_broker, key_pem, make_root, new_key, pem_of
from kiosk.messaging.tls import TlsFiles, hub_host
from tests.hub.guarded_office import TOPICS, Caller, GuardedOffice, guarded_office, needs_mosquitto

pytestmark = needs_mosquitto
OWN, FOREIGN = TOPICS.events("lobby-1", "ticket"), TOPICS.events("counter-1", "ticket")

CONNECT = b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03abc"
"""An MQTT 5 CONNECT, byte for byte."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[GuardedOffice]:
    with guarded_office(tmp_path) as running:
        yield running


def handshake(office: GuardedOffice, files: TlsFiles | None, knows_the_time: bool = True) -> str:
    """Return why the broker or this side breaks the line off, or `let in`: a raw look, one attempt."""
    context = files.context(knows_the_time) if files else ssl.create_default_context()
    if files is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        line = socket.create_connection(("127.0.0.1", office.broker.port), timeout=10)
        with context.wrap_socket(line, server_hostname=hub_host(TOPICS)) as secured:
            secured.sendall(CONNECT)
            answer = secured.recv(64)
    except OSError as error:
        return str(error)
    return "let in" if answer[:1] == b"\x20" and answer[3] == 0 else f"refused {answer.hex()}"


def test_a_member_speaks_and_is_heard(office: GuardedOffice) -> None:
    hub, lobby = office.hub(), office.caller("lobby-1", office.member("lobby-1")).connected()
    lobby.say(OWN, b"x" * 60_000)
    hub.hears(b"x" * 60_000)


def test_a_forged_topic_reaches_nobody(office: GuardedOffice) -> None:
    hub, lobby = office.hub(), office.caller("lobby-1", office.member("lobby-1")).connected()
    for topic in (
        FOREIGN,
        TOPICS.snapshot(),
        TOPICS.ack("lobby-1"),
        TOPICS.state("hub"),
        TOPICS.command("lobby-1", "x"),
    ):
        lobby.say(topic, b"forged")
    lobby.say(OWN, b"honest")
    hub.hears(b"honest")
    assert [message.topic for message in hub.heard] == [OWN]


def test_a_device_hears_its_own_commands_and_no_other_devices(office: GuardedOffice) -> None:
    spy = office.caller("lobby-1", office.member("lobby-1"), "kq/#", "$SYS/#", TOPICS.commands("counter-1")).connected()
    hub = office.hub()
    hub.say(TOPICS.command("counter-1", "restart"), b"not for the spy")
    hub.say(FOREIGN, b"nor this")
    hub.say(TOPICS.command("lobby-1", "restart"), b"for the spy")
    spy.hears(b"for the spy")
    assert [message.payload for message in spy.heard] == [b"for the spy"]


def test_a_stolen_client_id_throws_nobody_off(office: GuardedOffice) -> None:
    hub, counter = office.hub(), office.caller("counter-1", office.member("counter-1")).connected()
    thief = office.caller("counter-1", office.member("lobby-1")).connected()
    thief.say(FOREIGN, b"forged")
    thief.say(OWN, b"under its own name after all")
    hub.hears(b"under its own name after all")
    counter.say(FOREIGN, b"still here")
    hub.hears(b"still here")
    assert counter.connections == 1
    assert b"forged" not in [message.payload for message in hub.heard]


def test_without_a_certificate_nobody_comes_in(office: GuardedOffice) -> None:
    assert "let in" not in handshake(office, None)
    plain = office.caller("lobby-1", None)
    office.caller("lobby-2", office.member("lobby-2")).connected()
    assert not plain.transport.connected


def test_a_certificate_of_another_root_opens_nothing(office: GuardedOffice) -> None:
    stranger = make_root("stranger", office.now)
    assert "let in" not in handshake(office, office.forged("lobby-1", stranger))


def test_a_device_of_another_office_under_the_same_root_stays_outside(office: GuardedOffice, tmp_path: Path) -> None:
    # its authority has no revocation list here: the broker takes it for a stranger
    with guarded_office(tmp_path / "next-commune", office.root) as neighbour:
        files = neighbour.member("lobby-1")
        with_its_own_authority = (
            files.certificate.read_bytes() + (neighbour.authority.folder / "authority.pem").read_bytes()
        )
        files.certificate.write_bytes(with_its_own_authority)
        assert handshake(neighbour, files) == "let in"
        own_chain = TlsFiles(
            key=files.key, certificate=files.certificate, chain=office.authority.folder / "chain.pem", host=files.host
        )
        assert "let in" not in handshake(office, own_chain)


@pytest.mark.parametrize(
    ("begins", "life"),
    [(timedelta(days=-91), timedelta(days=90)), (timedelta(days=1), timedelta(days=90))],
    ids=["expired", "not yet valid"],
)
def test_outside_its_days_a_certificate_opens_nothing(
    office: GuardedOffice, begins: timedelta, life: timedelta
) -> None:
    files = office.forged("lobby-1", now=office.now + begins, life=life)
    assert "let in" not in handshake(office, files)
    assert "let in" not in handshake(office, files, knows_the_time=False)


def test_a_revoked_device_loses_its_open_line_and_gets_no_new_one(office: GuardedOffice) -> None:
    files = office.member("lobby-1")
    hub, other = office.hub(), office.caller("counter-1", office.member("counter-1")).connected()
    lobby = office.caller("lobby-1", files).connected()
    assert office.do(lambda: office.authority.revoke("lobby-1"))
    lobby.until(lambda: not lobby.transport.connected)
    assert "let in" not in handshake(office, files)
    other.say(FOREIGN, b"the others go on")
    hub.hears(b"the others go on")
    assert (other.connections, lobby.connections) == (1, 1)
    office.settle()
    assert not list(office.authority.folder.glob("passing-*")), "nothing is left of taking its place"
    hub.until(lambda: any(message.topic == TOPICS.state("lobby-1") and not message.payload for message in hub.heard))


def test_a_revoked_device_says_why_it_is_alone(office: GuardedOffice, caplog: pytest.LogCaptureFixture) -> None:
    lobby = office.caller("lobby-1", office.member("lobby-1")).connected()
    office.do(lambda: office.authority.revoke("lobby-1"))
    lobby.until(lambda: not lobby.transport.connected)
    while "is the certificate revoked" not in caplog.text:
        pass


def test_a_line_that_cannot_be_taken_over_is_cut_by_a_new_broker(office: GuardedOffice) -> None:
    lobby = office.caller("lobby-1", office.member("lobby-1")).connected()
    counter = office.caller("counter-1", office.member("counter-1")).connected()
    office.can_take_over = False
    office.do(lambda: office.authority.revoke("lobby-1"))
    counter.until(lambda: counter.connections == 2)
    assert (lobby.transport.connected, lobby.connections) == (False, 1)


def test_a_revoked_device_does_not_come_back_by_resuming_its_old_session(office: GuardedOffice) -> None:
    files = office.member("lobby-1")
    context, sessions = files.context(), []

    def attempt() -> bool:
        line = socket.create_connection(("127.0.0.1", office.broker.port), timeout=10)
        session = sessions[-1] if sessions else None
        with context.wrap_socket(line, server_hostname=hub_host(TOPICS), session=session) as secured:
            secured.sendall(CONNECT)
            came_in = secured.recv(64)[:1] == b"\x20"
            sessions.append(secured.session)
            return came_in

    assert attempt()
    office.do(lambda: office.authority.revoke("lobby-1"))
    office.settle()
    with contextlib.suppress(OSError):
        assert not attempt()
    assert "let in" not in handshake(office, files)


def test_a_technicians_revocation_beside_the_running_hub_cuts_the_line_too(office: GuardedOffice) -> None:
    lobby = office.caller("lobby-1", office.member("lobby-1")).connected()
    Authority(office.authority.folder, TOPICS, lambda: office.now).revoke("lobby-1")
    lobby.until(lambda: not lobby.transport.connected)


def test_a_device_that_takes_the_name_of_another_throws_the_older_one_out(office: GuardedOffice) -> None:
    old = office.caller("lobby-1", office.member("lobby-1")).connected()
    new = office.caller("lobby-1", office.member("lobby-1"))
    old.until(lambda: old.transport.connected is False)
    new.connected()


def test_a_device_cannot_pose_as_the_broker(office: GuardedOffice, tmp_path: Path) -> None:
    files = office.member("lobby-1")
    rogue = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    rogue.load_cert_chain(files.certificate, files.key)
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        meet(rogue, files)


def test_a_broker_of_another_root_is_not_believed_whatever_its_name(office: GuardedOffice, tmp_path: Path) -> None:
    stranger, key = make_root("stranger", office.now), new_key()
    (tmp_path / "rogue.pem").write_bytes(
        pem_of(issue_broker(stranger, key.public_key(), hub_host(TOPICS), office.now), stranger.certificate)
    )
    (tmp_path / "rogue.key").write_bytes(key_pem(key))
    rogue = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    rogue.load_cert_chain(tmp_path / "rogue.pem", tmp_path / "rogue.key")
    for knows_the_time in (True, False):
        with pytest.raises(ssl.SSLCertVerificationError):
            meet(rogue, office.member("lobby-1"), knows_the_time)


def meet(server: ssl.SSLContext, files: TlsFiles, knows_the_time: bool = True) -> None:
    """Let a device shake hands with a server, both in memory."""
    inbound, outbound = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = files.context(knows_the_time).wrap_bio(inbound, outbound, server_hostname=files.host)
    other = server.wrap_bio(outbound, inbound, server_side=True)
    for _ in range(10):
        for side in (client, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            if side is client:
                return


def test_a_device_that_does_not_know_the_time_still_trusts_only_the_pinned_office(office: GuardedOffice) -> None:
    # the broker's certificate is of next year for a board that starts in the past: dates are not looked at then
    key = new_key()
    future = issue_broker(office.issuer, key.public_key(), hub_host(TOPICS), office.now + timedelta(days=400))
    (office.folder / "future.pem").write_bytes(pem_of(future, office.issuer.certificate))
    (office.folder / "future.key").write_bytes(key_pem(key))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(office.folder / "future.pem", office.folder / "future.key")
    files = office.member("lobby-1")
    with pytest.raises(ssl.SSLCertVerificationError, match="not yet valid"):
        meet(server, files)
    meet(server, files, knows_the_time=False)


def test_a_device_connects_by_itself_once_it_was_let_in(office: GuardedOffice) -> None:
    early = office.caller("lobby-1", office.files("lobby-1"))
    office.member("lobby-1")
    early.connected()


def test_the_broker_comes_back_when_it_is_killed(office: GuardedOffice) -> None:
    lobby = office.caller("lobby-1", office.member("lobby-1")).connected()
    office.broker.kill()
    lobby.until(lambda: lobby.connections == 2)


def test_a_renewed_certificate_of_the_broker_is_served_without_a_restart(office: GuardedOffice) -> None:
    files = office.member("lobby-1")
    lobby = office.caller("lobby-1", files).connected()

    def served() -> bytes | None:
        line = socket.create_connection(("127.0.0.1", office.broker.port), timeout=10)
        with files.context().wrap_socket(line, server_hostname="") as secured:
            return secured.getpeercert(binary_form=True)

    before = served()
    (office.authority.folder / "broker.pem").unlink()
    assert office.do(office.authority.keep_fresh)
    office.do(office.broker.reload)
    while served() == before:
        pass
    assert (lobby.transport.connected, lobby.connections) == (True, 1), "open lines go on"


def test_rules_are_those_of_the_topics(office: GuardedOffice) -> None:
    assert (office.authority.folder / "rules.acl").read_text() == TOPICS.access_rules()
    assert isinstance(office.hub(), Caller)
