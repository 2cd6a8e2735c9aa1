"""Every figure that a page shows, as the rows it counts: the number is how many there are, the list is who they are.

`user` narrows a figure to the rows that this user may see. A figure without `user` is one of the whole office: a place
under a cap is taken whoever looks. Who takes one on which day is counted by `deployments.stays.authorised_cap`. `on` is
the day that is counted, `today` the day of the question. A page may filter a figure further (one area, one service), or
group it by `counted_by`.
"""

import datetime as dt
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from deployments.candidates import consent
from deployments.models import Consent, Correction, Deployment, Excess, Nomination, Review, Waiver
from deployments.models.nominations import Stage
from deployments.models.whereabouts import DeploymentQuerySet
from deployments.stays import readiness
from missions.models import Authorization, Ceiling, Position
from personnel.models import Credential, Person


def counted_by(rows: QuerySet, *fields: str) -> dict[Any, int]:
    """How many of these rows there are for each value of a field, or for each tuple of several; one query."""
    groups = rows.order_by().values_list(*fields).annotate(Count("pk"))
    return {values[0] if len(fields) == 1 else tuple(values): number for *values, number in groups}


# --- The whole office: places under the caps -------------------------------------------------------------------------


def authorizations(*, on: dt.date) -> QuerySet[Authorization]:
    """Authorizations in force on the day; the figure is the sum of their caps."""
    return Authorization.objects.issued().in_force(on)


def ceilings(*, on: dt.date) -> QuerySet[Ceiling]:
    """The policy ceiling in force on the day, if there is one; the figure is its cap."""
    return Ceiling.objects.in_force(on)


def to_come(*, on: dt.date) -> QuerySet[Deployment]:
    """Approved and planned stays under a cap that begin after the day."""
    return Deployment.objects.coming().not_ancillary().filter(first_day__gt=on).with_area()


def at_postings(*, on: dt.date, today: dt.date) -> QuerySet[Deployment]:
    """People deployed on the day who use no place: ancillary deployments."""
    return Deployment.objects.deployed(on, today=today).filter(kind=Deployment.Kind.ANCILLARY)


# --- People and their deployments ------------------------------------------------------------------------------------


def deployed(user: User, *, on: dt.date, today: dt.date) -> QuerySet[Deployment]:
    """People deployed on the day, with and without a place under a cap."""
    return Deployment.objects.visible_to(user).deployed(on, today=today)


def coming(user: User, *, on: dt.date, today: dt.date) -> QuerySet[Deployment]:
    """Stays that are planned or approved as of the day: today whatever their days, none of a past day."""
    return Deployment.objects.visible_to(user).coming_on(on, today=today)


def ended(user: User, *, on: dt.date, today: dt.date) -> QuerySet[Deployment]:
    """Deployments of people who went and had left again by the day."""
    return Deployment.objects.visible_to(user).returned_by(on, today=today)


def deployments_ever(user: User, *, on: dt.date, today: dt.date) -> QuerySet[Deployment]:
    """Deployments that anybody arrived on, from the start through the day."""
    return Deployment.objects.visible_to(user).arrived_by(on, today=today)


def people_ever(user: User, *, on: dt.date, today: dt.date, **of: Any) -> QuerySet[Person]:
    """People who arrived on at least one deployment, from the start through the day.

    `of` narrows the deployments, not the people: a person who changed services is counted in each.
    """
    arrived = deployments_ever(user, on=on, today=today).filter(**of)
    return Person.objects.filter(pk__in=arrived.order_by().values("person"))


def away(user: User, *, first: dt.date, last: dt.date, today: dt.date) -> DeploymentQuerySet:
    """Stays under way, approved or planned that have a day from `first` through `last`."""
    return Deployment.objects.visible_to(user).not_over().touching(first, last, today=today)


def active_people(user: User) -> QuerySet[Person]:
    """People in active service today, without records that were merged into another."""
    return Person.objects.visible_to(user).current().filter(state=Person.State.ACTIVE)


# --- Candidates ------------------------------------------------------------------------------------------------------


def open_calls(*, on: dt.date) -> QuerySet[Position]:
    """Positions whose call takes nominations on the day."""
    return Position.objects.with_open_call(on)


def live_nominations(user: User) -> QuerySet[Nomination]:
    """Nominations under way, in any stage."""
    return Nomination.objects.visible_to(user).live()


def to_review(user: User) -> QuerySet[Nomination]:
    """Nominations in assessment that this user has not reviewed."""
    reviewed = Review.objects.filter(reviewer=user).values("nomination")
    return Nomination.objects.visible_to(user).filter(stage=Stage.ASSESSMENT).exclude(pk__in=reviewed)


def to_plan(user: User) -> QuerySet[Nomination]:
    """Nominations accepted by the organization, and consented to where needed, without a deployment yet."""
    return Nomination.objects.visible_to(user).to_plan()


def without_consent(user: User) -> QuerySet[Nomination]:
    """Nominations that the organization accepted and the home service did not consent to, with no offer since."""
    return Nomination.objects.visible_to(user).without_consent()


def offers_to_answer(user: User, *, today: dt.date) -> QuerySet[Consent]:
    """Offers that a home service may still answer."""
    return Consent.objects.visible_to(user).waiting().filter(answer_by__gte=today)


def recalled(user: User) -> QuerySet[Deployment]:
    """Deployments not over whose home service recalled its consent before their last day."""
    return consent.recalled(Deployment.objects.visible_to(user))


def to_approve(user: User, *, today: dt.date) -> QuerySet[Deployment]:
    """Planned stays against whose approval nothing stands today."""
    planned = readiness.to_approve(Deployment.objects.visible_to(user), today=today)
    return Deployment.objects.visible_to(user).filter(pk__in=[deployment.pk for deployment in planned])


def arrivals_expected(user: User, *, today: dt.date) -> QuerySet[Deployment]:
    """Approved stays that begin within seven days, or should have begun; nobody has recorded the arrival."""
    return Deployment.objects.visible_to(user).arrival_expected(today)


def overdue(user: User, *, today: dt.date) -> QuerySet[Deployment]:
    """People past the end of their stay whose departure nobody has recorded."""
    return Deployment.objects.visible_to(user).overdue(today)


def excesses_to_confirm(user: User) -> QuerySet[Excess]:
    """Days recorded beyond a cap that wait for a second coordinator, without those that the reader recorded."""
    return Excess.objects.filter(deployment__in=Deployment.objects.visible_to(user)).to_confirm(by=user)


def papers_to_verify(user: User, *, today: dt.date) -> QuerySet[Credential]:
    """Papers that count only when verified, and that nobody has seen yet."""
    return Credential.objects.to_verify(today).filter(person__in=Person.objects.visible_to(user))


def waivers_to_decide(user: User) -> QuerySet[Waiver]:
    """Waivers that another coordinator asked for and nobody has decided."""
    return Waiver.objects.visible_to(user).to_decide(by=user)


def corrections_to_confirm(user: User) -> QuerySet[Correction]:
    """Corrections that another coordinator asked for and nobody has decided."""
    return Correction.objects.visible_to(user).to_decide(by=user)
