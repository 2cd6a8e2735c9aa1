"""Published reference data come by choice, row by row, and go again."""

import datetime as dt

import pytest
from django.urls import reverse

from deployments.stays import authorised_cap
from missions.models import Area
from records import work
from records.models import Import
from records.tasks import work_on_lists
from records.tests.bringing import results, undone
from records.tests.test_every_kind import counted

pytestmark = pytest.mark.django_db
EVERYTHING = ["ranks", "services", "authority", "demands", "missions"]


def chosen(browser, *groups) -> Import:
    """The preview of what was ticked on the page."""
    answer = browser.post(reverse("published_data"), {"groups": groups})
    assert answer.status_code == 302
    work_on_lists()
    return Import.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[-1])


def kept(batch) -> Import:
    work.accept(batch)
    work_on_lists()
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == ("done", {})
    return batch


def caps(day, today):
    return {
        code: authorised_cap.strength(Area.objects.get(code=code), day, today=today).cap
        for code in ("ukraine", "west-bank", "haiti")
    }


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_everything_comes_into_an_empty_installation_comes_again_unchanged_and_goes(alice, as_user, language, today):
    alice.language = language
    alice.save()
    before, browser = counted(), as_user(alice)

    batch = chosen(browser, *EVERYTHING)

    assert (batch.state, batch.source) == ("preview", "published")
    assert [row for row in results(batch) if row[1] != "new"] == []
    kept(batch)
    assert caps(dt.date(2020, 6, 1), today) == {"ukraine": 45, "west-bank": 7, "haiti": 10}
    assert caps(dt.date(2018, 6, 1), today) == {"ukraine": 20, "west-bank": 7, "haiti": 90}
    again = chosen(browser, *EVERYTHING)
    assert [row for row in results(again) if row[1] != "unchanged"] == []
    undone(batch, alice)
    assert (batch.state, batch.problem) == ("undone", {})
    assert counted() == before


def test_only_what_is_chosen_comes(alice, as_user):
    batch = kept(chosen(as_user(alice), "ranks"))

    assert batch.counts == {"ranks": {"new": 24}}
    assert {model: number for model, number in counted().items() if number} == {"Rank": 24}


def test_what_the_chosen_needs_comes_with_it(alice, as_user):
    batch = chosen(as_user(alice), "missions")

    assert set(batch.counts) == {
        "ceilings", "areas", "authorizations", "leads", "profiles", "roles", "credential_kinds", "missions",
        "mission_states", "positions",
    }  # fmt: skip
    assert "Countries and regions with their authorizations" in batch.name


def test_the_page_says_how_many_rows_there_are_and_are_on_record_already(alice, as_user):
    browser = as_user(alice)
    kept(chosen(browser, "ranks"))

    page = browser.get(reverse("published_data"))

    groups = page.context["groups"]
    told = {group.code: [(each.rows, each.on_record) for each in kinds] for group, kinds, _needs in groups}
    assert (told["ranks"], told["services"]) == ([(24, 24)], [(21, 0)])


def test_a_row_that_is_not_ticked_is_not_saved(alice, as_user):
    batch = chosen(as_user(alice), "ranks")
    row = batch.rows.get(shown__en__icontains="Deputy Commissioner")

    work.tick(batch, [row.pk], set())
    kept(batch)

    assert counted()["Rank"] == 23


def test_nothing_ticked_and_what_is_not_offered_is_said(alice, as_user):
    browser = as_user(alice)

    nothing = browser.post(reverse("published_data"))
    unknown = browser.post(reverse("published_data"), {"groups": ["people\x00"]})

    assert "Tick at least one." in nothing.content.decode()
    assert (unknown.status_code, unknown.context["form"].is_valid()) == (200, False)
    assert not Import.objects.exists()


def test_a_liaison_brings_none(bob, as_user):
    assert as_user(bob).post(reverse("published_data"), {"groups": ["ranks"]}).status_code == 403
