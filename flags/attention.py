"""What needs the reader today: open flags with their sentences."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import User
from background.models import ScheduledJob
from deployments.models import CandidateImport, Consent, Deployment, Nomination
from flags.models import Flag
from flags.sentences import tell
from missions.models import Area, Authorization, Ceiling, Mission
from outbox.models import Subscriber
from personnel.models import PartnerAgreement

SHOWN_FIRST = 8


@dataclass(frozen=True)
class Notice:
    """A flag and what it says."""

    flag: Flag
    sentence: str


@dataclass(frozen=True)
class Attention:
    """The most urgent open flags, and how many there are in all."""

    notices: list[Notice]
    total: int


def for_user(user: User, *, today: dt.date) -> Attention:
    flags = Flag.objects.visible_to(user).awake(today)
    return Attention(told(flags[:SHOWN_FIRST], today=today), flags.count())


def about(subjects: list[models.Model], user: User, *, today: dt.date) -> list[Notice]:
    """The open flags of these rows, for their own pages."""
    mine = Q(pk__in=[])
    for subject in subjects:
        mine |= Q(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)
    return told(Flag.objects.visible_to(user).open().filter(mine), today=today)


def told(flags: QuerySet[Flag], *, today: dt.date) -> list[Notice]:
    """Flags with their sentences, their subjects fetched at once."""
    subjects = GenericPrefetch(
        "subject",
        [
            Deployment.objects.select_related("person", "rank", "mission"),
            Area.objects.all(),
            Ceiling.objects.all(),
            Mission.objects.all(),
            Authorization.objects.select_related("area"),
            PartnerAgreement.objects.select_related("service"),
            Consent.objects.select_related("person__rank", "mission"),
            Nomination.objects.select_related("person__rank", "position"),
            CandidateImport.objects.select_related("by"),
            ScheduledJob.objects.all(),
            User.objects.all(),
            Subscriber.objects.all(),
        ],
    )
    return [Notice(flag, tell(flag, today=today)) for flag in flags.prefetch_related(subjects)]
