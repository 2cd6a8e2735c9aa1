"""Figures of what runs out in a period: credentials, agreements, consents and authorizations that nothing continues."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from deployments.models import Consent
from missions.models import Authorization
from personnel.expiry import ONE_DAY
from personnel.models import Credential, PartnerAgreement, Person
from reports.measures.measure import Measure, Time
from reports.measures.question import Question

OF_PEOPLE = frozenset({"service", "category", "gender", "first_language"})


def credentials_ending(question: Question) -> QuerySet:
    """Met credentials of people in active service, as far as the reader may know their days."""
    people = Person.objects.visible_to(question.reader).current().filter(state=Person.State.ACTIVE)
    rows = Credential.objects.readable_by(question.reader).filter(question.people(), person__in=people)
    if question.service:
        rows = rows.filter(person__service=question.service)
    met = Credential.objects.alias(certified_for=Coalesce("profile_id", 0)).filter(result=Credential.Result.MET)
    following = met.filter(
        Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on")),
        person=OuterRef("person"),
        kind=OuterRef("kind"),
        certified_for=Coalesce(OuterRef("profile_id"), 0),
        issued_on__lte=OuterRef("expires_on") + ONE_DAY,
    )
    met_rows = rows.filter(result=Credential.Result.MET, expires_on__range=(question.first, question.last))
    return met_rows.exclude(Exists(following))


def agreements_ending(question: Question) -> QuerySet:
    rows = PartnerAgreement.objects.visible_to(question.reader).binding().not_continued()
    rows = rows.filter(ends_on__range=(question.first, question.last))
    return rows.filter(service=question.service) if question.service else rows


def consents_ending(question: Question) -> QuerySet:
    """Consents whose last covered day is one of the period: the day before it was withdrawn, where it was."""
    rows = Consent.objects.visible_to(question.reader).filter(question.people())
    if question.service:
        rows = rows.filter(service=question.service)
    if question.mission:
        rows = rows.filter(mission=question.mission)
    if question.area:
        rows = rows.filter(mission__in=question.area_missions())
    given = Consent.objects.filter(
        state=Consent.State.CONSENTED, person=OuterRef("person"), mission=OuterRef("mission")
    )
    following = given.filter(ends_on__gt=OuterRef("ends_on"), starts_on__lte=OuterRef("ends_on") + ONE_DAY)
    by_itself = Q(ends_on__range=(question.first, question.last))
    cut_short = Q(recalled_from__range=(question.first + ONE_DAY, question.last + ONE_DAY))
    recalled = Q(state=Consent.State.RECALLED, recalled_from__gt=F("starts_on")) & (
        Q(recalled_from__gt=F("ends_on")) & by_itself | Q(recalled_from__lte=F("ends_on")) & cut_short
    )
    return rows.filter(Q(state=Consent.State.CONSENTED) & by_itself & ~Exists(following) | recalled)


def authorizations_ending(question: Question) -> QuerySet:
    rows = Authorization.objects.issued().not_continued().filter(valid_to__range=(question.first, question.last))
    return rows.filter(area=question.area) if question.area else rows


MEASURES = (
    Measure(
        "credentials_ending",
        _("Credentials running out"),
        _(
            "Credentials of people in active service whose last day is one of the period, with no later one of the "
            "same kind that continues them. Restricted ones count for those who may see them."
        ),
        Time.PERIOD,
        credentials_ending,
        of=Credential,
        takes=OF_PEOPLE,
    ),
    Measure(
        "agreements_ending",
        _("Agreements running out"),
        _("Agreements in effect whose last day is one of the period, with no other that continues them."),
        Time.PERIOD,
        agreements_ending,
        of=PartnerAgreement,
        takes=frozenset({"service"}),
    ),
    Measure(
        "consents_ending",
        _("Consents running out"),
        _(
            "Consents of home services whose last day is one of the period, with no other for the same person and "
            "mission that continues them; one that was withdrawn ends the day before."
        ),
        Time.PERIOD,
        consents_ending,
        of=Consent,
        takes=OF_PEOPLE | {"area", "mission"},
    ),
    Measure(
        "authorizations_ending",
        _("Authorizations running out"),
        _("Issued authorizations whose last day is one of the period, with no other that continues them."),
        Time.PERIOD,
        authorizations_ending,
        of=Authorization,
        takes=frozenset({"area"}),
        of_the_office=True,
    ),
)
