"""A campaign's calendar, and the campaigns and forms that ship."""

from datetime import date, datetime, time
from importlib.resources import files

import pytest

from kiosk.clock import VIETNAM
from kiosk.domain.campaigns import BadCampaign, Campaign, load_campaigns
from kiosk.domain.forms import BadForms, FormField, date_written, fits, load_forms
from kiosk.domain.procedures import load_catalogue

SHIPPED = load_campaigns(files("kiosk.domain").joinpath("campaigns.json").read_bytes())


def test_a_weekend_campaign_is_on_at_the_weekend_and_within_its_dates() -> None:
    text = SHIPPED["chu-ky-so"]
    campaign = Campaign(text=text, first=date(2026, 11, 28), last=date(2026, 12, 6), opens=time(8), closes=time(11, 30))
    moments = {(28, 8, 0): True, (28, 11, 30): False, (29, 10, 0): True, (27, 10, 0): False, (21, 10, 0): False}
    for (day, hour, minute), is_on in moments.items():
        assert campaign.is_on(datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)) is is_on
    assert not campaign.is_on(datetime(2026, 12, 12, 10, 0, tzinfo=VIETNAM))


def test_what_ships_says_everything_in_both_languages() -> None:
    for text in SHIPPED.values():
        said = (text.name, text.lead, text.link_note, *text.bring, *text.steps)
        assert all(sentence.vi and sentence.en for sentence in said)


def test_every_form_belongs_to_a_procedure() -> None:
    catalogue = load_catalogue(files("kiosk.domain").joinpath("procedures.json").read_bytes())
    forms = load_forms(files("kiosk.domain").joinpath("forms.json").read_bytes())
    assert all(catalogue.get(key) is not None for key in forms)
    assert all(field.label and field.label_en for form in forms.values() for field in form.fields)


@pytest.mark.parametrize(
    ("kind", "answer", "is_right"),
    [
        ("phone", "0912 345 678", True),
        ("phone", "khong", False),
        ("date", "24/11/2026", True),
        ("date", "1949", True),
        ("date", "hôm qua", False),
        ("date", "05032024", True),
        ("date", "3/2024", True),
        ("date", "31/02/2026", False),
        ("date", "99999999", False),
        ("date", "5/3/24", False),
        ("text", "Lê Thị Ánh", True),
        ("phone", "", True),
    ],
)
def test_an_answer_has_the_form_of_its_field(kind: str, answer: str, is_right: bool) -> None:
    field = FormField(key="f", label="?", label_en="?", kind=kind)  # type: ignore[arg-type]  # one of the kinds
    assert fits(field, answer) is is_right


def test_a_date_typed_on_keys_without_strokes_is_told_as_people_write_it() -> None:
    assert [date_written(text) for text in ("05032024", "032024", "1949", "5/3/2024", "")] == [
        "05/03/2024", "03/2024", "1949", "5/3/2024", "",
    ]  # fmt: skip


def test_a_broken_file_is_refused_with_its_reason() -> None:
    with pytest.raises(BadCampaign):
        load_campaigns(b'[{"key": "x"}]')
    with pytest.raises(BadForms):
        load_forms(b"{")
