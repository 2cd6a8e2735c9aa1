"""Whom a row is about: the same person, another one, or nobody can say."""

import pytest

from personnel.models import Person
from records import work
from records.tests.bringing import opened, results, saved, tick_all
from records.tests.test_cases import people

pytestmark = pytest.mark.django_db

BELONGS = "Service number: The number {} belongs to {}."
NEARLY = "Service number: “{}” is nearly the number {} of {}: write it as it is there."
ANNE, GISELE, ELISE = "Anne Côté", "Gisèle Lœuvre", "Élise de la Durantaye"


@pytest.mark.parametrize(
    ("row", "outcome", "reason"),
    [
        # Another person under a number that is taken.
        ("88004;Gagnon;Marc;", "refused", BELONGS.format("88004", ELISE)),
        ("88004;Gagnon;Marc;1990-12-01", "refused", BELONGS.format("88004", ELISE)),
        ("88004;Gagnon;Élise;1991-12-01", "refused", BELONGS.format("88004", ELISE)),
        ("88001;Anne;Côté;1985-04-03", "refused", BELONGS.format("88001", ANNE)),
        # The same person, who says a name or a birth otherwise.
        ("88004;Gagnon;Élise;", "renamed", ""),
        ("88004;de la Durantaye;Élisa;1990-12-01", "renamed", ""),
        ("88004;de la Durantaye;Élise;1990-12-02", "renamed", ""),
        # Names that differ by accents and capitals only.
        ("88004;de la durantaye;Elise;1990-12-01", "changed", ""),
        ("88001;COTE;ANNE;", "changed", ""),
        # Numbers that are nearly the same.
        ("88002;Lœuvre;Gisèle;", "refused", NEARLY.format("88002", "0088002", GISELE)),
        ("88001.0;Côté;Anne;", "refused", NEARLY.format("88001.0", "88001", ANNE)),
        ("88001,0;Côté;Anne;1985-04-03", "refused", NEARLY.format("88001,0", "88001", ANNE)),
        ("88 001;Côté;Anne;", "refused", NEARLY.format("88 001", "88001", ANNE)),
        ("88\u202f001;Roy;Luc;1980-01-01", "refused", NEARLY.format("88 001", "88001", ANNE)),
        ("88-001;Côté;Anne;", "refused", NEARLY.format("88-001", "88001", ANNE)),
        ("00088001;Côté;Anne;", "refused", NEARLY.format("00088001", "88001", ANNE)),
        ("８８００１;Côté;Anne;", "refused", NEARLY.format("８８００１", "88001", ANNE)),
        # Without a number, by name and birth.
        (";Côté;Anne;1985-04-03", "unchanged", ""),
        (";cote;anne;1985-04-03", "changed", ""),
        (
            ";Anne;Côté;1985-04-03",
            "refused",
            "The family name and the given name of Anne Côté are in each other's columns.",
        ),
        (
            ";Côté;Anne;",
            "refused",
            "Enter the service number or the date of birth to identify the person.",
        ),
        (
            "99001;Côté;Anne;1985-04-03",
            "refused",
            "Service number: There is a record with this name and date of birth and the service number 88001.",
        ),
    ],
)
def test_a_row_is_about_the_person_on_record_or_refused_naming_that_person(seeded, judged, row, outcome, reason):
    assert judged(row) == (outcome, [reason] if reason else [])


@pytest.fixture
def judged(seeded, today):
    """What becomes of one row, without a process that reads a file."""
    from foundation.reading.dates import Order
    from records.judging import Sheet, judge
    from records.rows import sentences
    from records.world import World

    def result(text):
        number, family, given, born = text.split(";")
        cells = {"service": "SQ", "service_number": number, "family_name": family, "given_name": given, "born_on": born}
        cells |= {"rank": "Agent", "gender": "F", "first_language": "Français"}
        sheet = Sheet(0, "people", [(2, cells)], {"born_on": Order.DAY_FIRST})
        [[row]] = judge([sheet], World(by=seeded, today=today), {})
        return str(row.outcome), sentences(row.reasons).get("en", [])

    return result


def test_small_letters_of_a_number_are_nearly_the_same(seeded, judged):
    Person.objects.filter(service_number="88001").update(service_number="QC-88001", number_key="qc88001")

    found = [judged(f"{number};Côté;Anne;") for number in ("QC-88001", "qc-88001", "QC 88001", "QC88001")]

    nearly = [("refused", [NEARLY.format(number, "QC-88001", ANNE)]) for number in ("qc-88001", "QC 88001", "QC88001")]
    assert found == [("unchanged", []), *nearly]


def test_double_barrelled_names_in_another_order_are_another_name(seeded, judged):
    Person.objects.filter(service_number="88003").update(family_name="Lefebvre-Noël", sort_name="lefebvre noel maire")

    assert judged("88003;Noël-Lefebvre;Máire;1988-02-29") == ("renamed", [])
    assert judged("88003;Lefebvre-Noël;Máire;1988-02-29") == ("unchanged", [])
    assert judged("88003;Lefebvre Noël;Máire;1988-02-29") == ("changed", [])


def test_another_name_is_counted_apart_and_saved_only_when_it_is_ticked(seeded, as_user):
    rows = people("88001;Côté-Roy;Anne;1985-04-03", "88003;O'Brien;Máire;1988-03-01", "88010;Roy;Luc;1984-01-09")

    batch = opened(rows, seeded)
    page = as_user(seeded).get(f"/en-ca/lists/{batch.pk}/").content.decode()
    work.accept(batch)
    work.work_on_all(today=seeded.date_joined.date())

    assert batch.counts == {"people": {"renamed": 2, "new": 1}}
    assert "2 rows give another name or date of birth for somebody on record." in page
    assert "Save 1 row<" in page
    assert Person.objects.get(service_number="88010").family_name == "Roy"
    assert Person.objects.get(service_number="88001").family_name == "Côté"

    ticked = opened(rows, seeded)
    tick_all(ticked)
    work.accept(ticked)
    work.work_on_all(today=seeded.date_joined.date())
    assert Person.objects.get(service_number="88001").family_name == "Côté-Roy"
    assert Person.objects.get(service_number="88003").born_on.isoformat() == "1988-03-01"


def test_a_person_stands_in_a_list_once(seeded):
    batch = saved(
        people(
            "88010;Roy;Luc;1984-01-09",
            "88010;Roy;Luc;1984-01-09",
            "88010;Gagnon;Marc;1984-01-10",
            ";Roy;Luc;1984-01-09",
            "88011;Roy;Luc;1984-01-09",
            "0088010;Roy;Lucie;1984-02-09",
            "88012;Roy;Luc;1984-01-10",
        ),
        seeded,
    )

    twice = "This person is already in line 2."
    assert results(batch) == [
        (2, "new", []),
        (3, "refused", [twice]),
        (4, "refused", [twice]),
        (5, "refused", [twice]),
        (6, "refused", [twice]),
        (7, "refused", [NEARLY.format("0088010", "88010", "Luc Roy")]),
        (8, "new", []),
    ]
    assert Person.objects.filter(service_number__in=["88010", "88012"]).count() == 2
