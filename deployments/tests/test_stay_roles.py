"""Roles and the team of a stay: taken over, chosen, changed, found, and never of another mission."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from audit.models import Event
from deployments import guards
from deployments.corrections import making
from deployments.models import Deployment
from deployments.stays import lifecycle
from deployments.stays.steps import Act, Step
from flags.models import News
from foundation.refusals import StepRefused
from missions.models import Position, Role
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def role(code):
    return Role.objects.create(code=code, name_en=code.capitalize(), name_fr=f"{code.capitalize()} (fr)")


class World:
    """Two missions of an area, a team in each, three roles, and a position with two of them and its team."""

    def __init__(self, today):
        area = create.area()
        create.authorization(area=area, cap=5)
        self.mission, self.sister = create.mission(area=area), create.mission(area=area)
        self.team = create.team(mission=self.mission)
        self.second_team = create.team(mission=self.mission, name_en="Patrols", name_fr="Patrouilles")
        self.team_elsewhere = create.team(mission=self.sister)
        self.patrol, self.training, self.elections = role("patrol"), role("training"), role("elections")
        self.position = create.position(mission=self.mission, team=self.team)
        self.position.roles.set([self.patrol, self.training])
        self.today = today

    def unsaved(self, **fields):
        values = {"mission": self.mission, "starts_on": self.today + 9 * DAY, "ends_on": self.today + 99 * DAY}
        return Deployment(person=create.person(), **{**values, **fields})

    def stay(self, **fields):
        values = {"mission": self.mission, "starts_on": self.today - 9 * DAY, "ends_on": self.today + 90 * DAY}
        return create.deployment(**{**values, **fields})


@pytest.fixture
def world(today):
    return World(today)


def plan_url():
    return reverse("deployment_plan") + f"?person={create.person().pk}"


def typed(world, **fields):
    return {"mission": world.mission.pk, "kind": "standard", "starts_on": "2031-03-01", **fields}


# What is planned with: whether the position, which roles, which team → the roles and the team of the stay.
PLANNED = [
    (False, [], None, [], None),
    (True, [], None, ["patrol", "training"], "Investigators"),
    (True, ["elections"], None, ["elections"], "Investigators"),
    (True, [], "second_team", ["patrol", "training"], "Patrols"),
    (False, ["elections", "patrol"], "team", ["elections", "patrol"], "Investigators"),
]


@pytest.mark.parametrize(("with_position", "roles", "team", "found", "found_team"), PLANNED)
def test_roles_and_team_are_those_of_the_position_where_none_are_chosen(
    as_user, alice, world, with_position, roles, team, found, found_team
):
    sent = typed(world, roles=[getattr(world, code).pk for code in roles])
    sent |= {"position": world.position.pk} if with_position else {}
    sent |= {"team": getattr(world, team).pk} if team else {}

    response = as_user(alice).post(plan_url(), sent)

    stay = Deployment.objects.get()
    assert response.url == stay.get_absolute_url()
    assert [one.code for one in stay.roles.all()] == found
    assert (stay.team and stay.team.name_en) == found_team


def test_a_team_of_another_mission_is_refused_beside_its_field(as_user, alice, world):
    page = as_user(alice).post(plan_url(), typed(world, team=world.team_elsewhere.pk))

    assert page.context["form"].errors == {"team": ["This team belongs to another mission."]}
    assert not Deployment.objects.exists()


@pytest.mark.parametrize("field", ["roles", "team"])
def test_a_number_of_thirty_digits_is_no_choice(as_user, alice, world, field):
    stay, browser = world.stay(status="in_mission"), as_user(alice)
    change = {"starts_on": stay.starts_on, "ends_on": stay.ends_on, "reason": "New tasks.", field: "9" * 30}

    planned = browser.post(plan_url(), typed(world, **{field: "9" * 30}))
    changed = browser.post(reverse("deployment_step", args=[stay.pk, "change"]), change)

    assert [list(page.context["form"].errors) for page in (planned, changed)] == [[field], [field]]


def test_a_position_of_another_mission_lends_neither_roles_nor_team(alice, world, today):
    deployment = world.unsaved(mission=world.sister, position=world.position)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.plan(deployment, by=alice, today=today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["position_elsewhere"]


def test_the_rules_refuse_a_team_of_another_mission(alice, world, today):
    stay = world.stay(status="in_mission")
    elsewhere = Step(Act.CHANGE, today=today, reason="New tasks.", roles=[], team=world.team_elsewhere)

    with pytest.raises(StepRefused) as at_plan:
        lifecycle.plan(world.unsaved(team=world.team_elsewhere), by=alice, today=today)
    with pytest.raises(StepRefused) as at_change:
        lifecycle.take_step(stay, elsewhere, by=alice)
    with pytest.raises(ValidationError) as of_the_model:
        world.unsaved(team=world.team_elsewhere, service=stay.service, armed=False).full_clean()

    refusals = [[(one.code, one.about) for one in error.value.blockers] for error in (at_plan, at_change)]
    assert refusals == [[("team_elsewhere", "team")], [("team_elsewhere", "team")]]
    assert of_the_model.value.message_dict == {"team": ["This team belongs to another mission."]}


@pytest.mark.parametrize(
    ("break_it", "guard"),
    [
        (lambda world: world.stay(team=world.team_elsewhere), "guard_team_of_the_mission"),
        (lambda world: _update(world.stay(), team=world.team_elsewhere), "guard_team_of_the_mission"),
        (lambda world: _update(world.stay(team=world.team), mission=world.sister), "guard_team_of_the_mission"),
        (
            lambda world: create.position(mission=world.mission, number="P2", team=world.team_elsewhere),
            "guard_team_of_the_mission",
        ),
        (lambda world: _update(world.position, team=world.team_elsewhere), "guard_team_of_the_mission"),
        (lambda world: _update(world.position, mission=world.sister), "guard_team_of_the_mission"),
        (lambda world: _update(world.team, mission=world.sister), "guard_team_stays"),
    ],
)
def test_the_database_refuses_a_team_of_another_mission(world, break_it, guard):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        break_it(world)

    assert guards.name_of(error.value) == guard


def _update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_a_team_and_a_mission_change_together(world):
    stay = world.stay(team=world.team)

    _update(stay, mission=world.sister, team=world.team_elsewhere)

    stay.refresh_from_db()
    assert (stay.mission, stay.team) == (world.sister, world.team_elsewhere)


def test_somebody_there_in_an_area_that_is_full_gets_other_roles(as_user, alice, bob, example_service, world, today):
    world.stay(status="in_mission")
    stay = world.stay(
        status="in_mission", person=create.person(service=example_service), team=world.team, duty_station="Streslau"
    )
    world.mission.area.authorizations.update(cap=1)
    url = reverse("deployment_step", args=[stay.pk, "change"])
    browser = as_user(alice)
    form = browser.get(url).context["form"]
    held = {name: form[name].value() for name in ("starts_on", "ends_on", "duty_station") if name in form.fields}

    browser.post(url, {**held, "roles": [world.patrol.pk], "team": world.team.pk, "reason": "Asked by the mission."})
    browser.post(url, {**held, "roles": [world.training.pk], "team": world.second_team.pk, "reason": "New tasks."})

    stay.refresh_from_db()
    assert ([one.code for one in stay.roles.all()], stay.team) == (["training"], world.second_team)
    newest, first = stay.transitions.all()
    assert first.changes == {"roles": ["", f"{world.patrol.pk}"]}
    assert newest.changes == {
        "team_id": [str(world.team.pk), str(world.second_team.pk)],
        "roles": [str(world.patrol.pk), str(world.training.pk)],
    }
    english = browser.get(f"/en-ca/deployments/{stay.pk}/").content.decode()
    french = as_user(bob).get(f"/fr-ca/deployments/{stay.pk}/").content.decode()
    assert "<dd>Training</dd>" in english
    assert '<span class="muted">Roles</span> Patrol → Training' in english
    assert '<span class="muted">Team</span> Investigators → Patrols' in english
    assert "<dd>Training (fr)</dd>" in french
    assert '<span class="muted">Rôles</span> Patrol (fr) → Training (fr)' in french


def test_each_role_added_or_removed_leaves_an_event_of_the_stay(alice, world, today):
    stay = world.stay(status="in_mission")

    for roles in ([world.patrol, world.training], [world.training]):
        step = Step(Act.CHANGE, today=today, reason="New tasks.", roles=roles, team=world.team)
        lifecycle.take_step(stay, step, by=alice)

    told = [
        (event.actor, event.verb, event.subject, event.details["changes"]["role"])
        for event in Event.objects.filter(details__part="deploymentrole").order_by("id")
    ]
    assert told == [
        (alice, "added", stay, [None, world.patrol.pk]),
        (alice, "added", stay, [None, world.training.pk]),
        (alice, "removed", stay, [world.patrol.pk, None]),
    ]


def test_other_roles_are_news_that_can_wait(alice, bob, example_service, world, today):
    stay = world.stay(status="in_mission", person=create.person(service=example_service))
    only_roles = Step(Act.CHANGE, today=today, reason="New tasks.", roles=[world.patrol])
    longer_too = Step(Act.CHANGE, today=today, reason="Extended.", roles=[], ends_on=stay.ends_on - DAY)

    lifecycle.take_step(stay, only_roles, by=alice)
    lifecycle.take_step(stay, longer_too, by=alice)

    assert list(News.objects.order_by("id").values_list("kind", flat=True)) == [
        "deployment_roles",
        "deployment_changed",
    ]


def test_another_mission_clears_the_team_and_keeps_the_roles(alice, world, today):
    stay = world.stay(status="approved", starts_on=today + 9 * DAY, team=world.team)
    lifecycle.take_step(
        stay, Step(Act.CHANGE, today=today, reason="-", roles=[world.patrol], team=world.team), by=alice
    )

    correction = making.ask(stay, {"mission": world.sister}, reason="The report says otherwise.", by=alice, today=today)

    stay.refresh_from_db()
    assert correction.changes == {
        "mission": [str(world.mission.pk), str(world.sister.pk)],
        "team": [str(world.team.pk), None],
    }
    assert (stay.mission, stay.team, [one.code for one in stay.roles.all()]) == (world.sister, None, ["patrol"])


def test_lists_are_narrowed_by_role_and_team(as_user, alice, world, today):
    patrols, trains, neither = world.stay(team=world.team), world.stay(team=world.second_team), world.stay()
    for stay, given in [(patrols, world.patrol), (trains, world.training)]:
        lifecycle.take_step(stay, Step(Act.CHANGE, today=today, reason="-", roles=[given], team=stay.team), by=alice)
    other = create.position(mission=world.mission, number="P2")
    browser = as_user(alice)

    def listed(name, query):
        return {row.pk for row in browser.get(reverse(name), query).context["page"]}

    assert listed("deployment_list", {}) == {patrols.pk, trains.pk, neither.pk}
    assert listed("deployment_list", {"role": world.patrol.pk}) == {patrols.pk}
    assert listed("deployment_list", {"team": world.second_team.pk}) == {trains.pk}
    assert listed("deployment_list", {"role": world.patrol.pk, "team": world.second_team.pk}) == set()
    assert listed("deployment_list", {"team": "9" * 30}) == set()
    assert listed("position_list", {}) == {world.position.pk, other.pk}
    assert listed("position_list", {"role": world.training.pk}) == {world.position.pk}
    assert listed("position_list", {"role": world.elections.pk}) == set()
    assert listed("position_list", {"team": world.team.pk}) == {world.position.pk}


@pytest.mark.parametrize("people", [1, 3])
def test_the_people_of_a_mission_with_roles_and_teams(as_user, alice, world, today, people, django_assert_num_queries):
    for _ in range(people):
        stay = world.stay(status="in_mission", team=world.team)
        stay.role_rows.create(role=world.patrol)
        stay.role_rows.create(role=world.training)
    browser = as_user(alice)
    url = f"/en-ca/missions/{world.mission.pk}/"
    browser.get(url)  # what is looked up once in the life of a process

    with django_assert_num_queries(31):
        page = browser.get(url).content.decode()

    assert page.count("Patrol, Training · Investigators") == people


def test_a_role_that_somebody_has_cannot_be_deleted(world):
    world.stay().role_rows.create(role=world.elections)

    with pytest.raises(ProtectedError):
        world.elections.delete()


def test_a_nominated_person_takes_over_what_the_position_has(alice, world, today):
    planned = lifecycle.plan(world.unsaved(position=world.position), by=alice, today=today)

    assert ([one.code for one in planned.roles.all()], planned.team) == (["patrol", "training"], world.team)
    assert Position.objects.get(pk=world.position.pk).roles.count() == 2


def test_as_of_another_day_pages_say_that_roles_and_teams_are_of_today(as_user, alice, world, today):
    stay = world.stay(status="in_mission", team=world.team)
    stay.role_rows.create(role=world.patrol)
    browser, day = as_user(alice), (today - DAY).isoformat()
    told = "Roles and teams are of today."

    def page(path):
        return browser.get(f"/en-ca/{path}").content.decode()

    assert page(f"missions/{world.mission.pk}/?on={day}").count(told) == 1
    assert page(f"deployments/?on={day}&role={world.patrol.pk}").count(told) == 1
    assert page(f"deployments/?on={day}&team={world.team.pk}").count(told) == 1
    assert told not in page(f"deployments/?on={day}")
    assert told not in page(f"missions/{world.mission.pk}/")
    assert told not in page(f"deployments/?role={world.patrol.pk}")
