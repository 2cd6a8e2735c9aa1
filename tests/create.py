"""Rows for tests. Every function takes keywords only and fills in what a test does not mention."""

import datetime as dt
import itertools
import time

from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from deployments.models import CallOut, Consent, Correction, Deployment, Excess, Nomination, RosterEntry
from deployments.models.statuses import ARRIVED, RETURNED
from missions.models import (
    Area,
    AreaSuccession,
    Authorization,
    Ceiling,
    CredentialKind,
    FormerArea,
    LeadOrganization,
    Mission,
    MissionState,
    Position,
    Team,
)
from personnel.expiry import last_day
from personnel.models import (
    Attestation,
    Credential,
    LanguageTest,
    PartnerAgreement,
    Person,
    PoliceService,
    Rank,
)

_numbers = itertools.count(
    time.time_ns() // 1000
)  # from the clock, so that processes that share a database create different codes


def user(*, email=None, name="Somebody", role=Role.COORDINATOR, **fields) -> User:
    return User.objects.create_user(email or f"user{next(_numbers)}@example.ca", name=name, role=role, **fields)


def ceiling(*, cap=200, valid_from=dt.date(2000, 1, 1), valid_to=None) -> Ceiling:
    return Ceiling.objects.create(cap=cap, valid_from=valid_from, valid_to=valid_to)


def area(*, code=None, name_en="Ruritania", name_fr="Ruritanie", **fields) -> Area:
    return Area.objects.create(code=code or f"area-{next(_numbers)}", name_en=name_en, name_fr=name_fr, **fields)


def authorization(
    *, area, cap=22, valid_from=dt.date(2000, 1, 1), valid_to=None, reference=None, **fields
) -> Authorization:
    values = {"language": "fr", "armed": True, "reason_en": "Recorded for a test.", **fields}
    return Authorization.objects.create(
        area=area,
        cap=cap,
        valid_from=valid_from,
        valid_to=valid_to,
        reference=reference or f"MA-{next(_numbers)}",
        **values,
    )


def lead() -> LeadOrganization:
    return LeadOrganization.objects.get_or_create(
        code="un",
        defaults={"kind": "united_nations", "name_en": "United Nations", "name_fr": "Nations Unies"},
    )[0]


def mission(
    *, area=None, code=None, name_en="Ruritania Mission", name_fr="Mission en Ruritanie", state="active", **fields
) -> Mission:
    made = Mission.objects.create(
        area=area or globals()["area"](),
        lead=lead(),
        code=code or f"mission-{next(_numbers)}",
        name_en=name_en,
        name_fr=name_fr,
        **fields,
    )
    if state != "active":
        mission_state(mission=made, state=state)
    return made


def mission_state(
    *, mission, state="suspended", from_day=None, reason_en="It was decided so.", **fields
) -> MissionState:
    """A state from today on, or from another day, saved without the rules; a closing sets the last day, as they do."""
    from_day = from_day or timezone.localdate()
    if state == "closed":
        mission.ends_on = from_day - dt.timedelta(days=1)
        mission.save()
    return MissionState.objects.create(mission=mission, state=state, from_day=from_day, reason_en=reason_en, **fields)


def former_name(*, of, name_en="Old name", name_fr="Ancien nom", last_day=dt.date(2010, 12, 31), **fields):
    """How a country or region, a mission or a service was called through a day."""
    values = {"reason_en": "It was renamed.", **fields}
    return of.former_names.create(name_en=name_en, name_fr=name_fr, last_day=last_day, **values)


def succession(*, area, successor, from_day=dt.date(2010, 1, 1), goes_on=False, **fields) -> AreaSuccession:
    return AreaSuccession.objects.create(
        area=area, successor=successor, from_day=from_day, goes_on=goes_on, reason_en="By agreement.", **fields
    )


def moved(*, mission, area, from_day) -> Mission:
    """The mission, which belongs to another area from a day on."""
    FormerArea.objects.create(
        mission=mission,
        area=mission.area,
        first_day=mission.area_since,
        last_day=from_day - dt.timedelta(days=1),
        reason_en="By agreement.",
    )
    mission.area, mission.area_since = area, from_day
    mission.save()
    return mission


def position(*, mission, number="P1", **fields) -> Position:
    values = {"title_en": "Police adviser", "title_fr": "Conseillère policière", "stream": "adviser", **fields}
    return Position.objects.create(mission=mission, number=number, **values)


def team(*, mission, name_en="Investigators", name_fr="Équipe d'enquête", **fields) -> Team:
    return Team.objects.create(mission=mission, name_en=name_en, name_fr=name_fr, **fields)


def rank(*, family="canada", code="constable", **fields) -> Rank:
    values = {
        "level": 1,
        "name_en": "Constable",
        "name_fr": "Gendarme",
        "abbreviation_en": "Cst.",
        "abbreviation_fr": "Gend.",
        **fields,
    }
    return Rank.objects.get_or_create(family=family, code=code, defaults=values)[0]


def service(*, code=None, name_en="Example Police", name_fr="Police d'Exemple", **fields) -> PoliceService:
    values = {
        "abbreviation_en": "EP",
        "abbreviation_fr": "PE",
        "kind": "federal",
        "province": "",
        "rank_family": "canada",
        **fields,
    }
    return PoliceService.objects.create(
        code=code or f"service-{next(_numbers)}", name_en=name_en, name_fr=name_fr, **values
    )


def person(*, service=None, given_name="Émilie", family_name="Tremblay", **fields) -> Person:
    """A person whom no rule refuses: twenty years of service, French-speaking, attested."""
    values = {
        "gender": "woman",
        "first_language": "fr",
        "born_on": dt.date(1985, 5, 17),
        "joined_on": dt.date(2006, 6, 1),
        **fields,
    }
    attested = values.pop("attested", True)
    if values.get("category") != "civilian":
        values.setdefault("rank", rank())
    made = Person.objects.create(
        service=service or globals()["service"](), given_name=given_name, family_name=family_name, **values
    )
    if attested:
        attestation(person=made)
    return made


def attestation(*, person, made_on=dt.date(2000, 1, 1), expires_on=dt.date(2098, 12, 31), **fields) -> Attestation:
    return Attestation.objects.create(person=person, made_on=made_on, expires_on=expires_on, **fields)


def kind(*, code="first-aid", name_en="First aid", name_fr="Secourisme", **fields) -> CredentialKind:
    values = {"name_en": name_en, "name_fr": name_fr, **fields}
    return CredentialKind.objects.get_or_create(code=code, defaults=values)[0]


def credential(*, person, kind, issued_on=dt.date(2020, 1, 1), expires_on=None, **fields) -> Credential:
    return Credential.objects.create(person=person, kind=kind, issued_on=issued_on, expires_on=expires_on, **fields)


def language(*, person, language="en", level=5, tested_on=dt.date(2020, 1, 1), expires_on=None) -> LanguageTest:
    return LanguageTest.objects.create(
        person=person, language=language, level=level, tested_on=tested_on, expires_on=expires_on
    )


def partner(*, code=None, agreed=True, **fields) -> PoliceService:
    """A partner service, with an agreement in force."""
    made = service(code=code, **{"kind": "municipal", "province": "ON", **fields})
    if agreed:
        agreement(service=made)
    return made


def agreement(*, service, starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2098, 12, 31), **fields) -> PartnerAgreement:
    values = {"state": "signed", "reference": f"PA-{next(_numbers)}", **fields}
    return PartnerAgreement.objects.create(service=service, starts_on=starts_on, ends_on=ends_on, **values)


def excess(*, deployment, recorded_by, confirmed_by=None, **fields) -> Excess:
    now = timezone.now()
    values = {"first_day": deployment.first_day, "last_day": deployment.first_day, "recorded_at": now, **fields}
    return Excess.objects.create(
        deployment=deployment,
        cause="arrival",
        reason="It happened.",
        recorded_by=recorded_by,
        confirmed_by=confirmed_by,
        confirmed_at=now if confirmed_by else None,
        **values,
    )


def consent(*, person, mission, starts_on, ends_on, state="consented", **fields) -> Consent:
    now = timezone.now()
    values = {"offered_at": now, "answered_at": None if state == "offered" else now, "answer_by": starts_on}
    values |= {"offered_from": starts_on, "offered_through": ends_on, **fields}
    if state in {"refused", "recalled"}:
        values.setdefault("reason", "staffing")
    return Consent.objects.create(
        person=person,
        service=person.service,
        mission=mission,
        starts_on=starts_on,
        ends_on=ends_on,
        state=state,
        **values,
    )


def nomination(*, position, person=None, stage="submitted", starts_on=None, ends_on=None, **fields) -> Nomination:
    """A nomination saved without the rules, by default for twelve months from 30 days after today."""
    person = person or globals()["person"]()
    starts_on = starts_on or timezone.localdate() + dt.timedelta(days=30)
    if stage in {"not_eligible", "not_selected", "declined"}:
        fields.setdefault("reason_code", "experience")
    if stage == "deferred":
        fields.setdefault("deferred_until", starts_on)
    return Nomination.objects.create(
        position=position,
        person=person,
        service=person.service,
        stage=stage,
        starts_on=starts_on,
        ends_on=ends_on or last_day(starts_on, 12),
        stage_since=timezone.now(),
        **fields,
    )


def deployment(
    *, mission, starts_on, ends_on, person=None, status="approved", arrived_on=None, departed_on=None, **fields
) -> Deployment:
    """A deployment saved without the rules; arrival and departure are as planned where the status needs them."""
    person = person or globals()["person"]()
    if status in ARRIVED:
        arrived_on = arrived_on or starts_on
    if status in RETURNED:
        departed_on = departed_on or ends_on
    if status == "ended_early":
        fields.setdefault("end_reason", "compassionate")
    return Deployment.objects.create(
        person=person,
        mission=mission,
        starts_on=starts_on,
        ends_on=ends_on,
        arrived_on=arrived_on,
        departed_on=departed_on,
        status=status,
        service=person.service,
        rank=person.rank,
        armed=False,
        **fields,
    )


def roster(**fields) -> Mission:
    return mission(**{"kind": "roster", "name_en": "Justice Roster", "name_fr": "Répertoire de justice", **fields})


def roster_entry(*, person=None, roster=None, nominated_on=dt.date(2024, 1, 15), **fields) -> RosterEntry:
    return RosterEntry.objects.create(
        person=person or globals()["person"](),
        roster=roster or globals()["roster"](),
        nominated_on=nominated_on,
        **fields,
    )


def call_out(*, entry, first_day, last_day=None, place="Geneva") -> CallOut:
    return CallOut.objects.create(entry=entry, first_day=first_day, last_day=last_day, place=place)


def correction(*, asked_by, changes=None, **fields) -> Correction:
    """A correction of the row that `fields` name, asked for and not judged: the person was armed."""
    values = {"reason": "The report says otherwise.", "needs_second": True, "asked_at": timezone.now(), **fields}
    return Correction.objects.create(asked_by=asked_by, changes=changes or {"armed": ["False", "True"]}, **values)
