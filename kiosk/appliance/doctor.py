"""Is this box fit for its day: what was found, what it means, and how a technician mends it.

The rules are pure: measurements come in, findings go out. `probes` does the measuring, `doctor_report` tells it.
Every sentence is told in Vietnamese, with English under it.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from kiosk.config_check import Words
from kiosk.devices.paper_roll import PaperRoll

FindingState = Literal["ok", "warn", "bad", "off"]
"""`warn`: works, but not for ever; `bad`: citizens will notice; `off`: not asked for in `kiosk.toml`."""

LEAST_FREE_MIB, LOW_FREE_MIB = 64, 512
"""Below the first the outbox refuses or will soon; below the second somebody should look."""
HOT_C, WARM_C = 80.0, 70.0
"""The board slows itself from 80 degrees on (Raspberry Pi documentation, "thermal control")."""
FIRST_YEAR = 2026
"""No box was set up before it: an earlier year means a clock that woke up empty."""
SLOW_BROKER_MS = 500.0
_THROTTLED_NOW, _POWER_LOW_NOW, _SEEN_SINCE_BOOT = 0b1110, 0b1, 0xF0000
"""Bits of `vcgencmd get_throttled`: 0 under-voltage, 1-3 slowed down, 16-19 the same since the box was switched on."""

PLUG_NAMES = {
    "printer": Words("Máy in phiếu", "Ticket printer"),
    "scanner": Words("Đầu đọc thẻ", "Card scanner"),
    "lamp": Words("Đèn soi thẻ", "Card lamp"),
    "camera": Words("Camera ở quầy", "Counter camera"),
    "keypad": Words("Bàn phím cán bộ", "Officer's keypad"),
    "rating_pad": Words("Bàn phím đánh giá", "Rating pad"),
    "sign": Words("Bảng số ở quầy", "Counter sign"),
    "speaker": Words("Loa", "Speaker"),
    "narrator": Words("Giọng đọc màn hình", "Screen reader's voice"),
}
_IN_USE = Words(
    "Cắm lại cáp và nguồn. Nếu kiosk đang chạy, dừng dịch vụ trước: systemctl stop 'kiosk@*'.",
    "Plug cable and power in again. If the kiosk is running, stop it first: systemctl stop 'kiosk@*'.",
)
_MENDS = {
    "in_use": Words(
        "Một chương trình khác đang giữ thiết bị: dừng nó, ví dụ systemctl stop 'kiosk@*'.",
        "Another program has it: stop that, such as systemctl stop 'kiosk@*'.",
    ),
    "forbidden": Words(
        "Dịch vụ không có quyền: thêm người dùng kiosk vào các nhóm dialout, input, gpio, lp, audio, video.",
        "The service may not use it: add the user kiosk to the groups dialout, input, gpio, lp, audio, video.",
    ),
    "pins": Words(
        "Bo mạch không có chân này: sửa số chân của thiết bị trong kiosk.toml, hoặc bỏ dòng đó.",
        "The board has no such pin: mend the device's pins in kiosk.toml, or leave the line out.",
    ),
    "stuck_key": Words("Gỡ phím bị kẹt; lau sạch hoặc thay bàn phím.", "Free the stuck key; clean or replace the pad."),
    "no_sound": Words(
        "Cắm lại loa; xem tên thiết bị bằng aplay -L rồi ghi device; nghe thử: kiosk speak --test-tone.",
        "Plug the speaker in; find its name with aplay -L and write device; listen: kiosk speak --test-tone.",
    ),
    "paper_out": Words("Mở nắp, đặt cuộn giấy mới, đóng nắp.", "Open the cover, put in a new roll, close it."),
    "cover_open": Words("Đóng nắp máy in đến khi nghe tiếng khớp.", "Close the printer's cover until it clicks."),
    "cutter": Words("Tắt máy in, gỡ giấy kẹt ở dao cắt, bật lại.", "Switch off, free the cutter, switch on again."),
    "offline": Words("Bấm nút FEED hoặc tắt rồi bật lại máy in.", "Press FEED, or switch the printer off and on."),
    "no_player": Words(
        "Cài chương trình phát tiếng: apt-get install alsa-utils, hoặc sửa play của thiết bị này trong kiosk.toml.",
        "Install the player: apt-get install alsa-utils, or mend this device's play in kiosk.toml.",
    ),
}
_REASONS = {
    "in_use": Words("chương trình khác đang dùng", "in use by another program"),
    "forbidden": Words("không có quyền dùng", "may not be used"),
    "pins": Words("không dùng được chân GPIO", "its GPIO pin cannot be used"),
    "stuck_key": Words("có phím bị kẹt", "a key is stuck"),
    "no_sound": Words("không phát được tiếng", "takes no sound"),
    "paper_out": Words("hết giấy", "paper out"),
    "cover_open": Words("nắp đang mở", "cover open"),
    "paper_low": Words("sắp hết giấy", "paper low"),
    "offline": Words("máy không sẵn sàng", "offline"),
    "cutter": Words("dao cắt bị kẹt", "cutter jammed"),
    "cable": Words("không thấy thiết bị", "not found"),
    "no_player": Words("không có chương trình phát tiếng", "no player"),
    "silent": Words("có cắm nhưng không trả lời về giấy và nắp", "plugged in, but silent about paper and cover"),
    "camera": Words("không thấy hình", "no picture"),
}
_NOTHING = Words("", "")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report."""

    key: str
    name: Words
    state: FindingState
    evidence: Words
    mend: Words = _NOTHING


def judge_plug(kind: str, driver: str, state: str, reason: str = "", *, is_running: bool = False) -> Finding:
    """Judge a thing with a plug by what its driver says.

    Args:
        driver: its name in `kiosk.toml`.
        state: `absent`, `ready` or `faulty`; `unknown` for a printer that says nothing.
        reason: the driver's key, such as `paper_out`.
        is_running: whether the kiosk's own service is at work: then it is who has what is in use.
    """
    name = PLUG_NAMES[kind]
    if driver in ("none", "virtual"):
        is_virtual = driver == "virtual"
        evidence = Words(
            "thiết bị ảo, theo kiosk.toml" if is_virtual else "không dùng, theo kiosk.toml",
            "a virtual one, says kiosk.toml" if is_virtual else "not used, says kiosk.toml",
        )
        return Finding(key=kind, name=name, state="off", evidence=evidence)
    if reason == "in_use" and is_running:
        evidence = Words("dịch vụ kiosk đang dùng", "in use by the running kiosk")
        return Finding(key=kind, name=name, state="ok", evidence=evidence)
    told = _REASONS.get(reason, Words(reason, reason))
    if state == "ready" and not reason:
        evidence = Words(f"sẵn sàng ({driver})", f"ready ({driver})")
        return Finding(key=kind, name=name, state="ok", evidence=evidence)
    if state == "ready":
        mend = Words("Chuẩn bị cuộn giấy mới.", "Have a new roll at hand.")
        return Finding(key=kind, name=name, state="warn", evidence=told, mend=mend)
    if state == "unknown":
        mend = Words("In thử bằng kiosk doctor --print và nhìn tờ giấy.", "Try kiosk doctor --print and look at it.")
        return Finding(key=kind, name=name, state="warn", evidence=_REASONS["silent"], mend=mend)
    evidence = told if reason else _REASONS["cable"]
    return Finding(key=kind, name=name, state="bad", evidence=evidence, mend=_MENDS.get(reason, _IN_USE))


def judge_roll(roll: PaperRoll) -> Finding:
    """Judge the paper that is left, by what was printed since the roll was new."""
    left, slips = roll.left_m, roll.slips_left
    about = Words(f", chừng {slips} phiếu", f", some {slips} slips") if slips is not None else _NOTHING
    return Finding(
        key="paper",
        name=Words("Cuộn giấy", "Paper roll"),
        state="warn" if roll.is_low else "ok",
        evidence=Words(f"còn khoảng {left:.0f} m{about.vi}", f"about {left:.0f} m left{about.en}"),
        mend=Words(
            "Chuẩn bị cuộn giấy mới; thay xong, báo ở màn hình cán bộ trên kiosk.",
            "Have a new roll at hand; when it is in, say so in the kiosk's staff menu.",
        )
        if roll.is_low
        else _NOTHING,
    )


def judge_logo(path: str, fault: str) -> Finding:
    """Judge the site's logo; `fault` says why it cannot be printed, empty if it can."""
    name = Words("Logo trên phiếu", "Logo on slips")
    if not fault:
        return Finding(key="logo", name=name, state="ok", evidence=Words(path, path))
    mend = Words(
        "Chép một tệp PNG nét đen trên nền trắng vào chỗ đó. Phiếu vẫn in, không có logo.",
        "Copy a PNG with dark lines on white there. Slips are printed without it.",
    )
    return Finding(key="logo", name=name, state="warn", evidence=Words(fault, fault), mend=mend)


def judge_database(folder: str, error: str) -> Finding:
    """Judge whether events can be kept; `error` is what writing a trial database said, empty if it worked."""
    name = Words("Kho dữ liệu", "Database")
    if not error:
        evidence = Words(f"ghi được vào {folder}", f"{folder} can be written")
        return Finding(key="database", name=name, state="ok", evidence=evidence)
    return Finding(
        key="database",
        name=name,
        state="bad",
        evidence=Words(f"không ghi được vào {folder}: {error}", f"{folder} cannot be written: {error}"),
        mend=Words(
            "Kiểm tra thẻ nhớ và quyền của thư mục ở [storage] folder; thay thẻ nếu thẻ chỉ cho đọc.",
            "Check the card and the rights of the folder in [storage] folder; replace a card that turned read-only.",
        ),
    )


def judge_disk(free_mib: int) -> Finding:
    """Judge the room that is left where events are kept."""
    state: FindingState = "bad" if free_mib < LEAST_FREE_MIB else "warn" if free_mib < LOW_FREE_MIB else "ok"
    return Finding(
        key="disk",
        name=Words("Chỗ trống", "Free space"),
        state=state,
        evidence=Words(f"còn {free_mib} MiB", f"{free_mib} MiB left"),
        mend=_NOTHING
        if state == "ok"
        else Words("Xóa tệp lạ trên thẻ hoặc thay thẻ lớn hơn.", "Remove foreign files, or use a larger card."),
    )


def judge_heat(celsius: float | None, throttled: int | None) -> Finding:
    """Judge temperature and power; None where this board cannot tell."""
    name = Words("Nhiệt độ, nguồn điện", "Temperature, power")
    bits = throttled or 0
    seen_vi = [] if celsius is None else [f"{celsius:.0f} °C"]
    seen_en = list(seen_vi)
    if throttled is not None:
        seen_vi.append(f"cờ nguồn 0x{bits:x}")
        seen_en.append(f"throttling flags 0x{bits:x}")
    if not seen_vi:
        return Finding(
            key="heat", name=name, state="off", evidence=Words("bo mạch này không cho đọc", "this board cannot tell")
        )
    evidence = Words(", ".join(seen_vi), ", ".join(seen_en))
    if bits & (_POWER_LOW_NOW | _SEEN_SINCE_BOOT & 0x10000):
        state: FindingState = "bad" if bits & _POWER_LOW_NOW else "warn"
        mend = Words("Nguồn yếu: dùng bộ nguồn chính hãng và cáp ngắn.", "Weak power: use the board's own supply.")
        return Finding(key="heat", name=name, state=state, evidence=evidence, mend=mend)
    hot = celsius if celsius is not None else 0.0
    if hot >= HOT_C or bits & _THROTTLED_NOW:
        state = "bad"
    elif hot >= WARM_C or bits & _SEEN_SINCE_BOOT:
        state = "warn"
    else:
        return Finding(key="heat", name=name, state="ok", evidence=evidence)
    mend = Words("Làm mát: lau khe gió, kiểm tra quạt, tránh nắng.", "Cool it: clean vents, check the fan, no sun.")
    return Finding(key="heat", name=name, state=state, evidence=evidence, mend=mend)


def judge_clock(year: int, is_synchronised: bool | None) -> Finding:
    """Judge the clock: its year, and whether a time server sets it (None: nobody knows)."""
    name = Words("Đồng hồ", "Clock")
    if year < FIRST_YEAR:
        return Finding(
            key="clock",
            name=name,
            state="bad",
            evidence=Words(f"đang là năm {year}", f"it says year {year}"),
            mend=Words("Nối mạng để đặt giờ; thay pin đồng hồ.", "Connect to set the time; replace the clock's cell."),
        )
    if is_synchronised:
        evidence = Words("được chỉnh theo máy chủ giờ", "set by a time server")
        return Finding(key="clock", name=name, state="ok", evidence=evidence)
    return Finding(
        key="clock",
        name=name,
        state="warn",
        evidence=Words("chưa được chỉnh theo máy chủ giờ", "not set by a time server")
        if is_synchronised is not None
        else Words("không rõ ai chỉnh giờ", "nobody knows who sets it"),
        mend=Words(
            "Xem giờ trên màn hình có đúng không; kiểm tra: timedatectl.", "Look at it; check with timedatectl."
        ),
    )


def judge_broker(
    host: str, port: int, milliseconds: float | None, error: str = "", *, is_let_in: bool = True
) -> Finding:
    """Judge the way to the office's broker.

    Args:
        milliseconds: how long its answer took, None if there was none.
        error: why there was none.
        is_let_in: False for a device without a certificate, which cannot be answered more than a ring at the door.
    """
    name = Words("Máy chủ của văn phòng", "Office hub")
    where = f"{host}:{port}"
    if milliseconds is None:
        return Finding(
            key="broker",
            name=name,
            state="bad",
            evidence=Words(f"{where} không trả lời: {error}", f"{where} does not answer: {error}"),
            mend=Words(
                "Kiểm tra dây mạng, nguồn của máy chủ, và hub, port trong [network]. Phiếu vẫn được cấp.",
                "Check cable, the hub's power, and hub and port in [network]. Tickets go on meanwhile.",
            ),
        )
    if not is_let_in:
        return Finding(
            key="broker",
            name=name,
            state="bad",
            evidence=Words(f"{where} có máy, nhưng máy này chưa được duyệt", f"{where} is there; it has not let us in"),
            mend=Words("Chạy kiosk enrol, rồi duyệt ở máy chủ.", "Run kiosk enrol; then allow it at the hub."),
        )
    is_slow = milliseconds > SLOW_BROKER_MS
    return Finding(
        key="broker",
        name=name,
        state="warn" if is_slow else "ok",
        evidence=Words(f"{where} trả lời sau {milliseconds:.0f} ms", f"{where} answers in {milliseconds:.0f} ms"),
        mend=Words("Mạng chậm: dùng dây thay cho Wi-Fi.", "Slow network: use a cable, not Wi-Fi.")
        if is_slow
        else _NOTHING,
    )


def judge_voice(path: str | None) -> Finding:
    """Judge whether words can be made into sound; `path` of espeak-ng, None if it is not installed."""
    name = Words("Giọng đọc", "Voice")
    if path:
        return Finding(key="voice", name=name, state="ok", evidence=Words(path, path))
    return Finding(
        key="voice",
        name=name,
        state="bad",
        evidence=Words("chưa cài espeak-ng", "espeak-ng is not installed"),
        mend=Words("Cài: apt-get install espeak-ng", "Install it: apt-get install espeak-ng"),
    )


def judge_fonts(fault: str) -> Finding:
    """Judge the fonts; `fault` names the file and the letters that would come out as empty boxes, empty if none."""
    name = Words("Phông chữ", "Fonts")
    if not fault:
        evidence = Words("đủ mọi chữ tiếng Việt ở mọi nét", "every Vietnamese letter in every weight")
        return Finding(key="fonts", name=name, state="ok", evidence=evidence)
    mend = Words("Cài lại phần mềm kiosk: tệp phông bị hỏng.", "Install the kiosk again: a font file is damaged.")
    return Finding(key="fonts", name=name, state="bad", evidence=Words(fault, fault), mend=mend)


def exit_status(findings: Sequence[Finding]) -> int:
    """Return 1 if anything is bad, else 0: what only deserves a look stops nobody's morning."""
    return int(any(finding.state == "bad" for finding in findings))
