"""Recording and amending on the page: previewed first, then saved; bad input beside its field."""

import datetime as dt

import pytest
from django.urls import reverse

from deployments.stays import amendment
from foundation.refusals import Blocker, StepRefused
from missions.models import Authorization
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def old(db, today):
    return create.authorization(area=create.area(), cap=7, valid_from=today - 900 * DAY, reference="MA-OLD")


def typed(today, **fields):
    return {
        "reference": "MA-NEW",
        "cap": "12",
        "language": "en",
        "armed": "False",
        "valid_from": (today + 10 * DAY).isoformat(),
        "valid_to": "",
        "decided_on": "",
        "reason_en": "The civilian analyst joins.",
        "source_fr": "",
        **fields,
    }


def preview_and_save(browser, url, values):
    previewed = browser.post(url, values)
    assert previewed.context["preview"] is not None, previewed.context["form"].errors
    seen = previewed.context["form"]["previewed"].value()
    return previewed, browser.post(url, {**values, "previewed": seen, "save": "1"})


def test_an_amendment_is_previewed_and_then_saved(as_user, alice, old, today):
    url = reverse("authorization_amend", args=[old.pk])

    previewed, saved = preview_and_save(as_user(alice), url, typed(today))

    assert previewed.context["preview"]["excesses"] == []
    assert saved.url == f"{old.area.get_absolute_url()}?part=authorizations#part"
    new = Authorization.objects.get(reference="MA-NEW")
    assert (new.cap, new.armed, new.supersedes, new.reason) == (12, False, old, "The civilian analyst joins.")


def test_the_preview_shows_who_would_exceed_and_saves_nothing(as_user, alice, old, today):
    mission = create.mission(area=old.area)
    rows = [create.deployment(mission=mission, starts_on=today - n * DAY, ends_on=today + 99 * DAY) for n in (1, 2, 3)]

    previewed = as_user(alice).post(reverse("authorization_amend", args=[old.pk]), typed(today, cap="1"))

    assert [(one.first, one.over) for one in previewed.context["preview"]["excesses"]] == [(today + 10 * DAY, 2)]
    assert previewed.context["preview"]["people"] == rows
    assert previewed.content.decode().count("Would exceed") == 2
    assert Authorization.objects.count() == 1


def test_values_that_were_not_previewed_are_not_saved(as_user, alice, old, today):
    browser, url = as_user(alice), reverse("authorization_amend", args=[old.pk])
    seen = browser.post(url, typed(today)).context["form"]["previewed"].value()

    response = browser.post(url, typed(today, cap="3", previewed=seen, save="1"))

    assert response.status_code == 200
    assert response.context["preview"] is not None
    assert Authorization.objects.count() == 1


def test_saving_twice_says_so_the_second_time(as_user, alice, old, today):
    browser, url = as_user(alice), reverse("authorization_amend", args=[old.pk])
    _previewed, _saved = preview_and_save(browser, url, typed(today))

    again = browser.post(url, typed(today))

    assert again.status_code == 200
    assert again.context["form"].errors["reference"] == ["Another authorization has this reference."]
    assert Authorization.objects.count() == 2


def test_what_somebody_else_changed_meanwhile_is_refused(as_user, alice, old, today, monkeypatch):
    def too_late(*_args, **_kwargs):
        raise StepRefused([Blocker("changed_meanwhile", "Somebody else amended it meanwhile.", rule=1)])

    monkeypatch.setattr(amendment, "carry_out", too_late)
    url = reverse("authorization_amend", args=[old.pk])

    _previewed, response = preview_and_save(as_user(alice), url, typed(today))

    assert (response.status_code, response.context["form"]["reference"].value()) == (409, "MA-NEW")
    assert "Somebody else amended it meanwhile." in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("cap", "0", "A cap is at least 1."),
        ("cap", "-1", "A cap is at least 1."),
        ("cap", "1000000", "A cap is at most 999."),
        ("cap", "9" * 30, "A cap is at most 999."),
        ("cap", "twelve", "Enter a whole number."),
        ("cap", "", "Enter the number of places."),
        ("valid_from", "2027-02-30", "“2027-02-30” is not a date that exists."),
        ("valid_from", "0000-01-01", "“0000-01-01” is not a date that exists."),
        ("valid_from", "9999-12-31", "Enter a day from 1980-01-01 through 2099-12-31."),
        ("valid_from", "", "Enter the first day."),
        ("reason_en", " ", "Give a reason."),
        (
            "reference",
            "a\0b",
            "This text contains a character that cannot be shown or printed. Delete it and type it again.",
        ),
        ("reference", "MA-OLD", "Another authorization has this reference."),
        ("armed", "maybe", "Select a valid choice. maybe is not one of the available choices."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, alice, old, today, field, value, message):
    response = as_user(alice).post(reverse("authorization_amend", args=[old.pk]), typed(today, **{field: value}))

    assert response.status_code == 200
    assert message in response.context["form"].errors[field]
    assert response.context["form"]["source_fr"].value() == ""
    assert response.context["form"][field].value() == value
    assert Authorization.objects.count() == 1


def test_an_end_before_the_start_is_refused(as_user, alice, old, today):
    values = typed(today, valid_to=(today + 9 * DAY).isoformat())

    response = as_user(alice).post(reverse("authorization_amend", args=[old.pk]), values)

    assert response.context["form"].non_field_errors() == ["The last day cannot be before the first."]


def test_a_start_before_the_old_one_is_refused_beside_its_field(as_user, alice, old, today):
    values = typed(today, valid_from=old.valid_from.isoformat())

    response = as_user(alice).post(reverse("authorization_amend", args=[old.pk]), values)

    assert list(response.context["form"].errors) == ["valid_from"]


def test_a_first_authorization_is_recorded(as_user, alice, today):
    area = create.area()

    _previewed, saved = preview_and_save(as_user(alice), reverse("authorization_record", args=[area.pk]), typed(today))

    assert saved.status_code == 302
    assert Authorization.objects.get().area == area


def test_an_authorization_is_ended_and_withdrawn(as_user, alice, old, today):
    url = reverse("authorization_end", args=[old.pk])
    values = {"last_day": today.isoformat(), "reason": "Ministers decided so."}

    preview_and_save(as_user(alice), url, values)
    old.refresh_from_db()
    assert old.valid_to == today

    preview_and_save(as_user(alice), url, {"last_day": "", "reason": "Recorded in error."})
    old.refresh_from_db()
    assert old.state == "withdrawn"
    assert [row.history_change_reason for row in old.history.all()][:2] == [
        "Recorded in error.",
        "Ministers decided so.",
    ]


def test_texts_with_odd_characters_are_kept_and_escaped(as_user, alice, old, today):
    reason = "<script>alert(1)</script> “quotes” 😀 \u202bعربي\u202c"
    preview_and_save(as_user(alice), reverse("authorization_amend", args=[old.pk]), typed(today, reason_en=reason))

    page = as_user(alice).get(old.area.get_absolute_url(), {"part": "authorizations"}).content.decode()

    assert Authorization.objects.get(reference="MA-NEW").reason == "<script>alert(1)</script> “quotes” 😀 عربي"
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
