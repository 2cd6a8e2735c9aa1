"""Nominations in the browser: putting forward, correcting, moving one and many, consent, waivers."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from deployments.models import Consent, Criterion, Deployment, Nomination, Review, Waiver
from deployments.models.transitions import Move
from flags.tasks import flag_expiring_postings
from missions.models import Requirement
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def position(today):
    area = create.area()
    create.authorization(area=area, armed=False)
    return create.position(
        mission=create.mission(area=area),
        needed_from=today + 60 * DAY,
        call_opens=today - 5 * DAY,
        call_closes=today + 5 * DAY,
    )


@pytest.fixture
def person(example_service):
    return create.person(service=example_service)


def add_url(person, **query):
    return reverse("nomination_add", query={"person": person.pk, **query})


def step_url(nomination, move):
    return reverse("nomination_step", args=[nomination.pk, move])


def codes(response):
    return [blocker.code for blocker in response.context["blockers"]]


# --- Putting forward ------------------------------------------------------------------------------------------------


def test_a_liaison_puts_somebody_forward_for_the_usual_tour(as_user, bob, person, position):
    response = as_user(bob).post(add_url(person), {"position": position.pk, "submit": "yes"})

    nomination = Nomination.objects.get()
    assert response.url == nomination.get_absolute_url()
    assert (nomination.stage, nomination.service, nomination.created_by) == ("submitted", person.service, bob)
    assert nomination.starts_on == position.needed_from
    assert nomination.ends_on == position.needed_from.replace(year=position.needed_from.year + 1) - DAY


def test_a_draft_waits_until_it_is_submitted(as_user, bob, person, position):
    browser = as_user(bob)
    browser.post(add_url(person), {"position": position.pk, "statement": "Ten years in training. 😀"})
    nomination = Nomination.objects.get()

    browser.post(step_url(nomination, "submit"))

    nomination.refresh_from_db()
    assert (nomination.stage, nomination.statement) == ("submitted", "Ten years in training. 😀")


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"position": ""}, "position", "Choose a position."),
        ({"position": "9" * 30}, "position", "Select a valid choice. That choice is not one of the available choices."),
        (
            {"position": "1\0"},
            "position",
            "Null characters are not allowed.",
        ),
        ({"starts_on": "31/02/2026"}, "starts_on", "“31/02/2026” is not a date that exists."),
        ({"starts_on": "2/3/26"}, "starts_on", "Write the year of “2/3/26” with four digits, for instance 2027-03-02."),
        ({"starts_on": "2031-03-02", "ends_on": "2031-03-01"}, "ends_on", "The last day cannot be before the first."),
        ({"statement": "x" * 4001}, "statement", "Ensure this value has at most 4000 characters (it has 4001)."),
        (
            {"statement": "a\0b"},
            "statement",
            "This text contains a character that cannot be shown or printed. Delete it and type it again.",
        ),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(as_user, bob, person, position, fields, field, message):
    typed = {"position": position.pk, "statement": "\u202eAlways \N{RAISED HAND} ready", **fields}

    response = as_user(bob).post(add_url(person), typed)

    assert response.status_code == 200
    assert response.context["form"].errors[field] == [message]
    assert response.context["form"]["statement"].value() == typed["statement"]
    assert Nomination.objects.count() == 0


def test_a_position_that_does_not_say_when_asks_for_a_day(as_user, bob, person, position):
    position.needed_from = None
    position.save()

    response = as_user(bob).post(add_url(person), {"position": position.pk})

    assert response.context["form"].errors == {
        "starts_on": ["The position does not say when it is needed: give a day."]
    }


def test_a_call_that_closed_while_the_form_was_open(as_user, bob, person, position, today):
    browser = as_user(bob)
    browser.post(add_url(person), {"position": position.pk})
    position.call_closes = today - DAY
    position.save()

    new = browser.post(add_url(create.person(service=person.service)), {"position": position.pk})
    submitted = browser.post(step_url(Nomination.objects.get(), "submit"))

    assert new.context["form"].errors["position"] == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
    assert (submitted.status_code, codes(submitted)) == (409, ["call_not_open"])


def test_submitting_twice_makes_one_nomination(as_user, bob, person, position):
    browser = as_user(bob)
    browser.post(add_url(person), {"position": position.pk, "submit": "yes"})

    again = browser.post(add_url(person), {"position": position.pk, "submit": "yes"})

    assert (again.status_code, codes(again)) == (409, ["put_forward_already"])
    assert Nomination.objects.count() == 1


def test_people_of_another_service_cannot_be_chosen(as_user, charlie, person, position):
    browser = as_user(charlie)

    assert browser.get(add_url(person)).status_code == 404
    assert browser.post(add_url(person), {"position": position.pk}).status_code == 404
    assert list(browser.get(reverse("nomination_add"), {"q": "tremblay"}).context["found"]) == []


def test_choosing_a_person_keeps_the_position(as_user, bob, person, position):
    page = as_user(bob).get(reverse("nomination_add"), {"q": "tremblay", "position": position.pk}).content.decode()

    assert f"?person={person.pk}&amp;position={position.pk}" in page


def test_a_liaison_replaces_somebody(as_user, bob, person, position):
    nomination = create.nomination(position=position, person=person)
    other = create.person(service=person.service, family_name="Quintal")
    browser = as_user(bob)
    address = reverse("nomination_replace", args=[nomination.pk], query={"person": other.pk})

    browser.post(address, {"position": position.pk, "submit": "yes"})

    nomination.refresh_from_db()
    replacement = Nomination.objects.get(person=other)
    assert (nomination.stage, replacement.stage, replacement.replaces) == ("withdrawn", "submitted", nomination)
    assert "Quintal" in browser.get(nomination.get_absolute_url()).content.decode()


# --- Moves ----------------------------------------------------------------------------------------------------------


def test_returned_with_feedback_corrected_and_submitted_again(as_user, alice, bob, person, position):
    nomination = create.nomination(position=position, person=person)
    office, liaison = as_user(alice), as_user(bob)

    empty = office.post(step_url(nomination, "return"))
    office.post(step_url(nomination, "return"), {"reason_code": "incomplete", "reason": "Sign page 2."})
    seen = liaison.get(nomination.get_absolute_url()).content.decode()
    liaison.post(
        step_url(nomination, "edit"), {"starts_on": "2031-03-01", "ends_on": "2032-02-29", "statement": "Signed."}
    )
    liaison.post(step_url(nomination, "submit"))

    nomination.refresh_from_db()
    assert empty.context["form"].errors == {
        "reason_code": ["Choose a reason."],
        "reason": ["Give a reason."],
    }
    assert "Sign page 2." in seen
    assert (nomination.stage, nomination.starts_on, nomination.statement) == (
        "submitted",
        dt.date(2031, 3, 1),
        "Signed.",
    )


@pytest.mark.parametrize("move", ["screen", "qualify", "accept", "refuse", "deploy"])
def test_a_liaison_does_not_make_the_offices_moves(as_user, bob, person, position, move):
    nomination = create.nomination(position=position, person=person)

    assert as_user(bob).get(step_url(nomination, move)).status_code == 403
    assert as_user(bob).post(step_url(nomination, move)).status_code == 403


# Typed by hand: what the page of a nomination offers to its home service, to the office and to an auditor.
OFFERED = {
    "draft": ("submit edit withdraw", "submit edit withdraw", ""),
    "submitted": ("withdraw", "screen return defer refuse withdraw", ""),
    "returned": ("submit edit withdraw", "submit edit lapse withdraw", ""),
    "qualified": ("withdraw", "nominate defer not_select lapse withdraw", ""),
    "accepted": ("withdraw", "deploy release withdraw", ""),
    "withdrawn": ("", "", ""),
}


@pytest.mark.parametrize("stage", list(OFFERED))
def test_the_page_offers_to_each_reader_the_own_moves_only(as_user, alice, bob, dora, person, position, stage):
    nomination = create.nomination(position=position, person=person, stage=stage)
    moves = [move for move in Move.values if move not in {"draft", "rank", "correct", "record"}]

    def offered(user):
        page = as_user(user).get(nomination.get_absolute_url()).content.decode()
        return {move for move in moves if f'"{step_url(nomination, move)}"' in page}

    assert [offered(user) for user in (bob, alice, dora)] == [set(moves.split()) for moves in OFFERED[stage]]


def test_a_service_withdraws_for_its_own_reasons(as_user, bob, person, position):
    """Not because "the organization declined", which is for the office to say."""
    nomination = create.nomination(position=position, person=person, stage="submitted")
    browser = as_user(bob)

    together = browser.get(reverse("nomination_bulk", args=["withdraw"]), {"row": nomination.pk})
    alone = browser.get(step_url(nomination, "withdraw"))
    refused = browser.post(step_url(nomination, "withdraw"), {"reason_code": "organization"})

    for page in (alone, together):
        offered = [value for value, _label in page.context["form"].fields["reason_code"].choices]
        assert offered == ["", "personal", "service_needs", "timing", "requirements", "incomplete"]
    assert set(refused.context["form"].errors) == {"reason_code"}


@pytest.mark.parametrize("move", ["submit", "screen", "withdraw"])
def test_an_auditor_moves_nothing(as_user, dora, person, position, move):
    assert as_user(dora).post(step_url(create.nomination(position=position, person=person), move)).status_code == 403


def test_a_refused_move_says_every_reason(as_user, alice, person, position):
    nomination = create.nomination(position=position, person=person, stage="assessment")
    person.attestations.all().delete()

    response = as_user(alice).post(step_url(nomination, "qualify"))

    assert (response.status_code, codes(response)) == (409, ["reviews_missing", "attestation_missing"])


def test_a_liaison_sees_neither_reviews_nor_the_reserve(as_user, alice, bob, person, position):
    nomination = create.nomination(position=position, person=person, stage="qualified", reserve_rank=3)
    Review.objects.create(nomination=nomination, reviewer=alice, comment="Very good.", at="2026-01-01T00:00:00Z")

    theirs = as_user(bob).get(nomination.get_absolute_url())
    ours = as_user(alice).get(nomination.get_absolute_url()).content.decode()

    assert "Very good." in ours
    assert "Place in the reserve" in ours
    assert "Very good." not in theirs.content.decode()
    assert "Place in the reserve" not in theirs.content.decode()
    assert theirs.context["reviews"].reviews == []


def test_notes_of_the_office_stay_in_the_office(as_user, alice, bob, person, position, today):
    nomination = create.nomination(position=position, person=person, stage="nominated")
    office = as_user(alice)
    office.post(step_url(nomination, "release"), {"reason": "Another one is stronger."})
    office.post(reverse("position_selection", args=[position.pk]), {f"rank_{nomination.pk}": "2"})

    seen = as_user(bob).get(nomination.get_absolute_url()).content.decode()

    assert "Another one is stronger." in office.get(nomination.get_absolute_url()).content.decode()
    assert "Another one is stronger." not in seen
    assert "Placed in the reserve" not in seen


def test_the_filters_of_a_liaison_name_the_own_positions_only(as_user, bob, charlie, person, position, today):
    create.nomination(position=position, person=person)
    position.call_closes = today - DAY
    position.save()

    assert "P1 Police adviser" in as_user(bob).get(reverse("nomination_list")).content.decode()
    assert "P1 Police adviser" not in as_user(charlie).get(reverse("nomination_list")).content.decode()


def test_screening_and_reviews_are_filled_in(as_user, alice, person, position):
    nomination = create.nomination(position=position, person=person, stage="assessment")
    criterion = Criterion.objects.create(code="x", name_en="Experience", name_fr="Expérience", weight=2)
    browser, address = as_user(alice), reverse("review_add", args=[nomination.pk])

    empty = browser.post(address, {})
    browser.post(address, {f"criterion_{criterion.pk}": "4", "comment": "Good."})
    again = browser.post(address, {f"criterion_{criterion.pk}": "5"})

    assert empty.context["form"].errors == {f"criterion_{criterion.pk}": ["Give points from 0 to 5."]}
    assert codes(again) == ["reviewed_already"]
    assert Review.objects.get().scores.get().points == 4


def test_many_are_moved_and_the_page_says_which_were_not(as_user, alice, bob, position, person):
    good = create.nomination(position=position, person=person)
    gone = create.nomination(position=position, stage="withdrawn")
    chosen = {"row": [good.pk, gone.pk, "9" * 30, "x"]}
    screen, withdraw = (reverse("nomination_bulk", args=[move]) for move in ("screen", "withdraw"))

    response = as_user(alice).post(screen, chosen, follow=True)
    as_liaison = as_user(bob).post(withdraw, {**chosen, "reason_code": "personal"}, follow=True)
    nothing = as_user(alice).post(screen, {"row": ["x"]})
    invented = as_user(alice).post(f"{screen.removesuffix('screen/')}edit/", chosen)

    assert [row.pk for row in response.context["done"]] == [good.pk]
    assert [(row.pk, [one["code"] for one in why]) for row, _language, why in response.context["refused"]] == [
        (gone.pk, ["wrong_step"])
    ]
    assert [row.pk for row in as_liaison.context["done"]] == [good.pk]
    assert as_liaison.context["refused"] == []  # the other service's row does not exist
    assert nothing.url == reverse("nomination_list")
    assert invented.status_code == 404


def test_many_deployments_are_approved_together(as_user, alice, position, today):
    create.ceiling()
    create.authorization(area=(area := create.area()), cap=1, armed=False)
    mission = create.mission(area=area)
    rows = [
        create.deployment(mission=mission, starts_on=today, ends_on=today + DAY, status="planned") for _each in range(2)
    ]

    response = as_user(alice).post(
        reverse("deployment_bulk", args=["approve"]), {"row": [row.pk for row in rows], "reason": ""}, follow=True
    )

    assert [row.pk for row in response.context["done"]] == [rows[0].pk]
    assert [[one["code"] for one in why] for _row, _language, why in response.context["refused"]] == [["area_full"]]
    assert Deployment.objects.filter(status="approved").count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(as_user, alice, position, django_assert_num_queries, number):
    for _each in range(number):
        create.nomination(position=position)
    browser = as_user(alice)
    browser.get(reverse("nomination_list"))

    with django_assert_num_queries(13):
        response = browser.get(reverse("nomination_list"))

    assert len(response.context["page"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_a_liaisons_home_takes_the_same_queries_for_any_number(
    as_user, bob, person, position, django_assert_num_queries, number
):
    for _each in range(number):
        create.nomination(position=position, person=create.person(service=person.service))
    browser = as_user(bob)
    browser.get(reverse("home"))

    with django_assert_num_queries(32):  # the last two: the box of flags and its figures
        response = browser.get(reverse("home"))

    assert len(response.context["candidates"]) == number


def test_filters_narrow_the_list(as_user, alice, position, person):
    live = create.nomination(position=position, person=person)
    create.nomination(position=position, stage="withdrawn")
    browser, address = as_user(alice), reverse("nomination_list")

    def shown(**query):
        return [row.pk for row in browser.get(address, query).context["page"]]

    assert shown(stage="live") == shown(service=person.service_id) == [live.pk]
    assert shown(q="nobody") == []
    assert shown(stage="9" * 30) == []


# --- The liaison's home ---------------------------------------------------------------------------------------------


def test_a_liaisons_home_says_what_is_missing_what_closes_and_what_to_answer(as_user, bob, today):
    service = create.partner(name_en="Partner Police")
    service.liaisons.add(bob)
    position = create.position(
        mission=create.mission(), call_opens=today, call_closes=today + 3 * DAY, needed_from=today + 30 * DAY
    )
    person = create.person(service=service, attested=False)
    nomination = create.nomination(position=position, person=person)
    create.consent(
        person=person,
        mission=position.mission,
        starts_on=today,
        ends_on=today,
        state="offered",
        answer_by=today,
        nomination=nomination,
    )

    page = as_user(bob).get(reverse("home")).content.decode()

    assert "The attestation of no pending matter is missing." in page
    assert "closes in 3 days" in page
    assert "Waiting for your answer" in page
    assert service.agreements.get().reference in page


def test_a_liaison_puts_forward_answers_and_corrects_from_the_first_page(as_user, bob, example_service, today):
    position = create.position(mission=create.mission(), call_opens=today, call_closes=today + 3 * DAY)
    rows = {}
    for stage in ("draft", "returned", "submitted", "nominated"):
        person = create.person(service=example_service)
        rows[stage] = create.nomination(position=position, person=person, stage=stage)
    asked = create.consent(
        person=rows["nominated"].person,
        mission=position.mission,
        starts_on=today,
        ends_on=today,
        state="offered",
        answer_by=today,
        nomination=rows["nominated"],
    )

    response = as_user(bob).get(reverse("home"))

    acts = {match.nomination.stage: moves for match, moves in response.context["candidates"]}
    assert acts == {"draft": ["submit", "edit"], "returned": ["submit", "edit"], "submitted": [], "nominated": []}
    page = response.content.decode()
    for address in (
        reverse("nomination_add", query={"position": position.pk}),
        reverse("consent_answer", args=[asked.pk, "agree"]),
        reverse("consent_answer", args=[asked.pk, "refuse"]),
        reverse("nomination_step", args=[rows["returned"].pk, "edit"]),
    ):
        assert f'href="{address}"' in page
        assert as_user(bob).get(address).status_code == 200
    assert f'action="{reverse("nomination_step", args=[rows["draft"].pk, "submit"])}"' in page
    assert page.count("With the office") == page.count("Answer the request for consent") == 1


def test_a_liaisons_home_says_whose_credentials_run_out_and_when_the_tour_ends(
    as_user, bob, charlie, example_service, today
):
    mission = create.mission()
    create.authorization(area=mission.area)
    stay = create.deployment(
        mission=mission,
        person=create.person(service=example_service),
        starts_on=today - 300 * DAY,
        ends_on=today + 20 * DAY,
        status="in_mission",
    )
    flag_expiring_postings()

    mine, others = [as_user(user).get(reverse("home")) for user in (bob, charlie)]

    assert {notice.flag.subject for notice in mine.context["box"].notices} == {stay}
    assert "What runs out or is due" in mine.content.decode()
    assert others.context["box"].notices == []
    assert "What runs out or is due" not in others.content.decode()


def test_a_liaisons_home_shows_the_first_stays_in_a_total_order_and_where_all_are(
    as_user, bob, example_service, today, monkeypatch
):
    monkeypatch.setattr("peaceops.views.STAYS_SHOWN", 2)
    mission = create.mission()
    create.authorization(area=mission.area)
    gone, coming = [
        [
            create.deployment(
                mission=mission,
                person=create.person(service=example_service),
                starts_on=today + first * DAY,
                ends_on=today + 99 * DAY,
                status=status,
            )
            for _each in range(3)
        ]
        for status, first in [("in_mission", -9), ("approved", 9)]
    ]

    answer = as_user(bob).get(reverse("home"))

    assert [list(answer.context[name]) for name in ("abroad", "leaving")] == [gone[:2], coming[:2]]
    page = answer.content.decode()
    assert "3 people of your service are deployed." in page
    assert re.findall(r'<a href="([^"]*status=[^"]*)">All 3\s*</a>', page) == [
        "/en-ca/deployments/?status=deployed&amp;sort=last",
        "/en-ca/deployments/?status=coming&amp;sort=first",
    ]


# --- Consent and waivers --------------------------------------------------------------------------------------------


def test_an_offer_is_made_and_answered(as_user, alice, bob, position, today):
    create.ceiling()
    service = create.partner()
    service.liaisons.add(bob)
    nomination = create.nomination(position=position, person=create.person(service=service), stage="accepted")
    office, liaison = as_user(alice), as_user(bob)

    office.post(reverse("consent_offer", args=[nomination.pk]), {"answer_by": (today + DAY).isoformat()})
    offer = Consent.objects.get()
    page = liaison.get(offer.get_absolute_url())
    response = liaison.post(
        reverse("consent_answer", args=[offer.pk, "agree"]),
        {"starts_on": offer.starts_on.isoformat(), "ends_on": offer.ends_on.isoformat()},
    )
    recall = liaison.post(
        reverse("consent_answer", args=[offer.pk, "recall"]),
        {"recalled_from": today.isoformat(), "reason": "staffing"},
    )

    nomination.refresh_from_db()
    assert page.context["answers"] == ["agree", "refuse"]
    assert response.url == offer.get_absolute_url()
    assert nomination.deployment.status == "planned"
    assert (recall.status_code, codes(recall)) == (409, ["notice_too_short"])


def test_only_the_office_takes_an_offer_back(as_user, alice, bob, position, today):
    service = create.partner()
    service.liaisons.add(bob)
    person = create.person(service=service)
    offer = create.consent(
        person=person, mission=position.mission, starts_on=today, ends_on=today, state="offered", answer_by=today
    )
    address = reverse("consent_answer", args=[offer.pk, "withdraw"])

    assert as_user(bob).post(address).status_code == 403
    assert as_user(alice).post(address).url == offer.get_absolute_url()


def test_a_waiver_is_asked_for_granted_and_shown_with_the_deployment(as_user, alice, bob, position, today):
    service = create.service()
    service.liaisons.add(bob)
    person = create.person(service=service, joined_on=today - 400 * DAY)
    stay = create.deployment(
        mission=position.mission, person=person, starts_on=today, ends_on=today + DAY, status="planned"
    )
    second = create.user(name="Second")
    ask = reverse("waiver_ask", args=[person.pk], query={"mission": position.mission_id, "code": "too_few_years"})

    as_user(alice).post(ask, {"reason": "Long in another force.", "ends_on": (today + DAY).isoformat()})
    waiver = Waiver.objects.get()
    own = as_user(alice).post(reverse("waiver_decide", args=[waiver.pk, "granted"]), {"sentence": "Fits."})
    silent = as_user(second).post(reverse("waiver_decide", args=[waiver.pk, "granted"]), {"sentence": " "})
    as_user(second).post(reverse("waiver_decide", args=[waiver.pk, "granted"]), {"sentence": "Fits."})

    waiver.refresh_from_db()
    assert (own.status_code, [str(blocker.message) for blocker in own.context["blockers"]]) == (
        409,
        ["A second coordinator decides: you asked for this waiver yourself."],
    )
    assert silent.context["form"].errors["sentence"]
    assert (waiver.state, waiver.decided_by, waiver.decision_note) == ("granted", second, "Fits.")

    for reader in (alice, bob):
        page = as_user(reader).get(stay.get_absolute_url()).content.decode()
        assert "Waived by Second until" in page

    as_user(alice).post(reverse("waiver_decide", args=[waiver.pk, "withdrawn"]), {"sentence": "No longer."})

    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by, waiver.decision_note) == ("withdrawn", second, "Fits.")
    assert (waiver.withdrawn_by, waiver.withdrawal_reason) == (alice, "No longer.")
    shown = as_user(alice).get(waiver.get_absolute_url()).content.decode()
    assert "Fits." in shown
    assert "No longer." in shown


@pytest.mark.parametrize("query", [{}, {"mission": "x"}, {"mission": "9" * 30}, {"code": "area_full"}, {"code": "\0"}])
def test_an_odd_question_for_a_waiver_is_no_page(as_user, alice, position, query):
    given = {"mission": position.mission_id, "code": "too_few_years", **query} if query else {}

    assert as_user(alice).get(reverse("waiver_ask", args=[create.person().pk]), given).status_code == 404


# --- Selection ------------------------------------------------------------------------------------------------------


def test_the_reserve_is_ordered_and_the_first_not_asked_is_next(as_user, alice, position):
    service = create.partner()
    first, second = (
        create.nomination(position=position, stage="qualified", person=create.person(service=service))
        for _each in range(2)
    )
    browser, address = as_user(alice), reverse("position_selection", args=[position.pk])

    twice = browser.post(address, {f"rank_{first.pk}": "1", f"rank_{second.pk}": "1"})
    browser.post(address, {f"rank_{first.pk}": "2", f"rank_{second.pk}": "1"})
    page = browser.get(address)
    create.consent(
        person=second.person,
        mission=position.mission,
        starts_on=second.starts_on,
        ends_on=second.ends_on,
        state="refused",
        nomination=second,
    )

    assert twice.context["form"].errors == {"__all__": ["Two people have the same place in the reserve."]}
    assert page.context["next_offer"] == second
    assert browser.get(address).context["next_offer"] == first
    assert list(Nomination.objects.order_by("reserve_rank")) == [second, first]


def test_a_refused_order_of_the_reserve_says_why_and_keeps_what_was(as_user, alice, position):
    first, second = (create.nomination(position=position, stage="qualified") for _each in range(2))
    Review.objects.create(nomination=second, reviewer=alice, conflict=True, at="2026-01-01T00:00:00Z")
    typed = {f"rank_{first.pk}": "1", f"rank_{second.pk}": "2"}

    response = as_user(alice).post(reverse("position_selection", args=[position.pk]), typed)

    assert (response.status_code, codes(response)) == (409, ["conflict_of_interest"])
    assert "You declared a conflict of interest" in response.content.decode()
    assert list(Nomination.objects.values_list("reserve_rank", flat=True)) == [None, None]


def test_only_accepted_pairs_of_the_proposal_are_nominated(as_user, alice, position):
    position.places = 2
    position.save()
    pool = [create.nomination(position=position, stage="qualified") for _each in range(2)]
    browser, address = as_user(alice), reverse("selection_proposal")

    page = browser.get(address)
    response = browser.post(address, {"pair": [f"{pool[0].pk}-{position.pk}", f"{'9' * 18}-1"]}, follow=True)

    assert {match.nomination for match in page.context["proposal"].chosen} == set(pool)
    assert [row.pk for row in response.context["done"]] == [pool[0].pk]
    assert sorted(Nomination.objects.values_list("stage", flat=True)) == ["nominated", "qualified"]


def test_to_nominate_without_a_tick_is_an_error_on_that_form(as_user, alice, position):
    nomination = create.nomination(position=position, stage="qualified")

    response = as_user(alice).post(reverse("selection_proposal"))

    body = response.content.decode()
    assert codes(response) == ["nothing_ticked"]
    assert "<title>Error: Proposal" in body
    assert "Tick at least one pair." in body
    assert f'type="checkbox"  name="pair" value="{nomination.pk}-{position.pk}"' in body
    assert Nomination.objects.get().stage == "qualified"


# --- What a newcomer met ---------------------------------------------------------------------------------------------


def test_a_planned_nomination_does_not_stand_in_its_own_way(as_user, alice, position):
    nomination = create.nomination(position=position)
    stay = {"starts_on": nomination.starts_on, "ends_on": nomination.ends_on}
    nomination.deployment = create.deployment(
        mission=position.mission, person=nomination.person, position=position, status="planned", **stay
    )
    nomination.stage = "deployed"
    nomination.save()

    response = as_user(alice).get(nomination.get_absolute_url())

    assert response.context["findings"] == []
    assert "Open the deployment" in response.content.decode()


def test_a_liaison_reads_first_what_was_returned_and_what_is_missing(as_user, bob, today):
    service = create.partner()
    service.liaisons.add(bob)
    position = create.position(mission=create.mission(), call_opens=today, call_closes=today)
    create.nomination(
        position=position, person=create.person(service=service), stage="returned", feedback="Sign page 2."
    )
    create.nomination(position=position, person=create.person(service=service), stage="accepted")

    response = as_user(bob).get(reverse("home"))

    assert "Sign page 2." in response.content.decode()
    assert [[one.code for one in match.blockers] for match, _acts in response.context["candidates"]] == [
        [],
        ["consent_missing"],
    ]


def test_whoever_submits_is_told_that_something_is_missing_and_where_to_add_it(as_user, bob, example_service, position):
    person = create.person(service=example_service, attested=False)

    response = as_user(bob).post(add_url(person), {"position": position.pk, "submit": "yes"}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Cst. Émilie Tremblay was put forward.",
        "1 requirement is not met yet.",
    ]
    assert reverse("record_add", args=[person.pk, "attestation"]) in response.content.decode()


def test_a_waiver_that_waits_is_shown_and_not_asked_for_twice(as_user, alice, position, today):
    person = create.person(joined_on=today - 400 * DAY)
    nomination = create.nomination(position=position, person=person)
    Waiver.objects.create(
        person=person,
        mission=position.mission,
        code="too_few_years",
        reason="Long in another force.",
        ends_on=nomination.ends_on,
        asked_by=alice,
        asked_at="2026-01-01T00:00:00Z",
    )

    page = as_user(alice).get(nomination.get_absolute_url()).content.decode()

    assert "A waiver is asked for" in page
    assert "Ask for a waiver" not in page


def test_neither_a_waiver_nor_its_end_names_a_restricted_credential(as_user, alice, dora, person, position):
    kind = create.kind(code="psychological", name_en="Psychological fitness", is_restricted=True)
    Requirement.objects.create(mission=position.mission, kind=kind)
    nomination = create.nomination(position=position, person=person)
    waiver = Waiver.objects.create(
        person=person,
        mission=position.mission,
        code="credential_missing",
        about=kind.code,
        reason="It is booked.",
        state="granted",
        ends_on=nomination.starts_on,
        asked_by=alice,
        asked_at="2026-01-01T00:00:00Z",
        decided_by=create.user(),
        decided_at=timezone.now(),
        decision_note="Yes.",
    )

    addresses = [nomination.get_absolute_url(), waiver.get_absolute_url(), reverse("waiver_list")]
    for address in [*addresses, person.get_absolute_url()]:
        ours, theirs = (as_user(user).get(address).content.decode() for user in (alice, dora))

        assert "Psychological" in ours
        assert "restricted credential" in theirs
        assert not {word for word in ("sychological", "credential_missing", "is open again") if word in theirs}


def test_an_order_of_candidates_names_no_restricted_credential(as_user, alice, dora, person, position):
    kind = create.kind(code="psychological", name_en="Psychological fitness", is_restricted=True)
    Requirement.objects.create(mission=position.mission, kind=kind)
    create.nomination(position=position, person=person, stage="qualified")
    address = reverse("position_selection", args=[position.pk])

    ours, theirs = (as_user(user).get(address).content.decode() for user in (alice, dora))

    assert "Psychological fitness is missing." in ours
    assert "sychological" not in theirs
    assert "About a restricted credential." in theirs
