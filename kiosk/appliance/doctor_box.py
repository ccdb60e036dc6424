"""What the doctor says of the box around the devices: its services, its certificate, its way into the network. Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from kiosk.appliance.doctor import Finding, FindingState
from kiosk.config_check import Words

RENEW_OVERDUE = timedelta(days=25)
"""The next certificate is asked for thirty days before the end: five days later somebody should look why it did not
come."""
WEAK_DBM = -75
"""Below it Wi-Fi loses frames for seconds (IEEE 802.11 receivers must hear -82 dBm, at their lowest rate)."""


class UnitState(NamedTuple):
    """What systemd says of a service."""

    active: str
    """`active`, `inactive`, `failed`, `activating` ..."""
    restarts: int = 0
    result: str = ""
    """Why it failed: `exit-code`, `watchdog` ..."""


class Link(NamedTuple):
    """One network interface that has a cable or a radio."""

    name: str
    is_up: bool
    address: str = ""
    megabits: int | None = None
    dbm: int | None = None
    """Signal of a radio; None for a cable."""


def judge_unit(unit: str, state: UnitState | None) -> Finding:
    """Judge a service; None where this machine has no systemd."""
    short = unit.removesuffix(".service")
    key, name = f"unit:{short}", Words(f"Dịch vụ {short}", f"Service {short}")
    if state is None:
        evidence = Words("máy này không dùng systemd", "this machine has no systemd")
        return Finding(key=key, name=name, state="off", evidence=evidence)
    log = f"journalctl -u {unit} -n 50"
    if state.active == "active":
        if not state.restarts:
            return Finding(key=key, name=name, state="ok", evidence=Words("đang chạy", "running"))
        return Finding(
            key=key,
            name=name,
            state="warn",
            evidence=Words(
                f"đang chạy, đã tự khởi động lại {state.restarts} lần", f"running, restarted {state.restarts} times"
            ),
            mend=Words(f"Xem vì sao: {log}", f"See why: {log}"),
        )
    if state.active == "failed":
        return Finding(
            key=key,
            name=name,
            state="bad",
            evidence=Words(f"đã dừng vì lỗi ({state.result})", f"failed ({state.result})"),
            mend=Words(
                f"Xem: {log}; sửa xong: systemctl restart {unit}", f"Look: {log}; then: systemctl restart {unit}"
            ),
        )
    return Finding(
        key=key,
        name=name,
        state="warn",
        evidence=Words(f"không chạy ({state.active})", f"not running ({state.active})"),
        mend=Words(f"Bật: systemctl enable --now {unit}", f"Switch it on: systemctl enable --now {unit}"),
    )


def judge_certificate(
    ends: datetime | None, now: datetime, is_wanted: bool, is_clock_trusted: bool, *, is_hub: bool = False
) -> Finding:
    """Judge the device's certificate; on the hub that of its broker.

    Args:
        ends: the end of its validity; None where there is none.
        is_wanted: whether `kiosk.toml` asks for encrypted lines.
        is_clock_trusted: without it nobody can tell whether it is still valid.
    """
    key, name = "certificate", Words("Chứng thư của máy", "This device's certificate")
    if is_hub:
        name = Words("Chứng thư của máy chủ", "The broker's certificate")
    enrol = Words("Xin vào cơ quan: kiosk enrol, rồi duyệt ở máy chủ.", "Ask: kiosk enrol; then allow it at the hub.")
    if is_hub:
        enrol = Words(
            "Tạo nơi cấp chứng thư: kiosk identity make-authority.",
            "Make one: kiosk identity make-authority.",
        )
    if ends is None:
        state: FindingState = "bad" if is_wanted else "off"
        evidence = Words("chưa được ghi danh", "not enrolled")
        return Finding(key=key, name=name, state=state, evidence=evidence, mend=enrol if is_wanted else Words("", ""))
    days = (ends - now).days
    until = Words(f"có hạn đến {ends:%d/%m/%Y} ({days} ngày)", f"valid until {ends:%Y-%m-%d} ({days} days)")
    if not is_clock_trusted:
        mend = Words("Nối mạng để đặt giờ.", "Connect to set the time.")
        evidence = Words(f"{until.vi}, nhưng đồng hồ chưa đúng", f"{until.en}, but the clock is not set")
        return Finding(key=key, name=name, state="warn", evidence=evidence, mend=mend)
    if ends <= now:
        return Finding(
            key=key,
            name=name,
            state="bad" if is_wanted else "warn",
            evidence=Words(f"hết hạn ngày {ends:%d/%m/%Y}", f"expired on {ends:%Y-%m-%d}"),
            mend=enrol,
        )
    if ends - now < RENEW_OVERDUE:
        mend = Words(
            "Máy chủ chưa cấp chứng thư mới: kiểm tra mạng, rồi kiosk identity renew.",
            "The hub gave no new one yet: check the network, then kiosk identity renew.",
        )
        if is_hub:
            mend = Words("Khởi động lại dịch vụ kiosk@hub, rồi xem lại.", "Restart kiosk@hub, then look again.")
        return Finding(key=key, name=name, state="warn", evidence=until, mend=mend)
    return Finding(key=key, name=name, state="ok", evidence=until)


def judge_network(links: list[Link], is_needed: bool) -> Finding:
    """Judge how this box hangs in the network.

    Args:
        is_needed: False for a box that works alone.
    """
    key, name = "network", Words("Mạng", "Network")
    up = [link for link in links if link.is_up and link.address]
    if not up:
        with_cable = [link for link in links if link.is_up]
        evidence = (
            Words("có dây nhưng chưa có địa chỉ IP", "a cable, but no IP address")
            if with_cable
            else Words("không có dây mạng hay Wi-Fi", "neither cable nor Wi-Fi")
        )
        mend = Words("Cắm dây mạng; kiểm tra bộ chia mạng và DHCP.", "Plug in the cable; check switch and DHCP.")
        return Finding(key=key, name=name, state="bad" if is_needed else "warn", evidence=evidence, mend=mend)
    told = "; ".join(_told(link) for link in up)
    weak = [link for link in up if link.dbm is not None and link.dbm < WEAK_DBM]
    if weak and len(weak) == len(up):
        mend = Words(
            "Sóng Wi-Fi yếu: dùng dây, hoặc dời bộ phát.", "Weak Wi-Fi: use a cable, or move the access point."
        )
        return Finding(key=key, name=name, state="warn", evidence=Words(told, told), mend=mend)
    return Finding(key=key, name=name, state="ok", evidence=Words(told, told))


def _told(link: Link) -> str:
    parts = [f"{link.name}: {link.address}"]
    if link.megabits is not None:
        parts.append(f"{link.megabits} Mbit/s")
    if link.dbm is not None:
        parts.append(f"Wi-Fi {link.dbm} dBm")
    return ", ".join(parts)
