"""The act that settles a reason: where a record is added, a waiver asked for, a paper seen, an agreement recorded.

Wherever a reason is shown its acts stand beside it, and each leads back to where it was read.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from deployments.eligibility.findings import Finding
from foundation.refusals import Blocker, Link
from foundation.ways_back import WAY_BACK

_ABOUT_AN_AGREEMENT = frozenset({"agreement_missing", "agreement_ends"})
_LACKS_A_CONSENT = frozenset({"consent_missing", "consent_too_short", "consent_recalled"})
_LACKS_A_DAY = frozenset({"age_unknown", "service_unknown"})


def acts(reason: Blocker, reader: User, back: str) -> list[Link]:
    """What the reader may do about a reason, the surest act first; none where it was let pass by a waiver.

    `back` is the address to which each act returns.
    """
    if not isinstance(reason, Finding) or reason.person is None or reason.waiver:
        return list(reason.links)
    return [*reason.links, *(Link(says, _with(url, {WAY_BACK: back})) for says, url in _acts(reason, reader))]


def _acts(finding: Finding, reader: User) -> Iterator[tuple[str, str]]:
    """What each act says, and its address."""
    person, mission = finding.person, finding.mission
    if person is None or mission is None:
        return
    code, service = finding.code, person.service_id
    if finding.record_to_add and reader.may(Permission.CREDENTIAL_EDIT):
        says = _("Record the renewal") if code.endswith(("_lapses", "_lapsed")) else _("Add to the record")
        url = reverse("record_add", args=[person.pk, finding.record_to_add])
        yield says, _with(url, {"about": finding.about} if finding.about else {})
    if code.endswith("_unverified") and reader.may(Permission.CREDENTIAL_VERIFY):
        yield _("Verify"), reverse("papers_to_verify", query={"person": person.pk})
    if code in _LACKS_A_DAY and reader.may(Permission.PERSON_EDIT):
        yield _("Add to the record"), reverse("person_edit", args=[person.pk])
    if code == "not_available" and reader.may(Permission.PERSON_SEE):
        yield _("See the availability"), reverse("person_detail", args=[person.pk])
    if code in _ABOUT_AN_AGREEMENT and reader.may(Permission.SERVICE_EDIT):
        yield _("Record an agreement"), reverse("agreement_add", args=[service])
    if code == "agreement_not_approved" and reader.may(Permission.SERVICE_EDIT):
        yield _("Open the police service"), reverse("service_detail", args=[service])
    if code in _LACKS_A_CONSENT and finding.stay and reader.may(Permission.CONSENT_OFFER):
        yield _("Ask for the consent"), reverse("deployment_consent", args=[finding.stay.pk])
    if finding.may_be_waived and reader.may(Permission.WAIVER_DECIDE):
        asked = {"mission": mission.pk, "code": code, "about": finding.about}
        yield _("Ask for a waiver"), reverse("waiver_ask", args=[person.pk], query=asked)


def _with(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url
