"""Who may do what: `GRANTS`, one dictionary that the office can read and sign, and the decorators that guard pages.

Every view needs one of the two decorators; `tests/test_access.py` fails for a page without.
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

View = Callable[..., HttpResponseBase]


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    LIAISON = "liaison", _("Liaison")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(models.TextChoices):
    OPERATIONS_SEE = "operations_see", _("See the strength of every area")
    MISSION_READ = "mission_read", _("Read the mandate, the conditions and the open calls of missions")
    MISSION_SEE = "mission_see", _("See missions and authorizations")
    MISSION_EDIT = "mission_edit", _("Edit missions")
    AUTHORIZATION_RECORD = "authorization_record", _("Record, amend and end authorizations")
    SERVICE_SEE = "service_see", _("See police services")
    PERSON_SEE = "person_see", _("See people")
    PERSON_EDIT = "person_edit", _("Add and edit people")
    DEPLOYMENT_SEE = "deployment_see", _("See deployments")
    DEPLOYMENT_PLAN = "deployment_plan", _("Plan deployments")
    DEPLOYMENT_MOVE = "deployment_move", _("Approve, record, change and end deployments")
    CORRECTION_MAKE = "correction_make", _("Correct what was recorded wrongly, and confirm what others corrected")
    SERVICE_EDIT = "service_edit", _("Record agreements and redlines of police services")
    CREDENTIAL_EDIT = "credential_edit", _("Record credentials, languages, attestations and availability")
    CREDENTIAL_VERIFY = "credential_verify", _("Verify credentials, and record those that only the office records")
    RESTRICTED_SEE = "restricted_see", _("See restricted credentials")
    CONTACT_SEE = "contact_see", _("See emergency contacts, with a reason that is recorded")
    PERSON_MERGE = "person_merge", _("Merge records of the same person")
    CALL_SEE = "call_see", _("See positions and their calls")
    POSITION_EDIT = "position_edit", _("Add and edit positions and their calls")
    ROSTER_EDIT = "roster_edit", _("Put people on rosters, and record their certification and call-outs")
    NOMINATION_SEE = "nomination_see", _("See nominations")
    NOMINATION_SUBMIT = "nomination_submit", _("Put people forward, correct and withdraw nominations")
    NOMINATION_MOVE = "nomination_move", _("Screen, review, select and refuse nominations")
    SELECTION_SEE = "selection_see", _("See who fits a position, and why")
    CONSENT_OFFER = "consent_offer", _("Ask home services for their consent")
    CONSENT_ANSWER = "consent_answer", _("Answer for the home service")
    WAIVER_SEE = "waiver_see", _("See waivers")
    WAIVER_DECIDE = "waiver_decide", _("Ask for waivers, and decide what others asked for")
    CANDIDATE_IMPORT = "candidate_import", _("Import and export lists of nominations")
    RECORDS_IMPORT = "records_import", _("Import records of every kind, including past stays")
    RECORDS_EXPORT = "records_export", _("Take everything out in one archive")
    FLAG_SEE = "flag_see", _("See flags")
    FLAG_ACT = "flag_act", _("Acknowledge, snooze and assign flags")
    BACKGROUND_RUN = "background_run", _("See e-mails and background tasks, and run them again")
    OFFICE_SET_UP = "office_set_up", _("See what an office that starts still needs")
    REPORT_SEE = "report_see", _("See figures and reports")
    REPORT_SEND = "report_send", _("Have figures and reports sent to readers each month")
    EVENT_SEE = "event_see", _("See who did and looked at what")


_READS_EVERYTHING = frozenset(
    {
        Permission.OPERATIONS_SEE,
        Permission.MISSION_READ,
        Permission.MISSION_SEE,
        Permission.SERVICE_SEE,
        Permission.PERSON_SEE,
        Permission.DEPLOYMENT_SEE,
        Permission.CALL_SEE,
        Permission.NOMINATION_SEE,
        Permission.SELECTION_SEE,
        Permission.WAIVER_SEE,
        Permission.FLAG_SEE,
        Permission.REPORT_SEE,
    }
)

# What a home service does for its own people; coordinators do it for services that have no liaison.
_PUTS_FORWARD = frozenset(
    {
        Permission.PERSON_EDIT,
        Permission.CREDENTIAL_EDIT,
        Permission.RESTRICTED_SEE,
        Permission.CONTACT_SEE,
        Permission.NOMINATION_SUBMIT,
        Permission.CONSENT_ANSWER,
        Permission.CANDIDATE_IMPORT,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.COORDINATOR: _READS_EVERYTHING
    | _PUTS_FORWARD
    | {
        Permission.MISSION_EDIT,
        Permission.CREDENTIAL_VERIFY,
        Permission.AUTHORIZATION_RECORD,
        Permission.SERVICE_EDIT,
        Permission.PERSON_MERGE,
        Permission.POSITION_EDIT,
        Permission.ROSTER_EDIT,
        Permission.NOMINATION_MOVE,
        Permission.CONSENT_OFFER,
        Permission.WAIVER_DECIDE,
        Permission.FLAG_ACT,
        Permission.DEPLOYMENT_PLAN,
        Permission.DEPLOYMENT_MOVE,
        Permission.CORRECTION_MAKE,
        Permission.RECORDS_IMPORT,
        Permission.OFFICE_SET_UP,
        Permission.REPORT_SEND,
    },
    # What a liaison sees is narrowed to the own services by `visible_to`.
    Role.LIAISON: _PUTS_FORWARD
    | {
        Permission.MISSION_READ,
        Permission.SERVICE_SEE,
        Permission.PERSON_SEE,
        Permission.DEPLOYMENT_SEE,
        Permission.CALL_SEE,
        Permission.NOMINATION_SEE,
        Permission.FLAG_SEE,
        Permission.REPORT_SEE,
    },
    Role.AUDITOR: _READS_EVERYTHING | {Permission.EVENT_SEE},
    Role.ADMINISTRATOR: _READS_EVERYTHING
    | {Permission.EVENT_SEE, Permission.BACKGROUND_RUN, Permission.OFFICE_SET_UP, Permission.RECORDS_EXPORT},
}


def requires(permission: Permission) -> Callable[[View], View]:
    """View decorator: open a page to the roles that have `permission`; anybody else gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            user = request.user
            if not (user.is_authenticated and user.may(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        # Read by the test that compares every page with the table of permissions.
        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def any_signed_in_user(*, why: str) -> Callable[[View], View]:
    """View decorator: open a page to every signed-in user, and say why that is right.

    It checks nothing itself: `LoginRequiredMiddleware` keeps others out.
    """

    def decorate(view: View) -> View:
        view.open_to_all_because = why  # type: ignore[attr-defined]
        return view

    return decorate
