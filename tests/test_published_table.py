"""The published table "Current operations", reproduced from records as of its publication, in both languages."""

import re
from html.parser import HTMLParser

import pytest
from django.core.management import call_command

from missions.models import Area, Authorization, Mission
from personnel.models import PoliceService, Rank
from reports import board

pytestmark = pytest.mark.django_db

# As published, before West Bank was raised from 7 to 12: 119 places in all.
PUBLISHED_ON = "2020-12-31"
PUBLISHED = {
    "en-ca": [
        ("Mali", "French", "Armed", "Up to 22"),
        ("Haiti", "French", "Armed", "Up to 10"),
        ("Ukraine", "English", "Unarmed", "Up to 45"),
        ("Iraq", "English", "Armed", "Up to 20"),
        ("West Bank", "English", "Unarmed", "Up to 7"),
        ("Democratic Republic of Congo", "French", "Unarmed", "Up to 15"),
    ],
    "fr-ca": [
        ("Mali", "Français", "Armée", "22 tout au plus"),
        ("Haïti", "Français", "Armée", "10 tout au plus"),
        ("Ukraine", "Anglais", "Non armée", "45 tout au plus"),
        ("Irak", "Anglais", "Armée", "20 tout au plus"),
        ("Cisjordanie", "Anglais", "Non armée", "7 tout au plus"),
        ("République démocratique du Congo", "Français", "Non armée", "15 tout au plus"),
    ],
}


class Cells(HTMLParser):
    """The texts of the body cells of the first table, row by row."""

    def __init__(self):
        super().__init__()
        self.rows, self.cell, self.inside, self.done = [], None, False, False

    def handle_starttag(self, tag, attrs):
        if tag == "tbody" and not self.done:
            self.inside = True
        elif self.inside and tag == "tr":
            self.rows.append([])
        elif self.inside and tag in {"td", "th"}:
            self.rows[-1].append("")
            self.cell = True

    def handle_endtag(self, tag):
        if tag == "tbody":
            self.inside, self.done = False, True

    def handle_data(self, text):
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += text


@pytest.fixture
def public_data(db):
    call_command("load_public_data", verbosity=0, stdout=open("/dev/null", "w"))


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_the_published_table_is_reproduced(public_data, as_user, alice, language):
    page = as_user(alice).get(f"/{language}/?on={PUBLISHED_ON}").content.decode()

    cells = Cells()
    cells.feed(page)
    found = [
        tuple(re.sub(r"\s+", " ", cell).strip() for cell in (row[0].strip().split("\n")[0], *row[1:4]))
        for row in cells.rows
    ]
    assert found == PUBLISHED[language]


def test_its_caps_add_up_to_119(public_data, today):
    import datetime as dt

    shown = board.operations(dt.date.fromisoformat(PUBLISHED_ON), today=today)

    assert shown.total.cap == 119
    assert shown.ceiling == 150


def test_west_bank_was_raised_from_7_to_12(public_data):
    papers = Authorization.objects.filter(area__code="west-bank").order_by("valid_from")

    assert [(paper.cap, paper.valid_from.year) for paper in papers] == [(7, 2013), (12, 2021)]
    assert papers[1].supersedes == papers[0]


def test_the_missions_of_haiti_follow_each_other(public_data):
    minustah = Mission.objects.get(code="minustah")

    assert [minustah.successor.code, minustah.successor.successor.code] == ["minujusth", "haiti-bilateral"]
    assert str(minustah.ends_on) == "2017-10-15"
    assert str(minustah.successor.starts_on) == "2017-10-16"


def test_loading_twice_changes_nothing_and_keeps_what_the_office_changed(public_data, capsys):
    Area.objects.filter(code="mali").update(name_en="Mali (office)")
    before = [model.objects.count() for model in (Area, Authorization, Mission, PoliceService, Rank)]

    call_command("load_public_data")

    assert capsys.readouterr().out == "0 rows added.\n"
    assert [model.objects.count() for model in (Area, Authorization, Mission, PoliceService, Rank)] == before
    assert Area.objects.get(code="mali").name_en == "Mali (office)"


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2027-02-30", "Enter a day that exists, in the form 2027-03-02."),
        ("0000-01-01", "Enter a day that exists, in the form 2027-03-02."),
        ("9999-12-31", "Enter a day from 1980-01-01 through 2099-12-31."),
        ("tomorrow", "Enter a day that exists, in the form 2027-03-02."),
    ],
)
def test_an_odd_day_is_said_beside_its_field_and_kept(public_data, as_user, alice, today, on, sentence):
    response = as_user(alice).get("/en-ca/", {"on": on})

    assert response.status_code == 200
    assert response.context["form"].errors["on"] == [sentence]
    assert response.context["on"] == today
    assert f'value="{on}"' in response.content.decode()
