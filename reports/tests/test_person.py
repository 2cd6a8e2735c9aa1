"""The page of a person: where somebody is and what comes next, for what somebody is ready, and two years."""

import datetime as dt

import pytest
from django.urls import reverse

from deployments.models import Nomination
from personnel.expiry import Standing
from personnel.models import Availability
from reports import person as reports_person
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def person(example_service):
    return create.person(service=example_service, service_number="S-77", given_name="Zoë", family_name="Blackwood")


@pytest.fixture
def mission():
    area = create.area()
    create.authorization(area=area, armed=False)
    return create.mission(area=area)


@pytest.fixture
def position(mission, today):
    return create.position(
        mission=mission,
        number="P-102",
        needed_from=today + 60 * DAY,
        call_opens=today - 5 * DAY,
        call_closes=today + 5 * DAY,
    )


def page_of(browser, person, **query):
    return browser.get(reverse("person_detail", args=[person.pk], query=query))


def acts(response):
    return [(act.says, act.url) for act in response.context["now"].acts]


def step(stay, act):
    return reverse("deployment_step", args=[stay.pk, act])


def plan(**query):
    return reverse("deployment_plan", query=query)


@pytest.mark.parametrize(
    ("status", "starts", "ends", "words", "late", "wanted"),
    [
        ("planned", 30, 300, "Planned · Ruritania Mission, Ruritania · from", "", ["approve"]),
        ("planned", -1, 300, "Planned · Ruritania Mission, Ruritania · from", "expected 1 day ago", ["approve"]),
        ("approved", 30, 300, "Approved · Ruritania Mission, Ruritania · from", "", []),
        ("approved", 0, 300, "Approved · Ruritania Mission, Ruritania · from", "", ["arrive"]),
        ("in_mission", -300, 20, "In mission · Ruritania Mission, Ruritania · since", "", ["relief"]),
        ("in_mission", -300, 0, "In mission · Ruritania Mission, Ruritania · since", "", ["relief"]),
        ("in_mission", -300, -12, "In mission · Ruritania Mission, Ruritania · since", "overdue 12 days",
         ["complete", "relief"]),
    ],
)  # fmt: skip
def test_the_state_says_where_somebody_is_and_the_act_that_comes_next(
    as_user, alice, person, mission, today, status, starts, ends, words, late, wanted
):
    stay = create.deployment(
        mission=mission, person=person, starts_on=today + starts * DAY, ends_on=today + ends * DAY, status=status
    )

    response = page_of(as_user(alice), person)

    assert response.context["now"].words.startswith(words)
    assert response.context["now"].late == late
    addresses = [plan(relieves=stay.pk) if one == "relief" else step(stay, one) for one in wanted]
    assert [url for _says, url in acts(response)] == addresses
    assert late in response.content.decode()


def test_somebody_free_is_planned_by_the_office_and_put_forward_by_the_service(as_user, alice, bob, dora, person):
    pages = [page_of(as_user(user), person) for user in (alice, bob, dora)]

    assert [page.context["now"].words for page in pages] == ["Not deployed"] * 3
    assert acts(pages[0]) == [("Plan a deployment", plan(person=person.pk))]
    assert acts(pages[1]) == [("Put forward for a position", reverse("nomination_add", query={"person": person.pk}))]
    assert acts(pages[2]) == []


def test_somebody_in_the_pool_is_planned_for_the_position(as_user, alice, person, position):
    nomination = create.nomination(position=position, person=person, stage="qualified")

    response = page_of(as_user(alice), person)

    assert response.context["now"].words == "Qualified, in the pool · P-102 Police adviser, Ruritania Mission"
    assert [url for _says, url in acts(response)] == [
        nomination.get_absolute_url(),
        plan(person=person.pk, position=position.pk),
    ]


@pytest.mark.parametrize(
    ("last", "words"), [(None, "Not available until further notice"), (10, "Not available until ")]
)
def test_somebody_who_cannot_go_is_said_to(as_user, alice, person, today, last, words):
    Availability.objects.create(
        person=person, kind="unavailable", first_day=today - DAY, last_day=last and today + last * DAY
    )

    assert page_of(as_user(alice), person).context["now"].words.startswith(words)


def test_the_open_positions_come_with_what_is_missing_the_readiest_first(
    as_user, alice, person, mission, position, today
):
    demanding = create.position(mission=mission, number="P-200", needed_from=today + 10 * DAY, years_of_service=40)
    taken = create.position(mission=mission, number="P-300", needed_from=today)
    create.deployment(mission=mission, position=taken, starts_on=today, ends_on=today + 300 * DAY, status="in_mission")

    response = page_of(as_user(alice), person)

    ready = response.context["ready"]
    assert [(one.position, one.act.url) for one in ready] == [
        (position, plan(person=person.pk, position=position.pk)),
        (demanding, plan(person=person.pk, position=demanding.pk)),
    ]
    assert ready[0].missing < ready[1].missing
    assert ready[0].first == today + 60 * DAY


def test_a_liaison_is_shown_open_calls_alone_and_puts_forward(as_user, bob, person, mission, position, today):
    create.position(mission=mission, number="P-200", needed_from=today + 10 * DAY)

    response = page_of(as_user(bob), person)

    assert [(one.position, one.act.url) for one in response.context["ready"]] == [
        (position, reverse("nomination_add", query={"person": person.pk, "position": position.pk}))
    ]


def test_the_stay_that_is_judged_begins_when_the_person_is_back(as_user, alice, person, mission, position, today):
    create.deployment(
        mission=mission, person=person, starts_on=today - DAY, ends_on=today + 200 * DAY, status="in_mission"
    )

    assert page_of(as_user(alice), person).context["ready"][0].first == today + 201 * DAY


def test_two_years_are_drawn_in_lanes_with_the_days_in_words(as_user, alice, person, mission, today):
    create.deployment(
        mission=mission, person=person, starts_on=today - 10 * DAY, ends_on=today + 20 * DAY, status="in_mission"
    )
    kind = create.kind(needs_verification=True)
    create.credential(person=person, kind=kind, issued_on=today - 3000 * DAY, expires_on=today - 2000 * DAY)
    create.credential(person=person, kind=kind, issued_on=today - 90 * DAY, expires_on=today + 90 * DAY)

    response = page_of(as_user(alice), person)

    ribbon = response.context["ribbon"]
    assert (ribbon.first.day, (ribbon.last + DAY).day) == (1, 1)
    assert [(lane.name, [span.kind for span in lane.spans]) for lane in ribbon.lanes] == [
        ("Tours", ["in-mission"]),
        ("First aid", ["held"]),
    ]
    [tour] = ribbon.lanes[0].spans
    assert int(tour.x) < int(ribbon.today) < int(tour.x) + int(tour.width) <= 1000
    said = f"Ruritania Mission, In mission, {today - 10 * DAY} – {today + 20 * DAY}"
    assert response.content.decode().count(said) == 2  # on the drawing, and in words


def test_somebody_overdue_is_drawn_until_today(as_user, alice, person, mission, today):
    create.deployment(
        mission=mission, person=person, starts_on=today - 300 * DAY, ends_on=today - 12 * DAY, status="in_mission"
    )

    ribbon = page_of(as_user(alice), person).context["ribbon"]

    [tour, overdue] = ribbon.lanes[0].spans
    assert (tour.kind, overdue.kind) == ("in-mission", "over")
    assert abs(int(overdue.x) + int(overdue.width) - int(ribbon.today)) <= 2


def test_a_lane_ends_with_the_two_years(person, today):
    [lane] = reports_person.ribbon(
        [], [Availability(kind="available", first_day=dt.date(1990, 1, 1))], [], today=dt.date(2027, 3, 31)
    ).lanes

    assert [(span.x, span.width) for span in lane.spans] == [("0", "1000")]


def test_papers_that_wait_come_first_and_the_others_are_folded(as_user, alice, person, today):
    def paper(code, **fields):
        kind = create.kind(code=code, name_en=code, needs_verification=code == "unverified")
        return create.credential(person=person, kind=kind, **{"issued_on": today - 400 * DAY, **fields})

    valid = paper("valid", expires_on=today + 900 * DAY)
    ending = paper("ending", expires_on=today + 5 * DAY)
    unverified = paper("unverified", expires_on=today + 900 * DAY)
    expired = paper("expired", expires_on=today - DAY)
    renewed = create.credential(
        person=person, kind=valid.kind, issued_on=today - 900 * DAY, expires_on=today - 450 * DAY
    )

    response = page_of(as_user(alice), person)

    (first, _waits), (others, _folded) = response.context["papers"]
    assert [(row, standing) for row, standing in first] == [
        (expired, Standing.EXPIRED),
        (ending, Standing.ENDING),
        (unverified, Standing.VALID),
    ]
    assert {row for row, _standing in others} == {valid, renewed}
    assert "2 valid or earlier credentials" in response.content.decode()


def test_the_timeline_holds_what_the_reader_may_see(as_user, alice, bob, person, position, today):
    browser = as_user(bob)
    browser.post(reverse("nomination_add", query={"person": person.pk}), {"position": position.pk, "submit": "yes"})
    nomination = Nomination.objects.get()

    told = [[str(step.act) for step, _row in page_of(as_user(user), person).context["steps"]] for user in (alice, bob)]

    assert told == [["submit", "draft"]] * 2
    assert page_of(browser, person).content.decode().count(nomination.get_absolute_url()) >= 2


def test_a_past_day_shows_nothing_of_today(as_user, alice, person, mission, today):
    create.deployment(
        mission=mission, person=person, starts_on=today - 10 * DAY, ends_on=today + 20 * DAY, status="in_mission"
    )

    response = page_of(as_user(alice), person, on=(today - 30 * DAY).isoformat())

    assert response.context["now"] is None
    assert "In mission ·" not in response.content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_takes_the_same_queries_for_one_row_and_for_five(
    as_user, alice, person, mission, today, number, django_assert_num_queries
):
    for each in range(number):
        create.position(mission=mission, number=f"P-{each}")
        create.credential(person=person, kind=create.kind(code=f"kind-{each}"))
    browser = as_user(alice)
    page_of(browser, person)

    with django_assert_num_queries(36):
        page_of(browser, person)
