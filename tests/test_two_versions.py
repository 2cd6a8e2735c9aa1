"""Two people open one form and both save it: nobody loses a word, on any page that edits what is stored."""

import datetime as dt

import pytest
from django.forms import BaseForm
from django.utils import timezone

from accounts.access import Role
from deployments.candidates import assessment
from deployments.forms import StepForm
from deployments.models import Deployment, Nomination, ScreeningAnswer, ScreeningItem
from deployments.models.transitions import Act
from deployments.nomination_forms import ScreeningForm
from deployments.stays import lifecycle
from flags.forms import LetterChoiceForm
from flags.models import LetterChoice
from foundation.refusals import StepRefused
from foundation.versions import Versioned
from missions.models import Position
from tests import create
from tests.pages import address, of_form, patterns, small_world

pytestmark = pytest.mark.django_db

# Page, and of what where it edits several → what the first and what the second person changes: another field each.
EDITS = {
    "agreement_edit": ({"reference": "A-7"}, {"ends_on": "2031-03-02"}),
    "area_edit": ({"listing_order": "7"}, {"countries": "BE"}),
    "call_out_edit": ({"last_day": "2031-03-02"}, {"place": "Second"}),
    "deployment_step": ({"duty_station": "Port-au-Prince"}, {"ends_on": "2027-05-01"}),
    "letter_choice": ({"rhythm": "weekly"}, {"language": "fr-ca"}),
    "mission_edit": ({"tour_months": "6"}, {"mandate_en": "Second."}),
    "nomination_step": ({"statement": "First."}, {"ends_on": "2031-02-01"}),
    "person_edit": ({"given_name": "Zita"}, {"service_number": "778899"}),
    "position_edit": ({"places": "3"}, {"title_fr": "Deuxième"}),
    "position_selection": ({"rank_first": "1"}, {"rank_second": "2"}),
    "record_edit availability": ({"first_day": "2031-02-03"}, {"last_day": "2031-03-02"}),
    "record_edit credential": ({"issued_on": "2025-02-03"}, {"expires_on": "2031-03-02"}),
    "record_edit language": ({"level": "3"}, {"expires_on": "2031-03-02"}),
    "roster_entry_edit": ({"certified_on": "2025-02-03"}, {"certified_until": "2031-03-02"}),
    "screening_edit": ({"item_first": "yes"}, {"item_second": "no"}),
    "service_edit": ({"officers": "77"}, {"redline_heads": "5"}),
    "subscription_edit": ({"day": "5"}, {"name": "Second"}),
    "team_edit": ({"name_en": "First"}, {"name_fr": "Deuxième"}),
}
# What the second types into the field of the first.
OTHER_VALUES = {
    "agreement_edit": "B-8",
    "area_edit": "8",
    "call_out_edit": "2031-03-09",
    "deployment_step": "Les Cayes",
    "letter_choice": "never",
    "mission_edit": "9",
    "nomination_step": "Mine.",
    "person_edit": "Zoltán",
    "position_edit": "4",
    "position_selection": "3",
    "record_edit availability": "2031-02-04",
    "record_edit credential": "2025-03-04",
    "record_edit language": "4",
    "roster_entry_edit": "2025-03-04",
    "screening_edit": "not_needed",
    "service_edit": "88",
    "subscription_edit": "7",
    "team_edit": "Mine",
}
# Pages whose one value is only set once.
ONE_VALUE = {"attestation_withdraw"}
# Pages that show what would be done before anything is saved: `deployments/tests/test_correction_pages.py` walks them.
PREVIEWED = {"deployment_correct", "authorization_correct"}
# Pages with a form that edits nothing stored, and why.
NO_EDITS = {
    "adds a row": {
        "area_add", "agreement_add", "call_out_add", "contact_add", "contact_list", "document_add", "mission_add",
        "nomination_add", "nomination_replace", "person_add", "position_add", "record_add", "review_add",
        "roster_entry_add", "team_add", "import_add", "everything_export", "deployment_plan", "consent_offer",
        "deployment_consent", "waiver_ask", "area_rename", "mission_rename", "service_rename", "authorization_record",
        "ceiling_record", "mission_state_record", "area_succeed", "saved_view_list",
        "subscription_add",
    },
    "an act with its own order": {
        "authorization_amend", "authorization_end", "ceiling_end", "succession_withdraw", "area_name_withdraw",
        "mission_name_withdraw", "service_name_withdraw", "mission_state_withdraw", "excess_confirm", "consent_answer",
        "waiver_decide", "document_remove", "document_withdraw", "contact_remove", "flag_act", "correction_detail",
        "person_merge", "person_distinguish", "selection_proposal", "papers_verify", "import_detail",
        "import_columns", "import_undo", "nomination_correct", "published_data", "deployment_bulk", "nomination_bulk",
        "saved_view_edit", "saved_view_delete", "subscription_end",
    },
    "asks only": {"home", "ceiling_detail", "person_eligibility", "plan_outlook", "search"},
}  # fmt: skip


@pytest.fixture
def pages(alice, example_service):
    """The addresses of all pages that somebody may open; those of acts that edit are of rows that can be edited."""
    world = small_world(example_service)
    draft = create.nomination(
        position=Position.objects.get(pk=world["position_detail"]["position_id"]),
        person=create.person(service=example_service),
        stage="draft",
    )
    world["deployment_step"]["act"] = "change"
    world["nomination_step"] = {"nomination_id": draft.pk, "move": "edit"}
    world["attestation_withdraw"] = {"attestation_id": create.attestation(person=draft.person).pk}
    return world


def form_of(page) -> BaseForm | None:
    form = page.context.get("form") if page.context else None
    return form if isinstance(form, BaseForm) else None


def test_every_page_with_a_form_says_whether_it_edits_what_is_stored(pages, as_user, alice):
    browser, edits, others = as_user(alice), set(), set()
    for name in patterns():
        if name.startswith("account_"):
            continue
        page = browser.get(address(name, pages, alice))
        if (form := form_of(page)) is None or page.status_code != 200:
            continue
        edit = isinstance(form, Versioned) and form.is_of_what_is_stored
        (edits if edit else others).add(name)
        assert not edit or 'name="seen"' in page.content.decode(), name

    assert edits == {name.partition(" ")[0] for name in EDITS} | ONE_VALUE | PREVIEWED
    assert others - {name for names in NO_EDITS.values() for name in names} == set()


def in_terms_of(form: BaseForm, typed: dict) -> dict:
    """The names of fields that hold numbers of rows: the first and the second of a kind."""
    numbered = [name for name in form.fields if name.rpartition("_")[2].isdigit()]
    return {
        numbered[0] if name.endswith("_first") else numbered[1] if name.endswith("_second") else name: value
        for name, value in typed.items()
    }


def stands(form: BaseForm, name: str) -> str:
    value = form[name].value()
    if isinstance(value, list):
        return ",".join(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


@pytest.fixture
def opened(pages, as_user, alice, example_service):
    """Open a page in two tabs of two people; what both were shown."""
    bela = create.user(role=Role.COORDINATOR, name="Bela")
    position = Position.objects.get(pk=pages["position_detail"]["position_id"])
    for _person in range(2):
        create.nomination(position=position, person=create.person(service=example_service), stage="qualified")
        ScreeningItem.objects.create(code=f"item-{_person}", name_en="Question", name_fr="Question")

    person = create.person(service=example_service)
    records = {
        "availability": person.availability.create(kind="available", first_day=dt.date(2031, 1, 1)),
        "language": create.language(person=person),
    }

    def open_(name):
        second = alice if name == "letter_choice" else bela  # one's own letters, in two tabs
        page, _space, what = name.partition(" ")
        if what in records:
            pages[page] = {"what": what, "record_id": records[what].pk}
        url = address(page, pages, alice)
        return (
            url,
            (as_user(alice), form_of(as_user(alice).get(url))),
            (as_user(second), form_of(as_user(second).get(url))),
        )

    return open_


@pytest.mark.parametrize("name", EDITS)
def test_what_the_second_did_not_touch_keeps_what_the_first_wrote(name, opened):
    url, (one, first), (two, second) = opened(name)
    of_first, of_second = (in_terms_of(first, typed) for typed in EDITS[name])

    answers = [
        one.post(url, of_form(first, reason="Why.", **of_first)),
        two.post(url, of_form(second, reason="Why.", **of_second)),
    ]

    assert [answer.status_code for answer in answers] == [302, 302], [
        form_of(answer).errors for answer in answers if answer.context
    ]
    now = form_of(one.get(url))
    assert {key: stands(now, key) for key in {**of_first, **of_second}} == {**of_first, **of_second}


@pytest.mark.parametrize("name", EDITS)
def test_where_both_wrote_something_the_second_is_asked_and_loses_nothing(name, opened):
    url, (one, first), (two, second) = opened(name)
    of_first, of_second = (in_terms_of(first, typed) for typed in EDITS[name])
    [key] = of_first
    [other] = of_second
    mine = OTHER_VALUES[name]

    one.post(url, of_form(first, reason="Why.", **of_first))
    page = two.post(url, of_form(second, reason="Why.", **{**of_second, key: mine}))

    said = page.content.decode()
    assert "Somebody else changed this meanwhile." in said
    assert "What changed meanwhile" in said
    assert [change.name for change in form_of(page).changes_by_others] == [key]
    assert (stands(form_of(page), key), stands(form_of(page), other)) == (mine, of_second[other])
    assert stands(form_of(one.get(url)), key) == of_first[key]

    again = two.post(url, of_form(form_of(page)))

    assert again.status_code == 302, form_of(again).errors
    assert stands(form_of(one.get(url)), key) == mine


def test_who_is_overtaken_between_the_look_and_the_lock_saves_nothing(pages, alice, today):
    """What the form looked at before anybody held the row is asked again by who holds it."""
    deployment = Deployment.objects.get(pk=pages["deployment_step"]["deployment_id"])
    step = StepForm(deployment=deployment, act=Act.CHANGE)
    step.cleaned_data = {"duty_station": "Les Cayes", "reason": "Why."}
    nomination = Nomination.objects.get(pk=pages["screening_edit"]["nomination_id"])
    item = ScreeningItem.objects.create(code="one", name_en="Question", name_fr="Question")
    screening = ScreeningForm(nomination=nomination)
    letters = LetterChoiceForm({"rhythm": "weekly", "kinds": ["cap_exceeded"], "language": "fr-ca"}, user=alice)
    assert letters.is_valid()

    Deployment.objects.filter(pk=deployment.pk).update(duty_station="Port-au-Prince")
    ScreeningAnswer.objects.create(nomination=nomination, item=item, answer="no", by=alice, at=timezone.now())
    LetterChoice.objects.create(user=alice, rhythm="never", kinds=[])
    refused = []
    for act in (
        lambda: lifecycle.take_step(deployment, step.step(today), by=alice),
        lambda: assessment.screen(nomination, {item: "yes"}, by=alice, still=screening.still_holds),
    ):
        with pytest.raises(StepRefused) as refusal:
            act()
        refused += [blocker.code for blocker in refusal.value.blockers]
    letters.save()

    assert refused == ["changed_meanwhile", "changed_meanwhile"]
    assert "at this very moment" in str(letters.non_field_errors())
    assert Deployment.objects.get(pk=deployment.pk).duty_station == "Port-au-Prince"
    assert ScreeningAnswer.objects.get(nomination=nomination, item=item).answer == "no"
    assert LetterChoice.objects.get(user=alice).rhythm == "never"
