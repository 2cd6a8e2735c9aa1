"""The plan page: what it says while a stay is typed, and what its two buttons do."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from deployments.eligibility import mending
from deployments.models import Deployment
from missions.models import Requirement
from personnel.models import Availability
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
GARBAGE = ["9" * 30, "99999", "x", "a\0b", "-1", "<b>", "😀", ""]
PLAN, OUTLOOK = "deployment_plan", "plan_outlook"


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=2, armed=False)
    return create.mission(area=area)


@pytest.fixture
def ready(db):
    """Somebody against whom nothing stands."""
    return create.person()


@pytest.fixture
def typed(mission, today):
    def fields(person, /, **more):
        first = today + 10 * DAY
        return {"person": person.pk, "mission": mission.pk, "kind": "standard", "starts_on": first, "months": 6, **more}

    return fields


@pytest.fixture
def outlook(as_user, alice):
    """The context of the right column for what is typed."""

    def shown(fields):
        return as_user(alice).get(reverse(OUTLOOK), fields).context

    return shown


def test_nothing_stands_against_it(outlook, typed, mission, ready, today):
    shown = outlook(typed(ready))

    found = shown["outlook"]
    assert (found.is_clean, found.others, found.requirements.missing) == (True, [], [])
    assert (shown["places"].free, shown["places"].full_from, shown["number_of_days"]) == (2, None, len_of(shown))
    assert found.requirements.met == ["French B2", "Attestation of no pending matter", "Years of service"]


def len_of(shown):
    return (shown["last"] - shown["first"]).days + 1


def test_the_chart_names_the_line_of_today_and_no_line_crosses_the_cap_s_label(as_user, alice, typed, ready, today):
    def drawn(first):
        return as_user(alice).get(reverse(OUTLOOK), typed(ready, starts_on=first)).content.decode()

    soon, far = drawn(today + 10 * DAY), drawn(today + 400 * DAY)

    assert 0 < soon.index("chart-today") < soon.index("chart-cap-label") < soon.index("key-today")
    assert ["chart-today" in far, "key-today" in far] == [False, False]


def test_the_day_from_which_the_area_is_full(outlook, typed, mission, ready, today):
    for first in (20, 30):
        create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + 90 * DAY)

    shown = outlook(typed(ready))

    assert (shown["places"].free, shown["places"].full_from) == (0, today + 30 * DAY)
    assert [one.code for one in shown["outlook"].others] == ["area_full"]


def test_the_page_says_from_which_day_it_is_full(as_user, alice, typed, mission, ready, today):
    mission.area.authorizations.update(cap=1)
    create.deployment(mission=mission, starts_on=dt.date(2031, 4, 1), ends_on=dt.date(2031, 5, 1))

    page = as_user(alice).get(reverse(OUTLOOK), typed(ready, starts_on="2031-03-01")).content.decode()

    assert "no place is free on every day from 1 March 2031 through 31 August 2031." in page
    assert "Full from 1 April 2031." in page


def kinds():
    return [create.kind(code=f"k{number}", name_en=f"Paper {number}") for number in range(3)]


def test_every_requirement_is_met_missing_or_to_watch(outlook, typed, mission, today):
    missing, lapsing, held = kinds()
    for kind in (missing, lapsing, held):
        Requirement.objects.create(mission=mission, kind=kind)
    service = create.partner(agreed=False)
    person = create.person(service=service, first_language="en", attested=False, joined_on=today - 400 * DAY)
    create.credential(person=person, kind=lapsing, issued_on=today - 9 * DAY, expires_on=today + 39 * DAY)
    create.credential(person=person, kind=held, issued_on=today - 9 * DAY, expires_on=today + 900 * DAY)
    position = create.position(mission=mission, rank_from=4)

    found = outlook(typed(person, position=position.pk))["outlook"]

    assert [(one.code, one.about) for one in found.requirements.missing] == [
        ("language_untested", "fr"),
        ("credential_missing", "k0"),
        ("attestation_missing", ""),
        ("too_few_years", ""),
        ("rank_outside", ""),
        ("agreement_missing", ""),
        ("consent_missing", ""),
    ]
    assert [(one.code, one.about) for one in found.requirements.warnings] == [("credential_lapses", "k1")]
    assert found.requirements.met == ["Paper 2"]
    assert (found.first_warning, len(found.against_approval), found.awaits_consent) == (31, 7, True)
    assert found.against_plan == []


def test_each_requirement_has_its_act_which_leads_back_with_what_was_typed(as_user, alice, outlook, typed, mission):
    Requirement.objects.create(mission=mission, kind=create.kind())
    person = create.person()
    fields = typed(person, ends_on="", reason="A long one.", duty_station="Gao")
    shown = outlook(fields)

    record, waiver = mending.acts(shown["outlook"].requirements.missing[0], alice, shown["here"])

    for act in (record, waiver):
        [back] = parse_qs(urlsplit(act.url).query)["next"]
        assert f'href="{back.replace("&", "&amp;")}"' in as_user(alice).get(act.url).content.decode()
        form = as_user(alice).get(back).context["form"]
        kept = {name: str(form[name].value() or "") for name in fields}
        assert kept == {name: str(value) for name, value in fields.items()}


def test_who_comes_back_finds_what_was_cleared_still_empty(as_user, alice, outlook, typed, mission, today, ready):
    leaving = create.deployment(
        mission=mission,
        position=create.position(mission=mission),
        starts_on=today - 99 * DAY,
        ends_on=today + 9 * DAY,
        status="in_mission",
        duty_station="Gao",
    )

    back = outlook(typed(ready, relieves=leaving.pk, position="", duty_station=""))["here"]

    form = as_user(alice).get(back).context["form"]
    assert [form[name].value() for name in ("relieves", "position", "duty_station")] == [leaving.pk, None, None]


def test_what_is_too_long_for_an_address_leaves_the_reason_behind(outlook, typed, ready):
    shown = outlook(typed(ready, reason="x" * 1900))

    assert "reason" not in shown["here"]
    assert f"person={ready.pk}" in shown["here"]


def test_the_other_stays_the_unavailable_days_and_the_redline(outlook, typed, mission, today):
    service = create.service(redline_heads=1)
    person = create.person(service=service)
    create.deployment(mission=mission, person=create.person(service=service), starts_on=today, ends_on=today + 99 * DAY)
    before = create.deployment(
        mission=mission, person=person, starts_on=today - 9 * DAY, ends_on=today + 5 * DAY, status="in_mission"
    )
    during = create.deployment(
        mission=mission, person=person, starts_on=today + 20 * DAY, ends_on=today + 30 * DAY, status="planned"
    )
    away = person.availability.create(kind=Availability.Kind.UNAVAILABLE, first_day=today + 15 * DAY)

    shown = outlook(typed(person))
    found = shown["outlook"]

    assert found.whereabouts.stays == [(before, False), (during, True)]
    assert (found.whereabouts.unavailable, found.whereabouts.away, found.whereabouts.redline) == ([away], 2, 1)
    assert [one.code for one in found.requirements.warnings] == ["not_available", "redline"]
    assert [one.code for one in found.against_plan] == ["person_elsewhere"]


@pytest.mark.parametrize("stays", [1, 6])
def test_the_number_of_queries_does_not_grow(
    as_user, alice, typed, mission, ready, today, stays, django_assert_num_queries
):
    mission.area.authorizations.update(cap=50)
    for number in range(stays):
        first = today + (400 + 30 * number) * DAY
        create.deployment(mission=mission, person=ready, starts_on=first, ends_on=first + 9 * DAY, status="planned")
        create.deployment(mission=mission, starts_on=today, ends_on=today + 99 * DAY)
        create.position(mission=mission, number=f"P-{number}")
    browser = as_user(alice)
    browser.get(reverse(OUTLOOK), typed(ready))  # what a process reads once

    with django_assert_num_queries(42):
        browser.get(reverse(OUTLOOK), {**typed(ready), "choices_of": mission.pk})


def test_an_ancillary_posting_uses_no_place(outlook, typed, mission, ready):
    posting = create.mission(area=mission.area, kind="specialized_posting")

    shown = outlook(typed(ready, mission=posting.pk))

    assert shown["places"] is None
    assert shown["outlook"].stay.kind == "ancillary"


def test_choices_follow_the_mission(as_user, alice, typed, mission, ready, today):
    other = create.mission(area=mission.area)
    here, there = create.position(mission=mission, number="P-1", places=2), create.position(mission=other, number="P-2")
    create.deployment(mission=mission, position=here, starts_on=today, ends_on=today + 9 * DAY)

    chosen = as_user(alice).get(reverse(OUTLOOK), typed(ready))
    again = as_user(alice).get(reverse(OUTLOOK), {**typed(ready), "choices_of": mission.pk})

    field = chosen.context["choices"].fields["position"]
    assert list(field.queryset) == [here]
    assert field.label_from_instance(here) == f"{here} – 1 of 2 open"
    assert 'id="plan-where"' in chosen.content.decode()
    assert "usual tour: 12 months" in chosen.content.decode()
    assert chosen.context["choices"]["months"].value() == "6"
    assert "choices" not in again.context
    assert 'id="plan-where"' not in again.content.decode()
    by_position = as_user(alice).get(reverse(OUTLOOK), {**typed(ready), "mission": "", "position": there.pk})
    assert by_position.context["choices"]["mission"].value() == other.pk
    assert by_position.context["outlook"].stay.mission == other


def test_without_a_mission_positions_are_told_with_theirs(as_user, alice, mission):
    position = create.position(mission=mission)

    form = as_user(alice).get(reverse(PLAN)).context["form"]

    assert form.fields["position"].label_from_instance(position) == f"{position} – {mission} – 1 of 1 open"
    assert [f'<optgroup label="{mission.area}">' in str(form[name]) for name in ("mission", "position")] == [True, True]


@pytest.mark.parametrize(
    "name", ["person", "mission", "position", "starts_on", "ends_on", "months", "kind", "team", "relieves", "roles"]
)
@pytest.mark.parametrize("wrong", GARBAGE)
def test_what_makes_no_sense_is_left_out_while_it_is_typed(as_user, alice, typed, ready, name, wrong):
    answer = as_user(alice).get(reverse(OUTLOOK), typed(ready, **{name: wrong, "duty_station": wrong, "reason": wrong}))

    assert answer.status_code == 200


@pytest.mark.parametrize("wrong", GARBAGE)
@pytest.mark.parametrize("name", ["mission", "starts_on", "months", "kind", "roles", "team", "reason"])
def test_an_address_that_makes_no_sense_opens_the_page(as_user, alice, ready, name, wrong):
    answer = as_user(alice).get(reverse(PLAN), {"person": ready.pk, name: wrong})

    assert answer.status_code == 200


@pytest.mark.parametrize("person", ["9" * 30, "99999", "x", "a\0b"])
def test_somebody_who_is_not_there_is_no_page(as_user, alice, person):
    assert as_user(alice).get(reverse(PLAN), {"person": person}).status_code == 404


def test_neither_liaisons_nor_auditors_nor_administrators_plan(as_user, bob, dora, emil, typed, ready):
    for reader in (bob, dora, emil):
        assert as_user(reader).get(reverse(PLAN)).status_code == 403
        assert as_user(reader).get(reverse(OUTLOOK), typed(ready)).status_code == 403
        assert as_user(reader).post(reverse(PLAN), {**typed(ready), "approve": "1"}).status_code == 403
    assert not Deployment.objects.exists()


def test_check_shows_the_same_without_a_script_and_saves_nothing(as_user, alice, typed, ready):
    page = as_user(alice).post(reverse(PLAN), {**typed(ready), "check": "1"})

    assert (page.status_code, page.context["outlook"].is_clean) == (200, True)
    assert "Plan and approve" in page.content.decode()
    assert not Deployment.objects.exists()


def test_check_finds_who_was_typed(as_user, alice, typed, example_service):
    person = create.person(family_name="Blackwood", service=example_service)
    create.person(family_name="Blackburn")
    fields = {name: value for name, value in typed(person).items() if name != "person"}

    one = as_user(alice).post(reverse(PLAN), {**fields, "person_words": "cst. blackw", "check": "1"})
    several = as_user(alice).post(reverse(PLAN), {**fields, "person_words": "black", "check": "1"})

    assert one.context["outlook"].stay.person == person
    assert f"person={person.pk}&" in one.context["here"]
    assert several.context["form"].errors == {"person": ["Several fit “black”: choose one."]}


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"months": 6}, dt.date(2031, 8, 31)),
        ({"months": ""}, dt.date(2032, 2, 29)),
        ({"months": "", "ends_on": "2031-04-01"}, dt.date(2031, 4, 1)),
        ({"months": 9, "ends_on": "2031-04-01"}, dt.date(2031, 4, 1)),
    ],
)
def test_the_last_day_is_typed_or_follows_from_the_length(as_user, alice, typed, ready, fields, last):
    as_user(alice).post(reverse(PLAN), typed(ready, starts_on="2031-03-01", **fields))

    assert Deployment.objects.get().ends_on == last


def test_planned_and_approved_at_once(as_user, alice, typed, ready):
    page = as_user(alice).post(reverse(PLAN), {**typed(ready), "approve": "1"}, follow=True)

    stay = Deployment.objects.get()
    assert (stay.status, [step.act for step in stay.transitions.order_by("id")]) == ("approved", ["plan", "approve"])
    assert page.redirect_chain == [(stay.get_absolute_url(), 302)]
    assert next(str(one) for one in page.context["messages"]) == f"The deployment of {ready} is planned and approved."


def test_where_the_approval_is_refused_it_stays_planned_and_says_why(as_user, alice, typed):
    person = create.person(attested=False)

    page = as_user(alice).post(reverse(PLAN), {**typed(person), "approve": "1"}, follow=True)

    stay = Deployment.objects.get()
    assert (stay.status, [step.act for step in stay.transitions.all()]) == ("planned", ["plan"])
    said = [str(one) for one in page.context["messages"]]
    assert said == [
        f"The deployment of {person} is planned.",
        "It could not be approved: The attestation of no pending matter is missing.",
    ]


def test_what_cannot_be_planned_is_not_approved_either(as_user, alice, typed, mission, ready, today):
    create.deployment(mission=mission, person=ready, starts_on=today, ends_on=today + 90 * DAY)

    page = as_user(alice).post(reverse(PLAN), {**typed(ready), "approve": "1"})

    assert (page.status_code, [one.code for one in page.context["blockers"]]) == (409, ["person_elsewhere"])
    assert Deployment.objects.count() == 1


def test_the_page_of_a_relief_says_whom_and_asks_only_who(as_user, alice, mission, today, ready):
    leaving = create.deployment(
        mission=mission, starts_on=today - 99 * DAY, ends_on=today + 9 * DAY, status="in_mission"
    )

    page = as_user(alice).get(reverse(PLAN), {"relieves": leaving.pk})
    as_user(alice).post(
        f"{reverse(PLAN)}?relieves={leaving.pk}",
        {
            **{name: page.context["form"][name].value() or "" for name in ("mission", "starts_on", "relieves")},
            "person": ready.pk,
            "kind": "standard",
        },
    )

    assert page.context["relieved"] == leaving
    planned = Deployment.objects.get(status="planned")
    assert (planned.relieves, planned.starts_on) == (leaving, leaving.ends_on + DAY)
