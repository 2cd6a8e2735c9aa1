"""The policy ceiling: recorded and ended on pages, never deleted, and shown against its use on any day."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from deployments import guards
from deployments.stays import ceilings
from foundation.refusals import StepRefused
from missions.models import Authorization, Ceiling
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def old(today):
    return create.ceiling(cap=5, valid_from=today - 900 * DAY)


@pytest.fixture
def mission(today):
    area = create.area()
    create.authorization(area=area, cap=20)
    return create.mission(area=area)


def stay(mission, today, first, last, status="in_mission"):
    return create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY, status=status)


def typed(day, **fields):
    values = {"cap": "150", "valid_from": day.isoformat(), "valid_to": "", "reason_en": "Renewed.", "reason_fr": ""}
    return values | {"source_en": "", "source_fr": ""} | fields


def preview_and_save(browser, url, values):
    previewed = browser.post(url, values)
    seen = previewed.context["form"]["previewed"].value()
    return previewed, browser.post(url, {**values, "previewed": seen, "save": "1"}, follow=True)


def test_another_ceiling_ends_the_one_before(as_user, alice, old, today):
    day = today + 10 * DAY

    previewed, saved = preview_and_save(as_user(alice), reverse("ceiling_record"), typed(day))

    old.refresh_from_db()
    new = Ceiling.objects.get(cap=150)
    assert previewed.context["previews"] is True
    assert saved.redirect_chain[-1][0] == reverse("ceiling_detail")
    assert (old.valid_to, new.valid_from, new.valid_to, new.reason_en) == (day - DAY, day, None, "Renewed.")
    assert [row.history.first().history_user for row in (old, new)] == [alice, alice]
    assert Event.objects.filter(actor=alice, verb="recorded").count() == 1


def test_the_preview_says_who_would_be_above_and_saves_nothing(as_user, alice, old, mission, today):
    for _ in range(3):
        stay(mission, today, -9, 20)

    previewed = as_user(alice).post(reverse("ceiling_record"), typed(today + 10 * DAY, cap="2"))

    [excess] = previewed.context["excesses"]
    assert (excess.first, excess.last, excess.over) == (today + 10 * DAY, today + 20 * DAY, 1)
    assert Ceiling.objects.count() == 1


def test_values_that_were_not_previewed_are_not_saved(as_user, alice, old, today):
    browser, url = as_user(alice), reverse("ceiling_record")
    seen = browser.post(url, typed(today)).context["form"]["previewed"].value()

    changed = browser.post(url, typed(today, cap="3", previewed=seen, save="1"))

    assert changed.context["previews"] is True
    assert Ceiling.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("cap", "0", "A cap is at least 1."),
        ("cap", "9" * 30, "A cap is at most 999."),
        ("valid_from", "2027-02-30", "“2027-02-30” is not a date that exists."),
        ("valid_to", "1999-12-31", "The last day cannot be before the first."),
        ("reason_en", " ", "Give a reason."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, alice, old, today, field, value, message):
    response = as_user(alice).post(reverse("ceiling_record"), typed(today, **{field: value}))

    errors = response.context["form"].errors
    assert response.status_code == 200
    assert message in [*errors.get(field, []), *errors.get("__all__", [])]
    assert response.context["form"]["source_fr"].value() == ""
    assert Ceiling.objects.count() == 1


def test_one_that_begins_before_a_later_one_ends_before_it(old, today):
    Ceiling.objects.filter(pk=old.pk).update(valid_to=today + 99 * DAY)
    later = create.ceiling(cap=9, valid_from=today + 100 * DAY)

    with pytest.raises(StepRefused) as refusal:
        ceilings.propose_new(Ceiling(cap=7, valid_from=today, reason_en="Now."))
    assert [(one.code, one.about) for one in refusal.value.blockers] == [("meets_another", "valid_from")]
    fits = ceilings.propose_new(Ceiling(cap=7, valid_from=today, valid_to=today + 99 * DAY, reason_en="Now."))
    assert [(row.cap, row.valid_from) for row in sorted(fits.ceilings, key=lambda row: row.valid_from)] == [
        (5, old.valid_from),
        (7, today),
        (9, later.valid_from),
    ]


def test_a_ceiling_is_ended_and_cannot_be_made_longer_by_that(as_user, alice, old, today):
    url = reverse("ceiling_end", args=[old.pk])

    preview_and_save(as_user(alice), url, {"last_day": today.isoformat(), "reason": "Ministers decided so."})
    old.refresh_from_db()
    longer = as_user(alice).post(url, {"last_day": (today + DAY).isoformat(), "reason": "No."})
    before = as_user(alice).post(url, {"last_day": (old.valid_from - DAY).isoformat(), "reason": "No."})

    assert old.valid_to == today
    assert list(longer.context["form"].errors) == list(before.context["form"].errors) == ["last_day"]


def test_what_somebody_else_saved_meanwhile_is_looked_at_again(old, today, alice):
    first = ceilings.propose_new(Ceiling(cap=7, valid_from=today, reason_en="Now."))
    second = ceilings.propose_new(Ceiling(cap=8, valid_from=today, reason_en="Now."))
    ceilings.carry_out(first, by=alice, reason="Now.")

    with pytest.raises(StepRefused) as refusal:
        ceilings.carry_out(second, by=alice, reason="Now.")
    assert [one.code for one in refusal.value.blockers] == ["meets_another"]


@pytest.mark.parametrize(
    ("model", "guard"), [(Ceiling, "guard_ceiling_not_removed"), (Authorization, "guard_authorization_not_removed")]
)
def test_the_database_deletes_neither(old, mission, model, guard):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        model.objects.all()._raw_delete("default")
    assert guards.name_of(error.value) == guard
    assert model.objects.count() == 1


def test_the_page_shows_the_use_of_any_day_and_the_days_above(as_user, alice, today, mission):
    for _ in range(3):
        stay(mission, today, -400, -301, "completed")
    stay(mission, today, -9, 20)
    create.ceiling(cap=2, valid_from=today - 380 * DAY, valid_to=today - 310 * DAY)
    create.ceiling(cap=5, valid_from=today - 200 * DAY)

    def shown(offset):
        page = as_user(alice).get(reverse("ceiling_detail"), {"on": (today + offset * DAY).isoformat()})
        strength = page.context["strength"]
        return page, (strength.used, strength.cap)

    page, now = shown(0)
    assert now == (1, 5)
    [stretch] = page.context["above"]
    assert ((stretch.first - today).days, (stretch.last - today).days, stretch.over) == (-380, -310, 1)
    assert [shown(offset)[1] for offset in (-390, -380, -310, -309, -200)] == [
        (3, None),
        (3, 2),
        (3, 2),
        (3, None),
        (0, 5),
    ]
    far, _figures = shown(-3000)
    assert "chart-today" not in far.content.decode()
    assert "chart-today" in page.content.decode()
    assert page.content.index(b"chart-today") < page.content.index(b"chart-cap-label")  # which no line crosses


def test_an_odd_day_is_said_beside_its_field_and_kept(as_user, alice, old):
    page = as_user(alice).get(reverse("ceiling_detail"), {"on": "soon"})

    assert page.context["as_of"].errors == ["Enter a date, for example 2027-03-02."]
    assert 'value="soon"' in page.content.decode()
