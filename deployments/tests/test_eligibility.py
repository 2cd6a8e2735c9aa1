"""Each rule on both sides of its boundary day, a table of people and positions typed by hand, and the queries."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from deployments import eligibility
from deployments.eligibility.days import first_day_open, peak
from deployments.eligibility.demand import for_stay
from deployments.eligibility.facts import for_people
from deployments.eligibility.findings import WAIVABLE
from deployments.models import Waiver
from missions.models import LeadOrganization, MissionProfile, Requirement
from personnel.models import Availability
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2031, 3, 1), dt.date(2032, 2, 29)  # twelve months, 366 days
TODAY = dt.date(2031, 1, 1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, language="fr", armed=False)
    return create.mission(area=area)


def codes(person, mission, *, position=None, first=FIRST, last=LAST, check_consent=True):
    found = eligibility.findings(
        person, mission, first, last, today=TODAY, position=position, check_consent=check_consent
    )
    return [(finding.code, finding.first_day) for finding in found]


def asks(mission, kind, *, mandatory=True):
    Requirement.objects.create(mission=mission, kind=kind, mandatory=mandatory)


def test_nothing_stands_against_somebody_who_has_everything(mission):
    assert codes(create.person(), mission) == []


# --- Rule 9: age ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (dt.date(2006, 3, 1), []),  # 25 on the first day
        (dt.date(2006, 3, 2), [("too_young", FIRST)]),  # 25 the day after
        (dt.date(1976, 3, 2), []),  # 54 on the first day
        (dt.date(1976, 3, 1), [("age_not_recommended", FIRST)]),  # 55 on the first day
        (dt.date(1970, 3, 1), [("age_not_recommended", FIRST)]),  # 62 the day after the last
        (dt.date(1970, 2, 28), [("too_old_during", dt.date(2032, 2, 28)), ("age_not_recommended", FIRST)]),
        (dt.date(1969, 3, 2), [("too_old_during", dt.date(2031, 3, 2)), ("age_not_recommended", FIRST)]),
        (dt.date(1969, 3, 1), [("too_old", FIRST)]),  # 62 on the first day
        (None, [("age_unknown", FIRST)]),
    ],
)
def test_the_un_takes_people_from_25_and_under_62_and_rather_under_55(mission, born_on, expected):
    LeadOrganization.objects.update(youngest=25, too_old=62, best_under=55)
    mission.refresh_from_db()

    assert codes(create.person(born_on=born_on, joined_on=dt.date(2020, 1, 1)), mission) == expected


def test_other_leads_ask_for_no_age(mission):
    assert codes(create.person(born_on=None), mission) == []


# --- Rules 10 and 12: firearms and credentials ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "expected"),
    [
        (FIRST, LAST, []),
        (FIRST + DAY, LAST, [("credential_missing", FIRST)]),
        (dt.date(2030, 1, 1), None, []),
        (dt.date(2030, 1, 1), FIRST - DAY, [("credential_lapsed", FIRST)]),
        (dt.date(2030, 1, 1), FIRST, [("credential_lapses", FIRST + DAY)]),
        (dt.date(2030, 1, 1), LAST - DAY, [("credential_lapses", LAST)]),
        (dt.date(2030, 1, 1), LAST, []),
    ],
)
def test_a_credential_holds_on_the_first_day_and_through_the_last(mission, issued_on, expires_on, expected):
    kind, person = create.kind(), create.person()
    asks(mission, kind)
    create.credential(person=person, kind=kind, issued_on=issued_on, expires_on=expires_on)

    assert codes(person, mission) == expected


def test_a_lapse_is_told_with_its_day_and_its_number_in_both_languages(mission):
    kind, person = create.kind(), create.person()
    asks(mission, kind)
    create.credential(person=person, kind=kind, expires_on=dt.date(2031, 9, 30))

    def say():
        return [finding.message for finding in eligibility.findings(person, mission, FIRST, LAST, today=TODAY)]

    with translation.override("en-ca"):
        assert say() == ["First aid is no longer valid from 1 October 2031, day 215 of 366."]
    with translation.override("fr-ca"):
        assert say() == [
            "Secourisme\N{NO-BREAK SPACE}: attestation non valide à compter du 1er octobre 2031, jour 215 sur 366."
        ]


def test_a_renewal_closes_the_gap_and_one_that_comes_late_does_not(mission):
    kind, person = create.kind(), create.person()
    asks(mission, kind)
    create.credential(person=person, kind=kind, expires_on=dt.date(2031, 6, 30))
    renewal = create.credential(person=person, kind=kind, issued_on=dt.date(2031, 2, 1), expires_on=LAST)

    closed = codes(person, mission)
    renewal.issued_on = FIRST + DAY  # not there yet on the first day: it may never come
    renewal.save()

    assert closed == []
    assert codes(person, mission) == [("credential_lapses", dt.date(2031, 7, 1))]


def test_a_later_not_met_ends_what_was_met_before(mission):
    kind, person = create.kind(), create.person()
    asks(mission, kind)
    create.credential(person=person, kind=kind, expires_on=LAST)
    create.credential(person=person, kind=kind, issued_on=dt.date(2031, 1, 10), result="not_met")

    assert codes(person, mission) == [("credential_not_met", FIRST)]


def test_what_is_recommended_warns(mission):
    asks(mission, create.kind(), mandatory=False)

    found = eligibility.findings(create.person(), mission, FIRST, LAST, today=TODAY)

    assert [(one.code, one.refuses) for one in found] == [("credential_recommended", False)]


def test_fitness_is_certified_for_the_profile_of_the_mission(mission):
    kind, person = create.kind(code="medical", by_profile=True), create.person()
    mission.profile = MissionProfile.objects.create(code="austere", name_en="Austere", name_fr="Austère")
    mission.save()
    asks(mission, kind)
    other = MissionProfile.objects.create(code="standard", name_en="Standard", name_fr="Ordinaire")
    create.credential(person=person, kind=kind, profile=other)

    wrong = codes(person, mission)
    create.credential(person=person, kind=kind, profile=mission.profile)

    assert wrong == [("credential_missing", FIRST)]
    assert codes(person, mission) == []


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [
        (FIRST - DAY, [("firearms_lapsed", FIRST)]),
        (FIRST, [("firearms_lapses", FIRST + DAY)]),
        (LAST, []),
        (None, []),
    ],
)
def test_who_goes_armed_is_qualified_on_the_first_day(mission, expires_on, expected):
    kind, person = create.kind(code="firearms", for_armed=True), create.person()
    create.credential(person=person, kind=kind, expires_on=expires_on)
    mission.armed = True
    mission.save()

    assert codes(person, mission) == expected


def test_nobody_needs_firearms_where_the_position_is_unarmed(mission):
    create.kind(code="firearms", for_armed=True)
    mission.armed = True
    mission.save()

    armed = codes(create.person(), mission)
    position = create.position(mission=mission, armed=False)

    assert armed == [("firearms_missing", FIRST)]
    assert codes(create.person(), mission, position=position) == []


# --- Rule 11: language ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "expires_on", "expected"),
    [
        (None, None, [("language_untested", FIRST)]),
        (3, None, [("language_too_low", FIRST)]),
        (4, None, []),
        (4, FIRST - DAY, [("language_lapsed", FIRST)]),
        (4, FIRST, [("language_lapses", FIRST + DAY)]),
        (4, LAST, []),
    ],
)
def test_the_language_of_operation_is_tested_and_holds(mission, level, expires_on, expected):
    person = create.person(first_language="en")
    if level:
        create.language(person=person, language="fr", level=level, expires_on=expires_on)

    assert codes(person, mission) == expected


def test_a_position_may_ask_for_a_further_language(mission):
    position = create.position(mission=mission, language="ar", language_level=2)
    person = create.person()

    untested = codes(person, mission, position=position)
    create.language(person=person, language="ar", level=2)

    assert untested == [("language_untested", FIRST)]
    assert codes(person, mission, position=position) == []


# --- Rule 13: attestation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"made_on": FIRST}, []),
        ({"made_on": FIRST + DAY}, [("attestation_missing", FIRST)]),
        ({"expires_on": FIRST}, []),
        ({"expires_on": FIRST - DAY}, [("attestation_lapsed", FIRST)]),
        ({"withdrawn_on": dt.date(2031, 1, 2)}, [("attestation_withdrawn", FIRST)]),
        (None, [("attestation_missing", FIRST)]),
    ],
)
def test_the_service_attests_that_no_matter_is_pending(mission, fields, expected):
    person = create.person(attested=False)
    if fields is not None:
        create.attestation(person=person, **{"made_on": dt.date(2030, 5, 1), **fields})

    assert codes(person, mission) == expected


def test_taking_an_attestation_back_takes_older_ones_with_it(mission):
    person = create.person(attested=False)
    create.attestation(person=person, made_on=dt.date(2030, 1, 1))
    newer = create.attestation(person=person, made_on=dt.date(2030, 6, 1), withdrawn_on=dt.date(2030, 8, 1))

    withdrawn = codes(person, mission)
    again = create.attestation(person=person, made_on=newer.withdrawn_on)

    assert withdrawn == [("attestation_withdrawn", FIRST)]
    assert again.pk > newer.pk
    assert codes(person, mission) == []


# --- Rules 14 and 15: agreement and consent -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"starts_on": FIRST, "ends_on": LAST}, []),
        ({"starts_on": FIRST + DAY, "ends_on": LAST}, [("agreement_missing", FIRST)]),
        ({"ends_on": FIRST - DAY}, [("agreement_missing", FIRST)]),
        ({"ends_on": LAST - DAY}, [("agreement_ends", LAST)]),
        ({"state": "draft"}, [("agreement_missing", FIRST)]),
        ({"state": "ended"}, [("agreement_missing", FIRST)]),
        ({"needs_province": True}, [("agreement_not_approved", FIRST)]),
        ({"needs_province": True, "province_approved_on": dt.date(2030, 1, 1)}, []),
    ],
)
def test_a_partners_agreement_is_in_force_and_approved_where_it_must_be(mission, fields, expected):
    service = create.partner(agreed=False)
    create.agreement(service=service, **fields)

    assert codes(create.person(service=service), mission, check_consent=False) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"starts_on": FIRST + DAY}, [("consent_missing", FIRST)]),
        ({"ends_on": LAST - DAY}, [("consent_too_short", LAST)]),
        ({"state": "offered"}, [("consent_waiting", FIRST)]),
        ({"state": "refused"}, [("consent_missing", FIRST)]),
        ({"state": "recalled", "recalled_from": dt.date(2031, 9, 1)}, [("consent_recalled", dt.date(2031, 9, 1))]),
        ({"state": "recalled", "recalled_from": FIRST}, [("consent_recalled", FIRST)]),
    ],
)
def test_the_home_service_lends_for_the_whole_term(mission, fields, expected):
    person = create.person(service=create.partner())
    create.consent(person=person, mission=mission, **{"starts_on": FIRST, "ends_on": LAST, **fields})

    assert codes(person, mission) == expected


def test_a_consent_that_begins_later_says_when(mission):
    person = create.person(service=create.partner())
    create.consent(person=person, mission=mission, starts_on=FIRST + DAY, ends_on=LAST)

    [finding] = eligibility.findings(person, mission, FIRST, LAST, today=TODAY)

    assert finding.message == f"The consent of {person.service} begins on 2 March 2031 only."


def test_a_consent_to_another_mission_is_none(mission):
    person = create.person(service=create.partner())
    other = create.mission(area=mission.area)
    create.consent(person=person, mission=other, starts_on=FIRST, ends_on=LAST)

    assert codes(person, mission) == [("consent_missing", FIRST)]


# --- Profile, availability, redline, other stays --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined_on", "years", "expected"),
    [
        (dt.date(2026, 3, 1), None, []),
        (dt.date(2026, 3, 2), None, [("too_few_years", FIRST)]),
        (dt.date(2021, 3, 2), 10, [("too_few_years", FIRST)]),
        (dt.date(2021, 3, 1), 10, []),
        (None, None, [("service_unknown", FIRST)]),
        (None, 0, []),
    ],
)
def test_years_of_service_are_the_usual_five_or_those_of_the_position(mission, joined_on, years, expected):
    position = create.position(mission=mission, years_of_service=years)

    assert codes(create.person(joined_on=joined_on), mission, position=position) == expected


@pytest.mark.parametrize(
    ("band", "rank_from", "rank_to", "expected"),
    [
        (2, 2, 3, []),
        (3, 2, 3, []),
        (1, 2, 3, [("rank_outside", None)]),
        (4, 2, 3, [("rank_outside", None)]),
        (1, 2, None, [("rank_outside", None)]),
        (4, None, 3, [("rank_outside", None)]),
        (4, None, None, []),
    ],
)
def test_a_position_is_for_a_band_of_ranks(mission, band, rank_from, rank_to, expected):
    position = create.position(mission=mission, rank_from=rank_from, rank_to=rank_to)
    person = create.person(rank=create.rank(code=f"band-{band}", band=band))

    assert codes(person, mission, position=position) == expected


@pytest.mark.parametrize(
    ("first_day", "last_day", "expected"),
    [
        (FIRST - DAY, FIRST - DAY, []),
        (FIRST - DAY, FIRST, [("not_available", FIRST)]),
        (LAST, None, [("not_available", LAST)]),
        (LAST + DAY, None, []),
    ],
)
def test_somebody_who_said_no_is_warned_of(mission, first_day, last_day, expected):
    person = create.person()
    Availability.objects.create(person=person, kind="unavailable", first_day=first_day, last_day=last_day)

    assert codes(person, mission) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (FIRST - 30 * DAY, FIRST - DAY, []),
        (FIRST - 30 * DAY, FIRST, [("person_elsewhere", FIRST)]),
        (LAST, LAST + 30 * DAY, [("person_elsewhere", LAST)]),
        (LAST + DAY, LAST + 30 * DAY, []),
    ],
)
def test_nobody_is_in_two_places(mission, first, last, expected):
    person = create.person()
    create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status="planned")

    assert codes(person, mission) == expected


def test_a_stay_made_from_a_former_service_counts_too(mission):
    person = create.person()
    create.deployment(mission=mission, person=person, starts_on=FIRST, ends_on=FIRST, status="planned")
    person.service = create.service()
    person.save()

    assert codes(person, mission) == [("person_elsewhere", FIRST)]


def test_the_redline_warns_with_numbers_from_the_first_person_too_many(mission):
    service = create.service(redline_heads=2, name_en="Example Police")
    inside = {"starts_on": FIRST + 10 * DAY, "ends_on": FIRST + 20 * DAY, "status": "approved"}
    create.deployment(mission=mission, person=create.person(service=service), **inside)
    person = create.person(service=service)

    two = codes(person, mission)
    create.deployment(mission=mission, person=create.person(service=service), **inside)
    found = [one for one in eligibility.findings(person, mission, FIRST, LAST, today=TODAY) if not one.refuses]

    assert two == []
    assert [(one.code, one.first_day, one.message) for one in found] == [
        (
            "redline",
            dt.date(2031, 3, 11),
            "With this stay 3 people of Example Police are away on 11 March 2031; its redline is 2.",
        )
    ]


def test_the_redline_is_the_tighter_of_heads_and_per_cent():
    assert create.service().redline is None
    assert create.service(redline_heads=4).redline == 4
    assert create.service(officers=390, redline_percent=Decimal("1.0")).redline == 3
    assert create.service(officers=390, redline_percent=Decimal("1.0"), redline_heads=2).redline == 2


def test_whoever_retired_does_not_go(mission):
    assert codes(create.person(state="retired"), mission) == [("person_cannot_go", None)]


def test_a_civilian_has_no_place_in_a_band_of_ranks(mission):
    position = create.position(mission=mission, rank_from=1)
    sergeant = create.rank(code="sergeant", band=2)

    found = [
        codes(create.person(rank=sergeant, category=category), mission, position=position)
        for category in ("police", "civilian")
    ]

    assert found == [[], [("rank_outside", None)]]


def test_somebody_too_old_is_not_also_told_to_be_rather_younger(mission):
    LeadOrganization.objects.update(youngest=None, too_old=62, best_under=55)
    mission.refresh_from_db()
    ages = [create.person(born_on=dt.date(2031 - years, 3, 1)) for years in (54, 55, 62, 63)]

    assert [[code for code, _day in codes(person, mission)] for person in ages] == [
        [],
        ["age_not_recommended"],
        ["too_old"],
        ["too_old"],
    ]


def test_a_cancelled_stay_stands_in_nobodys_way(mission):
    person = create.person(service=create.service(redline_heads=1))
    colleague = create.person(service=person.service)
    for one in (person, colleague):
        create.deployment(mission=mission, person=one, starts_on=FIRST, ends_on=LAST, status="cancelled")

    assert codes(person, mission) == []


def test_the_consent_of_a_former_service_lends_nobody(mission):
    person = create.person(service=create.partner())
    create.consent(person=person, mission=mission, starts_on=FIRST, ends_on=LAST)
    before = codes(person, mission)
    person.service = create.partner()
    person.save()

    assert (before, codes(person, mission)) == ([], [("consent_missing", FIRST)])


def test_what_is_out_of_use_is_asked_of_nobody(mission):
    firearms, first_aid = create.kind(code="firearms", for_armed=True), create.kind()
    asks(mission, first_aid)
    mission.armed = True
    mission.save()
    person = create.person()

    both = codes(person, mission)
    for kind in (firearms, first_aid):
        kind.is_active = False
        kind.save()

    assert both == [("firearms_missing", FIRST), ("credential_missing", FIRST)]
    assert codes(person, mission) == []


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (FIRST, FIRST, "agreement_not_approved"),
        (FIRST - 9 * DAY, FIRST - DAY, "agreement_missing"),
        (FIRST + DAY, LAST, "agreement_missing"),
    ],
)
def test_the_province_is_waited_for_where_its_agreement_is_of_that_day(mission, starts_on, ends_on, expected):
    service = create.partner(agreed=False)
    create.agreement(service=service, starts_on=starts_on, ends_on=ends_on, needs_province=True)
    person = create.person(service=service)
    create.consent(person=person, mission=mission, starts_on=FIRST, ends_on=LAST)

    assert codes(person, mission) == [(expected, FIRST)]


def test_a_withdrawn_authorization_arms_nobody(mission):
    create.kind(code="firearms", for_armed=True)
    mission.area.authorizations.update(armed=True)
    person = create.person()

    in_force = codes(person, mission)
    mission.area.authorizations.update(state="withdrawn")

    assert (in_force, codes(person, mission)) == ([("firearms_missing", FIRST)], [])


# --- Waivers --------------------------------------------------------------------------------------------------------


def waive(person, mission, code, about, ends_on, state="granted"):
    withdrawn = {"withdrawn_by": create.user(), "withdrawn_at": timezone.now(), "withdrawal_reason": "No longer."}
    return Waiver.objects.create(
        person=person,
        mission=mission,
        code=code,
        about=about,
        reason="Renewal is booked.",
        ends_on=ends_on,
        state=state,
        asked_by=create.user(),
        asked_at=dt.datetime(2031, 1, 1, tzinfo=dt.UTC),
        decided_by=create.user(),
        decided_at=timezone.now(),
        decision_note="Yes.",
        **(withdrawn if state == "withdrawn" else {}),
    )


@pytest.mark.parametrize(
    ("ends_on", "state", "refuses", "expected"),
    [
        (LAST, "granted", False, ["credential_missing"]),
        (LAST - DAY, "granted", False, ["credential_missing", "waiver_ends"]),
        (FIRST, "granted", False, ["credential_missing", "waiver_ends"]),
        (FIRST - DAY, "granted", True, ["credential_missing"]),
        (LAST, "asked", True, ["credential_missing"]),
        (LAST, "withdrawn", True, ["credential_missing"]),
    ],
)
def test_a_granted_waiver_lets_one_rule_pass_until_its_end(mission, ends_on, state, refuses, expected):
    person = create.person()
    asks(mission, create.kind())
    waive(person, mission, "credential_missing", "first-aid", ends_on, state)

    found = eligibility.findings(person, mission, FIRST, LAST, today=TODAY)

    assert sorted(one.code for one in found) == expected
    assert any(one.refuses for one in found) == refuses


def test_a_waiver_of_something_else_or_somewhere_else_lets_nothing_pass(mission):
    person = create.person()
    asks(mission, create.kind())
    waive(person, mission, "credential_missing", "driving", LAST)
    waive(person, create.mission(area=mission.area), "credential_missing", "first-aid", LAST)
    waive(person, mission, "attestation_missing", "", LAST)
    person.attestations.all().delete()

    found = [one for one in eligibility.findings(person, mission, FIRST, LAST, today=TODAY) if one.refuses]

    assert [one.code for one in found] == ["credential_missing", "attestation_missing"]


def test_what_may_be_waived_is_what_the_office_signed():
    assert sorted(WAIVABLE) == [
        "credential_lapsed",
        "credential_missing",
        "language_lapsed",
        "language_too_low",
        "language_untested",
        "rank_outside",
        "too_few_years",
    ]


# --- People × positions ---------------------------------------------------------------------------------------------


def test_people_and_positions(mission):
    """Who fits where, typed by hand."""
    first_aid, firearms = create.kind(), create.kind(code="firearms", for_armed=True)
    adviser = create.position(mission=mission, number="P1")
    mentor = create.position(mission=mission, number="P2", years_of_service=10, language="es", language_level=3)
    guard = create.position(mission=mission, number="P3", armed=True, rank_from=2)
    Requirement.objects.create(position=mentor, kind=first_aid)
    partner = create.partner()
    people = {
        "fit": create.person(rank=create.rank(code="sergeant", band=2)),
        "young": create.person(joined_on=dt.date(2027, 1, 1)),
        "english": create.person(first_language="en", attested=False),
        "lent": create.person(service=partner, rank=create.rank(code="inspector", band=3)),
        "civilian": create.person(category="civilian", joined_on=None),
    }
    create.credential(person=people["fit"], kind=firearms)
    create.credential(person=people["lent"], kind=first_aid, expires_on=dt.date(2031, 3, 31))
    create.language(person=people["lent"], language="es", level=3)
    create.consent(person=people["lent"], mission=mission, starts_on=FIRST, ends_on=LAST)

    found = {
        (name, position.number): [code for code, _day in codes(person, mission, position=position)]
        for name, person in people.items()
        for position in (adviser, mentor, guard)
    }

    assert found == {
        ("fit", "P1"): [],
        ("fit", "P2"): ["language_untested", "credential_missing"],
        ("fit", "P3"): [],
        ("young", "P1"): ["too_few_years"],
        ("young", "P2"): ["language_untested", "credential_missing", "too_few_years"],
        ("young", "P3"): ["firearms_missing", "too_few_years", "rank_outside"],
        ("english", "P1"): ["language_untested", "attestation_missing"],
        ("english", "P2"): ["language_untested", "language_untested", "credential_missing", "attestation_missing"],
        ("english", "P3"): ["language_untested", "firearms_missing", "attestation_missing", "rank_outside"],
        ("lent", "P1"): [],
        ("lent", "P2"): ["credential_lapses"],
        ("lent", "P3"): ["firearms_missing"],
        ("civilian", "P1"): [],
        ("civilian", "P2"): ["language_untested", "credential_missing"],
        ("civilian", "P3"): ["firearms_missing", "rank_outside"],
    }


@pytest.mark.parametrize("number", [1, 40])
def test_any_number_of_people_is_judged_in_eight_queries(mission, django_assert_num_queries, number):
    service = create.partner()
    kind = create.kind()
    asks(mission, kind)
    people = [create.person(service=service) for _each in range(number)]
    for person in people:
        create.credential(person=person, kind=kind)
    people = list(type(people[0]).objects.select_related("service", "rank"))
    demand = for_stay(mission, None, FIRST, LAST)
    demand.mission.lead  # noqa: B018 (comes with the mission on every page)

    with django_assert_num_queries(8):
        judged = [eligibility.judge(facts, demand) for facts in for_people(people, today=TODAY)]

    assert {tuple(one.code for one in found) for found in judged} == {("consent_missing",)}


# --- The days that papers leave open --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], 1),
        ([(1, 10)], None),
        ([(1, None)], None),
        ([(1, 9)], 10),
        ([(2, 10)], 1),
        ([(1, 4), (5, 10)], None),
        ([(1, 4), (6, 10)], 5),
        ([(5, 10), (1, 4)], None),
        ([(1, 8), (2, 3), (9, None)], None),
        ([(-5, 0), (1, 10)], None),
    ],
)
def test_the_first_day_that_no_period_covers(periods, expected):
    def day(number):
        return None if number is None else dt.date(2031, 3, 1) + (number - 1) * DAY

    found = first_day_open([(day(first), day(last)) for first, last in periods], day(1), day(10))

    assert found == day(expected)


def test_the_peak_of_stays_is_found_on_its_first_day():
    stays = [(FIRST, FIRST + 5 * DAY), (FIRST + 3 * DAY, LAST), (FIRST + 6 * DAY, LAST + DAY), (LAST + DAY, LAST + DAY)]

    assert peak(stays, FIRST, LAST) == (2, FIRST + 3 * DAY)
    assert peak([], FIRST, LAST) == (0, FIRST)
