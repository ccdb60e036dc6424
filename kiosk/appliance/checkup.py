"""The doctor's visit: examine the box, tell what was found, put it on paper where asked."""

import json
import sys
from datetime import datetime

from kiosk.appliance.doctor import Finding, exit_status
from kiosk.appliance.doctor_report import paper, report, table
from kiosk.appliance.probes import examine
from kiosk.clock import VIETNAM
from kiosk.config import Config
from kiosk.devices.chosen import printer_of
from kiosk.devices.printer import Printer
from kiosk.devices.typeset import SHIPPED_FONTS, FontFault


def check_up(config: Config, *, as_json: bool, on_paper: bool) -> int:
    """Examine this box and tell it; return 1 if anything is bad, or paper was asked for and did not come out.

    The report goes to stdout; what is being looked at and how printing ended, to stderr.
    """
    printer = printer_of(config.peripherals.printer, watch_s=0) if "lobby" in config.device.roles else None
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
