"""The published table "Current operations", reproduced from records as of its publication, in both languages."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from django.core.management import call_command

from deployments.eligibility import demand
from missions.models import Area, Authorization, Mission
from personnel.models import PoliceService, Rank
from reports import board

pytestmark = pytest.mark.django_db

# What the published pages said, typed from them: the area in English and in French, language of operation, armed or
# not, cap, and the missions with their states. A cap stands until the next page says otherwise; the pages before 2020
# were more and shorter ones, gathered here.
IRAQ = ["iraq-carabinieri", "iraq-liaison"]
BOTH_UKRAINE = ["euam-ukraine", "ukraine-bilateral"]
COPPS_AND_PROTEUS = ["eupol-copps", "proteus"]
MONUSCO = ["monusco-officers", "monusco-team"]
OLD_CONGO, CONGO = "Democratic Republic of Congo", "Democratic Republic of the Congo"
CONGO_FR = "République démocratique du Congo"
PUBLISHED = {
    "2014-06-30": [
        ("Haiti", "Haïti", "fr", True, 85, ["minustah"]),
        ("West Bank", "Cisjordanie", "en", False, 7, COPPS_AND_PROTEUS),
    ],
    "2016-06-30": [
        ("Haiti", "Haïti", "fr", True, 85, ["minustah"]),
        ("Ukraine", "Ukraine", "en", False, 20, BOTH_UKRAINE),
        ("West Bank", "Cisjordanie", "en", False, 7, COPPS_AND_PROTEUS),
        ("Cambodia", "Cambodge", "en", False, 3, ["eccc"]),
    ],
    "2018-01-31": [
        ("Haiti", "Haïti", "fr", True, 90, ["minujusth"]),
        ("Ukraine", "Ukraine", "en", False, 20, BOTH_UKRAINE),
        ("Iraq", "Irak", "en", True, 20, IRAQ),
        ("West Bank", "Cisjordanie", "en", False, 7, COPPS_AND_PROTEUS),
    ],
    "2020-12-31": [
        ("Mali", "Mali", "fr", True, 22, ["emp-abb", "eucap-sahel-mali", "minusma"]),
        ("Haiti", "Haïti", "fr", True, 10, ["haiti-bilateral"]),
        ("Ukraine", "Ukraine", "en", False, 45, BOTH_UKRAINE),
        ("Iraq", "Irak", "en", True, 20, ["iraq-carabinieri reassessed", "iraq-liaison reassessed"]),
        ("West Bank", "Cisjordanie", "en", False, 7, COPPS_AND_PROTEUS),
        (OLD_CONGO, CONGO_FR, "fr", False, 15, MONUSCO),
    ],
    "2022-06-30": [
        ("Mali", "Mali", "fr", True, 30, ["emp-abb", "eucap-sahel-mali", "minusma"]),
        ("Haiti", "Haïti", "fr", True, 10, ["haiti-bilateral", "binuh"]),
        ("Ukraine", "Ukraine", "en", False, 45, ["euam-ukraine", "ukraine-bilateral suspended"]),
        ("Iraq", "Irak", "en", True, 20, ["iraq-carabinieri reassessed", "iraq-liaison reassessed"]),
        ("West Bank", "Cisjordanie", "en", False, 12, COPPS_AND_PROTEUS),
        (CONGO, CONGO_FR, "fr", False, 25, MONUSCO),
    ],
    "2025-06-30": [
        ("Caribbean region", "La région des Caraïbes", "fr", True, 48, ["haiti-bilateral", "binuh"]),
        ("Ukraine", "Ukraine", "en", False, 45, ["euam-ukraine", "ukraine-bilateral suspended"]),
        ("West Bank", "Cisjordanie", "en", False, 12, COPPS_AND_PROTEUS),
        (CONGO, CONGO_FR, "fr", False, 25, MONUSCO),
    ],
}
SUMS = {"2020-12-31": 119, "2022-06-30": 142, "2025-06-30": 130}
POSTINGS = {
    "2014-06-30": ["brindisi", "un-adviser"],
    "2020-12-31": ["icc-investigator", "un-adviser"],
}
WORDS = {
    "en-ca": {"en": "English", "fr": "French", True: "Armed", False: "Unarmed", "cap": "Up to {}"},
    "fr-ca": {"en": "Anglais", "fr": "Français", True: "Armée", False: "Non armée", "cap": "{} tout au plus"},
}
# Code → the name in English and in French, as published.
NAMES = {
    "emp-abb": ("École de maintien de la paix Alioune Blondin Beye, Bamako",) * 2,
    "eucap-sahel-mali": ("EUCAP Sahel Mali", "EUCAP Sahel Mali"),
    "minusma": ("MINUSMA", "MINUSMA"),
    "minustah": ("MINUSTAH", "MINUSTAH"),
    "minujusth": ("MINUJUSTH", "MINUJUSTH"),
    "binuh": ("BINUH", "BINUH"),
    "haiti-bilateral": (
        "Police-to-police training with the Haitian National Police",
        "Formation entre services de police avec la Police nationale d'Haïti",
    ),
    "ukraine-bilateral": ("Canadian Police Mission in Ukraine", "Mission de police canadienne en Ukraine"),
    "euam-ukraine": ("EUAM Ukraine", "EUAM Ukraine"),
    "iraq-carabinieri": ("Italian Task Force Carabinieri", "Force opérationnelle italienne des carabiniers"),
    "iraq-liaison": ("Ministerial Liaison Team, Baghdad", "Équipe de liaison ministérielle, Bagdad"),
    "eupol-copps": ("EUPOL COPPS", "EUPOL COPPS"),
    "proteus": ("Operation PROTEUS", "Opération PROTEUS"),
    "monusco-officers": (
        "MONUSCO individual police officers",
        "Policiers et policières hors unités constituées de la MONUSCO",
    ),
    "monusco-team": ("MONUSCO Specialized Police Team", "Équipe policière spécialisée de la MONUSCO"),
    "eccc": (
        "Extraordinary Chambers in the Courts of Cambodia",
        "Chambres extraordinaires au sein des tribunaux cambodgiens",
    ),
}
NAMES_THROUGH_2024 = {
    "haiti-bilateral": ("Support to the Haitian National Police", "Appui à la Police nationale d'Haïti")
}
STATES = {"suspended": ("Suspended", "Suspendue"), "reassessed": ("Being reassessed", "En cours de réévaluation")}
CASES = [(on, language) for on in [*PUBLISHED, "today"] for language in WORDS]


class Cells(HTMLParser):
    """The texts of the body cells of the first table, row by row; and of the items in each row."""

    def __init__(self):
        super().__init__()
        self.rows, self.items, self.inside, self.in_item, self.done = [], [], False, False, False
        self.is_drawn = False  # an icon, for the eye only

    def handle_starttag(self, tag, attrs):
        if tag == "tbody" and not self.done:
            self.inside = True
        elif self.inside and tag == "tr":
            self.rows.append([])
            self.items.append([])
        elif self.inside and tag in {"td", "th"}:
            self.rows[-1].append("")
        elif ("aria-hidden", "true") in attrs:
            self.is_drawn = True
        elif self.inside and tag == "li":
            self.items[-1].append("")
            self.in_item = True

    def handle_endtag(self, tag):
        if tag == "tbody":
            self.inside, self.done = False, True
        self.in_item, self.is_drawn = self.in_item and tag != "li", False

    def handle_data(self, text):
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += text
            if self.in_item and not self.is_drawn:
                self.items[-1][-1] += text


@pytest.fixture(scope="module", autouse=True)
def public_data(for_the_module):
    for_the_module(lambda: call_command("load_public_data", verbosity=0, stdout=open("/dev/null", "w")))


def _published(on):
    """The newest published page still stands today."""
    return PUBLISHED["2025-06-30" if on == "today" else on]


def test_each_published_page_is_reproduced(public_data, as_user, alice):
    for on, language in CASES:
        asked = {"layout": "published", **({} if on == "today" else {"on": on})}
        page = as_user(alice).get(f"/{language}/", asked).content.decode()

        words = WORDS[language]
        cells = Cells()
        cells.feed(page)
        found = [
            tuple(re.sub(r"\s+", " ", cell).strip() for cell in (row[0].strip().split("\n")[0], *row[1:4]))
            for row in cells.rows
        ]
        assert found == [
            (french if language == "fr-ca" else english, words[spoken], words[armed], words["cap"].format(cap))
            for english, french, spoken, armed, cap, _missions in _published(on)
        ], on
        names = NAMES if on == "today" or on > "2024-12-31" else {**NAMES, **NAMES_THROUGH_2024}
        assert [[" ".join(item.split()) for item in items] for items in cells.items] == [
            [_in_words(mission, names, language) for mission in missions] for *_columns, missions in _published(on)
        ], on


def _in_words(mission, names, language):
    """ "ukraine-bilateral suspended", as the board says it."""
    code, _space, state = mission.partition(" ")
    words = [names[code], *([STATES[state]] if state else [])]
    return " ".join(pair[language == "fr-ca"] for pair in words)


def test_each_page_has_its_missions_with_their_states(public_data, today):
    for on in [*PUBLISHED, "today"]:
        shown = board.operations(today if on == "today" else dt.date.fromisoformat(on), today=today)

        assert [
            [
                " ".join([row.code, row.state_then] if row.state_then != "active" else [row.code])
                for row in area.missions
            ]
            for area in shown.rows
        ] == [missions for *_columns, missions in _published(on)], on
        assert shown.ceiling == (150 if on >= "2019" else None), on
        if on in SUMS:
            assert shown.total.cap == SUMS[on], on
        if on in POSTINGS:
            codes = {
                posting.mission.code for posting in shown.postings if posting.mission.kind == "specialized_posting"
            }
            assert sorted(codes) == POSTINGS[on], on


def test_the_missions_in_sudan_are_historic(public_data, as_user, alice, today):
    page = as_user(alice).get("/en-ca/").content.decode()

    sudan = Mission.objects.filter(code__in=["unamid", "unmis"])
    assert [mission.state_on(today) for mission in sudan] == ["closed", "closed"]
    assert ("Darfur" in page, "UNMIS" in page, "Sudan" in page) == (False, False, False)


def test_a_course_of_two_weeks_asks_neither_assessment_nor_driving_test(public_data, today):
    course, mission = Mission.objects.get(code="un-assessment-team"), Mission.objects.get(code="binuh")
    asked = [
        {kind.code for kind, _mandatory in demand.for_stay(row, None, today, today).credentials} & {"ams", "driving"}
        for row in (course, mission)
    ]

    assert asked == [set(), {"ams", "driving"}]


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
        ("2027-02-30", "“2027-02-30” is not a date that exists."),
        ("0000-01-01", "“0000-01-01” is not a date that exists."),
        ("9999-12-31", "Enter a day from 1980-01-01 through 2099-12-31."),
        ("soon", "Enter a date, for example 2027-03-02."),
    ],
)
def test_an_odd_day_is_said_beside_its_field_and_kept(public_data, as_user, alice, today, on, sentence):
    response = as_user(alice).get("/en-ca/", {"on": on})

    assert response.status_code == 200
    assert response.context["as_of"].errors == [sentence]
    assert response.context["on"] == today
    assert f'value="{on}"' in response.content.decode()
