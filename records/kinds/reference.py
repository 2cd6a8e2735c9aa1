"""What missions and people are described by: countries and regions, organizations, profiles, credentials, roles."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from missions.models import Area, CredentialKind, LeadOrganization, MissionProfile, Role
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.values import Choice, Code, Countries, Line, Whole, YesNo
from records.world import World

CODE_AND_NAMES = [
    Column("code", _("Code"), Code(), aliases.CODE, required=True, hint=_("a short name that never changes")),
    Column("name_en", _("Name in English"), Line(), aliases.NAME_EN, needed_for_new=True),
    Column("name_fr", _("Name in French"), Line(), aliases.NAME_FR, needed_for_new=True),
]


class CodedKind(Kind):
    """Records that have a code and a name in both languages, and are found by either."""

    permission = Permission.RECORDS_IMPORT
    key = ("code",)

    def names(self, record):
        yield from (record.code, record.name_en, record.name_fr)


class AreasKind(CodedKind):
    code = "areas"
    label = _("Countries and regions")
    model = Area
    columns = [
        *CODE_AND_NAMES,
        Column("kind", _("Kind"), Choice(Area.Kind), aliases.KIND, hint=_("country when empty")),
        Column("countries", _("Countries"), Countries(), hint=_("codes or names, with semicolons between them")),
        Column("listing_order", _("Place in the published table"), Whole(most=9999)),
    ]
    example = {
        "code": "exampleland",
        "name_en": "Exampleland",
        "name_fr": "Pays-Exemple",
        "kind": Area.Kind.REGION,
        "listing_order": 50,
    }

    def on_record(self, world: World) -> Iterable[Area]:
        return Area.objects.prefetch_related("former_names")


class LeadsKind(CodedKind):
    code = "leads"
    label = _("Lead organizations")
    model = LeadOrganization
    columns = [
        *CODE_AND_NAMES,
        Column("kind", _("Kind"), Choice(LeadOrganization.Kind), aliases.KIND, needed_for_new=True),
        Column("youngest", _("Youngest age"), Whole(most=120)),
        Column("too_old", _("Age from which nobody is taken"), Whole(most=120)),
        Column("best_under", _("Recommended: under this age"), Whole(most=120)),
    ]
    example = {
        "code": "example-coalition",
        "name_en": "Example Coalition",
        "name_fr": "Coalition Exemple",
        "kind": LeadOrganization.Kind.COALITION,
    }


class ProfilesKind(CodedKind):
    code = "profiles"
    label = _("Mission profiles")
    model = MissionProfile
    columns = CODE_AND_NAMES
    example = {"code": "hot-and-high", "name_en": "Hot and high", "name_fr": "Chaleur et altitude"}


class RolesKind(CodedKind):
    code = "roles"
    label = _("Roles in missions")
    model = Role
    columns = CODE_AND_NAMES
    example = {"code": "example-adviser", "name_en": "Example adviser", "name_fr": "Conseil (exemple)"}


class CredentialKindsKind(CodedKind):
    code = "credential_kinds"
    label = _("Credential kinds")
    model = CredentialKind
    columns = [
        *CODE_AND_NAMES,
        Column("validity_months", _("Valid for, in months"), Whole(least=1, most=600)),
        Column("longest_months", _("Never valid for more than, in months"), Whole(least=1, most=600)),
        Column("reminder_days", _("Remind so many days before the end"), Whole(most=3650)),
        Column("by_profile", _("Certified for one mission profile"), YesNo()),
        Column("for_armed", _("Required of all who deploy armed"), YesNo()),
        Column("is_restricted", _("Restricted"), YesNo()),
        Column("entered_by", _("Entered by"), Choice(CredentialKind.EnteredBy)),
        Column("needs_verification", _("Counts only when verified"), YesNo()),
        Column("waived_by", _("Waived by"), Choice(CredentialKind.WaivedBy)),
        Column("is_active", _("In use"), YesNo(), hint=_("yes when empty")),
    ]
    example = {
        "code": "example-course",
        "name_en": "Example course",
        "name_fr": "Cours Exemple",
        "validity_months": 24,
        "reminder_days": 90,
        "needs_verification": True,
    }
