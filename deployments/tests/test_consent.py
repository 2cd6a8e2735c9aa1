"""The home service's consent: offered, answered in time, recalled with notice; and waivers of two coordinators."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.models import Event
from deployments.candidates import consent, waiving
from deployments.models import Consent, Deployment, Waiver
from deployments.stays import lifecycle, steps
from deployments.stays.steps import Act, Step
from deployments.tasks import let_offers_lapse
from foundation.refusals import StepRefused
from foundation.sentences import day
from reports import to_do
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    create.ceiling()
    area = create.area()
    create.authorization(area=area, armed=False)
    return create.mission(area=area)


@pytest.fixture
def partner(bob):
    service = create.partner()
    service.liaisons.add(bob)
    return service


@pytest.fixture
def accepted(mission, partner):
    return create.nomination(
        position=create.position(mission=mission), person=create.person(service=partner), stage="accepted"
    )


@pytest.fixture
def offer(accepted, alice, today):
    return consent.offer_nomination(accepted, answer_by=today + 14 * DAY, by=alice, today=today)


def refused(act, *args, **kwargs):
    with pytest.raises(StepRefused) as refusal:
        act(*args, **kwargs)
    return [blocker.code for blocker in refusal.value.blockers]


def agree(offer, bob, today, **fields):
    params = {"starts_on": offer.starts_on, "ends_on": offer.ends_on, "note": "", **fields}
    return consent.agree(offer, by=bob, today=today, **params)


def test_consent_makes_an_accepted_nomination_a_planned_deployment(accepted, offer, bob, today):
    agree(offer, bob, today)

    accepted.refresh_from_db()
    deployment = Deployment.objects.get()
    assert (accepted.stage, accepted.deployment) == ("deployed", deployment)
    assert (deployment.status, deployment.starts_on, deployment.ends_on) == (
        "planned",
        accepted.starts_on,
        accepted.ends_on,
    )
    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == ("consented", bob)
    assert offer.history.count() == 2


@pytest.mark.parametrize(("language", "said"), [("en-ca", "automatically"), ("fr-ca", "automatiquement")])
def test_what_follows_a_consent_by_itself_is_nobodys_act(language, said, accepted, offer, bob, alice, as_user, today):
    page = as_user(bob).post(
        f"/en-ca/consents/{offer.pk}/agree/", {"starts_on": offer.starts_on, "ends_on": offer.ends_on}
    )
    assert page.status_code == 302
    accepted.refresh_from_db()
    planned = Deployment.objects.get()

    histories = [
        as_user(alice).get(f"/{language}{row.get_absolute_url()[6:]}").content.decode() for row in (planned, accepted)
    ]
    event = Event.objects.filter(verb="moved", details__act="plan").get()

    assert planned.transitions.get(act="plan").by is None
    assert accepted.transitions.get(act="deploy").by is None
    assert planned.history.first().history_user is None
    assert (event.actor, event.details["automatic"]) == (None, True)
    assert [said in history for history in histories] == [True, True]


def test_a_consent_to_fewer_days_stands_and_the_nomination_waits(accepted, offer, bob, today):
    agree(offer, bob, today, ends_on=offer.ends_on - DAY)

    accepted.refresh_from_db()
    offer.refresh_from_db()
    assert (accepted.stage, offer.state, Deployment.objects.count()) == ("accepted", "consented", 0)


@pytest.mark.parametrize(("days", "state"), [(14, "consented"), (15, "lapsed")])
def test_an_offer_is_answered_until_its_day(offer, bob, today, days, state):
    late = today + days * DAY

    if state == "lapsed":
        assert refused(agree, offer, bob, late) == ["offer_lapsed"]
        assert consent.lapse_late_offers(today=late) == 1
    else:
        assert consent.lapse_late_offers(today=late) == 0
        agree(offer, bob, late)

    offer.refresh_from_db()
    assert offer.state == state


def test_the_nightly_task_lets_nothing_lapse_that_is_in_time(offer):
    let_offers_lapse()

    offer.refresh_from_db()
    assert offer.state == "offered"


def test_a_refusal_has_a_reason_and_leaves_the_nomination(accepted, offer, bob, today):
    without = refused(consent.refuse, offer, reason="", note="", by=bob, today=today)
    consent.refuse(offer, reason="redline", note="Ask again in spring.", by=bob, today=today)

    accepted.refresh_from_db()
    offer.refresh_from_db()
    assert without == ["reason_missing"]
    assert (accepted.stage, offer.state, offer.reason) == ("accepted", "refused", "redline")
    assert refused(agree, offer, bob, today) == ["wrong_step"]


def test_one_offer_waits_at_a_time(accepted, offer, alice, today):
    again = refused(consent.offer_nomination, accepted, answer_by=today, by=alice, today=today)
    consent.withdraw(offer, by=alice, today=today)
    consent.offer_nomination(accepted, answer_by=today, by=alice, today=today)

    assert again == ["offered_already"]
    assert sorted(Consent.objects.values_list("state", flat=True)) == ["offered", "withdrawn"]


def test_a_lapsed_offer_gives_way_to_a_new_one(accepted, offer, alice, today):
    later = today + 20 * DAY

    consent.offer_nomination(accepted, answer_by=later, by=alice, today=later)

    assert sorted(Consent.objects.values_list("state", flat=True)) == ["lapsed", "offered"]


def test_what_cannot_be_offered(accepted, mission, alice, today):
    draft = create.nomination(position=accepted.position, stage="draft", person=create.person(service=accepted.service))
    own = create.nomination(position=accepted.position, stage="qualified")  # of a federal service

    assert refused(consent.offer_nomination, draft, answer_by=today, by=alice, today=today) == ["wrong_step"]
    assert refused(consent.offer_nomination, own, answer_by=today - DAY, by=alice, today=today) == [
        "no_partner",
        "answer_by_past",
    ]


@pytest.mark.parametrize(
    ("sooner", "later", "expected"),
    [(0, 0, []), (-1, -1, []), (1, 0, ["starts_on"]), (0, 1, ["ends_on"]), (400, 400, ["starts_on"])],
)
def test_a_consent_stays_within_its_offer(offer, bob, today, sooner, later, expected):
    term = {"starts_on": offer.offered_from - sooner * DAY, "ends_on": offer.offered_through + later * DAY}

    if expected:
        with pytest.raises(StepRefused) as refusal:
            agree(offer, bob, today, **term)
        assert [(one.code, one.about) for one in refusal.value.blockers] == [("beyond_the_offer", expected[0])]
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(pk=offer.pk).update(**term)
    else:
        agree(offer, bob, today, **term)
        offer.refresh_from_db()
        assert (offer.starts_on, offer.ends_on) == (term["starts_on"], term["ends_on"])


def test_a_consent_beyond_its_offer_is_refused_beside_its_field(as_user, offer, bob):
    typed = {"starts_on": str(offer.starts_on), "ends_on": str(offer.ends_on + DAY), "note": "With pleasure."}

    page = as_user(bob).post(reverse("consent_answer", args=[offer.pk, "agree"]), typed)

    [sentence] = page.context["form"].errors["ends_on"]
    assert page.status_code == 409
    assert sentence.endswith("For other days, the office withdraws it and sends a new one.")
    assert "With pleasure." in page.content.decode()


@pytest.mark.parametrize(
    ("shorter", "said"),
    [
        (0, ["The consent was recorded."]),
        (
            1,
            [
                "The consent was recorded.",
                "It is for fewer days than were requested: the stay cannot be approved as it is.",
            ],
        ),
    ],
)
def test_who_consents_to_fewer_days_is_told_what_that_means(as_user, offer, bob, shorter, said):
    typed = {"starts_on": str(offer.starts_on), "ends_on": str(offer.ends_on - shorter * DAY)}

    page = as_user(bob).post(reverse("consent_answer", args=[offer.pk, "agree"]), typed, follow=True)

    assert [str(message) for message in page.context["messages"]] == said


def test_who_answers_reads_days_as_people_say_them(as_user, offer, bob):
    page = as_user(bob).get(reverse("consent_answer", args=[offer.pk, "agree"])).content.decode()

    assert f"from {day(offer.starts_on)} through {day(offer.ends_on)}." in page


def test_a_shorter_consent_says_which_days_were_offered(as_user, offer, bob, today):
    agree(offer, bob, today, ends_on=offer.ends_on - DAY)

    assert "Days requested" in as_user(bob).get(offer.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("days", "expected"), [(30, []), (29, ["notice_too_short"])])
def test_a_recall_needs_its_notice(offer, bob, today, days, expected):
    offer.starts_on = offer.offered_from = today - 10 * DAY
    offer.save()
    agreed = agree(offer, bob, today)
    params = {"recalled_from": today + days * DAY, "reason": "staffing", "note": "", "by": bob, "today": today}

    if expected:
        assert refused(consent.recall, agreed, **params) == expected
    else:
        consent.recall(agreed, **params)

    agreed.refresh_from_db()
    assert agreed.state == ("consented" if expected else "recalled")


def test_before_it_begins_a_consent_is_taken_back_at_once(offer, bob, today):
    offer.starts_on = offer.offered_from = today + 5 * DAY
    offer.save()
    agreed = agree(offer, bob, today)

    consent.recall(agreed, recalled_from=today + 5 * DAY, reason="person", note="", by=bob, today=today)

    agreed.refresh_from_db()
    assert (agreed.state, agreed.covered()) == ("recalled", None)


def test_a_revoked_consent_stops_the_approval(accepted, offer, bob, alice, today):
    agreed = agree(offer, bob, today)
    deployment = Deployment.objects.get()
    approve = Step(Act.APPROVE, today=today)
    before = steps.blockers(deployment, approve)

    consent.recall(agreed, recalled_from=accepted.starts_on + 90 * DAY, reason="staffing", note="", by=bob, today=today)

    found = steps.blockers(deployment, approve)
    assert before == []
    assert [(one.code, one.rule, one.first_day) for one in found] == [
        ("consent_recalled", 15, accepted.starts_on + 90 * DAY)
    ]
    assert refused(lifecycle.take_step, deployment, approve, by=alice) == ["consent_recalled"]


def test_an_extension_needs_consent_for_its_days(mission, partner, alice, bob, today):
    person = create.person(service=partner)
    first, last = today - 100 * DAY, today + 100 * DAY
    deployment = create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status="in_mission")
    create.consent(person=person, mission=mission, starts_on=first, ends_on=last)
    longer = Step(Act.CHANGE, today=today, ends_on=last + 60 * DAY, reason="Extended.")
    before = refused(lifecycle.take_step, deployment, longer, by=alice)

    offer = consent.offer_deployment(deployment, last + 60 * DAY, answer_by=today, by=alice, today=today)
    agree(offer, bob, today)
    lifecycle.take_step(deployment, longer, by=alice)

    deployment.refresh_from_db()
    assert before == ["consent_too_short"]
    assert deployment.ends_on == last + 60 * DAY


@pytest.mark.parametrize("covered", [True, False])
@pytest.mark.parametrize(
    ("sooner", "later", "expected"), [(1, 0, ["consent_missing"]), (0, 1, ["consent_too_short"]), (-1, -1, [])]
)
def test_an_approved_stay_is_lengthened_at_either_end_with_consent_only(
    mission, partner, alice, today, sooner, later, expected, covered
):
    person = create.person(service=partner)
    first, last = today + 30 * DAY, today + 100 * DAY
    deployment = create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status="approved")
    term = {"starts_on": first - DAY, "ends_on": last + DAY} if covered else {"starts_on": first, "ends_on": last}
    create.consent(person=person, mission=mission, **term)
    change = Step(
        Act.CHANGE, today=today, starts_on=first - sooner * DAY, ends_on=last + later * DAY, reason="Asked for."
    )

    found = [blocker.code for blocker in steps.blockers(deployment, change)]
    create.mission_state(mission=mission, state="suspended")
    suspended = [blocker.code for blocker in steps.blockers(deployment, change)]

    assert found == ([] if covered else expected)
    assert suspended == (["mission_takes_nobody"] if sooner + later > 0 else []) + found


def test_a_stay_whose_consent_was_recalled_is_not_extended(mission, partner, alice, today):
    person = create.person(service=partner)
    first, last = today - 100 * DAY, today + 100 * DAY
    deployment = create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status="in_mission")
    create.consent(
        person=person, mission=mission, starts_on=first, ends_on=last, state="recalled", recalled_from=today + 50 * DAY
    )

    assert refused(
        lifecycle.take_step, deployment, Step(Act.CHANGE, today=today, ends_on=last + DAY, reason="Extended."), by=alice
    ) == ["consent_recalled"]


@pytest.mark.parametrize("kind", ["standard", "ancillary"])
def test_an_overdue_or_ancillary_posting_is_extended_with_consent_only(partner, alice, today, kind):
    create.ceiling()
    area = create.area()
    create.authorization(area=area, armed=False)
    mission = create.mission(area=area, kind="mission" if kind == "standard" else "opportunity")
    person = create.person(service=partner)
    first, last = today - 100 * DAY, today - 5 * DAY
    deployment = create.deployment(
        mission=mission, person=person, starts_on=first, ends_on=last, status="in_mission", kind=kind
    )
    create.consent(person=person, mission=mission, starts_on=first, ends_on=last)
    longer = Step(Act.CHANGE, today=today, ends_on=today + 60 * DAY, reason="Extended.")

    without = refused(lifecycle.take_step, deployment, longer, by=alice)
    create.mission_state(mission=mission, state="suspended")

    assert without == ["consent_too_short"]
    assert refused(lifecycle.take_step, deployment, longer, by=alice) == ["mission_takes_nobody", "consent_too_short"]


def test_the_office_answers_only_for_a_service_without_liaison(offer, partner, alice, bob, today):
    params = {"starts_on": offer.starts_on, "ends_on": offer.ends_on, "note": "", "by": alice, "today": today}

    own = refused(consent.agree, offer, **params)
    bob.is_active = False
    bob.save()
    consent.agree(offer, **params)

    offer.refresh_from_db()
    assert own == ["service_answers"]
    assert (offer.state, offer.answered_by) == ("consented", alice)


def test_the_office_neither_refuses_nor_recalls_for_a_service_with_a_liaison(offer, alice, bob, today):
    params = {"reason": "staffing", "note": "", "today": today}

    refusing = refused(consent.refuse, offer, by=alice, **params)
    agreed = agree(offer, bob, today)
    recalling = refused(consent.recall, agreed, recalled_from=agreed.starts_on, by=alice, **params)
    offer.refresh_from_db()
    before = offer.state
    bob.is_active = False
    bob.save()
    consent.recall(agreed, recalled_from=agreed.starts_on, by=alice, **params)

    offer.refresh_from_db()
    assert (refusing, recalling) == (["service_answers"], ["service_answers"])
    assert (before, offer.state) == ("consented", "recalled")


def test_the_office_refuses_for_a_service_without_liaison(offer, alice, bob, today):
    bob.is_active = False
    bob.save()

    consent.refuse(offer, reason="staffing", note="", by=alice, today=today)

    offer.refresh_from_db()
    assert (offer.state, offer.answered_by) == ("refused", alice)


@pytest.mark.parametrize(
    "status", ["planned", "approved", "in_mission", "completed", "ended_early", "closed", "cancelled"]
)
def test_no_consent_is_asked_for_a_stay_that_is_over(mission, partner, alice, today, status):
    deployment = create.deployment(
        mission=mission,
        person=create.person(service=partner),
        starts_on=today - 20 * DAY,
        ends_on=today - DAY,
        status=status,
    )
    asked = {"answer_by": today, "by": alice, "today": today}

    if status in {"planned", "approved", "in_mission"}:
        assert consent.offer_deployment(deployment, today + DAY, **asked).state == "offered"
    else:
        assert refused(consent.offer_deployment, deployment, today + DAY, **asked) == ["wrong_step"]
        assert Consent.objects.count() == 0


@pytest.mark.parametrize(("begins", "expected"), [(1, []), (0, ["notice_too_short"])])
def test_from_its_first_day_on_a_consent_is_recalled_with_notice(offer, bob, today, begins, expected):
    offer.starts_on = offer.offered_from = today + begins * DAY
    offer.save()
    agreed = agree(offer, bob, today)
    params = {"recalled_from": today + DAY, "reason": "person", "note": "", "by": bob, "today": today}

    if expected:
        assert refused(consent.recall, agreed, **params) == expected
    else:
        assert consent.recall(agreed, **params).state == "recalled"


@pytest.mark.parametrize(
    ("status", "days", "elsewhere", "expected"),
    [
        ("planned", 0, False, 1),
        ("approved", 0, False, 1),
        ("in_mission", 0, False, 1),
        ("in_mission", 1, False, 0),
        ("in_mission", 0, True, 0),
        ("cancelled", 0, False, 0),
        ("completed", 0, False, 0),
    ],
)
def test_a_stay_lost_its_consent_when_that_was_recalled_by_its_last_day(
    mission, partner, today, status, days, elsewhere, expected
):
    """`days`: how long after the last day of the stay the consent is recalled."""
    person = create.person(service=partner)
    first, last = today - 100 * DAY, today + (-1 if status == "completed" else 50) * DAY
    create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status=status)
    create.consent(
        person=person,
        mission=create.mission(area=mission.area) if elsewhere else mission,
        starts_on=first,
        ends_on=last + 30 * DAY,
        state="recalled",
        recalled_from=last + days * DAY,
    )

    assert consent.recalled(Deployment.objects.all()).count() == expected


def test_a_recall_of_an_earlier_stay_is_none_of_a_later_one(mission, partner, today):
    person = create.person(service=partner)
    create.deployment(mission=mission, person=person, starts_on=today, ends_on=today + 50 * DAY)
    term = {"starts_on": today - 90 * DAY, "state": "recalled", "recalled_from": today - 50 * DAY}
    earlier = create.consent(person=person, mission=mission, ends_on=today - DAY, **term)

    before = consent.recalled(Deployment.objects.all()).count()
    earlier.ends_on = earlier.offered_through = today
    earlier.save()

    assert (before, consent.recalled(Deployment.objects.all()).count()) == (0, 1)


def test_a_recall_is_a_task_of_the_office_and_opens_to_its_rows(offer, bob, alice, today):
    agreed = agree(offer, bob, today)
    before = [task.url for task in to_do.for_user(alice, today=today)]
    consent.recall(agreed, recalled_from=agreed.starts_on, reason="person", note="", by=bob, today=today)

    tasks = to_do.for_user(alice, today=today)
    page = Client()
    page.force_login(alice)

    assert before == ["/en-ca/deployments/?status=ready"]
    assert [(task.count, task.words) for task in tasks] == [(1, "consent withdrawn")]
    assert [row.pk for row in page.get(tasks[0].url).context["page"]] == [Deployment.objects.get().pk]


def test_a_cancelled_deployment_puts_the_nomination_back_into_the_pool(accepted, offer, bob, alice, today):
    agree(offer, bob, today)
    lifecycle.take_step(Deployment.objects.get(), Step(Act.CANCEL, today=today, reason="The post was cut."), by=alice)

    accepted.refresh_from_db()
    assert (accepted.stage, accepted.deployment) == ("qualified", None)
    assert accepted.transitions.first().act == "release"


def test_what_can_be_planned_is_a_task(accepted, mission, bob, alice, today):
    create.consent(
        person=accepted.person,
        mission=mission,
        starts_on=accepted.starts_on,
        ends_on=accepted.ends_on,
        nomination=accepted,
    )

    tasks = to_do.for_user(alice, today=today)

    assert [(task.count, task.words) for task in tasks] == [(1, "deployment to plan")]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "refused", "reason": ""},
        {"state": "recalled"},
        {"state": "consented", "recalled_from": dt.date(2031, 1, 1)},
        {"state": "consented", "answered_at": None},
        {"state": "invented"},
        {"ends_on": dt.date(2030, 1, 1)},
    ],
)
def test_the_database_refuses_a_consent_that_cannot_be(mission, partner, fields):
    person = create.person(service=partner)
    stay = {"starts_on": dt.date(2031, 1, 1), "ends_on": dt.date(2031, 12, 31)}

    with pytest.raises(IntegrityError), transaction.atomic():
        create.consent(person=person, mission=mission, **{**stay, **fields})


# --- Waivers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(mission, alice, today):
    return waiving.ask(
        create.person(),
        mission,
        code="too_few_years",
        about="",
        reason="Ten years in another service.",
        ends_on=today + 365 * DAY,
        by=alice,
        today=today,
    )


def test_a_second_coordinator_grants(asked, alice):
    second = create.user()

    own = refused(waiving.decide, asked, Waiver.State.GRANTED, note="Yes.", by=alice)
    waiving.decide(asked, Waiver.State.GRANTED, note="Yes.", by=second)

    asked.refresh_from_db()
    assert own == ["second_coordinator"]
    assert (asked.state, asked.decided_by) == ("granted", second)
    assert refused(waiving.decide, asked, Waiver.State.REFUSED, note="No.", by=second) == ["wrong_step"]


def test_the_database_keeps_the_two_coordinators_apart(asked):
    asked.state, asked.decided_by = "granted", asked.asked_by

    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


def test_a_waiver_is_withdrawn_by_either(asked, alice):
    waiving.withdraw(asked, reason="No longer.", by=alice)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("withdrawn", None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"code": "area_full"}, ["not_waivable"]),
        ({"code": "person_elsewhere"}, ["not_waivable"]),
        ({"code": "no_authorization"}, ["not_waivable"]),
        ({"code": "attestation_missing"}, ["not_waivable"]),
        ({"reason": "  "}, ["reason_missing"]),
        ({"ends_on": dt.date(2020, 1, 1)}, ["ends_in_past"]),
    ],
)
def test_what_cannot_be_waived(mission, alice, today, fields, expected):
    params = {"code": "rank_outside", "about": "", "reason": "Because.", "ends_on": today}

    assert refused(waiving.ask, create.person(), mission, by=alice, today=today, **{**params, **fields}) == expected


def test_a_waiver_is_asked_for_once(asked, alice, today):
    params = {"code": asked.code, "about": "", "reason": "Again.", "ends_on": today}

    assert refused(waiving.ask, asked.person, asked.mission, by=alice, today=today, **params) == ["asked_already"]


def test_the_same_waiver_is_asked_for_in_another_mission(asked, mission, alice, today):
    params = {"code": asked.code, "about": "", "reason": "There too.", "ends_on": today}

    other = waiving.ask(asked.person, create.mission(area=mission.area), by=alice, today=today, **params)

    assert sorted(Waiver.objects.values_list("pk", "state")) == [(asked.pk, "asked"), (other.pk, "asked")]


def test_a_granted_waiver_is_withdrawn_and_tells_who_granted_it(asked, alice):
    second = create.user()
    waiving.decide(asked, Waiver.State.GRANTED, note="Yes.", by=second)

    waiving.withdraw(asked, reason="No longer.", by=alice)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("withdrawn", second)
    assert refused(waiving.withdraw, asked, reason="No longer.", by=alice) == ["wrong_step"]


def test_a_granted_waiver_lets_the_deployment_be_approved(mission, alice, today):
    person = create.person(joined_on=today - 900 * DAY)
    deployment = create.deployment(
        mission=mission, person=person, starts_on=today, ends_on=today + 30 * DAY, status="planned"
    )
    approve = Step(Act.APPROVE, today=today)
    before = refused(lifecycle.take_step, deployment, approve, by=alice)
    params = {"code": "too_few_years", "about": "", "reason": "Experience.", "ends_on": today + 30 * DAY}
    waiver = waiving.ask(person, mission, by=alice, today=today, **params)
    still = refused(lifecycle.take_step, deployment, approve, by=alice)
    waiving.decide(waiver, Waiver.State.GRANTED, note="Yes.", by=create.user())

    lifecycle.take_step(deployment, approve, by=alice)

    assert before == still == ["too_few_years"]
