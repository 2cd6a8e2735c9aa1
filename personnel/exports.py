"""What the lists of people, services and papers hold when they are taken along."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.tables import Column, Table

PEOPLE = Table(
    "people",
    _("People"),
    (
        Column("family_name", _("Family name"), "family_name"),
        Column("given_name", _("Given name"), "given_name"),
        Column("rank", _("Rank"), "rank_then.abbreviation"),
        Column("category", _("Category"), "get_category_display"),
        Column("service", _("Police service"), "service"),
        Column("service_number", _("Service number"), "service_number"),
        Column("state", _("State"), "get_state_display"),
        Column("mission", _("Deployed on this day"), "deployed_to.mission"),
        Column("mission_code", _("Code of the mission"), "deployed_to.mission.code"),
        Column("first_day", _("First day"), "deployed_to.first_day"),
        Column("last_day", _("Last day"), "deployed_to.last_day"),
    ),
)
SERVICES = Table(
    "services",
    _("Police services"),
    (
        Column("name", _("Police service"), "name"),
        Column("code", pgettext_lazy("row", "Code"), "code"),
        Column("kind", _("Kind"), "get_kind_display"),
        Column("province", _("Province or territory"), "get_province_display"),
        Column("active_partner", _("Active partner"), "is_active"),
        Column("deployed", _("Deployed on this day"), "away_then"),
        Column("people_ever", _("People since the start"), "people_ever"),
        Column("deployments_ever", _("Deployments since the start"), "deployments_ever"),
    ),
)
PAPERS_TO_VERIFY = Table(
    "papers_to_verify",
    _("Credentials to verify"),
    (
        Column("person", _("Name"), "person"),
        Column("service_number", _("Service number"), "person.service_number"),
        Column("service", _("Police service"), "person.service"),
        Column("credential", _("Credential"), str),
        Column("issued_on", _("Issued on"), "issued_on"),
        Column("expires_on", _("Valid until"), "expires_on"),
    ),
)
DUPLICATES = Table(
    "possible_duplicates",
    _("Possible duplicates"),
    (
        Column("older", _("Older record"), "kept"),
        Column("older_service", _("Police service of the older"), "kept.service"),
        Column("older_service_number", _("Service number of the older"), "kept.service_number"),
        Column("newer", _("Newer record"), "merged"),
        Column("newer_service", _("Police service of the newer"), "merged.service"),
        Column("newer_service_number", _("Service number of the newer"), "merged.service_number"),
        Column("same_service_number", _("Same service number"), "same_number"),
    ),
)
TWO_PEOPLE = Table(
    "two_people",
    _("Two people"),
    (
        Column("older", _("Older record"), "first"),
        Column("older_service", _("Police service of the older"), "first.service"),
        Column("older_service_number", _("Service number of the older"), "first.service_number"),
        Column("newer", _("Newer record"), "second"),
        Column("newer_service", _("Police service of the newer"), "second.service"),
        Column("newer_service_number", _("Service number of the newer"), "second.service_number"),
        Column("reason", _("Reason"), "reason"),
        Column("said_by", _("Said by"), "said_by"),
        Column("said_at", _("Said at"), "said_at"),
    ),
)
