"""Every page of the URLconf, and a small database in which each of them has a URL that works."""

import datetime as dt

from django.contrib import admin
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import SavedView
from audit.log import record
from audit.models import Verb
from deployments.candidates import documents
from deployments.models import Document, Waiver
from flags.models import Flag
from flags.tasks import check_caps, flag_expiring_postings
from foundation import results
from foundation.private_files import private_files
from missions.models import Ceiling
from outbox import letters
from outbox.models import Letter
from personnel.models import EmergencyContact
from records import kept_exports
from records.models import Export, Import
from reports.models import ReportSubscription
from tests import create

DJANGO_ADMIN = "admin:"


def patterns() -> dict[str, URLPattern]:
    """URL name → pattern, for every page of our own (the Django admin is tested separately)."""
    found: dict[str, URLPattern] = {}

    def walk(resolver: URLResolver, namespace: str = "") -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, f"{entry.namespace}:" if entry.namespace else namespace)
            elif not namespace:
                assert entry.name, f"{entry.pattern} has no name"
                found[entry.name] = entry

    walk(get_resolver())
    return found


def pages_of_the_administration() -> dict[str, str]:
    """Name → URL of the pages of each model: its list, and the forms and the history of its first row."""
    found = {"admin:index": reverse("admin:index")}
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._base_manager.order_by("pk").first()
        found |= {f"{base}_{page}": reverse(f"{base}_{page}") for page in ("changelist", "add")}
        for page in ("change", "delete", "history"):
            found[f"{base}_{page}"] = reverse(f"{base}_{page}", args=[row.pk if row else 1])
    return found


def small_world(service) -> dict[str, dict[str, int | str]]:
    """Create one row of every model, with people of one service; return URL name → the arguments of its URL."""
    today = timezone.localdate()
    ceiling = Ceiling.objects.first() or create.ceiling()  # one for all worlds
    area = create.area()
    authorization = create.authorization(area=area, cap=1)
    mission = create.mission(area=area)
    followed = create.succession(area=create.area(), successor=area)
    area_name = create.former_name(of=area)
    mission_name = create.former_name(of=mission)
    service_name = create.former_name(of=service, abbreviation_en="OP", abbreviation_fr="AP")
    state = create.mission_state(mission=create.mission(area=area))
    position = create.position(
        mission=mission,
        needed_from=today + dt.timedelta(days=60),
        call_opens=today - dt.timedelta(days=5),
        call_closes=today + dt.timedelta(days=5),
    )
    ending = create.deployment(
        mission=mission,
        person=create.person(service=service),
        starts_on=today - dt.timedelta(days=300),
        ends_on=today + dt.timedelta(days=20),
        status="in_mission",
    )
    planned = create.deployment(
        mission=mission,
        person=create.person(service=service, given_name="Zoë", family_name="Blackwood"),
        starts_on=today + dt.timedelta(days=10),
        ends_on=today + dt.timedelta(days=300),
        status="planned",
        relieves=ending,
    )
    nomination = create.nomination(position=position, person=planned.person, stage="screening")
    other = create.person(service=service, given_name="Zoé", family_name="Blackwood")
    credential = create.credential(person=planned.person, kind=create.kind())
    contact = EmergencyContact.objects.create(
        person=planned.person, name="Robin Blackwood", relation="parent", telephone="+1 613 555 0100", language="en"
    )
    agreement = create.agreement(service=service)
    entry = create.roster_entry(person=planned.person, roster=create.roster(area=area), certified_on=today)
    call_out = create.call_out(entry=entry, first_day=today)
    somebody = create.user(role="coordinator")
    document = documents.add(
        Document(kind="cv", name="cv.pdf", media_type="application/pdf", size=8, file=ContentFile(b"%PDF-1.4", "x")),
        nomination,
        by=somebody,
    )
    consent = create.consent(
        person=planned.person,
        mission=mission,
        starts_on=nomination.starts_on,
        ends_on=nomination.ends_on,
        state="offered",
        nomination=nomination,
    )
    waiver = Waiver.objects.create(
        person=planned.person,
        mission=mission,
        code="too_few_years",
        reason="Invented.",
        ends_on=today,
        asked_by=somebody,
        asked_at=timezone.now(),
    )
    correction = create.correction(deployment=ending, asked_by=somebody)
    record(somebody, Verb.MOVED, nomination, act="screen", to="screening")
    check_caps()
    flag_expiring_postings()
    record(None, Verb.SIGN_IN_FAILED)
    flag = Flag.objects.filter(service=service).first()
    subscription = ReportSubscription.objects.create(owner=somebody, page="report_detail", of="areas", told_up_to=today)
    subscription.readers.add(somebody)
    letters.write("a letter", somebody, language="en-ca", subject="PeaceOps", text="Invented.")
    letter = Letter.objects.get()  # one for all worlds
    return {
        "figure_detail": {"name": "deployed"},
        "report_detail": {"name": "areas"},
        "value_statement": {"service_id": service.pk},
        "chart_detail": {"name": "strength"},
        "subscription_edit": {"subscription_id": subscription.pk},
        "subscription_end": {"subscription_id": subscription.pk},
        "public_operations_file": {"ending": "csv"},
        "ceiling_end": {"ceiling_id": ceiling.pk},
        "area_detail": {"area_id": area.pk},
        "area_muster": {"area_id": area.pk},
        "area_edit": {"area_id": area.pk},
        "mission_add": {"area_id": area.pk},
        "area_rename": {"area_id": area.pk},
        "area_succeed": {"area_id": area.pk},
        "succession_withdraw": {"succession_id": followed.pk},
        "area_name_withdraw": {"name_id": area_name.pk},
        "mission_rename": {"mission_id": mission.pk},
        "mission_name_withdraw": {"name_id": mission_name.pk},
        "service_rename": {"service_id": service.pk},
        "service_name_withdraw": {"name_id": service_name.pk},
        "authorization_record": {"area_id": area.pk},
        "authorization_amend": {"authorization_id": authorization.pk},
        "authorization_end": {"authorization_id": authorization.pk},
        "mission_detail": {"mission_id": mission.pk},
        "mission_muster": {"mission_id": mission.pk},
        "mission_edit": {"mission_id": mission.pk},
        "mission_state_record": {"mission_id": mission.pk},
        "mission_state_withdraw": {"state_id": state.pk},
        "person_detail": {"person_id": planned.person_id},
        "person_edit": {"person_id": planned.person_id},
        "service_detail": {"service_id": service.pk},
        "deployment_detail": {"deployment_id": planned.pk},
        "deployment_step": {"deployment_id": planned.pk, "act": "approve"},
        "deployment_bulk": {"act": "arrive"},
        "nomination_bulk": {"move": "withdraw"},
        "papers_verify": {"row": credential.pk},
        "deployment_consent": {"deployment_id": planned.pk},
        "excess_confirm": {"deployment_id": planned.pk},
        "position_detail": {"position_id": position.pk},
        "team_add": {"mission_id": mission.pk},
        "team_edit": {"team_id": create.team(mission=mission).pk},
        "position_add": {"mission_id": mission.pk},
        "position_edit": {"position_id": position.pk},
        "position_selection": {"position_id": position.pk},
        "roster_entry_add": {"mission_id": entry.roster_id},
        "roster_entry_edit": {"entry_id": entry.pk},
        "call_out_add": {"entry_id": entry.pk},
        "call_out_edit": {"call_out_id": call_out.pk},
        "nomination_detail": {"nomination_id": nomination.pk},
        "nomination_step": {"nomination_id": nomination.pk, "move": "withdraw"},
        "nomination_replace": {"nomination_id": nomination.pk},
        "screening_edit": {"nomination_id": nomination.pk},
        "review_add": {"nomination_id": nomination.pk},
        "consent_offer": {"nomination_id": nomination.pk},
        "document_add": {"nomination_id": nomination.pk},
        "document_download": {"document_id": document.pk},
        "everything_download": {"export_id": export_of(create.user()).pk},
        "document_remove": {"document_id": document.pk},
        "document_withdraw": {"document_id": document.pk},
        "consent_detail": {"consent_id": consent.pk},
        "consent_answer": {"consent_id": consent.pk, "answer": "agree"},
        "deployment_correct": {"deployment_id": planned.pk},
        "nomination_correct": {"nomination_id": nomination.pk},
        "authorization_correct": {"authorization_id": authorization.pk},
        "correction_detail": {"correction_id": correction.pk},
        "correction_decide": {"correction_id": correction.pk},
        "waiver_detail": {"waiver_id": waiver.pk},
        "waiver_decide": {"waiver_id": waiver.pk, "decision": "refused"},
        "waiver_ask": {"person_id": planned.person_id},
        "person_eligibility": {"person_id": planned.person_id},
        "person_merge": {"person_id": planned.person_id, "other_id": other.pk},
        "person_distinguish": {"person_id": planned.person_id, "other_id": other.pk},
        "contact_list": {"person_id": planned.person_id},
        "contact_add": {"person_id": planned.person_id},
        "contact_remove": {"contact_id": contact.pk},
        "record_add": {"person_id": planned.person_id, "what": "credential"},
        "record_edit": {"record_id": credential.pk, "what": "credential"},
        "attestation_withdraw": {"attestation_id": planned.person.attestations.get().pk},
        "service_edit": {"service_id": service.pk},
        "agreement_add": {"service_id": service.pk},
        "agreement_edit": {"agreement_id": agreement.pk},
        "sheet_template": {"kind": "people"},
        "candidate_export": {"ending": "csv"},
        "account_first_administrator": {"key": "none"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
        "flag_detail": {"flag_id": flag.pk},
        "flag_act": {"act": "acknowledge", "flag_id": flag.pk},
        "letter_detail": {"letter_id": letter.pk},
        "letter_again": {"letter_id": letter.pk},
        "letter_put_aside": {"letter_id": letter.pk},
        "job_detail": {"name": "flags.check_caps"},
        "job_run": {"name": "flags.check_caps"},
    }


QUERIES = {"waiver_ask": "?mission={mission_id}&code=too_few_years"}
"""The query strings that some pages need."""


def export_of(user) -> Export:
    """An archive that this user asked for, which only the user can download."""
    files = f"archive-{user.pk}"
    return Export.objects.create(by=user, at=timezone.now(), reason="For a test.", state="ready", files=files)


def long_export_of(user) -> Export:
    """A long list that this user asked for and a worker has made, which only the user can fetch."""
    fields = {"address": reverse("person_list", query={"export": "csv"}), "table": "people", "ending": "csv"}
    files = f"list-{user.pk}-{Export.objects.count()}"
    fields |= {"language": get_language(), "scope": letters.scope_of(user), "state": "ready"}
    export = Export.objects.create(by=user, at=timezone.now(), files=files, **fields)
    private_files().save(kept_exports.name(export), ContentFile(b"Name\n"))
    return export


def view_of(user) -> SavedView:
    """A view that this user saved, which only the user can open."""
    number = SavedView.objects.count()
    return SavedView.objects.create(user=user, list="person_list", name=f"View {number}", query="state=active")


def result_of(user) -> str:
    """The name of what came of an act on many rows by this user, which only the user can open."""
    told = {"act": "step arrive", "list": "deployment_list", "asked": [], "done": [], "refused": []}
    results.keep(user.pk if user else 0, "a" * results.LENGTH, told)
    return "a" * results.LENGTH


def import_of(user) -> Import:
    """A list of candidates imported by this user; only its owner can open it, so each user needs one."""
    return Import.objects.create(
        by=user,
        at=timezone.now(),
        name="list.csv",
        tables=[
            {
                "number": 0,
                "name": "",
                "rows": 1,
                "first_lines": [[1, ["Family name", "Given name"]], [2, ["Gingras", "Maude"]]],
                "headings": ["Family name", "Given name"],
                "doubts": [],
                "near": [],
                "doubled": [],
                "missing": [],
            }
        ],
        choices={
            "tables": {
                "0": {
                    "kind": "people",
                    "columns": {"0": "family_name", "1": "given_name"},
                    "heading_line": 1,
                    "orders": {},
                }
            }
        },
        counts={"people": {"refused": 1}},
        state="preview",
        file=ContentFile(b"Family name,Given name\nGingras,Maude\n", f"list-{user.pk}"),
    )


def address(name: str, arguments: dict, user=None) -> str:
    """The URL of a page in `small_world`; a page of an imported list gets a list of this user."""
    given = arguments.get(name, {})
    if name.startswith("import_") and name not in {"import_list", "import_add", "import_template"}:
        ending = {"ending": "csv"} if name == "import_refused" else {}
        given = {"import_id": import_of(user or create.user()).pk, **ending}
    query = ""
    if name in {"saved_view_edit", "saved_view_delete"}:
        given = {"view_id": view_of(user or create.user()).pk}
    if name in {"long_export_cancel", "long_export_download"}:
        given = {"export_id": long_export_of(user or create.user()).pk}
    if name == "subscription_add":
        query = f"?next={reverse('figure_detail', args=['deployed'])}"
    if name == "saved_view_list":
        query = f"?next={reverse('person_list')}"
    if name == "result_detail":
        given = {"name": result_of(user)}
    if name in {"deployment_bulk", "nomination_bulk"} and given:
        one = name.partition("_")[0]
        query = f"?row={arguments[f'{one}_detail'][f'{one}_id']}"
    if name == "papers_verify" and given:
        query, given = f"?row={given['row']}", {}
    if name == "flag_act" and given:
        query = f"?row={given['flag_id']}"
        given = {"act": given["act"]}
    return reverse(name, kwargs=given) + query + QUERIES.get(name, "").format(**arguments["mission_detail"])


def of_form(form, **typed) -> dict:
    """What a browser would send of a form that was opened, with what is typed into it."""
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in {**shown, **typed}.items()}
