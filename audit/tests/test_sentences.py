"""The page of events says in sentences who did what, and can be asked about one record."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from audit import sentences
from audit.log import record
from audit.models import Event, Verb
from flags.models import Flag, FlagAct
from tests import create

pytestmark = pytest.mark.django_db


def flagged_stay(service):
    """An open flag about a posting that ends."""
    today = timezone.localdate()
    area = create.area()
    create.authorization(area=area)
    stay = create.deployment(
        person=create.person(service=service),
        mission=create.mission(area=area),
        starts_on=today - dt.timedelta(days=30),
        ends_on=today + dt.timedelta(days=20),
        status="in_mission",
    )
    return Flag.objects.create(
        kind="posting_ending", stage="30", severity="act", subject=stay, day=stay.ends_on,
        first_seen=timezone.now(), last_seen=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def flag(example_service):
    return flagged_stay(example_service)


def said(page, number: int) -> str:
    [event] = [event for event in page.context["page"] if event.pk == number]
    return event.in_words


def test_an_act_on_a_flag_is_told_with_the_flag_and_what_it_is_about(as_user, alice, dora, flag):
    event = record(alice, Verb.DECIDED, flag, what="acknowledge")

    assert said(as_user(dora).get(reverse("event_list")), event.pk) == (
        f"acknowledged the flag Posting ending: {flag.subject}"
    )
    with translation.override("fr-ca"):
        assert said(as_user(dora).get(reverse("event_list")), event.pk).replace("\xa0", " ") == (
            f"a pris acte : le signalement « Fin d'affectation » : {flag.subject}"
        )


def test_a_step_is_told_by_its_name_and_leads_to_the_deployment(as_user, alice, dora, flag):
    event = record(alice, Verb.MOVED, flag.subject, act="approve", to="approved")

    page = as_user(dora).get(reverse("event_list"))

    assert said(page, event.pk) == f"recorded “Approved” for the deployment {flag.subject}"
    assert f'<a href="{flag.subject.get_absolute_url()}">the deployment {flag.subject}</a>' in page.content.decode()


def test_every_verb_and_every_act_on_a_flag_has_a_sentence_in_both_languages():
    without_row = {Verb.SIGNED_IN, Verb.SIGNED_OUT, Verb.CHECKED}
    spoken = [*sentences.ABOUT_A_ROW.values(), *sentences.ABOUT_NO_ROW.values(), *sentences.DECISIONS.values()]
    with translation.override("en-ca"):
        english = [str(one) for one in spoken]
    with translation.override("fr-ca"):
        french = [str(one) for one in spoken]

    assert set(Verb) - set(sentences.ABOUT_A_ROW) == without_row
    assert set(FlagAct.Act.values) <= set(sentences.DECISIONS)
    assert [one for one, other in zip(english, french, strict=True) if one == other] == []


def test_what_was_typed_cannot_become_a_part_of_the_page(alice):
    event = record(alice, Verb.LOOKED_AT, create.area(name_en="<b>Area</b>"))

    assert sentences.sentence(event, what="<b>Area</b>") == "looked at &lt;b&gt;Area&lt;/b&gt;"


def test_signing_in_and_out_of_one_person_on_a_day_is_one_line(as_user, alice, bob, dora):
    for verb in (Verb.SIGNED_IN, Verb.SIGNED_OUT, Verb.SIGNED_IN):
        record(alice, verb)
    record(bob, Verb.SIGNED_IN)
    record(alice, Verb.LINK_SENT)

    shown = as_user(dora).get(reverse("event_list"), {"actor": alice.pk}).context["page"].object_list

    assert [(event.verb, len(event.others)) for event in shown if event.verb != Verb.LOOKED_AT] == [
        (Verb.LINK_SENT, 0),
        (Verb.SIGNED_IN, 2),
    ]


@pytest.mark.parametrize("dash", ["-", "–", "\u2011", " - ", "\N{MINUS SIGN}"])
def test_the_number_of_a_record_is_found_however_it_is_typed(as_user, alice, dora, dash):
    area = create.area()
    record(alice, Verb.LOOKED_AT, area)
    kind = ContentType.objects.get_for_model(area)

    page = as_user(dora).get(reverse("event_list"), {"record": f" {kind.pk}{dash}{area.pk} "})

    assert {event.subject for event in page.context["page"]} == {area}


@pytest.mark.parametrize("typed", ["12", "12-", "-345", "12-345-6", "a-1", "9" * 19 + "-1", "—"])
def test_what_is_no_number_of_a_record_is_refused_in_words(as_user, dora, typed):
    page = as_user(dora).get(reverse("event_list"), {"record": typed})

    says = ["Enter the number of a record as its link has it, for example 12-345."]
    assert page.context["filter"].form.errors["record"] == says


def test_one_record_can_be_asked_for(as_user, alice, dora):
    area, other = create.area(), create.area()
    for row in (area, other):
        record(alice, Verb.LOOKED_AT, row)
    kind = ContentType.objects.get_for_model(area)

    page = as_user(dora).get(reverse("event_list"), {"record": f"{kind.pk}-{area.pk}"})
    gone = as_user(dora).get(reverse("event_list"), {"record": f"{kind.pk}-{'9' * 12}"})
    unknown = as_user(dora).get(reverse("event_list"), {"record": f"{'9' * 8}-1"})
    told = [[words for _label, words, _without in one.context["filter"].chips] for one in (page, gone, unknown)]

    assert {event.subject for event in page.context["page"]} == {area}
    link = f'href="?record={kind.pk}-{area.pk}"'
    assert link in as_user(dora).get(reverse("event_list")).content.decode()
    assert link not in page.content.decode()  # there one is already
    assert told == [[f"the country or region {area}"], [f"{kind.pk}-{'9' * 12}"], [f"{'9' * 8}-1"]]
    assert set(as_user(dora).get(reverse("event_list"), {"about": kind.pk}).context["page"]) == set(
        Event.objects.filter(subject_type=kind)
    )


def test_many_acts_on_flags_take_as_many_queries_as_few(as_user, alice, dora, example_service):
    browser = as_user(dora)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("event_list"))
        return len(captured)

    def act():
        record(alice, Verb.DECIDED, flagged_stay(example_service), what="acknowledge")

    act()
    queries()
    of_one = queries()
    for _number in range(3):
        act()

    assert queries() == of_one
    assert Event.objects.filter(subject_type=ContentType.objects.get_for_model(Flag)).count() == 4
