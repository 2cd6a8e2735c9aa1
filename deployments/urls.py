from django.urls import path, register_converter

from deployments.candidates import pipeline
from deployments.models.transitions import Move
from deployments.stays.steps import TABLE, Act
from deployments.views import (
    assessment,
    bulk,
    choosing,
    consents,
    corrections,
    deployments,
    documents,
    excesses,
    nominations,
    outcomes,
    planning,
    rosters,
    selection,
    waivers,
)
from foundation.results import ResultConverter


class ActConverter:
    """One act of the table of steps; anything else is no page."""

    regex = "|".join(act.value for act in TABLE)

    def to_python(self, value: str) -> Act:
        return Act(value)

    def to_url(self, value: Act | str) -> str:
        return Act(value).value


class MoveConverter:
    """One move of the table of nominations that has a button; anything else is no page."""

    regex = "|".join(move.value for move in pipeline.VERBS)

    def to_python(self, value: str) -> Move:
        return Move(value)

    def to_url(self, value: Move | str) -> str:
        return Move(value).value


class AnswerConverter:
    """One answer to an offer; anything else is no page."""

    regex = "agree|refuse|recall|withdraw"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DecisionConverter(AnswerConverter):
    """What may become of a waiver; anything else is no page."""

    regex = "granted|refused|withdrawn"


register_converter(ResultConverter, "result")
register_converter(ActConverter, "act")
register_converter(DecisionConverter, "decision")
register_converter(MoveConverter, "move")
register_converter(AnswerConverter, "answer")

urlpatterns = [
    path("deployments/", deployments.deployment_list, name="deployment_list"),
    path("deployments/plan/", planning.deployment_plan, name="deployment_plan"),
    path("deployments/plan/outlook/", planning.plan_outlook, name="plan_outlook"),
    path("deployments/together/<act:act>/", bulk.deployment_bulk, name="deployment_bulk"),
    path("deployments/beyond-the-cap/", excesses.excess_list, name="excess_list"),
    path("deployments/beyond-the-cap/confirm/", excesses.excess_confirm_all, name="excess_confirm_all"),
    path("deployments/<id:deployment_id>/", deployments.deployment_detail, name="deployment_detail"),
    path("deployments/<id:deployment_id>/consent/", consents.deployment_consent, name="deployment_consent"),
    path("deployments/<id:deployment_id>/excess/", excesses.excess_confirm, name="excess_confirm"),
    path("deployments/<id:deployment_id>/correct/", corrections.deployment_correct, name="deployment_correct"),
    path("deployments/<id:deployment_id>/<act:act>/", deployments.deployment_step, name="deployment_step"),
    path("results/<result:name>/", outcomes.result_detail, name="result_detail"),
    path("nominations/", nominations.nomination_list, name="nomination_list"),
    path("nominations/new/", nominations.nomination_add, name="nomination_add"),
    path("nominations/together/<move:move>/", nominations.nomination_bulk, name="nomination_bulk"),
    path("nominations/<id:nomination_id>/", nominations.nomination_detail, name="nomination_detail"),
    path("nominations/<id:nomination_id>/replace/", nominations.nomination_replace, name="nomination_replace"),
    path("nominations/<id:nomination_id>/correct/", corrections.nomination_correct, name="nomination_correct"),
    path("nominations/<id:nomination_id>/screening/", assessment.screening_edit, name="screening_edit"),
    path("nominations/<id:nomination_id>/review/", assessment.review_add, name="review_add"),
    path("nominations/<id:nomination_id>/offer/", consents.consent_offer, name="consent_offer"),
    path("nominations/<id:nomination_id>/documents/new/", documents.document_add, name="document_add"),
    path("nominations/<id:nomination_id>/<move:move>/", nominations.nomination_step, name="nomination_step"),
    path("documents/<id:document_id>/", documents.document_download, name="document_download"),
    path("documents/<id:document_id>/withdraw/", documents.document_withdraw, name="document_withdraw"),
    path("documents/<id:document_id>/remove/", documents.document_remove, name="document_remove"),
    path("consents/<id:consent_id>/", consents.consent_detail, name="consent_detail"),
    path("consents/<id:consent_id>/<answer:answer>/", consents.consent_answer, name="consent_answer"),
    path(
        "authorizations/<id:authorization_id>/correct/",
        corrections.authorization_correct,
        name="authorization_correct",
    ),
    path("corrections/", corrections.correction_list, name="correction_list"),
    path("corrections/<id:correction_id>/", corrections.correction_detail, name="correction_detail"),
    path("corrections/<id:correction_id>/decide/", corrections.correction_decide, name="correction_decide"),
    path("waivers/", waivers.waiver_list, name="waiver_list"),
    path("waivers/<id:waiver_id>/", waivers.waiver_detail, name="waiver_detail"),
    path("waivers/<id:waiver_id>/<decision:decision>/", waivers.waiver_decide, name="waiver_decide"),
    path("people/suggest/", choosing.person_suggest, name="person_suggest"),
    path("people/<id:person_id>/waivers/new/", waivers.waiver_ask, name="waiver_ask"),
    path("missions/<id:mission_id>/roster/new/", rosters.roster_entry_add, name="roster_entry_add"),
    path("rosters/<id:entry_id>/", rosters.roster_entry_edit, name="roster_entry_edit"),
    path("rosters/<id:entry_id>/call-outs/new/", rosters.call_out_add, name="call_out_add"),
    path("call-outs/<id:call_out_id>/", rosters.call_out_edit, name="call_out_edit"),
    path("positions/<id:position_id>/selection/", selection.position_selection, name="position_selection"),
    path("selection/", selection.selection_proposal, name="selection_proposal"),
]
