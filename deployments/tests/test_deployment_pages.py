import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from deployments.models import Deployment, DeploymentTransition
from deployments.stays import approval, readiness
from flags.models import Flag
from flags.tasks import flag_expiring_postings
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=2)
    return create.mission(area=area)


def typed(mission, **fields):
    return {"mission": mission.pk, "kind": "standard", "starts_on": "2031-03-01", "ends_on": "", **fields}


def plan_url(person):
    return reverse("deployment_plan") + f"?person={person.pk}"


def test_a_coordinator_plans_and_the_usual_tour_fills_in_the_last_day(as_user, alice, mission):
    person = create.person()

    response = as_user(alice).post(plan_url(person), typed(mission))

    deployment = Deployment.objects.get()
    assert response.url == deployment.get_absolute_url()
    assert (deployment.status, deployment.ends_on) == ("planned", dt.date(2032, 2, 29))


@pytest.mark.parametrize("status", ["approved", "in_mission"])
def test_what_stands_against_a_stay_is_said_until_it_is_over(
    as_user, alice, bob, example_service, mission, today, status
):
    stay = create.deployment(
        mission=mission,
        person=create.person(service=example_service, attested=False),
        starts_on=today if status == "in_mission" else today + 9 * DAY,
        ends_on=today + 90 * DAY,
        status=status,
    )

    for_alice = as_user(alice).get(stay.get_absolute_url())
    for_bob = as_user(bob).get(stay.get_absolute_url())

    assert [blocker.code for blocker in for_alice.context["blockers"]] == ["attestation_missing"]
    assert "It would not be approved today, as it now stands" in for_alice.content.decode()
    assert for_alice.context["findings"] == []
    assert for_bob.context["blockers"] == []
    assert [finding.code for finding in for_bob.context["findings"]] == ["attestation_missing"]


def test_requirements_that_are_met_are_said_to_who_may_know_of_restricted_credentials(
    as_user, alice, bob, mission, today
):
    stay = create.deployment(
        mission=mission,
        person=create.person(service=bob.services.get(), attested=True),
        starts_on=today + 9 * DAY,
        ends_on=today + 90 * DAY,
        status="approved",
    )
    auditor = create.user(role="auditor")

    told = [as_user(user).get(stay.get_absolute_url()).context["met"] for user in (alice, bob, auditor)]

    met = ["French B2", "Attestation of no pending matter", "Years of service"]
    assert told == [met, met, []]


def loudness(page):
    """The acts of a page in their order, each with how it is drawn."""
    acts = re.search(r'<section class="acts".*?</section>', page.content.decode(), re.S)[0]
    return re.findall(r'class="btn btn-([a-z-]+)"[^>]*>([^<]+)<', acts)


@pytest.mark.parametrize(
    ("status", "is_attested", "last", "expected"),
    [
        ("planned", True, 90, {"primary": "Approve"}),
        ("planned", False, 90, {}),
        ("approved", True, 90, {"primary": "Record arrival"}),
        ("in_mission", True, 90, {"primary": "Plan the relief"}),
        ("in_mission", True, 0, {"primary": "Record departure"}),
        ("in_mission", True, -3, {"primary": "Record departure"}),
    ],
)
def test_the_act_that_comes_next_is_the_loudest_one_that_would_be_refused_is_not_and_what_ends_a_stay_is_last(
    as_user, alice, mission, today, status, is_attested, last, expected
):
    stay = create.deployment(
        mission=mission,
        person=create.person(attested=is_attested),
        starts_on=today - 90 * DAY if status == "in_mission" else today,
        ends_on=today + last * DAY,
        status=status,
    )

    acts = loudness(as_user(alice).get(stay.get_absolute_url()))

    assert {how: act for how, act in acts if how == "primary"} == expected
    assert [how == "outline-danger" for how, _act in acts] == [False] * (len(acts) - 1) + [True]


def test_who_has_a_successor_is_to_leave_next(as_user, alice, mission, today):
    days = {"starts_on": today - 90 * DAY, "ends_on": today + 9 * DAY}
    stay = create.deployment(mission=mission, status="in_mission", **days)
    create.deployment(mission=mission, starts_on=today + 10 * DAY, ends_on=today + 99 * DAY, relieves=stay)

    acts = loudness(as_user(alice).get(stay.get_absolute_url()))

    assert [act for how, act in acts if how == "primary"] == ["Record departure"]
    assert ("outline-primary", "Plan the relief") in acts


def test_flags_of_a_stay_are_told_under_its_name_without_saying_it_again(as_user, alice, mission, today):
    stay = create.deployment(mission=mission, starts_on=today - 90 * DAY, ends_on=today + 9 * DAY, status="in_mission")
    flag_expiring_postings()

    page = as_user(alice).get(stay.get_absolute_url()).content.decode()

    told = re.findall(r'<span class="muted">([^<]*)</span></li>', page[page.index("flags-title") :])
    assert told[0].startswith("The posting ends on ")


def test_a_stay_that_is_over_is_judged_no_more(as_user, alice, mission, today):
    stay = create.deployment(
        mission=mission,
        person=create.person(attested=False),
        starts_on=today - 9 * DAY,
        ends_on=today - DAY,
        status="completed",
    )

    assert as_user(alice).get(stay.get_absolute_url()).context["blockers"] == []


def test_arrivals_are_recorded_together_each_on_its_own_day(as_user, alice, mission, today):
    mission.area.authorizations.update(cap=9)
    late, early, wrong = (
        create.deployment(
            mission=mission,
            person=create.person(attested=attested),
            starts_on=today + days * DAY,
            ends_on=today + 90 * DAY,
        )
        for days, attested in [(-2, True), (3, True), (0, False)]
    )

    page = as_user(alice).post(
        reverse("deployment_bulk", args=["arrive"]),
        {"row": [late.pk, early.pk, wrong.pk], "reason": "Flight 12."},
        follow=True,
    )

    days = dict(Deployment.objects.values_list("pk", "arrived_on"))
    assert days == {late.pk: today - 2 * DAY, early.pk: today, wrong.pk: None}
    [(refused, _language, reasons)] = page.context["refused"]
    assert (refused, [reason["code"] for reason in reasons]) == (wrong, ["attestation_missing"])
    add = reverse("record_add", args=[wrong.person_id, "attestation"], query={"next": page.redirect_chain[0][0]})
    assert [url for _says, url in reasons[0]["links"]] == [reverse("deployment_step", args=[wrong.pk, "arrive"]), add]
    assert reverse("deployment_step", args=[wrong.pk, "arrive"]) in page.content.decode()


@pytest.mark.parametrize(
    ("value", "expected"), [("ready", ["planned"]), ("arriving", ["late", "today", "in six days"])]
)
def test_the_figures_of_the_home_page_open_the_rows_that_they_count(as_user, alice, mission, today, value, expected):
    mission.area.authorizations.update(cap=9)
    rows = {
        "planned": ("planned", 9, True),
        "planned, not attested": ("planned", 9, False),
        "late": ("approved", -20, True),
        "today": ("approved", 0, True),
        "in six days": ("approved", 6, True),
        "in seven days": ("approved", 7, True),
    }
    for station, (status, first, attested) in rows.items():
        create.deployment(
            mission=mission,
            person=create.person(attested=attested),
            starts_on=today + first * DAY,
            ends_on=today + 90 * DAY,
            status=status,
            duty_station=station,
        )

    page = as_user(alice).get(reverse("deployment_list"), {"status": value, "sort": "first"})
    counts = {task.url.partition("=")[2]: task.count for task in as_user(alice).get(reverse("home")).context["to_do"]}

    assert [row.duty_station for row in page.context["page"]] == expected
    assert counts == {"ready": 1, "arriving": 3}


@pytest.mark.parametrize("people", [1, 6])
def test_planned_stays_are_judged_together_in_a_fixed_number_of_statements(
    mission, today, people, django_assert_num_queries
):
    for _each in range(people):
        create.deployment(mission=mission, starts_on=today + DAY, ends_on=today + 90 * DAY, status="planned")

    # stays; other stays; authorizations, requirements, firearms; facts of people (8); places (4)
    with django_assert_num_queries(18):
        ready = readiness.to_approve(Deployment.objects.all(), today=today)

    assert len(ready) == people


@pytest.mark.parametrize(
    ("cap", "ceiling", "others", "ready"),
    [
        (2, 9, 1, True),
        (1, 9, 1, False),
        (2, 1, 1, False),
        (None, 9, 0, False),
    ],
)
def test_a_stay_is_ready_where_an_approval_would_find_a_place_on_every_day(mission, today, cap, ceiling, others, ready):
    create.ceiling(cap=ceiling)
    if cap is None:
        mission.area.authorizations.update(valid_to=today + 20 * DAY)
    else:
        mission.area.authorizations.update(cap=cap)
    planned = create.deployment(mission=mission, starts_on=today + DAY, ends_on=today + 30 * DAY, status="planned")
    if others:
        create.deployment(mission=mission, starts_on=today + 30 * DAY, ends_on=today + 60 * DAY)

    found = readiness.to_approve(Deployment.objects.all(), today=today)

    assert (found == [planned]) == ready
    assert (approval.objections(planned, today=today) == []) == ready


def test_a_posting_beside_the_missions_is_ancillary_by_itself(as_user, alice):
    beside = create.mission(kind="opportunity", tour_months=1)

    as_user(alice).post(plan_url(create.person()), typed(beside))

    assert Deployment.objects.get().kind == "ancillary"


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"starts_on": "2031-02-30"}, "starts_on", "“2031-02-30” is not a date that exists."),
        ({"starts_on": "0000-01-01"}, "starts_on", "“0000-01-01” is not a date that exists."),
        ({"starts_on": "9999-12-31"}, "starts_on", "Enter a day from 1980-01-01 through 2099-12-31."),
        ({"starts_on": ""}, "starts_on", "Enter the first day."),
        ({"ends_on": "2031-02-28"}, "ends_on", "The last day cannot be before the first."),
        (
            {"mission": "9" * 30},
            "mission",
            "Choose a mission that accepts deployments: this one is closed, or is a roster.",
        ),
        ({"relieves": "x"}, "relieves", "Select a valid choice. That choice is not one of the available choices."),
        ({"duty_station": "x" * 101}, "duty_station", "Ensure this value has at most 100 characters (it has 101)."),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, alice, mission, fields, field, message):
    values = typed(mission, duty_station="Jacmel “Sud” 😀")

    response = as_user(alice).post(plan_url(create.person()), {**values, **fields})

    assert response.status_code == 200
    assert response.context["form"].errors[field] == [message]
    if "duty_station" not in fields:
        assert response.context["form"]["duty_station"].value() == "Jacmel “Sud” 😀"
    assert Deployment.objects.count() == 0


@pytest.mark.parametrize("person", ["9" * 30, "9" * 18, "x", "-1", "1\0"])
def test_an_odd_person_is_no_page(as_user, alice, person):
    assert as_user(alice).get(reverse("deployment_plan"), {"person": person}).status_code == 404


def test_a_refused_plan_comes_back_with_every_reason_and_what_was_typed(as_user, alice, mission):
    person = create.person()
    create.deployment(mission=mission, person=person, starts_on=dt.date(2031, 3, 9), ends_on=dt.date(2031, 4, 9))

    response = as_user(alice).post(plan_url(person), typed(mission, ends_on="2032-05-01"))

    assert response.status_code == 409
    assert [blocker.code for blocker in response.context["blockers"]] == ["person_elsewhere", "reason_missing"]
    assert response.context["form"]["ends_on"].value() == "2032-05-01"


def test_the_page_tells_the_coordinator_what_stands_in_the_way(as_user, alice, mission):
    mission.area.authorizations.update(valid_to=dt.date(2031, 3, 31))
    deployment = create.deployment(
        mission=mission, starts_on=dt.date(2031, 3, 1), ends_on=dt.date(2031, 4, 30), status="planned"
    )

    response = as_user(alice).get(deployment.get_absolute_url())

    assert "This cannot be approved yet" in response.content.decode()
    assert [blocker.message for blocker in response.context["blockers"]] == [
        "No authorization is in force for Ruritania from 1 April 2031 through 30 April 2031."
    ]


def test_the_same_refusal_in_french(as_user, alice, mission):
    mission.area.authorizations.update(valid_to=dt.date(2031, 3, 31))
    deployment = create.deployment(
        mission=mission, starts_on=dt.date(2031, 3, 1), ends_on=dt.date(2031, 4, 30), status="planned"
    )

    response = as_user(alice).post(f"/fr-ca/deployments/{deployment.pk}/approve/")

    assert [blocker.message for blocker in response.context["blockers"]] == [
        "Ruritanie\N{NO-BREAK SPACE}: aucune autorisation n'est en vigueur du 1er avril 2031 au 30 avril 2031."
    ]


def test_a_whole_life_on_the_pages(as_user, alice, mission, today):
    deployment = create.deployment(
        mission=mission, starts_on=today - 30 * DAY, ends_on=today + 30 * DAY, status="planned"
    )
    browser = as_user(alice)

    def step(act, **fields):
        return browser.post(reverse("deployment_step", args=[deployment.pk, act]), fields).status_code

    found = [
        step("change", starts_on=today - 20 * DAY, ends_on=today + 9 * DAY, duty_station="Gao", reason="Later."),
        step("approve"),
        step("approve"),
        step("arrive", on_day=today - 20 * DAY),
        step("end_early", on_day=today, end_reason="", reason="Illness at home."),
        step("end_early", on_day=today, end_reason="compassionate", reason="Illness at home."),
        step("close", reason="Follow-ups done."),
    ]

    assert found == [302, 302, 409, 302, 200, 302, 302]
    deployment.refresh_from_db()
    assert (deployment.status, deployment.end_reason, deployment.departed_on) == ("closed", "compassionate", today)
    assert list(deployment.transitions.values_list("act", flat=True)) == [
        "close", "end_early", "arrive", "approve", "change",
    ]  # fmt: skip


def test_reasons_of_the_office_stay_in_the_office(as_user, alice, bob, example_service, mission, today):
    person = create.person(service=example_service)
    deployment = create.deployment(
        mission=mission, person=person, starts_on=today + DAY, ends_on=today + 30 * DAY, status="planned"
    )
    change = {"starts_on": today + DAY, "ends_on": today + 9 * DAY, "duty_station": "Gao"}
    as_user(alice).post(
        reverse("deployment_step", args=[deployment.pk, "change"]), {**change, "reason": "The mission is unhappy."}
    )

    ours, theirs = (as_user(user).get(deployment.get_absolute_url()).content.decode() for user in (alice, bob))

    assert "The mission is unhappy." in ours
    assert "The mission is unhappy." not in theirs
    assert "Changed" in theirs
    assert DeploymentTransition.objects.get().reason == "The mission is unhappy."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "deployed"}, ["Abel", "Overdue"]),
        ({"status": "planned"}, ["Planned"]),
        ({"q": "ABEL"}, ["Abel"]),
        ({"last": "2001-12-31"}, ["Zulu"]),
        ({"first": "2031-01-01"}, ["Planned"]),
        ({"status": "deployed", "first": "2031-01-01"}, []),
        ({"sort": "-name"}, ["Zulu", "Planned", "Overdue", "Abel"]),
        ({"sort": "nonsense"}, []),
        ({"first": "2031-02-30"}, []),
    ],
)
def test_the_list_is_filtered_and_sorted(as_user, alice, mission, today, query, expected):
    for name, first, last, status in [
        ("Abel", today - DAY, today + DAY, "in_mission"),
        ("Overdue", today - 9 * DAY, today - DAY, "in_mission"),
        ("Planned", dt.date(2031, 5, 1), dt.date(2031, 6, 1), "planned"),
        ("Zulu", dt.date(2001, 5, 1), dt.date(2001, 6, 1), "closed"),
    ]:
        person = create.person(family_name=name, given_name="Ana")
        create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status=status)

    response = as_user(alice).get(reverse("deployment_list"), query)

    found = [deployment.person.family_name for deployment in response.context["page"]]
    assert (found if "sort" in query and query["sort"] == "-name" else sorted(found)) == expected


def test_the_board_says_nothing_of_plans_and_states_for_a_past_day(as_user, alice, mission, today):
    create.mission_state(mission=mission, state="suspended")
    create.deployment(mission=mission, starts_on=today + DAY, ends_on=today + 9 * DAY, status="planned")

    now, then = (as_user(alice).get("/en-ca/", {"on": day}) for day in (today, today - DAY))

    assert [page.context["board"].rows[0].planned_to_come for page in (now, then)] == [1, 0]
    assert ["Suspended" in page.content.decode() for page in (now, then)] == [True, False]


def test_the_headroom_of_a_stay_is_shown_while_it_is_typed(as_user, alice, mission):
    create.deployment(mission=mission, starts_on=dt.date(2031, 3, 9), ends_on=dt.date(2031, 4, 9))
    browser, url = as_user(alice), reverse("plan_outlook")

    shown = browser.get(url, {"mission": mission.pk, "starts_on": "2031-03-01", "ends_on": "2031-03-31"})
    nothing = browser.get(url, {"mission": "9" * 30, "starts_on": "x"})

    assert "Ruritania: 1 place is free on every day from 1 March 2031 through 31 March 2031." in shown.content.decode()
    assert "free on every day" not in nothing.content.decode()
    assert [nothing.context.get(name) for name in ("places", "outlook")] == [None, None]


# Each constraint of the database, broken once.
@pytest.mark.parametrize(
    "values",
    [
        {"ends_on": dt.date(2030, 1, 1)},
        {"status": "lost"},
        {"kind": "holiday"},
        {"arrived_on": dt.date(2031, 3, 1)},
        {"status": "in_mission"},
        {"status": "in_mission", "arrived_on": dt.date(2032, 3, 1)},
        {"status": "completed", "arrived_on": dt.date(2031, 3, 1)},
        {"status": "completed", "arrived_on": dt.date(2031, 3, 5), "departed_on": dt.date(2031, 3, 4)},
        {"status": "in_mission", "arrived_on": dt.date(2031, 3, 1), "departed_on": dt.date(2031, 3, 4)},
        {"status": "ended_early", "arrived_on": dt.date(2031, 3, 1), "departed_on": dt.date(2031, 3, 4)},
        {"end_reason": "medical"},
    ],
)
def test_the_database_refuses(mission, values):
    create.deployment(mission=mission, starts_on=dt.date(2031, 3, 1), ends_on=dt.date(2031, 4, 1), status="planned")

    with pytest.raises(IntegrityError), transaction.atomic():
        Deployment.objects.update(**values)


def test_the_database_refuses_a_deployment_that_relieves_itself(mission, today):
    deployment = create.deployment(mission=mission, starts_on=today, ends_on=today)

    with pytest.raises(IntegrityError), transaction.atomic():
        Deployment.objects.update(relieves=deployment)


@pytest.mark.parametrize("values", [{"act": "dance"}, {"to_status": "lost"}, {"from_status": "lost"}])
def test_the_database_refuses_odd_transitions(mission, today, alice, values):
    deployment = create.deployment(mission=mission, starts_on=today, ends_on=today, status="planned")
    as_planned = {"act": "plan", "from_status": "", "to_status": "planned", "at": "2031-01-01T00:00Z"}
    DeploymentTransition.objects.create(deployment=deployment, **as_planned)

    with pytest.raises(IntegrityError), transaction.atomic():
        DeploymentTransition.objects.update(**values)


@pytest.mark.parametrize("values", [{"kind": ""}, {"severity": "odd"}])
def test_the_database_refuses_odd_flags(mission, today, values):
    create.deployment(mission=mission, starts_on=today, ends_on=today, status="in_mission")
    flag_expiring_postings()

    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.update(**values)


def test_a_deployments_page_reads_what_eligibility_looks_at_once(
    as_user, alice, mission, today, django_assert_num_queries
):
    planned = create.deployment(mission=mission, starts_on=today + DAY, ends_on=today + 300 * DAY, status="planned")
    browser, address = as_user(alice), planned.get_absolute_url()
    browser.get(address)

    with django_assert_num_queries(31):
        browser.get(address)


def test_who_comes_before_and_after_costs_the_page_no_statement_more(
    as_user, alice, mission, today, django_assert_num_queries
):
    place = create.position(mission=mission)
    first = create.deployment(mission=mission, starts_on=today - 300 * DAY, ends_on=today, status="in_mission")
    planned = create.deployment(
        mission=mission, starts_on=today + DAY, ends_on=today + 300 * DAY, status="planned", relieves=first
    )
    put_forward = create.nomination(person=planned.person, position=place, stage="deployed", deployment=planned)
    next_one = create.deployment(
        mission=mission, starts_on=today + 301 * DAY, ends_on=today + 600 * DAY, status="planned", relieves=planned
    )
    browser, address = as_user(alice), planned.get_absolute_url()
    browser.get(address)

    with django_assert_num_queries(31):
        page = browser.get(address).content.decode()

    assert f'href="{first.get_absolute_url()}"' in page
    assert f'href="{next_one.get_absolute_url()}"' in page
    assert f'href="{put_forward.get_absolute_url()}"' in page


def test_a_liaison_does_not_see_who_of_another_service_comes_before_and_after(
    as_user, bob, mission, today, example_service, other_service
):
    def stay(service, number, **fields):
        days = {"starts_on": today + number * DAY, "ends_on": today + number * DAY}
        person = create.person(service=service, family_name=f"Number{number}")
        return create.deployment(person=person, mission=mission, status="planned", **days, **fields)

    first = stay(other_service, 1)
    own = stay(example_service, 2, relieves=first)
    stay(other_service, 3, relieves=own)
    stay(example_service, 4, relieves=own)

    page = as_user(bob).get(own.get_absolute_url()).content.decode()

    assert [number for number in range(1, 5) if f"Number{number}" in page] == [2, 4]


def test_where_nobody_goes_armed_the_page_does_not_read_what_the_armed_need(
    as_user, alice, today, django_assert_num_queries
):
    area = create.area()
    create.authorization(area=area, cap=2, armed=False)
    unarmed = create.mission(area=area)
    planned = create.deployment(mission=unarmed, starts_on=today + DAY, ends_on=today + 300 * DAY, status="planned")
    browser, address = as_user(alice), planned.get_absolute_url()
    browser.get(address)

    with django_assert_num_queries(30):
        browser.get(address)


def test_a_page_tells_one_rank_for_one_stay(as_user, alice, mission, today):
    """Somebody promoted since: pages about the stay say the rank of that time, in titles, refusals and messages."""
    person = create.person()
    gone = create.deployment(
        mission=mission, person=person, starts_on=today - 90 * DAY, ends_on=today - 60 * DAY, status="completed"
    )
    there = create.deployment(
        mission=mission, person=person, starts_on=today - 9 * DAY, ends_on=today + 9 * DAY, status="in_mission"
    )
    planned = create.deployment(
        mission=mission, person=person, starts_on=today + 9 * DAY + DAY, ends_on=today + 30 * DAY, status="planned"
    )
    person.rank, person.state = create.rank(code="chief", abbreviation_en="Chief", level=9), "retired"
    person.save()
    correction = create.correction(deployment=gone, asked_by=create.user())
    browser = as_user(alice)

    addresses = [
        *(row.get_absolute_url() for row in (gone, there, planned)),
        reverse("deployment_step", args=[there.pk, "change"]),
        reverse("deployment_correct", args=[gone.pk]),
        correction.get_absolute_url(),
        reverse("correction_list"),
        reverse("deployment_list"),
        mission.get_absolute_url(),
        mission.area.get_absolute_url(),
    ]
    pages = {address: browser.get(address).content.decode() for address in addresses}
    refused = browser.post(reverse("deployment_step", args=[planned.pk, "approve"])).content.decode()
    closed = browser.post(reverse("deployment_step", args=[gone.pk, "close"]), {"reason": ""}, follow=True)

    assert [address for address, page in pages.items() if "Chief É" in page or "Cst. É" not in page] == []
    assert "Cst. Émilie Tremblay cannot deploy" in refused
    assert "The deployment of Cst. Émilie Tremblay was closed." in closed.content.decode()
    assert "Chief É" not in closed.content.decode()


def test_the_place_of_a_liaison_leads_to_who_is_abroad_now(as_user, alice, bob, example_service, mission, today):
    there, back = (
        create.deployment(
            mission=mission,
            person=create.person(service=example_service, family_name=name),
            starts_on=today + first * DAY,
            ends_on=today + last * DAY,
            status=status,
        )
        for name, first, last, status in (("There", -9, 9, "in_mission"), ("Back", -90, -30, "closed"))
    )
    browser = as_user(bob)
    address = reverse("deployment_list") + "?status=deployed&sort=last"

    home = browser.get(reverse("home")).content.decode()
    listed = browser.get(address)

    assert f'<a href="{address.replace("&", "&amp;")}" >My people abroad</a>' in home
    assert list(listed.context["page"].object_list) == [there]
    assert "<h1>My people abroad</h1>" in listed.content.decode()
    assert "<h1>Deployments</h1>" in browser.get(reverse("deployment_list")).content.decode()
    assert "<h1>Deployments</h1>" in as_user(alice).get(address).content.decode()
    assert back.pk not in [row.pk for row in listed.context["page"].object_list]


def test_a_list_of_one_status_says_in_a_sentence_what_it_shows(as_user, alice, example_service, mission, today):
    there = create.deployment(
        mission=mission,
        person=create.person(service=example_service),
        starts_on=dt.date(2019, 9, 1),
        ends_on=dt.date(2019, 9, 30),
        status="closed",
    )
    browser, url = as_user(alice), reverse("deployment_list")

    past = browser.get(url, {"status": "deployed", "on": "2019-09-05"})
    narrowed = browser.get(url, {"status": "returned", "mission": there.mission_id})
    french = browser.get(url.replace("en-ca", "fr-ca"), {"status": "deployed", "on": "2019-09-05"})

    assert past.context["sentence"] == "Deployed on 5 September 2019, all missions: 1"
    assert narrowed.context["sentence"] == "Returned, Ruritania Mission: 1"
    assert (
        french.context["sentence"]
        == "En déploiement en date du 5 septembre 2019, toutes les missions\N{NO-BREAK SPACE}: 1"
    )
    assert browser.get(url).context["sentence"] == ""
    assert browser.get(url, {"status": "nonsense"}).context["sentence"] == ""
