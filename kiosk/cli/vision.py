"""`kiosk vision`: facial expression at the counter."""

import argparse
import json
import sys
from pathlib import Path

from kiosk.cli.frame import BadInput, Commands, below, command


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


def _vision_evaluate(options: argparse.Namespace) -> int:
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
