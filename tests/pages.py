"""Every page of the URLconf, with an address that works in a small made-up world."""

import datetime as dt

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from audit.log import record
from audit.models import Verb
from flags.tasks import check_caps, flag_expiring_postings
from tests import create

DJANGO_ADMIN = "admin:"


def patterns() -> dict[str, URLPattern]:
    """URL name → pattern, for every page of our own (the Django admin is asked apart)."""
    found: dict[str, URLPattern] = {}

    def walk(resolver: URLResolver, namespace: str = "") -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, f"{entry.namespace}:" if entry.namespace else namespace)
            elif not namespace:
                assert entry.name, f"{entry.pattern} has no name"
                found[entry.name] = entry

    walk(get_resolver())
    return found


def small_world(service) -> dict[str, dict[str, int | str]]:
    """One row of everything, people from one service; answers the arguments of each URL name that takes some."""
    today = timezone.localdate()
    create.ceiling()
    area = create.area()
    paper = create.authorization(area=area, cap=1)
    mission = create.mission(area=area)
    create.position(mission=mission)
    ending = create.deployment(
        mission=mission,
        person=create.person(service=service),
        starts_on=today - dt.timedelta(days=300),
        ends_on=today + dt.timedelta(days=20),
        status="in_mission",
    )
    planned = create.deployment(
        mission=mission,
        person=create.person(service=service, given_name="Zoë", family_name="Blackwood"),
        starts_on=today + dt.timedelta(days=10),
        ends_on=today + dt.timedelta(days=300),
        status="planned",
        relieves=ending,
    )
    check_caps()
    flag_expiring_postings()
    record(None, Verb.SIGN_IN_FAILED)
    return {
        "area_detail": {"area_id": area.pk},
        "authorization_record": {"area_id": area.pk},
        "authorization_amend": {"authorization_id": paper.pk},
        "authorization_end": {"authorization_id": paper.pk},
        "mission_detail": {"mission_id": mission.pk},
        "mission_edit": {"mission_id": mission.pk},
        "person_detail": {"person_id": planned.person_id},
        "person_edit": {"person_id": planned.person_id},
        "service_detail": {"service_id": service.pk},
        "deployment_detail": {"deployment_id": planned.pk},
        "deployment_step": {"deployment_id": planned.pk, "act": "approve"},
    }
