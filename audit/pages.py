"""What a page is called where an event names it: in words, by the name of its address."""

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

OF_THE_ADMINISTRATION = "admin:"
NAMES = [
    (_lazy("Current operations"), "home"),
    (_lazy("Search"), "search search_suggestions"),
    (_lazy("Figures"), "figure_list figure_detail"),
    (_lazy("Questions"), "question_list"),
    (_lazy("Value statement"), "value_statement"),
    (_lazy("Reports"), "report_list report_detail"),
    (_lazy("Chart"), "chart_detail"),
    (_lazy("Cross-tab"), "crosstab"),
    (_lazy("World map"), "operations_map"),
    (_lazy("Published table"), "public_operations public_operations_file"),
    (_lazy("Countries and regions"), "area_list"),
    (_lazy("Country or region"), "area_detail"),
    (_lazy("Add a country or region"), "area_add"),
    (_lazy("Edit a country or region"), "area_edit"),
    (_lazy("Rename a country or region"), "area_rename area_name_withdraw"),
    (_lazy("Succession of a country or region"), "area_succeed succession_withdraw"),
    (_lazy("Muster list"), "area_muster mission_muster"),
    (_lazy("Record an authorization"), "authorization_record"),
    (_lazy("Change an authorization"), "authorization_amend authorization_correct authorization_end"),
    (_lazy("Policy ceiling"), "ceiling_detail ceiling_record ceiling_end"),
    (_lazy("Missions"), "mission_list"),
    (_lazy("Mission"), "mission_detail"),
    (_lazy("Add a mission"), "mission_add"),
    (_lazy("Edit a mission"), "mission_edit"),
    (_lazy("Rename a mission"), "mission_rename mission_name_withdraw"),
    (_lazy("State of a mission"), "mission_state_record mission_state_withdraw"),
    (_lazy("Team"), "team_add team_edit"),
    (_lazy("Positions"), "position_list"),
    (_lazy("Position"), "position_detail"),
    (_lazy("Add or edit a position"), "position_add position_edit"),
    (_lazy("Selection for a position"), "position_selection"),
    (_lazy("Proposal to fill open positions"), "selection_proposal"),
    (_lazy("Roster entry"), "roster_entry_add roster_entry_edit call_out_add call_out_edit"),
    (_lazy("Nominations"), "nomination_list"),
    (_lazy("Nomination"), "nomination_detail"),
    (_lazy("Put somebody forward"), "nomination_add nomination_replace"),
    (_lazy("Step of a nomination"), "nomination_step nomination_correct"),
    (_lazy("Several nominations together"), "nomination_bulk"),
    (_lazy("Screening and review of a nomination"), "screening_edit review_add"),
    (_lazy("Document of a nomination"), "document_add document_download document_remove document_withdraw"),
    (_lazy("Consent of the home service"), "consent_detail consent_offer consent_answer deployment_consent"),
    (_lazy("Waivers"), "waiver_list"),
    (_lazy("Waiver"), "waiver_detail waiver_ask waiver_decide"),
    (_lazy("Deployments"), "deployment_list"),
    (_lazy("Deployment"), "deployment_detail"),
    (_lazy("Plan a deployment"), "deployment_plan plan_outlook"),
    (_lazy("Step of a deployment"), "deployment_step"),
    (_lazy("Several deployments together"), "deployment_bulk"),
    (_lazy("Result of an act on many rows"), "result_detail"),
    (_lazy("Correct"), "deployment_correct"),
    (_lazy("Corrections"), "correction_list"),
    (_lazy("Correction"), "correction_detail correction_decide"),
    (_lazy("Recorded beyond the cap"), "excess_list excess_confirm excess_confirm_all"),
    (_lazy("People"), "person_list"),
    (_lazy("Person"), "person_detail"),
    (_lazy("People to choose from"), "person_suggest"),
    (_lazy("Add a person"), "person_add"),
    (_lazy("Edit a person"), "person_edit"),
    (_lazy("Eligibility of a person"), "person_eligibility"),
    (_lazy("Possible duplicates"), "duplicate_list"),
    (_lazy("Two records that look alike"), "person_merge person_distinguish"),
    (_lazy("Emergency contacts"), "contact_list contact_add contact_remove"),
    (_lazy("Records of a person"), "record_add record_edit attestation_withdraw"),
    (_lazy("Credentials to verify"), "papers_to_verify papers_verify"),
    (_lazy("Police services"), "service_list"),
    (_lazy("Police service"), "service_detail"),
    (_lazy("Edit a police service"), "service_edit service_rename service_name_withdraw"),
    (_lazy("Agreement of a police service"), "agreement_add agreement_edit"),
    (_lazy("Flags"), "flag_list"),
    (_lazy("Flag"), "flag_detail"),
    (_lazy("Act on flags"), "flag_act flag_at_once"),
    (_lazy("What is new"), "news_list"),
    (_lazy("Lists"), "import_list import_template sheet_template"),
    (_lazy("Import a list"), "import_add"),
    (
        _lazy("Imported list"),
        (
            "import_detail import_columns import_accept import_cancel import_tick import_undo import_refused "
            "import_progress"
        ),
    ),
    (_lazy("List of people as a file"), "candidate_export"),
    (_lazy("Published reference data"), "published_data"),
    (_lazy("Take everything out"), "everything_export everything_download everything_progress"),
    (_lazy("Events"), "event_list"),
    (_lazy("Background tasks"), "job_list job_detail job_run"),
    (_lazy("E-mails"), "letter_list letters_again"),
    (_lazy("E-mail"), "letter_detail letter_again letter_put_aside"),
    (_lazy("Choose your e-mails"), "letter_choice"),
    (_lazy("Your exports"), "long_export_list long_export_progress long_export_cancel long_export_download"),
    (_lazy("Sent monthly"), "subscription_list subscription_add subscription_edit subscription_end"),
    (_lazy("Views"), "saved_view_list saved_view_edit saved_view_delete list_settings"),
    (_lazy("First steps"), "office_set_up"),
    (_lazy("Sign in"), "account_login account_inactive account_first_administrator"),
    (_lazy("Sign out"), "account_logout"),
    (
        _lazy("Password"),
        (
            "account_change_password account_reset_password account_reset_password_done "
            "account_reset_password_from_key account_reset_password_from_key_done"
        ),
    ),
]
"""Words → the names of the addresses of the pages that are called so."""
CALLED = {name: words for words, names in NAMES for name in names.split()}


def in_words(name: str) -> str:
    """What the page at an address of this name is called; the name itself where an older version had the page."""
    if name.startswith(OF_THE_ADMINISTRATION):
        return _of_the_administration(name.removeprefix(OF_THE_ADMINISTRATION))
    return str(CALLED.get(name, name))


def _of_the_administration(name: str) -> str:
    """A page of the administration by the rows that it shows: `personnel_person_change` is one of people."""
    app, _underscore, rest = name.partition("_")
    models = apps.get_app_config(app).get_models() if app in apps.app_configs else ()
    for model in models:
        if rest.startswith(f"{model._meta.model_name}_"):
            return _("Administration: %(rows)s") % {"rows": capfirst(model._meta.verbose_name_plural)}
    return _("Administration")
