import csv
import json

import numpy as np
import pytest
from PIL import Image

from kiosk.cli import main
from kiosk.ui.assets import FONTS
from kiosk.vision.evaluation import (
    Answer,
    BadIndex,
    Row,
    abstention,
    evaluate,
    figures,
    read_index,
    read_picture,
    reliability,
    report,
)
from kiosk.vision.evaluation_chart import draw_report
from kiosk.vision.expressions import CLASSES, ExpressionReader
from tests.vision.pictures import astronaut


@pytest.fixture(scope="module")
def reader():
    return ExpressionReader()


@pytest.fixture
def index(tmp_path):
    """Two smiles (one grey), an empty wall, a broken file and a missing one."""
    astronaut().resize((1024, 1024)).save(tmp_path / "smile.png")
    astronaut().convert("L").resize((800, 800)).save(tmp_path / "grey.jpg")
    Image.new("RGB", (640, 480), "#889").save(tmp_path / "wall.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "smile.png").read_bytes()[:3000])
    with (tmp_path / "INDEX.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["path", "label", "source", "licence"])
        for name, label in (
            ("smile.png", "happy"),
            (str(tmp_path / "grey.jpg"), "happy"),
            ("wall.png", "neutral"),
            ("broken.png", "sad"),
            ("missing.png", "angry"),
        ):
            lines.writerow([name, label, "NASA", "public domain"])
    return tmp_path / "INDEX.csv"


def answer(label: str, said: str, probability: float = 0.9, source: str = "a") -> Answer:
    rest = (1 - probability) / 6
    probabilities = tuple(probability if name == said else rest for name in CLASSES) if said else ()
    return Answer(Row(None, label, source, "free"), probabilities, "" if said else "no_face", 3.0)


def test_a_picture_without_an_answer_is_wrong_and_not_covered(index, reader):
    found = report(evaluate(read_index(index), reader, False, lambda done, of: None), False)
    assert found["pictures"] == 5
    assert found["coverage"] == 0.4
    assert found["valence_accuracy"] == 0.4
    assert found["answered"]["valence"]["accuracy"] == 1.0
    assert found["why_not"] == {"no_face": 1, "unreadable": 2}
    assert found["sources"]["NASA"]["licence"] == ["public domain"]


def test_cropped_faces_go_to_the_classifier_as_they_are(tmp_path, reader):
    astronaut().crop((173, 76, 277, 180)).resize((48, 48)).convert("L").save(tmp_path / "cut.png")
    (tmp_path / "i.csv").write_text("path,label,source,licence\ncut.png,happy,NASA,public domain\n")
    (only,) = evaluate(read_index(tmp_path / "i.csv"), reader, True, lambda done, of: None)
    assert (only.word, only.valence, only.why_not) == ("happy", "positive", "")


def test_figures_of_known_answers():
    known = [answer("happy", "happy")] * 8 + [answer("happy", "sad")] * 2 + [answer("sad", "angry")] * 10
    counted = figures(known, len(known))
    assert counted["seven"]["accuracy"] == 0.4
    assert counted["seven"]["recall"] == {"happy": 0.8, "sad": 0.0}
    assert counted["seven"]["uar"] == 0.4
    assert counted["valence"]["accuracy"] == 0.9
    low, high = counted["valence"]["wilson_95"]
    assert low < 0.9 < high


def test_contempt_is_negative_and_none_of_the_seven():
    counted = figures([answer("contempt", "disgust"), answer("contempt", "happy")], 2)
    assert counted["seven"]["n"] == 0
    assert counted["valence"]["right"] == 1


def test_a_higher_threshold_answers_less():
    rows = abstention([answer("happy", "happy", 0.95), answer("happy", "happy", 0.55), answer("sad", "")])
    assert [row["coverage"] for row in rows if row["threshold"] in (0.0, 0.7)] == [0.6667, 0.3333]


def test_reliability_bins_hold_every_answer():
    answers = [answer("happy", "happy", share) for share in np.linspace(0.4, 1.0, 20)]
    assert sum(row["n"] for row in reliability(answers)) == 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column path"),
        ("path,label,source,licence\n", "no pictures"),
        ("file,label\na,happy\n", "no column path"),
        ("path,label,source,licence\na.png,joy,x,y\n", 'line 2: the label "joy"'),
        ("path,label,source,licence\n,happy,x,y\n", "line 2: the path is missing"),
        ("path,label,source,licence\nonly-a-path\n", 'line 2: the label ""'),
    ],
)
def test_a_bad_index_is_told_with_its_line(tmp_path, text, said):
    (tmp_path / "i.csv").write_text(text)
    with pytest.raises(BadIndex, match=said):
        read_index(tmp_path / "i.csv")


def test_the_command_prints_one_object_and_draws(index, tmp_path, capsys):
    chart = tmp_path / "chart.png"
    assert main(["vision", "evaluate", str(index), "--picture", str(chart)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["mode"] == "live"
    assert printed["confusion"]["answers"][-1] == "none"
    with Image.open(chart) as drawn:
        assert len(drawn.getcolors(100_000) or []) > 20


def test_the_command_refuses_a_missing_index(tmp_path, capsys):
    assert main(["vision", "evaluate", str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_chart_of_no_answers_is_drawn():
    assert draw_report(report([answer("happy", "")], False), FONTS).size


def test_colours_are_kept_and_grey_stays_grey(tmp_path):
    astronaut().save(tmp_path / "colour.png")
    astronaut().convert("L").save(tmp_path / "grey.png")
    assert read_picture(tmp_path / "colour.png").shape == (512, 512, 3)
    assert read_picture(tmp_path / "grey.png").shape == (512, 512)
