"""`kiosk vision`: facial expression at the counter."""

import argparse
import importlib.util
import json
import sys
from pathlib import Path

import msgspec

from kiosk.cli.frame import BadInput, Commands, below, command, config_of, config_option, positive

WITHOUT = (
    "this image was built without face expression. Flash one that has it, or install it again: "
    "scripts/setup without --without-expression."
)
SAYS = {
    "too_few": "fewer than 10 windows with ratings: nothing can be concluded yet",
    "nothing_shown": "the interval holds 0: at this site expressions say nothing that could be shown about the ratings",
    "agrees": "expressions go up and down with the ratings here; they still do not say what anybody feels",
    "disagrees": "expressions go against the ratings here: look at camera, light and gate, or switch the feature off",
}


def add_to(commands: Commands) -> None:
    """Add the command and its arguments to the parser."""
    vision = below(command(commands, "vision", "facial expression at the counter", "kiosk vision evaluate INDEX.csv"))
    judge = command(
        vision,
        "evaluate",
        "accuracy on labelled pictures, as one JSON object; reads them, never copies them",
        "kiosk vision evaluate INDEX.csv --picture chart.png",
        _vision_evaluate,
    )
    judge.add_argument("index", metavar="INDEX.csv", help="columns path,label,source,licence; paths relative to it")
    judge.add_argument("--cropped", action="store_true", help="ready-cut faces: no detector, no gate")
    judge.add_argument("--picture", metavar="F.png", help="confusion, reliability and coverage as a chart")

    live = command(
        vision,
        "live",
        "what the counter's camera sees, boxes and the gate's reasons, in memory only (for technicians)",
        "kiosk vision live --config /boot/firmware/kiosk.toml",
        _vision_live,
    )
    live.add_argument("--words", action="store_true", help="JSON lines in place of the window")
    live.add_argument("--frames", type=positive, default=0, metavar="N", help="end after N frames")
    study = command(
        vision,
        "agreement",
        "do expressions go up and down with the ratings here? correlation and its interval, as one JSON object",
        "kiosk vision agreement --config /boot/firmware/kiosk.toml",
        _vision_agreement,
    )
    papers = command(
        vision,
        "documents",
        "notice for the wall, impact assessment, the tablet's words: in Vietnamese, from kiosk.toml and the code",
        "kiosk vision documents --out papers",
        _vision_documents,
    )
    papers.add_argument("--out", required=True, metavar="DIR")
    for parser in (live, study, papers):
        config_option(parser)


def _need_module() -> None:
    """Refuse kindly where the image was built without the feature.

    Raises:
        BadInput: if `kiosk.vision` is not there.
    """
    if importlib.util.find_spec("kiosk.vision") is None:
        raise BadInput(WITHOUT)


def _vision_live(options: argparse.Namespace) -> int:
    _need_module()
    from kiosk.cli.vision_live import watch

    return watch(options)


def _vision_agreement(options: argparse.Namespace) -> int:
    import sqlite3

    from kiosk.domain.agreement import agreement_of
    from kiosk.hub.app import DATABASE
    from kiosk.hub.expression import pairs_of, window_lines
    from kiosk.hub.ledger import Ledger
    from kiosk.messaging.outbox import open_database

    database = config_of(options).storage / DATABASE
    if not database.is_file():
        raise BadInput(f"{database}: there is no ledger. Run this on the hub, with the hub's kiosk.toml.")
    try:
        lines = window_lines(Ledger(open_database(database)))
    except sqlite3.Error as error:
        print(f"kiosk vision agreement: {database}: {error}", file=sys.stderr)
        return 1
    found = agreement_of(pairs_of(lines))
    told = {"published": len(lines), **msgspec.to_builtins(found), "says": SAYS[found.verdict]}
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _vision_documents(options: argparse.Namespace) -> int:
    _need_module()
    from kiosk.ui.assets import ASSETS
    from kiosk.ui.locales import texts_for
    from kiosk.vision.documents import write_documents

    try:
        for file in write_documents(config_of(options), Path(options.out), ASSETS, texts_for("vi").get):
            print(json.dumps({"file": str(file)}))
    except OSError as error:
        raise BadInput(f"--out {options.out}: {error.strerror or error}") from None
    return 0


def _vision_evaluate(options: argparse.Namespace) -> int:
    _need_module()
    from kiosk.ui.assets import FONTS
    from kiosk.vision.evaluation import BadIndex, evaluate, read_index, report
    from kiosk.vision.evaluation_chart import draw_report
    from kiosk.vision.expressions import ExpressionReader
    from kiosk.vision.runtime import ModelRefused

    def progress(done: int, of: int) -> None:
        if done % 200 == 0 or done == of:
            print(f"{done} of {of} pictures", file=sys.stderr, flush=True)

    try:
        rows = read_index(Path(options.index))
        answers = evaluate(rows, ExpressionReader(), options.cropped, progress)
    except BadIndex as error:
        raise BadInput(str(error)) from None
    except ModelRefused as error:
        print(f"kiosk vision: {error}", file=sys.stderr)
        return 1
    figures = report(answers, options.cropped)
    if options.picture:
        try:
            draw_report(figures, FONTS).save(options.picture)
        except (OSError, ValueError) as error:
            raise BadInput(f"--picture {options.picture}: {error}") from None
    print(json.dumps(figures, ensure_ascii=False))
    return 0
