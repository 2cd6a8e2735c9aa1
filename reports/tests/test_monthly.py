"""Figures and reports that go to readers each month: on which day, to whom, and what the e-mail says."""

import datetime as dt

import pytest
from django.urls import reverse

from audit.models import Event
from flags.models import LetterChoice
from outbox.models import Letter
from reports import monthly
from reports.models import ReportSubscription
from reports.tasks import write_monthly_reports
from tests import create
from tests.pages import of_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscribed(alice):
    def make(*readers, page="report_detail", of="operations", query="", day=1, told_up_to=dt.date(2027, 1, 15)):
        row = ReportSubscription.objects.create(
            owner=alice, page=page, of=of, query=query, day=day, told_up_to=told_up_to
        )
        row.readers.set(readers)
        return row

    return make


def add(page="report_detail", of="operations", query=""):
    return reverse("subscription_add", query={"next": reverse(page, args=[of]) + query})


# Day of the month, today, and the day that is due: typed by hand from a calendar.
@pytest.mark.parametrize(
    ("day", "today", "due"),
    [
        (1, "2027-03-01", "2027-03-01"),
        (1, "2027-03-31", "2027-03-01"),
        (5, "2027-03-04", "2027-02-05"),
        (31, "2027-01-31", "2027-01-31"),
        (31, "2027-02-27", "2027-01-31"),
        (31, "2027-02-28", "2027-02-28"),
        (31, "2028-02-28", "2028-01-31"),
        (31, "2028-02-29", "2028-02-29"),
        (30, "2028-03-29", "2028-02-29"),
        (29, "2027-03-01", "2027-02-28"),
        (31, "2027-04-30", "2027-04-30"),
        (15, "2027-01-14", "2026-12-15"),
    ],
)
def test_a_day_that_a_month_has_not_is_its_last(day, today, due):
    assert monthly.newest_day(day, dt.date.fromisoformat(today)) == dt.date.fromisoformat(due)


def test_each_reader_gets_one_e_mail_a_month_in_the_own_language(subscribed, alice, bob):
    bob.language = "fr-ca"
    bob.save()
    row = subscribed(alice, bob, query="category=police", told_up_to=dt.date(2027, 1, 31))

    counts = [monthly.write_all(today=dt.date(2027, month, day)) for month, day in ((1, 31), (2, 1), (2, 1), (2, 28))]
    counts.append(monthly.write_all(today=dt.date(2027, 3, 2)))  # a day late: nobody worked on the first

    assert counts == [0, 2, 0, 0, 2]
    english, french = (Letter.objects.filter(user=user).earliest("id") for user in (alice, bob))
    assert english.subject == "PeaceOps: Operations by fiscal year, 1 February 2027"
    assert "“Operations by fiscal year” as of 1 February 2027 is ready." in english.text
    assert "/en-ca/reports/operations/?category=police&on=2027-02-01" in english.text
    assert french.subject == "PeaceOps\N{NO-BREAK SPACE}: Opérations par exercice, 1er février 2027"
    assert "/fr-ca/reports/operations/?category=police&on=2027-02-01" in french.text
    assert "Ouvrir le rapport" in french.text
    row.refresh_from_db()
    assert row.told_up_to == dt.date(2027, 3, 1)


def test_an_e_mail_holds_no_figure_and_names_nobody(subscribed, alice, today, example_service):
    person = create.person(service=example_service, family_name="Lachance")
    mission = create.mission()
    create.ceiling()
    create.authorization(area=mission.area, cap=9)
    create.deployment(mission=mission, person=person, starts_on=today, ends_on=today, status="in_mission")
    subscribed(alice, page="figure_detail", of="women", query=f"mission={mission.pk}", told_up_to=dt.date(2020, 1, 1))

    monthly.write_all(today=dt.date(2027, 2, 1))

    letter = Letter.objects.get()
    assert "“Women” as of 1 February 2027 is ready." in letter.text
    for part in (letter.subject, letter.text, letter.html):
        assert not [word for word in ("Lachance", "Example Police", mission.name) if word in part]


def test_who_left_who_may_not_and_who_wants_no_e_mails_get_none(subscribed, alice, bob, dora, emil):
    subscribed(alice, bob, dora, emil, of="areas")  # a report of the whole office: nothing for a liaison
    dora.is_active = False
    dora.save()
    LetterChoice.objects.create(user=emil, rhythm="never", kinds=[])

    assert monthly.write_all(today=dt.date(2027, 2, 1)) == 1
    assert [letter.user for letter in Letter.objects.all()] == [alice]


def test_each_reader_opens_it_by_the_own_rights(subscribed, as_user, alice, bob):
    address = subscribed(alice, bob).address()

    for user in (alice, bob):
        page = as_user(user).get(address)
        assert (page.status_code, page.context["filter"].question.reader) == (200, user)


def test_what_is_ended_or_gone_writes_nothing(subscribed, alice):
    subscribed(alice, of="a-report-of-old")
    ended = subscribed(alice)
    ended.is_active = False
    ended.save()

    assert monthly.write_all(today=dt.date(2027, 2, 1)) == 0


def test_the_job_of_the_day_writes_what_is_due(subscribed, alice, today):
    subscribed(alice, day=today.day, told_up_to=today - dt.timedelta(days=1))

    write_monthly_reports()
    write_monthly_reports()

    assert Letter.objects.count() == 1


def test_a_report_is_sent_monthly_as_it_is_asked(as_user, alice, bob, today):
    browser, area = as_user(alice), create.area()
    opened = browser.get(reverse("report_detail", args=["operations"]), {"category": "police"}).content.decode()
    link = add(query="?category=police")
    assert f'href="{link}"' in opened

    link = add(query=f"?category=police&area={area.pk}&on=2020-01-01&export=csv&page=2")
    page = browser.get(link)
    assert "Category: Police" in page.content.decode()
    answer = browser.post(link, of_form(page.context["form"], readers=[alice.pk, bob.pk], name="Ours"))

    assert answer.status_code == 302
    row = ReportSubscription.objects.get()
    assert (row.owner, row.of, row.day, row.told_up_to) == (alice, "operations", 1, today)
    assert set(row.query.split("&")) == {"category=police", f"area={area.pk}"}
    assert set(row.readers.all()) == {alice, bob}
    listed = browser.get(reverse("subscription_list")).content.decode()
    assert "Ours" in listed
    assert "Category: Police" in listed


def test_only_coordinators_are_offered_it_and_only_who_may_open_a_report_can_read_it(as_user, alice, bob, dora):
    for user in (bob, dora):
        page = as_user(user).get(reverse("figure_detail", args=["deployed"])).content.decode()
        assert "Send monthly" not in page

    form = as_user(alice).get(add(of="areas")).context["form"]
    assert set(form.fields["readers"].queryset) == {alice, dora}
    refused = as_user(alice).post(add(of="areas"), of_form(form, readers=[bob.pk]))
    assert list(refused.context["form"].errors) == ["readers"]


@pytest.mark.parametrize("day", ["0", "32", "-1", "first", ""])
def test_a_day_that_no_month_has_is_told_beside_the_field(as_user, alice, day):
    browser = as_user(alice)
    form = browser.get(add()).context["form"]

    page = browser.post(add(), of_form(form, readers=[alice.pk], day=day))

    assert list(page.context["form"].errors) == ["day"]
    assert not ReportSubscription.objects.exists()


@pytest.mark.parametrize(
    "elsewhere", ["", "/en-ca/people/", "/en-ca/reports/nothing/", "https://example.org/", "/en-ca/figures/x/"]
)
def test_what_is_no_report_is_not_sent(as_user, alice, elsewhere):
    answer = as_user(alice).post(reverse("subscription_add", query={"next": elsewhere}), follow=True)

    assert "Open a report or a figure first: it is sent with its filter." in answer.content.decode()
    assert not ReportSubscription.objects.exists()


def test_a_filter_that_is_not_valid_is_not_sent(as_user, alice):
    answer = as_user(alice).get(add(query="?category=horses"), follow=True)

    assert "This filter cannot be sent: put it right first." in answer.content.decode()


def test_another_day_counts_from_today_on(as_user, alice, subscribed, today):
    row = subscribed(alice, day=1, told_up_to=dt.date(2020, 1, 1))
    browser, page = as_user(alice), reverse("subscription_edit", args=[row.pk])
    renamed = browser.post(page, of_form(browser.get(page).context["form"], name="Ours"))
    row.refresh_from_db()
    before = row.told_up_to

    moved = browser.post(page, of_form(browser.get(page).context["form"], day="7"))

    row.refresh_from_db()
    assert [renamed.status_code, moved.status_code] == [302, 302]
    assert (before, row.told_up_to, row.day) == (dt.date(2020, 1, 1), today, 7)


def test_a_colleague_ends_it_and_the_trail_says_who(as_user, alice, subscribed):
    row, bela = subscribed(alice), create.user(name="Bela")
    browser = as_user(bela)
    assert "Alice" in browser.get(reverse("subscription_list")).content.decode()

    browser.post(reverse("subscription_end", args=[row.pk]))

    row.refresh_from_db()
    assert not row.is_active
    event = Event.objects.filter(verb="ended").get()
    assert (event.actor, event.subject) == (bela, row)
    assert browser.get(reverse("subscription_edit", args=[row.pk])).status_code == 404
    assert "Nothing is sent each month." in browser.get(reverse("subscription_list")).content.decode()
