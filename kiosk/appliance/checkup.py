"""The doctor's visit: examine the box, tell what was found, put it on paper where asked."""

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime

from kiosk.appliance.doctor import Finding, exit_status
from kiosk.appliance.doctor_report import line, paper, report, table
from kiosk.appliance.probes import examine
from kiosk.clock import VIETNAM
from kiosk.config import Config
from kiosk.devices.chosen_printer import printer_of
from kiosk.devices.printer import Printer
from kiosk.devices.typeset import SHIPPED_FONTS, FontFault

WATCH_EVERY_S = 5.0


def check_up(config: Config, *, as_json: bool, on_paper: bool) -> int:
    """Examine this box and tell it; return 1 if anything is bad, or paper was asked for and did not come out.

    The report goes to stdout; what is being looked at and how printing ended, to stderr.
    """
    printer = _printer(config)
    findings: list[Finding] = []
    for finding in examine(config, printer):
        findings.append(finding)
        print(f"{finding.name.vi} / {finding.name.en}: {finding.state}", file=sys.stderr, flush=True)
    at = datetime.now(VIETNAM)
    name = config.device.name
    print(json.dumps(report(findings, name, at), ensure_ascii=False) if as_json else table(findings))
    status = exit_status(findings)
    if not on_paper:
        return status
    return max(status, _on_paper(config, printer, findings, at))


def watch(config: Config, *, as_json: bool, go_on: Callable[[], bool] | None = None) -> int:
    """Examine this box again and again until Ctrl-C; return what the last look would have.

    The table is drawn anew each time. As JSON each line is one finding that has changed since the look before.

    Args:
        go_on: passes the time between two looks and says whether there shall be another; None: five seconds, for ever.
    """
    go_on = go_on or _rest
    printer = _printer(config)
    before: dict[str, str] = {}
    findings: list[Finding] = []
    try:
        while True:
            findings = list(examine(config, printer))
            at = datetime.now(VIETNAM)
            if as_json:
                for finding in findings:
                    if before.get(finding.key) != _gist(finding):
                        print(json.dumps(line(finding, config.device.name, at), ensure_ascii=False), flush=True)
            else:
                print(_CLEAR if sys.stdout.isatty() else "", end="")
                print(
                    f"{config.device.name} · {at:%d/%m/%Y %H:%M:%S} · Ctrl-C\n",
                    table(findings),
                    "",
                    sep="\n",
                    flush=True,
                )
            before = {finding.key: _gist(finding) for finding in findings}
            if not go_on():
                break
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return exit_status(findings)


_CLEAR = "\x1b[H\x1b[2J"


def _gist(finding: Finding) -> str:
    """Return what a finding says beside its figures: a free megabyte more or less is no news."""
    return f"{finding.state} {re.sub('[0-9]+', '#', finding.evidence.en)}"


def _rest() -> bool:
    time.sleep(WATCH_EVERY_S)
    return True


def _printer(config: Config) -> Printer | None:
    if "lobby" not in config.device.roles:
        return None
    return printer_of(config.peripherals.printer, watch_s=0, storage=config.storage)


def _on_paper(config: Config, printer: Printer | None, findings: list[Finding], at: datetime) -> int:
    if printer is None:
        print("Máy này không có vai trò lobby nên không có máy in.", file=sys.stderr)
        print("This box has no lobby role, so no printer.", file=sys.stderr)
        return 1
    try:
        slip = paper(findings, config.device.name, at, config.peripherals.printer.width_dots, SHIPPED_FONTS)
    except FontFault as fault:
        print(f"Không in được / cannot print: {fault}", file=sys.stderr)
        return 1
    result = printer.print(slip)
    told = {
        "printed": "Đã in. / Printed.",
        "failed": "Không in được. / Not printed.",
        "unknown": "Máy in không trả lời: hãy nhìn tờ giấy. / The printer says nothing: look at the paper.",
    }
    print(told[result.outcome], ", ".join(result.reasons), file=sys.stderr)
    return int(result.outcome == "failed")
