"""`kiosk language`: a template for another language of the screens, and the check of a pack."""

import argparse
import json
import sys
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, below, command


def add_to(commands: Commands) -> None:
    """Add the commands and their arguments to the parser."""
    language = command(
        commands, "language", "language packs for the screens: template and check", "kiosk language template --out tay"
    )
    own = below(language)
    template = command(
        own,
        "template",
        "a folder with every text to translate, Vietnamese and English beside it",
        "kiosk language template --out kiosk/ui/locales/tay",
        _template,
    )
    template.add_argument("--out", required=True, metavar="DIR")
    check = command(
        own,
        "check",
        "what a pack lacks: texts, values, letters; JSON lines, exit status 1 if something must be mended",
        "kiosk language check kiosk/ui/locales/tay",
        _check,
    )
    check.add_argument("pack", metavar="DIR")


def _template(options: argparse.Namespace) -> int:
    from kiosk.ui.language_packs import write_template

    try:
        texts = write_template(Path(options.out))
    except FileExistsError:
        raise BadInput(f"{options.out} exists already; name a new folder, so that nobody's work is lost") from None
    except OSError as error:
        raise BadInput(f"cannot write {options.out} ({error.strerror or error})") from None
    print(json.dumps({"out": options.out, "texts": texts}))
    return 0


def _check(options: argparse.Namespace) -> int:
    from kiosk.ui.language_packs import findings_of

    folder = Path(options.pack)
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder; make one with: kiosk language template --out {folder}")
    findings = list(findings_of(folder))
    for finding in findings:
        print(json.dumps({"kind": finding.kind, "key": finding.key, "says": finding.says}, ensure_ascii=False))
    faults = sum(finding.is_fault for finding in findings)
    missing = sum(finding.kind == "missing" for finding in findings)
    print(f"{faults} to mend, {missing} still in Vietnamese", file=sys.stderr)
    return 1 if faults else 0
