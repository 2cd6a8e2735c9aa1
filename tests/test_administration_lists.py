"""Every list of the administration takes as many queries for 60 rows as for 3, counts no further than any other list,
and filters by many rows without listing them."""

import datetime as dt
import re

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deployments.models import Deployment, DeploymentTransition, Nomination, NominationTransition
from flags.models import Flag, FlagAct, News
from foundation import lists
from foundation.admin import FEW as FEW_CHOICES
from missions.models import Area, CredentialKind, Position, Requirement
from personnel.models import Availability, Person, TwoPeople
from tests import create
from tests.pages import small_world

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 60
REGISTRIES = {
    "Ceiling", "CredentialKind", "Criterion", "Escalation", "Goal", "LeadOrganization", "MissionProfile", "PublicTable",
    "Rank", "Role", "ScreeningItem", "Subscriber", "ThematicArea", "Threshold",
}  # fmt: skip
"""What the office sets up and seldom adds to."""
# List → its queries. Typed by hand.
QUERIES = {
    "Area": 9, "AreaFormerName": 10, "AreaSuccession": 11, "Attestation": 9, "Authorization": 10, "Availability": 9,
    "CallOut": 10, "Ceiling": 9, "Consent": 11, "Correction": 9, "Credential": 10, "CredentialKind": 9,
    "Criterion": 9, "Deployment": 13, "DeploymentTransition": 11, "Escalation": 9, "Event": 12, "Excess": 9,
    "Flag": 11, "FlagAct": 9, "FormerArea": 11, "FormerName": 10, "Goal": 10, "LanguageTest": 9, "LeadOrganization": 9,
    "Mission": 11, "MissionFormerName": 10, "MissionProfile": 10, "MissionState": 10, "News": 10, "Nomination": 11,
    "NominationTransition": 11, "PartnerAgreement": 10, "Person": 10, "PoliceService": 9, "Position": 10,
    "PublicTable": 9, "Rank": 9, "Requirement": 12, "Role": 10, "RosterEntry": 10, "ScreeningItem": 9,
    "ServiceFormerName": 10, "Subscriber": 9, "Team": 10, "ThematicArea": 10, "Threshold": 9, "TwoPeople": 9,
    "User": 9, "Waiver": 10,
}  # fmt: skip


@pytest.fixture
def listed(as_user, emil):
    """Shows a list of the administration: its answer, and how many queries it took."""
    browser = as_user(emil)

    def show(model, **query):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(reverse(name), query)
        assert response.status_code == 200
        return response, len(queries)

    return show


def world(by):
    """One row of every kind that grows, in a service of its own."""
    service = create.service()
    arguments = small_world(service)
    now, today = timezone.now(), timezone.localdate()
    stay = Deployment.objects.get(pk=arguments["deployment_detail"]["deployment_id"])
    nomination = Nomination.objects.get(pk=arguments["nomination_detail"]["nomination_id"])
    flag = Flag.objects.get(pk=arguments["flag_detail"]["flag_id"])
    DeploymentTransition.objects.create(deployment=stay, act="plan", to_status="planned", at=now, by=by)
    NominationTransition.objects.create(nomination=nomination, act="submit", to_status="submitted", at=now, by=by)
    FlagAct.objects.create(flag=flag, act="assign", at=now, by=by, to=by)
    about = ContentType.objects.get_for_model(Nomination)
    News.objects.create(kind="nomination_in", subject_type=about, subject_id=nomination.pk, service=service, at=now)
    create.excess(deployment=stay, recorded_by=by)
    create.language(person=stay.person)
    Availability.objects.create(person=stay.person, kind="available", first_day=today)
    other = create.person(service=service)
    other.family_name = "Roy"
    other.save()
    TwoPeople.objects.create(first=stay.person, second=other, reason="Cousins.", said_by=by, said_at=now)
    mission = create.mission(area=create.area(), starts_on=dt.date(2010, 1, 1))
    create.moved(mission=mission, area=stay.mission.area, from_day=dt.date(2015, 1, 1))
    Requirement.objects.create(mission=mission, kind=CredentialKind.objects.first())


def test_a_list_takes_as_many_queries_for_60_rows_as_for_3(listed, alice):
    found = {}
    for number in range(1, MANY + 1):
        world(alice)
        if number in {FEW, MANY}:
            for model in admin.site._registry:
                listed(model)  # what is looked up once for all
            found[number] = {model.__name__: listed(model)[1] for model in admin.site._registry}

    rows = {model.__name__: model._default_manager.count() for model in admin.site._registry}
    assert {name for name, there in rows.items() if there < MANY} <= REGISTRIES
    assert found[FEW] == found[MANY]
    assert found[MANY] == QUERIES


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-ca", "More than 10 people. Search or filter to see the others."),
        ("fr-ca", "Plus de 10 personnes. Cherchez ou filtrez pour voir les autres."),
    ],
)
def test_a_list_counts_no_further_than_any_other(as_user, emil, example_service, monkeypatch, language, said):
    for _each in range(12):
        create.person(service=example_service)
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", 10)
    url = reverse("admin:personnel_person_changelist").replace("/en-ca/", f"/{language}/")

    page = " ".join(as_user(emil).get(url).content.decode().split())

    assert said in page


def test_more_rows_than_are_counted_are_not_chosen_all_at_once(listed, as_user, emil, monkeypatch):
    areas = [create.area() for _each in range(12)]
    url = reverse("admin:missions_area_changelist")
    act = {"action": "delete_selected", "_selected_action": [areas[0].pk], "select_across": "1"}
    counted = as_user(emil).post(url, act).content.decode()
    monkeypatch.setattr(lists, "COUNTED_AT_MOST", 10)

    refused = as_user(emil).post(url, {**act, "post": "yes"}, follow=True).content.decode()

    assert "Are you sure" in counted
    assert "There are too many rows to choose all of them. Search or filter first." in refused
    assert not re.search(r"Select all \d", refused)
    assert Area.objects.count() == 12


def test_a_search_says_how_many_it_found(listed, example_service):
    for number in range(12):
        create.person(service=example_service, family_name="Roy" if number else "Gingras")

    found, none = (" ".join(listed(Person, **query)[0].content.decode().split()) for query in ({"q": "roy"}, {}))

    assert "11 found" in found
    assert " found" not in none


def test_a_list_that_is_counted_says_how_many(listed, example_service):
    for _each in range(12):
        create.person(service=example_service)

    assert "12 people" in " ".join(listed(Person)[0].content.decode().split())


# --- The filter by many rows -----------------------------------------------------------------------------------------


@pytest.fixture
def many():
    """More missions than a filter lists, each with a position."""
    missions = [create.mission() for _each in range(FEW_CHOICES + 1)]
    missions.append(create.mission(name_en="Valley", name_fr="Vallée"))
    for mission in missions:
        create.position(mission=mission)
    return missions


def choices(response):
    """The words of the links of the filter by mission, without that to all."""
    [part] = re.findall(r'data-filter-title="mission".*?</details>', response.content.decode(), re.DOTALL)
    return re.findall(r"<a href[^>]*>([^<]*)</a>", part)[1:], part


def test_few_missions_are_listed(listed):
    create.mission(name_en="Plateau")
    create.mission(name_en="Valley")

    assert choices(listed(Position)[0])[0] == ["Plateau", "Valley"]


def test_many_missions_are_searched_for_by_the_words_of_their_names(listed, many):
    none, part = choices(listed(Position)[0])
    found, kept = choices(listed(Position, mission__words="vall", stream__exact="adviser")[0])
    chosen = listed(Position, mission__id__exact=many[-1].pk)[0]

    assert none == []
    assert 'type="search" name="mission__words"' in part
    assert found == ["Valley"]
    assert '<input type="hidden" name="stream__exact" value="adviser">' in kept
    assert choices(chosen)[0] == ["Valley"]
    assert [row.mission for row in chosen.context["cl"].result_list] == [many[-1]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nowhere", "Nothing here fits “nowhere”."),
        ("9" * 30, "Nothing here fits"),
        ("<b>", "Nothing here fits “&lt;b&gt;”."),
        ("ruritania", "There are more: type more of the name."),
    ],
)
def test_words_that_fit_nothing_or_too_much_are_said(listed, many, words, said):
    assert said in choices(listed(Position, mission__words=words)[0])[1]
