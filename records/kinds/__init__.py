"""The kinds of records that lists hold, each in a module of its own, in the order in which their sheets are read."""

from django.utils.translation import gettext_lazy as _

from records.columns import Column
from records.kinds import aliases
from records.kinds.agreements import AgreementsKind
from records.kinds.authority import AuthorizationsKind, CeilingsKind
from records.kinds.base import Kind
from records.kinds.deployments import DeploymentsKind
from records.kinds.missions import MissionsKind, MissionStatesKind, PositionsKind, TeamsKind
from records.kinds.nominations import NominationsKind
from records.kinds.papers import AttestationsKind, ContactsKind, CredentialsKind, LanguagesKind
from records.kinds.people import PeopleKind
from records.kinds.ranks import RanksKind
from records.kinds.reference import AreasKind, CredentialKindsKind, LeadsKind, ProfilesKind, RolesKind
from records.kinds.services import ServicesKind
from records.values import Remark

_REMARK = Column("remark", _("Remark"), Remark(), aliases.REMARK, stored=False)

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        RanksKind(),
        ServicesKind(),
        AgreementsKind(),
        CeilingsKind(),
        AreasKind(),
        AuthorizationsKind(),
        LeadsKind(),
        ProfilesKind(),
        RolesKind(),
        CredentialKindsKind(),
        MissionsKind(),
        MissionStatesKind(),
        TeamsKind(),
        PositionsKind(),
        PeopleKind(),
        CredentialsKind(),
        LanguagesKind(),
        AttestationsKind(),
        ContactsKind(),
        DeploymentsKind(),
        NominationsKind(),
    )
}
"""By code. A kind comes after those to which its rows refer."""

for _kind in KINDS.values():
    _kind.columns = [*_kind.columns, _REMARK]
