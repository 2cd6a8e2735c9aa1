from deployments.models.consents import Consent, Waiver
from deployments.models.corrections import Correction
from deployments.models.deployments import Deployment, DeploymentRole
from deployments.models.documents import Document
from deployments.models.excesses import Excess
from deployments.models.nominations import Nomination
from deployments.models.rosters import CallOut, RosterEntry
from deployments.models.selection import Criterion, Review, Score, ScreeningAnswer, ScreeningItem
from deployments.models.transitions import DeploymentTransition, NominationTransition
from deployments.models.whereabouts import FOREVER

__all__ = [
    "FOREVER",
    "CallOut",
    "Consent",
    "Correction",
    "Criterion",
    "Deployment",
    "DeploymentRole",
    "DeploymentTransition",
    "Document",
    "Excess",
    "Nomination",
    "NominationTransition",
    "Review",
    "RosterEntry",
    "Score",
    "ScreeningAnswer",
    "ScreeningItem",
    "Waiver",
]
