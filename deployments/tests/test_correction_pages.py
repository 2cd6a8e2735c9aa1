"""The pages of corrections: asked for with a preview, confirmed or refused by somebody else, told in the history."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse
from django.utils import translation

from deployments.candidates.lifecycle import make_move
from deployments.candidates.pipeline import NominationStep
from deployments.corrections import making
from deployments.models import Correction, Deployment, Nomination
from deployments.models.transitions import Move
from foundation.refusals import StepRefused
from missions.models import Authorization
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def dan(db):
    """A second coordinator."""
    return create.user(name="Dan")


@pytest.fixture
def mission(db):
    create.ceiling()
    area = create.area()
    create.authorization(area=area, cap=18, armed=False)
    return create.mission(area=area)


@pytest.fixture
def stay(mission, example_service, today):
    person = create.person(service=example_service)
    return create.deployment(
        mission=mission, person=person, starts_on=today - 9 * DAY, ends_on=today + 20 * DAY, status="in_mission"
    )


def _url(page, row):
    return reverse(page, args=[row.pk])


def _text(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def _typed(stay, **changed):
    """What the form of a stay in mission sends when nothing but `changed` was typed."""
    return {
        "status": stay.status,
        "arrived_on": str(stay.arrived_on),
        "mission": stay.mission_id,
        "position": stay.position_id or "",
        "kind": stay.kind,
        "service": stay.service_id,
        "rank": stay.rank_id,
        "armed": str(stay.armed),
        "reason": "The report says otherwise.",
        **changed,
    }


def _send(browser, stay, **changed):
    """Send the form, look at the preview, and save."""
    seen = browser.post(_url("deployment_correct", stay), _typed(stay, **changed))
    previewed = seen.context["form"].data.get("previewed", "")
    return browser.post(_url("deployment_correct", stay), _typed(stay, **changed, previewed=previewed, save="1"))


def test_a_preview_tells_each_day_before_anything_is_asked_for(as_user, alice, stay, today):
    first = today - 12 * DAY

    page = as_user(alice).post(_url("deployment_correct", stay), _typed(stay, arrived_on=str(first), save="1"))

    assert page.status_code == 200
    with translation.override("en-ca"):
        from foundation.sentences import day as in_words

        days = f"{in_words(first)} – {in_words(today - 10 * DAY)}"
    text = _text(page)
    assert f"{days} 0 → 1 of 18" in text
    assert f"Arrived on {stay.arrived_on} {first}" in text
    assert "it waits for a second coordinator" in text
    assert not Correction.objects.exists()


def test_a_wrong_arrival_is_corrected_by_two_coordinators(as_user, alice, dan, stay, today):
    first = today - 12 * DAY

    asked = _send(as_user(alice), stay, arrived_on=str(first))
    correction = Correction.objects.get()
    own_page = as_user(alice).get(correction.get_absolute_url())
    refused = as_user(alice).post(_url("correction_decide", correction), {"decision": "confirm"})
    home = as_user(dan).get(reverse("home"))
    waiting = as_user(dan).get(stay.get_absolute_url())
    confirmed = as_user(dan).post(_url("correction_decide", correction), {"decision": "confirm"}, follow=True)

    assert asked.url == correction.get_absolute_url()
    assert "You asked for this correction yourself" in _text(own_page)
    assert refused.status_code == 409
    assert [(task.count, task.words) for task in home.context["to_do"]] == [(1, "correction to confirm")]
    assert "A correction is waiting for a second coordinator." in _text(waiting)
    stay.refresh_from_db()
    assert stay.arrived_on == first
    assert "The correction was made." in _text(confirmed)
    assert f"Arrived on {first - -3 * DAY} → {first}" in _text(confirmed)
    assert "asked for by Alice, confirmed by Dan" in _text(confirmed)
    assert "The report says otherwise." in _text(confirmed)


def test_the_liaison_reads_what_was_put_right_and_not_why(as_user, alice, dan, bob, stay, today):
    _send(as_user(alice), stay, arrived_on=str(today - 12 * DAY))
    as_user(dan).post(_url("correction_decide", Correction.objects.get()), {"decision": "confirm"})

    text = _text(as_user(bob).get(stay.get_absolute_url()))

    assert f"{today - 9 * DAY} → {today - 12 * DAY}" in text
    assert "The report says otherwise." not in text


def test_what_touches_no_count_is_made_at_once(as_user, alice, mission, today):
    stay = create.deployment(
        mission=mission, starts_on=today + 5 * DAY, ends_on=today + 20 * DAY, status="approved", person=create.person()
    )
    typed = _typed(stay, kind="rapid")
    browser = as_user(alice)

    seen = browser.post(_url("deployment_correct", stay), typed)
    previewed = seen.context["form"].data["previewed"]
    made = browser.post(_url("deployment_correct", stay), {**typed, "previewed": previewed, "save": "1"})

    assert "it is made at once" in _text(seen)
    assert made.url == stay.get_absolute_url()
    stay.refresh_from_db()
    assert stay.kind == "rapid"
    correction = Correction.objects.get()
    assert (correction.state, correction.decided_by) == ("made", None)


@pytest.fixture
def to_come(mission, today):
    """An approved stay, of which mission, position and kind are corrected at once."""
    return create.deployment(
        mission=mission, starts_on=today + 5 * DAY, ends_on=today + 20 * DAY, status="approved", person=create.person()
    )


def _shown(page, **changed):
    """What a browser sends of the form of a page, with what is typed into it."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in {**shown, **changed}.items()}


def _saves(browser, url, page, **changed):
    """Send the form that a page shows, look at the preview, and save."""
    seen = browser.post(url, _shown(page, **changed))
    return browser.post(url, _shown(seen, save="1"))


def test_what_the_second_did_not_touch_keeps_what_the_first_put_right(as_user, alice, dan, to_come):
    url, position = _url("deployment_correct", to_come), create.position(mission=to_come.mission, number="P9")
    opened = as_user(dan).get(url)
    _saves(as_user(alice), url, as_user(alice).get(url), kind="rapid", reason="One.")

    seen = as_user(dan).post(url, _shown(opened, position=position.pk, reason="Other."))
    made = as_user(dan).post(url, _shown(seen, save="1"))

    assert [line.label for line in seen.context["preview"]["lines"]] == ["Position"]
    assert "“Kind” is “Rapid deployment” now: somebody else changed it meanwhile, and it stays so." in _text(seen)
    assert made.status_code == 302
    to_come.refresh_from_db()
    assert (to_come.kind, to_come.position) == ("rapid", position)


def test_where_both_put_the_same_right_the_second_is_asked(as_user, alice, dan, to_come):
    url = _url("deployment_correct", to_come)
    opened = as_user(dan).get(url)
    _saves(as_user(alice), url, as_user(alice).get(url), kind="rapid", reason="One.")

    asked = as_user(dan).post(url, _shown(opened, kind="short_term", reason="Other."))

    assert "Somebody else changed this meanwhile." in _text(asked)
    assert [(one.name, one.now, one.typed, one.by) for one in asked.context["form"].changes_by_others] == [
        ("kind", "Rapid deployment", "Short-term deployment", "Alice")
    ]
    to_come.refresh_from_db()
    assert to_come.kind == "rapid"
    assert _saves(as_user(dan), url, asked).status_code == 302
    to_come.refresh_from_db()
    assert to_come.kind == "short_term"


def test_what_was_put_right_since_the_preview_is_shown_before_anything_is_saved(as_user, alice, dan, to_come):
    url, position = _url("deployment_correct", to_come), create.position(mission=to_come.mission, number="P9")
    previewed = as_user(dan).post(url, _shown(as_user(dan).get(url), position=position.pk, reason="Other."))
    _saves(as_user(alice), url, as_user(alice).get(url), kind="rapid", reason="One.")

    again = as_user(dan).post(url, _shown(previewed, save="1"))

    assert again.status_code == 200
    assert "“Kind” is “Rapid deployment” now" in _text(again)
    assert as_user(dan).post(url, _shown(again, save="1")).status_code == 302
    to_come.refresh_from_db()
    assert (to_come.kind, to_come.position) == ("rapid", position)


def test_what_a_step_recorded_since_the_form_was_opened_stays(as_user, dan, stay, today):
    url = _url("deployment_correct", stay)
    opened = as_user(dan).get(url)
    Deployment.objects.filter(pk=stay.pk).update(
        status="ended_early", departed_on=today - DAY, end_reason="compassionate"
    )

    seen = as_user(dan).post(url, _shown(opened, armed="True", reason="Armed."))

    assert [line.label for line in seen.context["preview"]["lines"]] == ["Armed at the time"]
    assert "Armed at the time Unarmed Armed" in _text(seen)
    assert "Recorded: Unarmed" in _text(opened)
    assert list(opened.context["form"].fields)[-1] == "reason"


def test_a_decision_taken_anew_since_the_preview_is_shown_first(as_user, alice, mission, example_service):
    person = create.person(service=example_service)
    nomination = create.nomination(position=create.position(mission=mission), person=person, stage="assessment")
    step = NominationStep(Move.REFUSE, today=dt.date(2026, 1, 1), reason_code="experience", reason="Not enough.")
    make_move(nomination, step, by=alice)
    url = _url("nomination_correct", nomination)
    previewed = as_user(alice).post(url, {"reason": "The wrong file was open."})
    Nomination.objects.filter(pk=nomination.pk).update(reason_code="language")

    again = as_user(alice).post(url, _shown(previewed, save="1"))

    assert again.status_code == 200
    assert not Correction.objects.exists()
    assert as_user(alice).post(url, _shown(again, save="1")).status_code == 302


def test_a_cap_recorded_since_the_form_was_opened_is_no_part_of_the_correction(as_user, alice, mission):
    paper = mission.area.authorizations.get()
    url = _url("authorization_correct", paper)
    opened = as_user(alice).get(url)
    Authorization.objects.filter(pk=paper.pk).update(cap=20)

    assert _saves(as_user(alice), url, opened, valid_from="2001-02-03", reason="The instrument.").status_code == 302

    assert Correction.objects.get().changes == {"valid_from": ["2000-01-01", "2001-02-03"]}


def test_who_is_overtaken_between_the_look_and_the_lock_corrects_nothing(alice, to_come, today):
    position = create.position(mission=to_come.mission, number="P9")
    wanted = {"mission": to_come.mission, "position": position, "kind": "standard"}
    shown = making.judge(to_come, wanted, by=alice, today=today).changes
    Deployment.objects.filter(pk=to_come.pk).update(kind="rapid")

    with pytest.raises(StepRefused) as refusal:
        making.ask(to_come, wanted, reason="Why.", by=alice, today=today, shown=shown)

    assert [blocker.code for blocker in refusal.value.blockers] == ["changed_meanwhile"]
    to_come.refresh_from_db()
    assert (to_come.kind, to_come.position) == ("rapid", None)


# Typed by hand: what is typed, the field beside which the sentence stands, and the sentence.
BAD_INPUT = [
    ({"arrived_on": "{tomorrow}"}, "arrived_on", "A day that has not come yet cannot be recorded"),
    ({"arrived_on": "2026-02-30"}, "arrived_on", "“2026-02-30” is not a date that exists."),
    ({"arrived_on": ""}, "arrived_on", "Enter a date under “Arrived on”."),
    ({"arrived_on": "0001-01-01"}, "arrived_on", "Enter a day from 1980-01-01"),
    ({"mission": "9" * 40}, "mission", "Select a valid choice."),
    ({"mission": "x"}, "mission", "Select a valid choice."),
    ({"mission": ""}, "mission", "Choose a mission."),
    ({"position": "9" * 18}, "position", "Select a valid choice."),
    ({"rank": ""}, "rank", "Choose a rank: every police officer has one."),
    ({"kind": "ANCILLARY"}, "kind", "Select a valid choice."),
    ({"status": "planned"}, "status", "Select a valid choice."),
    ({"armed": "perhaps"}, "armed", "Select a valid choice."),
    ({"reason": "  "}, "reason", "Give a reason."),
    ({"reason": "x" * 2001}, "reason", "Ensure this value has at most 2000 characters"),
    (
        {"reason": "a\0b"},
        "reason",
        "This text contains a character that cannot be shown or printed. Delete it and type it again.",
    ),
]


@pytest.mark.parametrize(("changed", "field", "sentence"), BAD_INPUT)
def test_bad_input_is_told_beside_its_field(as_user, alice, stay, today, changed, field, sentence):
    changed = {name: value.format(tomorrow=today + DAY) for name, value in changed.items()}

    page = _send(as_user(alice), stay, **changed)

    assert page.status_code in {200, 409}
    assert any(sentence in error for error in page.context["form"].errors[field])
    assert not Correction.objects.exists()


def test_the_position_of_another_mission_is_refused(as_user, alice, stay):
    other = create.position(mission=create.mission(), number="P9")

    page = _send(as_user(alice), stay, position=other.pk)

    assert page.status_code == 409
    assert [blocker.message for blocker in page.context["blockers"]] == ["This position belongs to another mission."]


def test_nothing_typed_is_nothing_to_correct(as_user, alice, stay):
    page = _send(as_user(alice), stay)

    assert page.status_code == 409
    assert [blocker.code for blocker in page.context["blockers"]] == ["nothing_changes"]


def test_values_that_were_not_previewed_are_shown_first(as_user, alice, stay, today):
    browser = as_user(alice)
    seen = browser.post(_url("deployment_correct", stay), _typed(stay, arrived_on=str(today - 12 * DAY)))
    previewed = seen.context["form"].data["previewed"]

    page = browser.post(
        _url("deployment_correct", stay),
        _typed(stay, arrived_on=str(today - 11 * DAY), previewed=previewed, save="1"),
    )

    assert page.status_code == 200
    assert page.context["preview"]
    assert not Correction.objects.exists()


def test_a_refusal_asks_for_its_note_beside_the_field(as_user, alice, dan, stay, today):
    _send(as_user(alice), stay, arrived_on=str(today - 12 * DAY))
    correction = Correction.objects.get()
    browser = as_user(dan)

    without = browser.post(_url("correction_decide", correction), {"decision": "refuse"})
    with_note = browser.post(_url("correction_decide", correction), {"decision": "refuse", "note": "No."}, follow=True)

    assert without.status_code == 409
    assert without.context["form"].errors["note"] == ["Say why it is refused."]
    assert "The correction was refused." in _text(with_note)
    assert browser.post(_url("correction_decide", correction), {"decision": "confirm"}).status_code == 409
    assert browser.post(_url("correction_decide", correction), {"decision": "adopt"}).status_code == 404


def test_the_page_of_one_that_waits_says_what_stands_against_it_now(as_user, alice, dan, stay, mission, today):
    _send(as_user(alice), stay, arrived_on=str(today - 12 * DAY))
    create.deployment(
        mission=mission,
        person=stay.person,
        starts_on=today - 20 * DAY,
        ends_on=today - 11 * DAY,
        status="completed",
    )

    page = as_user(dan).get(Correction.objects.get().get_absolute_url())

    assert [blocker.code for blocker in page.context["against"]] == ["person_elsewhere"]
    assert "This prevents it now" in _text(page)


def test_a_decision_on_a_nomination_is_taken_back_on_its_page(as_user, alice, bob, mission, example_service):
    person = create.person(service=example_service)
    nomination = create.nomination(position=create.position(mission=mission), person=person, stage="assessment")
    step = NominationStep(Move.REFUSE, today=dt.date(2026, 1, 1), reason_code="experience", reason="Not enough.")
    make_move(nomination, step, by=alice)
    browser, url = as_user(alice), _url("nomination_correct", nomination)

    seen = browser.post(url, {"reason": "The wrong file was open."})
    previewed = seen.context["form"].data["previewed"]
    page = browser.post(url, {"reason": "The wrong file was open.", "previewed": previewed, "save": "1"}, follow=True)

    nomination.refresh_from_db()
    assert nomination.stage == "assessment"
    assert "Decision put right" in _text(page)
    assert "Stage Not eligible → In assessment" in _text(page)
    told = _text(as_user(bob).get(nomination.get_absolute_url()))
    assert "Decision put right" in told
    assert "The wrong file was open." not in told
    assert browser.post(url, {"reason": "Again."}).status_code == 409


def test_an_authorization_is_corrected_on_the_page_of_its_area(as_user, alice, dan, mission, today):
    paper = mission.area.authorizations.get()
    create.deployment(mission=mission, starts_on=today, ends_on=today + 9 * DAY, status="approved")
    create.deployment(mission=mission, starts_on=today, ends_on=today + 9 * DAY, status="approved")
    typed = {"cap": "1", "valid_from": str(paper.valid_from), "valid_to": "", "reason": "The instrument says one."}
    browser, url = as_user(alice), _url("authorization_correct", paper)

    seen = browser.post(url, typed)
    browser.post(url, {**typed, "previewed": seen.context["form"].data["previewed"], "save": "1"})
    correction = Correction.objects.get()
    as_user(dan).post(_url("correction_decide", correction), {"decision": "confirm"}, follow=True)
    page = browser.get(_url("area_detail", paper.area), {"part": "authorizations"})

    assert "2 deployed, cap 1 (1 over)." in _text(seen)
    paper.refresh_from_db()
    assert paper.cap == 1
    assert "Cap 18 → 1" in _text(page)
    assert "asked for by Alice, confirmed by Dan" in _text(page)
    bad = browser.post(url, {**typed, "valid_to": "1999-01-01"})
    assert bad.status_code == 409
    assert bad.context["form"].errors["valid_to"] == ["The last day cannot be before the first."]


def test_the_list_shows_what_waits_first(as_user, alice, dan, stay):
    waits = create.correction(deployment=stay, asked_by=dan)
    made = create.correction(deployment=stay, asked_by=dan, state="made", decided_by=alice, decided_at=waits.asked_at)

    page = as_user(alice).get(reverse("correction_list"))

    assert [list(page.context[name]) for name in ("waiting", "decided")] == [[waits], [made]]


def test_a_list_of_many_is_read_in_as_few_queries_as_one_of_one(
    as_user, alice, dan, mission, today, django_assert_num_queries
):
    browser = as_user(alice)
    for number in (1, 3):
        Correction.objects.all().delete()
        for _each in range(number):
            stay = create.deployment(mission=mission, starts_on=today, ends_on=today + DAY)
            create.correction(deployment=stay, asked_by=dan)
        with django_assert_num_queries(QUERIES):
            browser.get(reverse("correction_list"))


QUERIES = 10
"""Session, user, those that wait, those that are decided, and the flags beside the menu."""


def test_the_pages_speak_french(as_user, dan, alice, stay, today):
    with translation.override("fr-ca"):
        _send(as_user(alice), stay, arrived_on=str(today - 12 * DAY))
        page = as_user(dan).get(Correction.objects.get().get_absolute_url())
        form = as_user(alice).get(_url("deployment_correct", stay))

    assert "En attente d'une deuxième personne de la coordination" in _text(page).replace("’", "'")
    assert "Rectifier" in _text(form)
