"""A list that was saved is undone as a whole, by anybody of the office, while its records are as it left them."""

import pytest
from django.urls import reverse

from accounts.access import Role
from personnel.models import Person
from records import work
from records.models import Import
from records.tests.bringing import HEAD, ROW, saved, undone, upload
from tests import create

pytestmark = pytest.mark.django_db
SERGEANT = ROW.replace("Constable", "Sergeant")


@pytest.fixture
def ranks(db):
    create.rank()
    create.rank(code="sergeant", level=2, name_en="Sergeant", name_fr="Sergent / Sergente", abbreviation_en="Sgt")


def list_of(*rows, by):
    return saved("\n".join([HEAD, *rows]), by)


def test_a_list_goes_once_a_later_one_that_changed_its_records_is_undone(bob, example_service, ranks):
    first = list_of(ROW, by=bob)
    second = list_of(SERGEANT, by=bob)

    undone(first, bob)
    refused = (first.state, first.problem["en"])
    undone(second, bob)
    undone(first, bob)

    assert refused == ("done", "It cannot be undone any more, for this record was changed since: Sgt Maude Gingras.")
    assert (second.state, first.state, first.problem) == ("undone", "undone", {})
    assert not Person.objects.exists()


def test_what_stands_in_the_way_is_named_and_the_rest_is_counted(bob, example_service, ranks):
    rows = [f"E-{n},Gingras,M{n},Constable,woman,French,1990-04-0{n},2012-06-01" for n in range(1, 8)]
    first = list_of(*rows, by=bob)
    list_of(*(row.replace("Constable", "Sergeant") for row in rows), by=bob)

    undone(first, bob)

    names = ", ".join(f"Sgt M{n} Gingras" for n in range(1, 6))
    assert first.problem["en"] == (
        f"It cannot be undone any more, for these records were changed since: {names} and 2 more."
    )


def test_whoever_brings_records_sees_what_a_colleague_saved_and_has_it_undone(
    alice, bob, dora, as_user, example_service, ranks
):
    ours, waiting = (
        saved(f"{HEAD},Police service\n{ROW},{example_service.code}", alice),
        work.upload(upload(HEAD), by=alice),
    )
    theirs = list_of(ROW.replace("E-1", "E-2").replace("Maude", "Ada"), by=bob)
    colleague = create.user(email="okafor@example.ca", name="Okafor", role=Role.COORDINATOR)

    page = as_user(colleague).get(reverse("import_list")).content.decode()
    sent = as_user(colleague).post(reverse("import_undo", args=[ours.pk]), {"reason": "The wrong year."})
    others = [as_user(colleague).get(batch.get_absolute_url()).status_code for batch in (waiting, theirs)]
    ours.refresh_from_db()

    assert (ours.name in page, "Alice" in page) == (True, True)
    assert (sent.status_code, ours.state, ours.undone_by) == (302, "to_undo", colleague)
    assert others == [404, 404]
    assert list(Import.objects.visible_to(bob)) == [theirs]
    assert list(Import.objects.visible_to(dora)) == []
