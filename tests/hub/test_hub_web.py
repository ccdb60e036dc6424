"""The hub's pages as citizens, officers and the leader meet them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import TypeVar

import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from kiosk.domain import commands, events
from kiosk.domain.envelope import event_of
from kiosk.domain.ratings import OfflineGrant, grant_payload
from kiosk.hub.passwords import Passwords
from kiosk.hub.web import make_app
from kiosk.hub.web.site import load_assets
from kiosk.hub.web.texts import LANGUAGES, Texts
from kiosk.messaging.identity import DeviceKey, sign_offline_token
from tests.hub.stage import Stage

PASSWORD = "mật khẩu lãnh đạo"
Result = TypeVar("Result")


class Browser:
    """A visitor with cookies, who fills in the forms of the pages that are shown."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.text = ""
        self.status = 0

    def open(self, path: str) -> str:
        answer = self.client.get(path)
        self.status, self.text = answer.status_code, answer.text
        return self.text

    def send(self, path: str, **fields: str | list[str]) -> str:
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', self.text)
        data = {"csrf": token[1] if token else "", **fields}
        answer = self.client.post(path, data=data)
        self.status, self.text = answer.status_code, answer.text
        return self.text

    def log_in(self, password: str = PASSWORD) -> None:
        self.open("/login")
        self.send("/login", password=password, back="/leader")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.lobby = stage.device("lobby-1")
    stage.seconds = 0.0
    return stage


def app_of(stage: Stage, **options: str) -> TestClient:
    def call(act: Callable[[], Result], /) -> Result:
        result = act()
        stage.time.settle()
        return result

    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return TestClient(make_app(stage.hub, call, monotonic=lambda: stage.seconds, passwords=quick, **options))


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    with app_of(stage, leader_password=PASSWORD) as client:
        yield Browser(client)


def words(page: str) -> str:
    """Return what a person reads of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def wait(stage: Stage, *numbers: str) -> None:
    for number in numbers:
        stage.lobby.put(stage.issued(number))
        stage.time.advance(60)


def serve(stage: Stage, number: str = "A001") -> str:
    wait(stage, number)
    stage.sign_in(1, "minh", "Trần Thị Minh")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    offer = stage.verb(commands.Finish, 1).offer
    assert offer is not None
    return offer.token


def test_a_phone_follows_the_ticket_from_place_to_counter_to_rating(stage: Stage, browser: Browser) -> None:
    wait(stage, "A001", "A002")
    stage.sign_in(1, "minh", "Trần Thị Minh")
    assert "Vị trí trong hàng 2" in words(browser.open("/t/t-A002"))
    stage.verb(commands.CallNext, 1)
    assert "Mời đến quầy 1" in words(browser.open("/t/t-A001"))
    stage.verb(commands.Start, 1)
    assert "Đang được phục vụ" in words(browser.open("/t/t-A001/part"))
    stage.verb(commands.Finish, 1)
    page = browser.open("/t/t-A001")
    assert "Đã xong" in words(page)
    assert "/t/t-A001/rate/0" in page
    browser.open("/t/t-A001/rate/0")
    assert "Trần Thị Minh" in browser.text
    assert "Cảm ơn quý khách đã đánh giá" in browser.send("/t/t-A001/rate/0", score="4", comment="nhanh")
    assert stage.hub.figures().satisfied == 1
    assert "/rate/" not in browser.open("/t/t-A001")


def test_a_phone_rates_once_by_the_code_on_the_tablet(stage: Stage, browser: Browser) -> None:
    token = serve(stage)
    browser.open(f"/r/{token}")
    browser.send(f"/r/{token}", score="2", reasons=["wait", "nonsense", "unclear"], comment="chờ lâu")
    given = event_of(stage.heard[-1])
    assert isinstance(given, events.RatingGiven)
    assert (given.score, given.reasons, given.way, given.officer) == (2, ("wait", "unclear"), "phone", "minh")
    assert "đã được đánh giá" in browser.open(f"/r/{token}")
    assert browser.status == 410
    assert stage.hub.figures().rated == 1


def test_whoever_rated_at_the_tablet_is_not_asked_again_by_phone(stage: Stage, browser: Browser) -> None:
    token = serve(stage)
    stage.lobby.put(
        events.RatingGiven(at=stage.time.now(), ticket="t-A001", service=0, token=token, score=5, counter=1)
    )
    stage.time.settle()
    assert "/rate/" not in browser.open("/t/t-A001")
    assert "đã được đánh giá" in browser.open("/t/t-A001/rate/0")


@pytest.mark.parametrize("path", ["/t/t-A001/rate/0", "/t/t-A001/rate/7", "/t/nobody/rate/0", "/r/0123456789abcdef"])
def test_nobody_rates_what_is_not_finished(stage: Stage, browser: Browser, path: str) -> None:
    wait(stage, "A001")
    browser.open(path)
    assert browser.status == 410
    browser.open("/p")
    browser.send(path, score="1")
    assert stage.hub.figures().rated == 0


def test_a_rating_needs_a_face(stage: Stage, browser: Browser) -> None:
    token = serve(stage)
    browser.open(f"/r/{token}")
    assert "chọn một khuôn mặt" in browser.send(f"/r/{token}", score="9")
    assert stage.hub.figures().rated == 0


def test_a_petition_by_phone_reaches_the_leader_and_its_answer_the_citizen(stage: Stage, browser: Browser) -> None:
    browser.open("/p")
    browser.send("/p", text="Chờ <b>quá</b> lâu", category="facilities")
    receipt = re.search(r"KN-[0-9A-Z]{6}", browser.text)
    assert receipt is not None
    assert "Hạn trả lời: Thứ Ba, 08/12/2026" in words(browser.text)
    browser.log_in()
    petition = stage.hub.book.inbox.all()[0]
    browser.open("/leader")
    assert "Chờ &lt;b&gt;quá&lt;/b&gt; lâu" in browser.text
    for verb, fields in (
        ("acknowledge", {}),
        ("assign", {"to": "Chị Lan"}),
        ("answer", {"answer": "Chúng tôi đã mở thêm quầy."}),
    ):
        browser.send(f"/leader/petitions/{petition.petition}/{verb}", **fields)
        assert browser.status == 200
    page = browser.open(f"/p/{receipt[0].lower().replace('-', '')}")
    assert "Chúng tôi đã mở thêm quầy." in page
    assert "Chị Lan" not in page, "who was asked stays inside"
    assert (stage.hub.figures().petitions, stage.hub.figures().petitions_answered) == (1, 1)


def test_a_petition_without_words_is_not_filed(stage: Stage, browser: Browser) -> None:
    browser.open("/p")
    assert "viết nội dung" in browser.send("/p", text="   ", category="other")
    assert stage.hub.figures().petitions == 0


def test_an_unknown_receipt_is_said_so(browser: Browser) -> None:
    assert "Không tìm thấy mã này" in browser.open("/p/KN-ACDEFG")
    browser.open("/")
    assert "Không tìm thấy mã này" in browser.send("/p/find", receipt="../leader?x=1")


def test_nobody_floods_the_inbox(stage: Stage, browser: Browser) -> None:
    browser.open("/p")
    statuses = []
    for n in range(8):
        browser.open("/p")
        browser.send("/p", text=f"Kiến nghị {n}")
        statuses.append(browser.status)
    assert statuses == [200] * 6 + [429] * 2
    assert stage.hub.figures().petitions == 6
    stage.seconds += 601
    browser.open("/p")
    browser.send("/p", text="Kiến nghị sau")
    assert browser.status == 200


def test_receipts_and_tokens_are_not_guessed(browser: Browser) -> None:
    for _ in range(30):
        browser.open("/p/KN-ACDEFG")
    browser.open("/r/guess")
    assert browser.status == 429


def test_the_leader_sees_shares_with_their_n_and_interval(stage: Stage, browser: Browser) -> None:
    token = serve(stage)
    browser.open(f"/r/{token}")
    browser.send(f"/r/{token}", score="5")
    browser.log_in()
    page = words(browser.open("/leader"))
    assert "1 trong 1 lượt đánh giá hài lòng" in page
    assert "(Wilson): 21 % – 100 %" in page
    assert "1 lượt đánh giá trên 1 lượt được mời. Dưới 30 lượt: chưa đủ để so sánh." in page
    assert "Trần Thị Minh" in page


def test_the_leader_reads_comments_and_is_told_of_odd_ratings_without_losing_one(
    stage: Stage, browser: Browser
) -> None:
    for number in ("A001", "A002"):
        token = serve(stage, number)
        stage.lobby.put(
            events.RatingGiven(
                at=stage.time.now(), ticket=f"t-{number}", service=0, token=token, score=1, comment="<i>chậm</i>"
            )
        )
        stage.time.settle()
        stage.time.jump(timedelta(seconds=-60))
    browser.log_in()
    page = browser.open("/leader")
    assert "Quầy 1: 1 đánh giá cách đánh giá trước dưới 3 giây." in words(page)
    assert "&lt;i&gt;chậm&lt;/i&gt;" in page
    assert "0 trong 2 lượt đánh giá hài lòng" in words(page)


def test_the_leader_is_told_of_faults_lost_devices_calls_for_help_and_double_calls(
    stage: Stage, browser: Browser
) -> None:
    wait(stage, "A001")
    other = stage.device("counter-2")
    stage.lobby.put(events.DeviceFaulted(at=stage.time.now(), part="paper", reason="paper_out"))
    stage.lobby.put(events.HelpCalled(at=stage.time.now()))
    for counter in (1, 2):
        other.put(events.TicketCalled(at=stage.time.now(), ticket="t-A001", counter=counter, manual=True))
    stage.time.settle()
    other.transport.pull()
    stage.time.settle()
    browser.log_in()
    page = words(browser.open("/leader/part"))
    for told in (
        "lobby-1: giấy in không hoạt động",
        "khách gọi hỗ trợ",
        "counter-2: mất kết nối",
        "gọi ở hai quầy: 2 và 1",
    ):
        assert told in page


@pytest.mark.parametrize("path", ["/leader", "/console/1"])
def test_pages_of_the_office_ask_for_the_password_and_lead_back(browser: Browser, path: str) -> None:
    assert "Mật khẩu" in browser.open(path)
    browser.send("/login", password="falsch falsch", back=path)
    assert "Mật khẩu không đúng" in browser.text
    browser.send("/login", password=PASSWORD, back=path)
    assert browser.status == 200
    assert "Mật khẩu không đúng" not in browser.text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_login_never_leads_to_a_stranger(browser: Browser, back: str) -> None:
    browser.open("/login")
    token = re.search(r'name="csrf" value="([0-9a-f]+)"', browser.text)
    assert token is not None
    fields = {"csrf": token[1], "password": PASSWORD, "back": back}
    answer = browser.client.post("/login", data=fields, follow_redirects=False)
    assert answer.headers["location"] == "/leader"


def test_passwords_are_not_guessed(stage: Stage, browser: Browser) -> None:
    browser.open("/login")
    for _ in range(5):
        browser.send("/login", password="guess", back="/leader")
    assert "Thử quá nhiều lần" in browser.send("/login", password=PASSWORD, back="/leader")
    stage.seconds += 61
    browser.send("/login", password=PASSWORD, back="/leader")
    assert "Bàn làm việc" in browser.text


def test_a_session_ends_by_leaving_and_by_itself(stage: Stage, browser: Browser) -> None:
    browser.log_in()
    browser.send("/logout")
    assert "Đăng nhập" in browser.open("/leader")
    browser.log_in()
    stage.seconds += 9 * 3600
    assert "Đăng nhập" in browser.open("/leader")


@pytest.mark.parametrize(
    "path", ["/p", "/login", "/logout", "/leader/petitions/x/answer", "/leader/staff-password", "/console/1", "/r/x"]
)
def test_no_form_is_taken_from_another_site(stage: Stage, browser: Browser, path: str) -> None:
    browser.log_in()
    answer = browser.client.post(path, data={"csrf": "0" * 64, "text": "x", "verb": "call_next", "score": "5"})
    assert answer.status_code == 403
    assert stage.hub.figures().petitions == 0


def test_the_first_password_needs_the_code_from_the_server(stage: Stage) -> None:
    with app_of(stage, setup_code="AB2CD-EF3GH") as client:
        browser = Browser(client)
        assert "Đặt mật khẩu lãnh đạo" in browser.open("/leader")
        good = "một câu dài"
        for fields, told in (
            ({"code": "wrong", "password": good, "again": good}, "Mã cài đặt không đúng"),
            ({"code": "AB2CD-EF3GH", "password": "short", "again": "short"}, "ít nhất 10 ký tự"),
            ({"code": "AB2CD-EF3GH", "password": good, "again": good + "!"}, "không giống nhau"),
        ):
            assert told in browser.send("/setup", **fields)
        browser.send("/setup", code="AB2CD-EF3GH", password=good, again=good)
        browser.send("/login", password=good, back="/leader")
        assert "Bàn làm việc" in browser.text
        browser.open("/p")
        browser.send("/setup", code="AB2CD-EF3GH", password="một câu khác", again="một câu khác")
        assert "Bàn làm việc" not in browser.text
    stored = stage.hub.book.ledger.meta("leader_password")
    assert stored is not None
    assert stored.startswith("$argon2id$")
    with app_of(stage) as client:
        again = Browser(client)
        again.log_in(good)
        assert "Bàn làm việc" in again.text, "after a restart the password is the same"


def test_an_officers_password_opens_the_console_and_not_the_leaders_desk(stage: Stage, browser: Browser) -> None:
    browser.log_in()
    browser.send("/leader/staff-password", password="mật khẩu cán bộ")
    browser.send("/logout")
    browser.log_in("mật khẩu cán bộ")
    browser.open("/console/1")
    assert "Mở quầy" in browser.text
    assert "Đăng nhập" in browser.open("/leader")


def test_an_officer_serves_a_visit_from_the_web_console(stage: Stage, browser: Browser) -> None:
    wait(stage, "A001", "A002", "A003")
    browser.log_in()
    browser.open("/console/1")
    states = []
    for fields in (
        {"verb": "sign_in", "officer": "minh", "name": "Trần Thị Minh"},
        {"verb": "call_next"},
        {"verb": "recall"},
        {"verb": "park"},
        {"verb": "resume", "number": "A001"},
        {"verb": "call_ticket", "number": "A003", "reason": "cấp cứu"},
        {"verb": "no_show"},
        {"verb": "return", "number": "A003"},
        {"verb": "call_next"},
        {"verb": "start"},
        {"verb": "transfer", "group": "ho-tich", "reason": "sai nhóm"},
        {"verb": "void", "number": "A002"},
        {"verb": "call_next"},
        {"verb": "start"},
        {"verb": "finish"},
        {"verb": "pause"},
        {"verb": "reopen"},
        {"verb": "sign_out"},
    ):
        browser.send("/console/1", **fields)
        assert 'role="alert"' not in browser.text, fields
        states.append(stage.hub.snapshot.counters[0].state)
        stage.time.advance(30)
    assert states == [
        "idle", "calling", "calling", "idle", "idle", "calling", "idle", "idle", "calling", "serving", "idle", "idle",
        "calling", "serving", "idle", "paused", "idle", "closed",
    ]  # fmt: skip


def test_the_console_says_why_a_verb_was_refused(stage: Stage, browser: Browser) -> None:
    browser.log_in()
    browser.open("/console/1")
    browser.send("/console/1", verb="call_next")
    assert "Quầy chưa mở." in words(browser.text)
    assert "script" not in browser.open("/console/1?error=<script>").split("</main>")[0].split("<main")[1]
    browser.open("/console/99")
    assert browser.status == 404


def test_ticket_ids_are_shown_only_to_who_holds_the_slip(stage: Stage, browser: Browser) -> None:
    wait(stage, "A001", "A002")
    stage.sign_in(1)
    stage.verb(commands.CallNext, 1)
    browser.log_in()
    for path in ("/", "/api/snapshot", "/leader", "/console/1", "/health"):
        assert "t-A00" not in browser.open(path), path


@pytest.mark.parametrize("path", ["/", "/t/t-A001", "/p", "/login", "/nothing", "/static/kiosk.css", "/api/snapshot"])
def test_every_answer_forbids_what_pages_do_not_need(stage: Stage, browser: Browser, path: str) -> None:
    wait(stage, "A001")
    headers = browser.client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/assets/fonts/..%2f..%2fui.py"])
def test_only_the_pages_own_files_are_served(browser: Browser, path: str) -> None:
    assert browser.client.get(path).status_code == 404


def test_nothing_is_loaded_from_elsewhere(stage: Stage, browser: Browser) -> None:
    serve(stage)
    browser.log_in()
    for path in ("/", "/t/t-A001", "/p", "/leader", "/console/1"):
        page = browser.open(path)
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page), path
        assert "style=" not in page, path
        for asset in re.findall(r'(?:src|href)="(/(?:static|assets)/[^"]+)"', page):
            assert asset in load_assets(), asset


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    browser.open("/p")
    browser.send("/p", text="x" * 70_000)
    assert browser.status == 413


def test_an_earlier_days_ticket_still_has_its_page(stage: Stage, browser: Browser) -> None:
    serve(stage)
    stage.time.advance(hours=18)
    page = browser.open("/t/t-A001")
    assert "Đã xong" in words(page)
    assert "/t/t-A001/rate/0" in page


def test_pages_speak_english_when_asked_and_remember_it(stage: Stage, browser: Browser) -> None:
    wait(stage, "A001")
    assert "Place in the queue" in browser.open("/t/t-A001?lang=en")
    assert "The queue today" in browser.open("/")
    assert "Hàng chờ hôm nay" in browser.open("/?lang=vi")


def test_both_languages_say_the_same_things() -> None:
    vietnamese, english = (Texts(language) for language in LANGUAGES)
    assert vietnamese.keys() == english.keys()
    for key in vietnamese.keys():  # noqa: SIM118  # no dict
        fields = [sorted(re.findall(r"\{(\w+)\}", texts.raw(key))) for texts in (vietnamese, english)]
        assert fields[0] == fields[1], key


def test_health_tells_a_technician_how_the_hub_is(stage: Stage, browser: Browser) -> None:
    stage.send_raw("lobby-1", "ticket", b"rubbish")
    health = browser.client.get("/health").json()
    assert health["state"] == "ready"
    assert health["devices"] == {"lobby-1": "ready"}
    assert health["refused"] == [["not_an_envelope", "lobby-1", 1]]


def test_a_service_finished_by_hand_is_rated_from_the_slip_or_by_the_counters_own_code(tmp_path: Path) -> None:
    key = DeviceKey.make()
    stage = Stage(tmp_path, device_keys={"counter-1": key.public_hex})
    stage.lobby, stage.seconds = stage.device("lobby-1"), 0.0
    for number in ("A001", "A002"):
        ticket, now = f"t-{number}", stage.time.now()
        stage.lobby.put(stage.issued(number))
        stage.lobby.put(events.TicketCalled(at=now, ticket=ticket, counter=1, officer="minh", manual=True))
        stage.lobby.put(events.ServiceStarted(at=now, ticket=ticket, counter=1, officer="minh", manual=True))
        stage.lobby.put(events.ServiceFinished(at=now, ticket=ticket, counter=1, officer="minh", manual=True))
    stage.time.settle()
    grant = OfflineGrant(ticket="t-A002", number="A002", service=0, counter=1, officer="minh", at=stage.time.now())
    token = sign_offline_token(key, "counter-1", grant_payload(grant))
    with app_of(stage, leader_password=PASSWORD) as client:
        browser = Browser(client)
        for path in ("/t/t-A001/rate/0", f"/r/{token}"):
            browser.open(path)
            assert "Cảm ơn quý khách" in browser.send(path, score="5")
            assert "đã được đánh giá" in browser.open(path)
    assert [(row.ticket, row.officer, row.offline) for row in stage.hub.day.ratings.values()] == [
        ("t-A001", "minh", False),
        ("t-A002", "minh", True),
    ]


def test_an_officer_opens_a_form_by_its_code_once(stage: Stage, browser: Browser) -> None:
    values = {"name": "Nguyễn Thị Hoa", "child_name": "Lê Minh An", "child_sex": "nu"}
    reply = stage.lobby.ask(commands.HandOver(req_id="f1", form="khai-sinh", values=values))
    stage.sign_in(1)
    browser.log_in()
    browser.open("/console/1")
    page = unescape(browser.send("/console/1/form", code=f" {reply.code[:4].lower()}-{reply.code[4:]} "))
    assert browser.status == 200
    for text in ("Đăng ký khai sinh", "Nguyễn Thị Hoa", "Họ và tên của trẻ", "Lê Minh An", "Nữ"):
        assert text in page
    browser.open("/console/1")
    assert "đã dùng" in unescape(browser.send("/console/1/form", code=reply.code))
    assert browser.status == 404


def test_a_call_for_help_stands_on_every_officers_console_for_a_while(stage: Stage, browser: Browser) -> None:
    stage.lobby.put(events.HelpCalled(at=stage.time.now()))
    stage.time.settle()
    browser.log_in()
    assert "lobby-1" in browser.open("/console/1")
    stage.time.jump(timedelta(minutes=11))
    assert "lobby-1" not in browser.open("/console/1")


def test_the_leader_names_officers_and_a_pin_that_is_guessed_at_once_is_refused(stage: Stage, browser: Browser) -> None:
    assert "Đăng nhập" in browser.open("/leader/officers")
    browser.log_in()
    browser.open("/leader/officers")
    assert "không bắt đầu bằng 0" in browser.send("/leader/officers", number="07", name="Lê Văn An", pin="4719")
    assert browser.status == 400
    assert "Mời chọn mã khác" in browser.send("/leader/officers", number="7", name="Lê Văn An", pin="1234")
    assert "Lê Văn An" in browser.send("/leader/officers", number="7", name=" Lê  Văn An ", pin="4719")
    assert "4719" not in browser.text
    assert [officer.name for officer in stage.hub.officers.all()] == ["Lê Văn An"]
    assert "Chưa có cán bộ nào" in browser.send("/leader/officers/7/remove")


def test_the_leader_sees_how_a_campaign_was_used(stage: Stage, browser: Browser) -> None:
    for outcome in ("phone", "phone", "number"):
        stage.lobby.put(events.CampaignGuided(at=stage.time.now(), campaign="chu-ky-so", outcome=outcome))
    stage.time.settle()
    browser.log_in()
    assert "2 lượt mang mã" in unescape(browser.open("/leader"))
