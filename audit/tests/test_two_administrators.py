"""Two administrators, or an administrator and a coordinator, at one row: nobody overwrites what the other wrote."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.models import User
from audit.admin import ToldByRow
from deployments.models import Deployment
from deployments.stays import steps
from missions.models import CredentialKind
from outbox.models import Subscriber
from personnel.models import PoliceService
from tests import create
from tests.pages import of_form, small_world

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def rows(emil, example_service):
    """Model → a row, what the first types, and what the second types into another field and into the same one."""
    mailbox = Subscriber.objects.create(name="Desk", medium="mailbox", address="a@example.ca", kinds=["cap_exceeded"])
    return {
        CredentialKind: (create.kind(), {"name_en": "First"}, {"name_fr": "Deuxième"}, {"name_en": "Mine"}),
        PoliceService: (example_service, {"officers": "77"}, {"province": "QC"}, {"officers": "88"}),
        Subscriber: (mailbox, {"name": "First"}, {"address": "b@example.ca"}, {"name": "Mine"}),
        User: (create.user(name="Gina"), {"name": "First"}, {"role": "auditor"}, {"name": "Mine"}),
    }


@pytest.fixture
def opened(rows, as_user, emil):
    browser = as_user(emil)

    def open_(model):
        row, *typed = rows[model]
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        return browser, url, browser.get(url).context["adminform"].form, *typed

    return open_


def value(model, pk, name):
    return str(getattr(model.objects.get(pk=pk), name))


MODELS = [CredentialKind, PoliceService, Subscriber, User]


@pytest.mark.parametrize("model", MODELS)
def test_what_the_second_did_not_touch_keeps_what_the_first_wrote(model, opened, rows):
    browser, url, form, first, second, _same = opened(model)

    answers = [browser.post(url, of_form(form, **typed)) for typed in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 302]
    pk = rows[model][0].pk
    assert {name: value(model, pk, name) for name in {**first, **second}} == {**first, **second}


@pytest.mark.parametrize("model", MODELS)
def test_where_both_wrote_something_the_second_is_asked(model, opened, rows):
    browser, url, form, first, _second, same = opened(model)
    [(name, mine)] = same.items()

    browser.post(url, of_form(form, **first))
    page = browser.post(url, of_form(form, **same))

    assert f"The value is now “{first[name]}”." in page.content.decode()
    assert value(model, rows[model][0].pk, name) == first[name]

    again = browser.post(url, of_form(page.context["adminform"].form))

    assert again.status_code == 302
    assert value(model, rows[model][0].pk, name) == mine


@pytest.fixture
def older_opened(as_user, emil, example_service):
    """A service whose officers and province changed, and the form that takes back its version before that."""
    first = example_service.history.order_by("history_id").last()
    example_service.officers, example_service.province = 555, "QC"
    example_service.save()
    pk = example_service.pk
    url = reverse("admin:personnel_policeservice_simple_history", args=[pk, first.history_id])
    return as_user(emil), url, as_user(emil).get(url).context["adminform"].form, first


def test_an_older_version_is_taken_back(older_opened, example_service):
    browser, url, form, first = older_opened

    assert browser.post(url, of_form(form)).status_code == 302

    example_service.refresh_from_db()
    assert (example_service.officers, example_service.province) == (first.officers, first.province)


def test_an_older_version_takes_back_nothing_unseen(older_opened, example_service):
    browser, url, form, first = older_opened
    PoliceService.objects.filter(pk=example_service.pk).update(officers=777, redline_heads=9)

    page = browser.post(url, of_form(form))

    assert "The value is now “777”." in page.content.decode()
    example_service.refresh_from_db()
    assert (example_service.officers, example_service.province) == (777, "QC")
    assert browser.post(url, of_form(page.context["adminform"].form)).status_code == 302
    example_service.refresh_from_db()
    assert (example_service.officers, example_service.province) == (first.officers, first.province)
    assert example_service.redline_heads == 9


@pytest.fixture
def stay_opened(as_user, emil, today):
    """An approved stay, the address of its form in the administration, and the form that was opened there."""
    create.ceiling()
    area = create.area()
    create.authorization(area=area)
    stay = create.deployment(
        mission=create.mission(area=area), starts_on=today + 5 * DAY, ends_on=today + 20 * DAY, duty_station="Gao"
    )
    url = reverse("admin:deployments_deployment_change", args=[stay.pk])
    return as_user(emil), url, as_user(emil).get(url).context["adminform"].form, stay


def test_a_stay_keeps_what_somebody_else_wrote_and_the_second_is_told(stay_opened, today):
    browser, url, form, stay = stay_opened
    browser.post(url, of_form(form, duty_station="Kidal", reason="One."))

    page = browser.post(url, of_form(form, ends_on=today + 19 * DAY, reason="Other."), follow=True)

    stay.refresh_from_db()
    assert (stay.duty_station, stay.ends_on) == ("Kidal", today + 19 * DAY)
    assert "“Duty station” is “Kidal” now: somebody else changed it meanwhile" in page.content.decode()
    assert [[*step.changes] for step in stay.transitions.order_by("id")] == [["duty_station"], ["ends_on"]]


def test_a_stay_changed_between_the_look_and_the_lock_is_shown_again(stay_opened, monkeypatch, today):
    browser, url, form, stay = stay_opened
    judged = steps.blockers

    def meanwhile(deployment, step):
        found = judged(deployment, step)
        Deployment.objects.filter(pk=stay.pk).update(duty_station="Kidal")
        return found

    monkeypatch.setattr("deployments.admin.steps.blockers", meanwhile)
    page = browser.post(url, of_form(form, duty_station="Timbuktu", reason="Mine."))

    said = page.content.decode()
    assert page.status_code == 200
    assert "at this very moment" in said
    assert 'value="Timbuktu"' in said
    assert "changed successfully" not in said
    assert not LogEntry.objects.exists()
    assert not stay.transitions.exists()


def test_every_form_of_the_administration_that_changes_a_row_carries_its_version(as_user, emil, example_service):
    small_world(example_service)
    browser, without, opened = as_user(emil), [], 0
    for model, pages_of in admin.site._registry.items():
        row = model._default_manager.first()
        if not isinstance(pages_of, ToldByRow) or row is None:
            continue
        page = browser.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))
        if page.context is None or not page.context.get("has_change_permission"):
            continue
        opened += 1
        forms = [page.context["adminform"].form]
        for beside in page.context["inline_admin_formsets"]:
            changing = (form for form in beside.formset.forms if set(form.fields) - {"id", beside.formset.fk.name})
            forms += changing
        without += [(model._meta.label, form.prefix) for form in forms if "seen" not in form.fields]
        if 'name="seen"' not in page.content.decode():
            without.append((model._meta.label, None))

    assert without == []
    assert opened > 10
