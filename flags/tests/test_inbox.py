"""The inbox: acts with one click, undone by who took them; many at once; refusals that lose nothing."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import Event
from flags import attention, ledger, undoing
from flags.found import Found
from flags.kinds import KINDS, in_order
from flags.models import Flag, FlagAct, Severity
from flags.views import choosing
from foundation.refusals import StepRefused
from outbox.models import Letter
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ENDING = KINDS["agreement_ending"]


@pytest.fixture
def dan(db):
    return create.user(email="dan@example.ca", name="Dan", role="coordinator")


@pytest.fixture
def raise_flags(example_service, today):
    """A function that raises so many flags, each about an agreement of its own, that ends in so many days."""

    def raised(number, *, severity=Severity.ACT, days=60):
        found = [
            Found(
                ENDING,
                create.agreement(service=example_service, ends_on=today + days * DAY, state="ended"),
                "90",
                severity,
                today + days * DAY,
                service_id=example_service.pk,
            )
            for _each in range(number)
        ]
        ledger.reconcile([ENDING], found, now=timezone.now())
        return list(Flag.objects.order_by("pk"))

    return raised


def press(browser, do, /, *, state="act", **sent):
    """Press a button of the inbox that shows this state."""
    return browser.post(f"{reverse('flag_at_once')}?{urlencode({'state': state})}", {"do": do, **sent})


def undo_of(page):
    """What the button says that undoes what was just done; None where it is not offered."""
    found = re.search(r'value="(undo:\d+)"', page.content.decode())
    return found and found[1]


def stored(flag):
    flag.refresh_from_db()
    return flag.acknowledged_by, flag.assignee, flag.snoozed_until


@pytest.mark.parametrize(
    ("do", "after", "said"),
    [
        ("acknowledge", ("Alice", None, None), "You acknowledged 1 flag."),
        ("to_me", (None, "Alice", None), "1 flag is assigned to you now."),
        ("week", (None, None, 7), "You snoozed 1 flag for one week."),
        ("before", (None, None, 30), "You snoozed 1 flag until 30 days before."),
    ],
)
def test_one_click_acts_says_so_leads_back_and_is_undone(raise_flags, as_user, alice, today, do, after, said):
    [flag] = raise_flags(1)
    browser = as_user(alice)

    answer = press(browser, f"{do}:{flag.pk}")
    by, to, days = after
    done = stored(flag)
    page = browser.get(answer.url)
    undone = press(browser, undo_of(page))

    assert answer.url == f"{reverse('flag_list')}?state=act"
    assert [str(value) if value else None for value in done[:2]] == [by, to]
    assert done[2] == (days and today + days * DAY)
    assert said in page.content.decode()
    assert stored(flag) == (None, None, None)
    assert "It is undone: 1 flag is as it was." in browser.get(undone.url).content.decode()
    assert undo_of(browser.get(undone.url)) is None  # said once
    assert [act.act for act in flag.acts.all()] == ["undo", FlagAct.objects.earliest("id").act]
    told = Event.objects.filter(verb="decided").order_by("id").values_list("actor__name", "details__what")
    assert list(told) == [("Alice", FlagAct.objects.earliest("id").act), ("Alice", "undo")]


def test_what_is_acknowledged_is_not_offered_to_be_acknowledged_again(raise_flags, as_user, alice):
    [flag, other] = raise_flags(2)
    browser = as_user(alice)
    press(browser, f"acknowledge:{flag.pk}")

    listed = browser.get(reverse("flag_list")).content.decode()
    alone = browser.get(flag.get_absolute_url()).content.decode()

    assert re.findall(r'value="acknowledge:(\d+)"', listed) == [f"{other.pk}"]
    assert 'value="acknowledge"' not in alone
    assert 'value="week"' in alone


def test_undoing_brings_back_what_stood_before(raise_flags, alice, dan, today):
    [flag] = raise_flags(1)
    ledger.assign([flag], to=dan, note="", by=dan)
    ledger.snooze([flag], until=today + DAY, note="Later.", by=dan, today=today)
    ledger.acknowledge([flag], note="Seen.", by=dan)
    before = Flag.objects.values().get()

    for act in (
        lambda: ledger.assign([flag], to=alice, note="", by=alice),
        lambda: ledger.snooze([flag], until=today + 9 * DAY, note="Later.", by=alice, today=today),
        lambda: ledger.acknowledge([flag], note="", by=alice),
    ):
        undoing.undo(act()[0].pk, by=alice, now=timezone.now())

    assert Flag.objects.values().get() == before


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        ("by another", "not_undone"),
        ("twice", "moved_on"),
        ("too late", "too_late"),
        ("touched since", "moved_on"),
        ("resolved since", "resolved"),
        ("told to another", "not_undone"),
    ],
)
def test_what_cannot_be_undone_any_more_says_why_and_changes_nothing(raise_flags, alice, dan, spoiled, code):
    [flag] = raise_flags(1)
    who, when = alice, timezone.now()
    [act] = ledger.acknowledge([flag], note="", by=alice)
    if spoiled == "by another":
        who = dan
    elif spoiled == "twice":
        undoing.undo(act.pk, by=alice, now=when)
    elif spoiled == "too late":
        when += undoing.OFFERED_FOR + DAY
    elif spoiled == "touched since":
        ledger.assign([flag], to=dan, note="", by=dan)
    elif spoiled == "resolved since":
        ledger.reconcile([ENDING], [], now=timezone.now())
    else:
        [act] = ledger.assign([flag], to=dan, note="", by=alice)
    before = (Flag.objects.values().get(), FlagAct.objects.count())

    with pytest.raises(StepRefused) as refusal:
        undoing.undo(act.pk, by=who, now=when)

    assert [blocker.code for blocker in refusal.value.blockers] == [code]
    assert (Flag.objects.values().get(), FlagAct.objects.count()) == before


def test_what_waits_for_a_day_too_near_is_refused(raise_flags, as_user, alice):
    [flag] = raise_flags(1, days=30)

    answer = press(as_user(alice), f"before:{flag.pk}")

    assert (answer.status_code, stored(flag)) == (409, (None, None, None))
    assert "Until 30 days before" not in as_user(alice).get(flag.get_absolute_url()).content.decode()


def test_a_page_with_scripts_gets_the_inbox_anew_and_is_led_nowhere(raise_flags, as_user, alice):
    flags = raise_flags(2)
    address = f"{reverse('flag_at_once')}?state=act"

    answer = as_user(alice).post(address, {"do": f"acknowledge:{flags[0].pk}"}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert list(answer.context["page"]) == [flags[1]]
    assert "You acknowledged 1 flag." in answer.content.decode()
    assert undo_of(answer)


def test_all_that_match_are_done_at_once_beyond_the_page_and_undone_at_once(raise_flags, as_user, alice, monkeypatch):
    raise_flags(5)
    Flag.objects.filter(pk=Flag.objects.latest("pk").pk).update(severity="plan")
    monkeypatch.setattr("flags.views.inbox.PAGE_SIZE", 2)
    browser = as_user(alice)

    shown = browser.get(reverse("flag_list"), {"state": "act"})
    answer = press(browser, "acknowledge", all="1", row=f"{Flag.objects.earliest('pk').pk}")
    done = Flag.objects.filter(acknowledged_by=alice).count()
    page = browser.get(answer.url)
    press(browser, undo_of(page))

    assert "Choose all 4 that match" in shown.content.decode()
    assert (len(shown.context["page"]), done) == (2, 4)
    assert "You acknowledged 4 flags." in page.content.decode()
    assert Flag.objects.filter(acknowledged_by=None).count() == 5


def test_more_than_can_be_done_at_once_is_refused_and_keeps_the_choice(raise_flags, as_user, alice, monkeypatch):
    raise_flags(3)
    monkeypatch.setattr(choosing, "ALL_AT_MOST", 2)

    answer = press(as_user(alice), "acknowledge", all="1")

    assert answer.status_code == 409
    assert "at most 2 flags" in answer.content.decode()
    assert re.search(r'name="all" value="1" data-counts="3" checked', answer.content.decode())
    assert not Flag.objects.exclude(acknowledged_by=None).exists()


def test_a_refusal_keeps_filter_page_and_ticks_and_its_address_leads_back(raise_flags, as_user, alice, monkeypatch):
    flags = raise_flags(5)
    monkeypatch.setattr("flags.views.inbox.PAGE_SIZE", 2)
    gone = Flag.objects.get(pk=flags[4].pk)
    Flag.objects.filter(pk=gone.pk).update(resolved_at=timezone.now(), resolution="gone")
    address = f"{reverse('flag_at_once')}?state=act&page=2"

    answer = as_user(alice).post(address, {"do": "acknowledge", "row": [flags[2].pk, gone.pk]})

    assert answer.status_code == 409
    assert "This flag was resolved meanwhile" in answer.content.decode()
    assert answer.context["page"].number == 2
    kept = re.findall(r'name="row" value="(\d+)" data-counts="1" checked', answer.content.decode())
    assert kept == [f"{flags[2].pk}"]
    assert not Flag.objects.exclude(acknowledged_by=None).exists()
    assert as_user(alice).get(address).url == f"{reverse('flag_list')}?state=act&page=2"


def test_an_act_that_asks_for_more_goes_on_to_its_form_and_back_to_the_same_list(raise_flags, as_user, alice, today):
    flags = raise_flags(3)
    browser = as_user(alice)

    form = press(browser, "snooze", row=[flags[0].pk, f"{flags[1].pk}"]).url
    refused = browser.post(form, {"until": "yesterday", "note": "The minister decides."})
    back = browser.post(form, {"until": (today + 3 * DAY).isoformat(), "note": "The minister decides."})
    everything = press(browser, "assign", all="1").url
    browser.post(everything, {"to": alice.pk})

    assert form == f"{reverse('flag_act', args=['snooze'])}?state=act&row={flags[0].pk}&row={flags[1].pk}"
    assert "The minister decides." in refused.content.decode()
    assert back.url == f"{reverse('flag_list')}?state=act"
    assert Flag.objects.filter(snoozed_until=today + 3 * DAY).count() == 2
    assert list(Flag.objects.filter(assignee=alice)) == [flags[2]]  # all that the list still had


def test_flags_about_one_subject_are_one_row_and_one_click(example_service, as_user, alice, today):
    agreement = create.agreement(service=example_service, state="ended")
    found = [Found(ENDING, agreement, stage, Severity.ACT, today + 60 * DAY) for stage in ("90", "30")]
    ledger.reconcile([ENDING], found, now=timezone.now())
    browser = as_user(alice)

    [row] = browser.get(reverse("flag_list"), {"state": "act"}).context["subjects"]
    press(browser, f"acknowledge:{row.open_ids}")

    assert row.name == "Example Police"
    assert Flag.objects.filter(acknowledged_by=alice).count() == 2


def test_the_page_of_a_flag_acts_on_what_is_ticked_there_and_stays(raise_flags, as_user, alice):
    [flag] = raise_flags(1)
    browser = as_user(alice)

    answer = browser.post(reverse("flag_at_once"), {"do": "acknowledge", "row": flag.pk, "from": flag.pk})
    page = browser.get(answer.url)
    browser.post(reverse("flag_at_once"), {"do": undo_of(page), "from": flag.pk})

    assert answer.url == flag.get_absolute_url()
    assert "It closes when an agreement that follows is recorded." in page.content.decode()
    assert stored(flag) == (None, None, None)


@pytest.mark.parametrize("given", ["", ":", ":x", ":-", f":{'9' * 30}", f":{'9' * 18}"])
def test_what_chooses_no_flag_says_so_on_the_same_list(raise_flags, as_user, alice, given):
    raise_flags(1)
    browser = as_user(alice)

    answer = press(browser, f"acknowledge{given}")

    assert answer.status_code == 409
    assert "Choose open flags first." in answer.content.decode()
    assert answer.context["page"].paginator.count == 1


def test_who_may_not_act_has_no_buttons_and_is_refused(raise_flags, as_user, bob, charlie, dora):
    [flag] = raise_flags(1)

    for reader in (bob, dora):
        page = as_user(reader).get(reverse("flag_list"), {"state": "mine"}).content.decode()
        assert "Not acknowledged" in page
        assert 'name="do"' not in page
        assert 'name="row"' not in page
        assert press(as_user(reader), f"acknowledge:{flag.pk}").status_code == 403
    assert as_user(charlie).get(flag.get_absolute_url()).status_code == 404
    assert stored(flag) == (None, None, None)


def test_a_liaison_reads_what_was_done_and_not_the_notes_of_the_office(raise_flags, as_user, alice, bob):
    [flag] = raise_flags(1)
    ledger.acknowledge([flag], note="Called the chief.", by=alice)

    page = as_user(bob).get(flag.get_absolute_url()).content.decode()

    assert "<strong>Acknowledged</strong>" in page
    assert "Called the chief." not in page


def test_assigning_to_oneself_writes_no_letter(raise_flags, as_user, alice):
    [flag] = raise_flags(1)

    press(as_user(alice), f"to_me:{flag.pk}")

    assert not Letter.objects.exists()


def test_an_empty_box_says_how_much_is_to_be_planned_and_what_becomes_urgent_first(raise_flags, as_user, alice):
    raise_flags(3, severity=Severity.PLAN, days=100)

    page = as_user(alice).get(reverse("flag_list"), {"state": "act"}).content.decode()
    later = as_user(alice).get(reverse("flag_list"), {"state": "mine"}).context["page"].paginator.count

    day = timezone.localdate() + 70 * DAY  # the smallest threshold is 30 days
    with translation.override("en-ca"):
        assert f"3 to plan ahead; the next becomes urgent on {day.day} {day:%B} {day.year}." in page
    assert "All clear." in page
    assert later == 3


@pytest.mark.parametrize("number", [1, 7])
def test_the_inbox_takes_the_same_queries_for_one_flag_and_for_seven(
    raise_flags, as_user, alice, number, django_assert_num_queries
):
    raise_flags(number)
    browser = as_user(alice)
    browser.get(reverse("flag_list"), {"state": "mine"})

    with django_assert_num_queries(18):
        browser.get(reverse("flag_list"), {"state": "mine"})


def with_more_stages(flag, *severities):
    """Further flags about the subject of one."""
    for number, severity in enumerate(severities):
        Flag.objects.create(
            kind=flag.kind, stage=f"more {number}", severity=severity, subject=flag.subject, service=flag.service,
            day=flag.day + number * DAY, first_seen=flag.first_seen, last_seen=flag.last_seen,
        )  # fmt: skip


def about(flags):
    return [(flag.subject_type_id, flag.subject_id) for flag in flags]


def test_a_page_of_the_inbox_has_whole_subjects_and_each_flag_stands_on_one(raise_flags, as_user, alice, monkeypatch):
    flags = raise_flags(5, severity=Severity.PLAN)
    for flag, more in zip(flags, ("", "aa", "", "ppp", "p"), strict=True):
        with_more_stages(flag, *({"a": "act", "p": "plan"}[one] for one in more))
    Flag.objects.filter(pk=Flag.objects.filter(subject_id=flags[4].subject_id).latest("pk").pk).update(assignee=alice)
    monkeypatch.setattr("flags.views.inbox.PAGE_SIZE", 2)
    browser = as_user(alice)

    pages = [browser.get(reverse("flag_list"), {"state": "mine", "page": number}) for number in (1, 2, 3)]

    subjects = [list(dict.fromkeys(about(page.context["page"]))) for page in pages]
    assert subjects == [about([flags[4], flags[1]]), about([flags[0], flags[2]]), about([flags[3]])]
    assert [len(page.context["page"].object_list) for page in pages] == [5, 2, 4]
    seen = [flag.pk for page in pages for flag in page.context["page"]]
    assert sorted(seen) == sorted(Flag.objects.values_list("pk", flat=True))
    assert [page.context["page"].has_next() for page in pages] == [True, True, False]
    for page in pages:
        assert '<h2 class="inbox-count">11 flags</h2>' in page.content.decode()
        assert "Choose all 11 that match" in page.content.decode()
    assert "Page 2 of 3" in pages[1].content.decode()


@pytest.mark.parametrize("number", [3, 7])
def test_a_page_between_others_takes_the_same_queries_however_many_flags_its_subjects_have(
    raise_flags, as_user, alice, number, monkeypatch, django_assert_num_queries
):
    for flag in raise_flags(number):
        with_more_stages(flag, *["act"] * number)
    monkeypatch.setattr("flags.views.inbox.PAGE_SIZE", 1)
    browser, asked = as_user(alice), {"state": "mine", "page": "2"}
    browser.get(reverse("flag_list"), asked)

    with django_assert_num_queries(20):
        browser.get(reverse("flag_list"), asked)


def test_more_rows_than_a_page_can_be_ticked_where_a_row_has_several_flags(raise_flags, as_user, alice):
    flags = raise_flags(60)

    press(as_user(alice), "acknowledge", row=["-".join(f"{flag.pk}" for flag in flags)])

    assert Flag.objects.filter(acknowledged_by=alice).count() == 60


def test_every_kind_says_what_closes_it():
    assert [kind.code for kind in in_order() if not kind.closes] == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_a_flag_of_a_stay_says_under_its_name_what_it_says_in_full(example_service, today, language):
    area = create.area()
    create.authorization(area=area)
    stay = create.deployment(
        mission=create.mission(area=area), person=create.person(service=example_service), starts_on=today, ends_on=today
    )
    kind = KINDS["no_successor"]
    ledger.reconcile([kind], [Found(kind, stay, "120", Severity.PLAN, today)], now=timezone.now())

    with translation.override(language):
        [notice] = attention.with_sentences(Flag.objects.all(), today=today)
        name = f"{stay.person_as_then} · {stay.mission}"

        assert notice.name == name
        assert notice.sentence.startswith(f"{stay.person_as_then}, {stay.mission}")
        assert notice.sentence.lower().endswith(notice.says.lower())
        assert str(stay.mission) not in notice.says


def test_the_relief_is_planned_from_the_flag_while_nobody_is(example_service, as_user, alice, bob, today):
    area = create.area()
    create.authorization(area=area)
    mission = create.mission(area=area)
    person = create.person(service=example_service)
    stay = create.deployment(mission=mission, person=person, starts_on=today, ends_on=today)
    kind = KINDS["no_successor"]
    found = Found(kind, stay, "120", Severity.PLAN, today, service_id=example_service.pk)
    ledger.reconcile([kind], [found], now=timezone.now())
    flag, link = Flag.objects.get(), f'href="{reverse("deployment_plan")}?relieves={stay.pk}"'

    open_, of_a_liaison = (as_user(user).get(flag.get_absolute_url()).content.decode() for user in (alice, bob))
    create.deployment(mission=mission, status="planned", starts_on=today + DAY, ends_on=today + DAY, relieves=stay)
    planned = as_user(alice).get(flag.get_absolute_url()).content.decode()

    assert [link in page for page in (open_, of_a_liaison, planned)] == [True, False, False]
