from missions.forms.areas import AreaAddForm, AreaForm, SuccessionForm
from missions.forms.authorizations import (
    AuthorizationEndForm,
    AuthorizationForm,
    CeilingEndForm,
    CeilingForm,
    ProposalForm,
)
from missions.forms.missions import MissionAddForm, MissionForm, MissionStateForm
from missions.forms.names import RenameForm
from missions.forms.positions import PositionForm, TeamForm
from missions.forms.reasons import WithdrawForm

__all__ = [
    "AreaAddForm",
    "AreaForm",
    "AuthorizationEndForm",
    "AuthorizationForm",
    "CeilingEndForm",
    "CeilingForm",
    "MissionAddForm",
    "MissionForm",
    "MissionStateForm",
    "PositionForm",
    "ProposalForm",
    "RenameForm",
    "SuccessionForm",
    "TeamForm",
    "WithdrawForm",
]
