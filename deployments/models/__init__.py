from deployments.models.consents import Consent, Waiver
from deployments.models.deployments import FOREVER, Deployment
from deployments.models.imports import CandidateImport, ColumnMeaning, ImportedRow
from deployments.models.nominations import Nomination
from deployments.models.selection import Criterion, Document, Review, Score, ScreeningAnswer, ScreeningItem
from deployments.models.transitions import Transition

__all__ = [
    "FOREVER",
    "CandidateImport",
    "ColumnMeaning",
    "Consent",
    "Criterion",
    "Deployment",
    "Document",
    "ImportedRow",
    "Nomination",
    "Review",
    "Score",
    "ScreeningAnswer",
    "ScreeningItem",
    "Transition",
    "Waiver",
]
