"""A technician's mistakes: each is told with its line, what is wrong and the mend, and none ends in a traceback."""

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Config, ConfigErrors, load_config, load_site_catalogue, parse_config
from kiosk.config_check import Problem
from kiosk.toml_lines import lines_of

EXAMPLES = sorted((Path(__file__).parents[1] / "firmware_config").glob("*.toml"))

GOOD = """\
[device]
name = "lobby-1"
roles = ["lobby"]

[site]
province = "79"
commune = "26740"

[network]
hub = "192.168.1.10"
port = 1883

[office]
name = "Một cửa phường Bến Nghé"

[[office.counter]]
number = 1
groups = ["chung-thuc"]

[[office.counter]]
number = 2
"""


def errors_of(text: str | bytes) -> ConfigErrors:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(ConfigErrors) as caught:
        parse_config(raw)
    return caught.value


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_good_file_becomes_settings() -> None:
    config = parse_config(GOOD.encode())
    assert config.device.roles == ("lobby",)
    assert config.office.counters_able("chung-thuc") == (1, 2)
    assert config.office.counters_able("dat-dai") == (2,)
    assert config.office.opens == time(7, 30)
    assert config.network.hub == "192.168.1.10"
    assert config.expression.enabled is False


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault() -> None:
    assert parse_config(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == parse_config(GOOD.encode())


def test_without_a_hub_the_device_works_alone() -> None:
    assert parse_config(changed('hub = "192.168.1.10"\n', "").encode()).network.hub == ""


PAD = '[peripherals.rating_pad]\ndriver = "gpio"\n'
KEYPADLESS = GOOD + '[peripherals.keypad]\ndriver = "none"\n'
GROUP = '\n[[office.group]]\nkey = "{key}"\nletter = "{letter}"\nname = "X"\nname_en = "X"\n'

BROKEN: list[tuple[str, str | bytes, int, str, str]] = [
    # name, text, line, part of what, part of mend
    ("wrong type: text for a number", changed("port = 1883", 'port = "1883"'), 11, "whole number", "port = 1883"),
    ("wrong type: number for a text", changed('province = "79"', "province = 79"), 6, "text in quotes", '"79"'),
    ("wrong type: text for a list", changed('["lobby"]', '"lobby"'), 3, "list", 'roles = ["lobby"]'),
    ("wrong type: text for a truth", GOOD + '[expression]\nenabled = "true"\n', 23, "true or false", "enabled = true"),
    (
        "three edges",
        GOOD + "[expression]\nregion = [0.1, 0, 1]\n",
        23,
        "four numbers",
        "region = [0.15, 0.0, 0.85, 1.0]",
    ),
    ("left of right", GOOD + "[expression]\nregion = [0.9, 0, 0.1, 1]\n", 23, "left < right", "region = [0.15"),
    ("outside the view", GOOD + "[expression]\nregion = [0, 0, 1, 480]\n", 23, "outside 0 to 1", "region = [0.15"),
    ("below the least k", GOOD + "[expression]\nk = 5\n", 23, "outside 10", "k = 10"),
    ("wrong type: a value for a table", "qr = 5\n" + GOOD, 1, "table", "[qr]"),
    ("wrong type in a list", changed('["chung-thuc"]', "[1]"), 18, "text in quotes", "groups"),
    ("unknown key", changed("port = 1883", "prot = 1883"), 11, "prot", '"port"'),
    ("unknown table", changed("[network]", "[netwrk]"), 9, "netwrk", '"network"'),
    (
        "misspelt needed key is one fault",
        changed("roles =", "role ="),
        3,
        "role",
        '"roles"? For example roles = ["lobby"]',
    ),
    ("key in the wrong table", changed("port = 1883", "kiosk_digit = 2"), 11, "kiosk_digit", "[device]"),
    ("unknown role", changed('["lobby"]', '["lobbby"]'), 3, "lobby, counter, board", '"lobby"'),
    ("no role", changed('["lobby"]', "[]"), 3, "empty", 'roles = ["lobby"]'),
    ("unknown driver", GOOD + '[peripherals]\nprinter = {driver = "escpos-us"}\n', 23, "escpos-file", '"escpos-usb"'),
    ("port out of range", changed("1883", "70000"), 11, "1 to 65535", "port = 1883"),
    ("digit out of range", changed('name = "lobby-1"', 'name = "l"\nkiosk_digit = 0'), 3, "1 to 9", "kiosk_digit"),
    ("width that no paper has", GOOD + "[peripherals.printer]\nwidth_dots = 500\n", 23, "576, 384", "width_dots"),
    ("not a number", GOOD + "[policy]\nweight_senior = nan\n", 23, "0.1 to 100", "weight_senior"),
    ("bad IP", changed("192.168.1.10", "192.168.1.300"), 10, "IPv4", 'hub = "192.168.1.10"'),
    ("host with a scheme", changed("192.168.1.10", "http://192.168.1.10"), 10, "without http", 'hub = "192.168.1.10"'),
    ("host with its port", changed("192.168.1.10", "192.168.1.10:1883"), 10, "on its own", 'hub = "192.168.1.10"'),
    ("host with a space", changed("192.168.1.10", "may chu"), 10, "host name", 'hub = "192.168.1.10"'),
    ("listen on a name", changed("port = 1883", 'listen = "hub"'), 11, "IP address", 'listen = "0.0.0.0"'),
    ("bad web address", changed("port = 1883", 'public_url = "192.168.1.10"'), 11, "http://", "public_url"),
    ("name with capitals", changed("lobby-1", "Máy Sảnh"), 2, "lower-case", 'name = "lobby-1"'),
    ("forbidden letter", GOOD + GROUP.format(key="chung-thuc", letter="O"), 25, "without I, O, Q", 'letter = "A"'),
    (
        "letter used twice",
        GOOD + GROUP.format(key="chung-thuc", letter="A") + GROUP.format(key="khac", letter="A"),
        31,
        "line 25",
        "choose another",
    ),
    (
        "group given twice",
        GOOD + GROUP.format(key="chung-thuc", letter="A") + GROUP.format(key="chung-thuc", letter="B"),
        30,
        "line 24",
        "delete one",
    ),
    ("counter with an unknown group", changed('"chung-thuc"', '"chung-thu"'), 18, "ho-tich", '"chung-thuc"'),
    ("two counters with one number", changed("number = 2", "number = 1"), 21, "line 17", "delete one"),
    ("counter that takes nothing", changed('groups = ["chung-thuc"]', "groups = []"), 18, "no group", "take out"),
    ("office without a counter", GOOD[: GOOD.index("[[")], 13, "no counter", "[[office.counter]]"),
    ("counter role without its number", changed('["lobby"]', '["counter"]'), 1, '"counter"', "counter = 1"),
    ("counter that is not there", changed('["lobby"]', '["counter"]\ncounter = 7'), 4, "1, 2", "number = 7"),
    ("missing key in an array", changed("number = 2", 'groups = ["ho-tich"]'), 20, '"number"', "number = 1"),
    ("missing table", changed('[site]\nprovince = "79"\ncommune = "26740"\n', ""), 1, "[site]", "province"),
    ("hours out of order", changed("[[", 'opens = "12:00"\n\n[['), 16, "before", "07:30"),
    ("no time", changed("[[", 'opens = "25:00"\n\n[['), 16, "time", 'opens = "07:30"'),
    (
        "serial printer without a port",
        GOOD + '[peripherals]\nprinter = {driver = "escpos-serial"}\n',
        23,
        "port",
        "/dev/",
    ),
    ("rating pad with four keys", GOOD + PAD + "keys = [5, 6, 13, 19]\n", 24, "4 numbers", "[5, 6, 13, 19, 26]"),
    ("two keys on one pin", GOOD + PAD + "lamp = 26\n", 24, "26", "choose another"),
    ("USB pad without its port", KEYPADLESS + PAD.replace("gpio", "hid"), 24, "port", "/dev/input"),
    (
        "USB pad beside any USB keypad",
        GOOD + PAD.replace("gpio", "hid") + 'port = "/dev/input/event3"\n',
        23,
        "[peripherals.keypad]",
        "/dev/input",
    ),
    ("password", changed("port = 1883", 'mqtt_password = "x"'), 11, "secret", "delete"),
    ("token", GOOD + '[zalo]\ntoken = "x"\n', 22, "zalo", "delete"),
    ("secret in a known table", changed("port = 1883", 'client_secret = "x"'), 11, "secret", "delete"),
    ("duplicate key", changed("port = 1883", "port = 1883\nport = 1884"), 12, "line 11", "delete one"),
    ("duplicate table", GOOD + "[network]\nport = 1\n", 22, "line 9", "delete one"),
    ("not UTF-8", changed("Một", "M?t").encode().replace(b"M?t", b"M\xf4t"), 14, "0xF4", "UTF-8"),
    ("UTF-16", GOOD.encode("utf-16"), 1, "UTF-16", "UTF-8"),
    ("empty", "", 1, "no settings", "[[office.counter]]"),
    ("only comments", "# nothing\n\n", 1, "no settings", "[device]"),
    ("huge", GOOD + "# " + "x" * 70_000, 0, "64 KiB", "example"),
    ("curly quotes", changed('"lobby-1"', "“lobby-1”"), 2, "“", '"'),
    ("no quotes", changed('"lobby-1"', "lobby-1"), 2, "quotes", 'name = "lobby-1"'),
    ("colon for equals", changed("port = 1883", "port: 1883"), 11, "no =", "port = 1883"),
    ("capital truth", GOOD + "[expression]\nenabled = True\n", 23, "lower case", "enabled = true"),
    ("leading zero", changed("1883", "01883"), 11, "begin with 0", "1883"),
    ("open quote", changed('"lobby-1"', '"lobby-1'), 2, "closed", '"lobby-1"'),
    ("no number", changed("1883", "abc"), 11, "no value", "port = 1883"),
    ("no quotes in a list", changed('["lobby"]', "lobby"), 3, "quotes", 'roles = ["lobby"]'),
    ("list not closed", changed('["lobby"]', '["lobby"'), 3, "not closed", "add ]"),
    ("list without a comma", changed('["lobby"]', '["lobby" "board"]'), 3, "comma", '["a", "b"]'),
    ("inline table not closed", GOOD + '[peripherals]\nprinter = {driver = "auto"\n', 23, "list", "write"),
    ("long text not closed", GOOD + '[office2]\nname = """x\n\n\n', 23, "not closed", '"""'),
    ("no value", changed("port = 1883", "port ="), 11, "no value", "port = 1883"),
    ("broken header", changed("[network]", "[network"), 9, "table", "[network]"),
    ("backslash", GOOD + '[storage]\nfolder = "C:\\kiosk"\n', 23, "\\", "/"),
    ("relative folder", GOOD + '[storage]\nfolder = "data"\n', 23, "/", "/var/lib/kiosk"),
    ("odd space", changed("port = 1883", "port\u00a0= 1883"), 11, "odd space", "spaces"),
    ("number without end", changed("1883", "9" * 5000), 11, "too long", "delete"),
    ("number without end, written short", changed("1883", "0x" + "f" * 5000), 11, "1 to 65535", "port = 1883"),
    ("nested without end", "x = " + "[" * 5000, 0, "nested", "example"),
    ("same ports", changed("1883", "8080"), 11, "same", "8080"),
    ("ages out of order", GOOD + "[policy]\nsenior_from_age = 80\n", 23, "below", "60"),
]


@pytest.mark.parametrize(("text", "line", "what", "mend"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_fault_is_told_with_line_what_and_mend(text: str | bytes, line: int, what: str, mend: str) -> None:
    errors = errors_of(text)
    told = [problem for problem in errors.problems if what in problem.what.en and mend in problem.mend.en]
    assert told, str(errors)
    assert line in [problem.line for problem in told], str(errors)
    assert len(errors.problems) == 1, str(errors)


def test_every_fault_is_told_in_vietnamese_first_and_then_in_english() -> None:
    first, second = errors_of(changed("1883", "70000")).messages[0].split("\n")
    assert first == "kiosk.toml dòng 11: [network] port = 70000 nằm ngoài khoảng 1 đến 65535. Sửa: ví dụ port = 1883"
    assert second == "kiosk.toml line 11: [network] port = 70000 is outside 1 to 65535. Mend: for example port = 1883"


def test_all_faults_come_at_once_in_order_of_lines() -> None:
    text = (
        GOOD.replace("1883", "0").replace('"79"', "79").replace("number = 2", "number = 1").replace("name =", "nmae =")
    )
    assert [problem.line for problem in errors_of(text).problems] == [2, 6, 11, 14, 21]


def test_a_missing_file_is_told_and_the_name_that_windows_hides_is_found(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match="No such file"):
        load_config(tmp_path / "kiosk.toml")
    (tmp_path / "kiosk.toml.txt").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r"rename kiosk\.toml\.txt to kiosk\.toml"):
        load_config(tmp_path / "kiosk.toml")
    with pytest.raises(ConfigErrors):
        load_config(tmp_path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_file_is_right_as_it_stands(path: Path) -> None:
    assert load_config(path).device.roles


def test_there_is_an_example_for_each_role() -> None:
    roles = {role for path in EXAMPLES for role in load_config(path).device.roles}
    assert roles == {"lobby", "counter", "board", "hub", "centre", "vision"}


@given(st.binary(max_size=200))
def test_no_bytes_end_in_a_traceback(raw: bytes) -> None:
    with pytest.raises(ConfigErrors) as caught:
        parse_config(raw)
    assert caught.value.messages


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(alphabet="[]{}=\"'#\\\n.,1a-_Đ\u00a0", max_size=6))
def test_no_slip_of_the_keyboard_ends_in_a_traceback(at: int, gone: int, typed: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        parse_config((GOOD[:at] + typed + GOOD[at + gone :]).encode())
    except ConfigErrors as errors:
        problems = errors.problems
    assert all(0 <= problem.line <= GOOD.count("\n") + 8 for problem in problems)


def test_lines_are_found_in_every_notation_of_toml() -> None:
    text = '''\
a.b = 1
text = """
[not.a.table]
x = 1 \\"""
"""
raw = \'\'\'
[neither]\'\'\'
list = [
  1,  # ] in a comment
  { k = "]", l = 2 },
]
[t.u]
"quoted.key" = 3
[[t.u.rows]]
n = 1
[[t.u.rows]]
n = 2
[t.u.rows.inner]
m = 1
'''
    lines = lines_of(text)
    assert lines[("a", "b")] == 1
    assert lines[("raw",)] == 6
    assert lines[("list", 1)] == 10
    assert lines[("list", 1, "l")] == 10
    assert lines[("t", "u", "quoted.key")] == 13
    assert lines[("t", "u", "rows", 1, "n")] == 17
    assert lines[("t", "u", "rows", 1, "inner", "m")] == 19
    assert ("not", "a", "table") not in lines


def test_the_demo_needs_no_file() -> None:
    config = Config.for_demo(
        "counter", "counter-2", "/tmp/x", counters=2, port=12345, counter=2, public_url="http://a/"
    )
    assert (config.device.counter, config.network.port, config.public_url) == (2, 12345, "http://a")
    assert config.peripherals.printer.driver == "virtual"


def test_a_site_lays_its_own_procedures_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(GOOD + '[catalogue]\nfile = "own.json"\n', encoding="utf-8")
    (tmp_path / "own.json").write_text('[{"key": "ket-hon", "fee": "0 đồng", "fee_en": "0 VND"}]', encoding="utf-8")
    row = load_site_catalogue(load_config(tmp_path / "kiosk.toml")).get("ket-hon")
    assert row is not None
    assert row.fee_in("vi") == "0 đồng"


def test_a_bad_site_catalogue_names_row_and_field(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(GOOD + '[catalogue]\nfile = "own.json"\n', encoding="utf-8")
    config = load_config(tmp_path / "kiosk.toml")
    with pytest.raises(ConfigErrors, match="cannot read"):
        load_site_catalogue(config)
    (tmp_path / "own.json").write_text('[{"key": "ket-hon", "code": "123"}]', encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r'ket-hon.*field "code"'):
        load_site_catalogue(config)


def test_a_password_of_the_database_is_refused_wherever_it_stands() -> None:
    for address in ("postgresql://kiosk:secret@db/kiosk", "postgresql://db/kiosk?password=secret", "db.example"):
        assert "database" in str(errors_of(GOOD + f'\n[centre]\ndatabase = "{address}"\n'))
    good = parse_config((GOOD + '\n[centre]\ndatabase = "postgresql://kiosk@db:5433/kiosk"\n').encode())
    assert good.centre.database == "postgresql://kiosk@db:5433/kiosk"


def test_each_role_of_a_box_with_several_has_a_name_and_a_memory_of_its_own() -> None:
    office = load_config(next(path for path in EXAMPLES if path.name == "all-in-one.toml"))
    parts = [office.for_role(role) for role in office.speaking_roles]
    assert [part.device.name for part in parts] == ["office-1-lobby", "office-1-counter", "office-1-board"]
    assert len({part.storage for part in (*parts, office)}) == 4
    assert office.for_role("hub") == office
    lobby = load_config(next(path for path in EXAMPLES if path.name == "lobby.toml"))
    assert lobby.for_role("lobby") == lobby


def test_weekends_holidays_and_early_numbers_are_the_sites() -> None:
    hours = parse_config(GOOD.encode()).hours
    assert hours is not None
    assert hours.closed_weekdays == (5, 6), "nobody works at the weekend unless told"
    text = changed("[office]\n", '[office]\nclosed = ["sun"]\nholidays = ["2027-09-02"]\nnumbers_before_opening = 15\n')
    hours = parse_config(text.encode()).hours
    assert hours is not None
    assert (hours.closed_weekdays, hours.holidays, hours.early_minutes) == ((6,), (date(2027, 9, 2),), 15)
    fault = errors_of(changed("[office]\n", '[office]\nholidays = ["02/09/2027"]\n')).messages[0]
    assert "year-month-day" in fault


def test_a_campaign_brings_its_own_queue_to_every_counter_that_takes_all() -> None:
    config = parse_config((GOOD + '[campaign]\nkey = "chu-ky-so"\nfirst = "2026-12-05"\n').encode())
    assert config.campaign is not None
    assert config.campaign.first == date(2026, 12, 5)
    assert config.office.group("chu-ky-so").letter == "S"
    assert config.office.counters_able("chu-ky-so") == (2,)


def test_an_unknown_campaign_and_a_letter_that_is_taken_are_refused() -> None:
    assert "chu-ky-so" in errors_of(GOOD + '[campaign]\nkey = "khac"\n').messages[0]
    assert "letter" in errors_of(GOOD + '[campaign]\nkey = "chu-ky-so"\nletter = "A"\n').messages[0]


def test_a_site_writes_a_campaign_of_its_own(tmp_path: Path) -> None:
    said = '{"vi": "Tiêm chủng", "en": "Vaccination"}'
    text = f'"name": {said}, "lead": {said}, "bring": [], "steps": [{said}], "link": "http://x", "link_note": {said}'
    tmp_path.joinpath("own.json").write_text(f'[{{"key": "tiem-chung", {text}}}]', encoding="utf-8")
    raw = (GOOD + '[campaign]\nkey = "tiem-chung"\nfile = "own.json"\nletter = "T"\n').encode()
    campaign = parse_config(raw, tmp_path / "kiosk.toml").campaign
    assert campaign is not None
    assert campaign.text.name.en == "Vaccination"
    tmp_path.joinpath("own.json").write_text("{")
    with pytest.raises(ConfigErrors, match=r"own\.json"):
        parse_config(raw, tmp_path / "kiosk.toml")
