"""Open calls, and candidates at every stage, moved there by the same rules as people move them."""

import datetime as dt

from django.conf import settings
from django.core.files.base import ContentFile

from accounts.access import Role
from accounts.models import User
from deployments.candidates import assessment, consent, documents, lifecycle, waiving
from deployments.candidates.pipeline import NominationStep
from deployments.models import Criterion, Document, Nomination, ScreeningItem, Waiver
from deployments.models.transitions import Move
from missions.models import CredentialKind, Mission, Position, Requirement
from peaceops.demonstration.papers import make_fit
from peaceops.demonstration.people import People
from peaceops.demonstration.words import written_by
from personnel.expiry import last_day
from personnel.models import Person, PoliceService

DAY = dt.timedelta(days=1)

# Mission, number, English, French, stream, places, needed in days, call opened and closes in days.
CALLS = [
    ("binuh", "P-101", "Adviser, community policing", "Conseil, police communautaire", "adviser", 3, 110, -20, 25),
    ("binuh", "P-102", "Trainer, judicial police", "Formation, police judiciaire", "trainer", 2, 140, -10, 6),
    ("euam-ukraine", "P-201", "Adviser, investigations", "Conseil, enquêtes criminelles", "adviser", 2, 120, -30, 14),
    ("haiti-bilateral", "P-301", "Mentor, management", "Mentorat, gestion", "trainer", 1, 160, -15, 40),
    ("proteus", "P-401", "Adviser, security forces", "Conseil, forces de sécurité", "adviser", 1, 180, 10, 60),
    ("eupol-copps", "P-402", "Adviser, rule of law", "Conseil, primauté du droit", "adviser", 1, 90, -90, -5),
]

# Who gets how far: position, service, the last move, and what is missing from the file.
CANDIDATES: list[tuple[str, str, Move | None, tuple[str, ...]]] = [
    ("P-101", "surete-du-quebec", None, ("ams",)),
    ("P-101", "surete-du-quebec", Move.SUBMIT, ("firearms", "attestation")),
    ("P-101", "surete-du-quebec", Move.RETURN, ("training",)),
    ("P-101", "surete-du-quebec", Move.NOMINATE, ()),
    ("P-101", "rcmp", Move.SCREEN, ()),
    ("P-101", "spvm", Move.ASSESS, ("first-aid",)),
    ("P-101", "rcmp", Move.QUALIFY, ()),
    ("P-102", "surete-du-quebec", Move.ASSESS, ("first-aid",)),
    ("P-102", "opp", Move.SUBMIT, ("driving",)),
    ("P-102", "rcmp", Move.QUALIFY, ()),
    ("P-102", "gatineau", Move.REFUSE, ("medical",)),
    ("P-201", "opp", Move.ACCEPT, ()),
    ("P-201", "opp", Move.QUALIFY, ()),
    ("P-201", "durham", Move.ASSESS, ()),
    ("P-201", "toronto", Move.NOT_SELECT, ()),
    ("P-301", "surete-du-quebec", Move.DEFER, ()),
    ("P-301", "rcmp", Move.QUALIFY, ()),
    ("P-301", "spvm", Move.WITHDRAW, ()),
    ("P-402", "opp", Move.DECLINE, ()),
]
FORWARD = [Move.SUBMIT, Move.SCREEN, Move.ASSESS, Move.QUALIFY, Move.NOMINATE, Move.ACCEPT]
REACHED_FROM = {
    Move.RETURN: Move.SUBMIT,
    Move.REFUSE: Move.SCREEN,
    Move.DEFER: Move.SCREEN,
    Move.NOT_SELECT: Move.ASSESS,
    Move.DECLINE: Move.NOMINATE,
    Move.WITHDRAW: Move.SUBMIT,
}


def put_forward(today: dt.date, people: People) -> None:
    """Open the calls, put candidates forward, and leave some acts for whoever tries the demonstration."""
    first, second = User.objects.filter(role=Role.COORDINATOR).order_by("id")[:2]
    positions = {position.number: position for position in _open_calls(today)}
    made = []
    for number, service, last_move, missing in CANDIDATES:
        made.append(_candidate(positions[number], service, last_move, missing, today, people, first, second))
    accepted = _first(made, Nomination.Stage.ACCEPTED)
    consent.offer_nomination(accepted, answer_by=today + settings.OFFER_DAYS * DAY, by=first, today=today)
    returned = _first(made, Nomination.Stage.RETURNED)
    _upload(returned, first, Document.Kind.LETTER)
    _upload(returned, User.objects.filter(services=returned.service).order_by("id")[0], Document.Kind.CV)
    nominated = _first(made, Nomination.Stage.NOMINATED)
    consent.offer_nomination(nominated, answer_by=today + 3 * DAY, by=first, today=today)
    _waive_first_aid(made, today, first, second)
    unlicensed = _first(made, Nomination.Stage.SUBMITTED, "P-102")
    waiving.ask(
        unlicensed.person,
        unlicensed.position.mission,
        code="credential_missing",
        about="driving",
        reason=written_by(second),
        ends_on=unlicensed.ends_on,
        by=second,
        today=today,
    )
    twin = made[0].person
    Person.objects.create(
        category=twin.category,
        given_name=twin.given_name,
        family_name=twin.family_name.upper(),
        service=PoliceService.objects.get(code="spvm"),
        service_number="SPVM-99001",
        rank=twin.rank,
        gender=twin.gender,
        first_language=twin.first_language,
        born_on=twin.born_on,
        joined_on=twin.joined_on,
    )


def _first(nominations: list[Nomination], stage: str, number: str = "") -> Nomination:
    """The first nomination at a stage, for the position of that number where one is given."""
    return next(row for row in nominations if row.stage == stage and number in {"", row.position.number})


def _open_calls(today: dt.date) -> list[Position]:
    made = []
    for mission, number, title_en, title_fr, stream, places, needed, opened, closes in CALLS:
        made.append(
            Position.objects.create(
                mission=Mission.objects.get(code=mission),
                number=number,
                title_en=title_en,
                title_fr=title_fr,
                stream=stream,
                places=places,
                needed_from=today + needed * DAY,
                call_opens=today + opened * DAY,
                call_closes=today + closes * DAY,
            )
        )
    Requirement.objects.create(position=made[1], kind=CredentialKind.objects.get(code="first-aid"), mandatory=True)
    return made


def _candidate(position, service, last_move, missing, today, people, first, second) -> Nomination:
    begins = position.needed_from
    person = people.draw_from(service, begins, french=position.mission.area.code in {"haiti", "caribbean"})
    make_fit(person, today, first, without=missing)
    liaison = PoliceService.objects.get(code=service).liaisons.first() or first
    called = position.call_opens  # the day on which the call was open
    nomination = Nomination(
        person=person,
        position=position,
        starts_on=begins,
        ends_on=last_day(begins, position.mission.tour_months),
        statement=written_by(liaison),
    )
    nomination = lifecycle.draft(nomination, by=liaison, today=called)
    if last_move is None:
        return nomination
    end = REACHED_FROM.get(last_move, last_move)
    for move in FORWARD[: FORWARD.index(end) + 1]:
        if move == Move.ASSESS:
            answers = dict.fromkeys(ScreeningItem.objects.filter(is_active=True), "yes")
            assessment.screen(nomination, answers, by=first)
        if move == Move.QUALIFY:
            _review(nomination, first, 3)
            _review(nomination, second, 4)
        by = liaison if move == Move.SUBMIT else first
        day = called if move == Move.SUBMIT else today
        lifecycle.make_move(nomination, NominationStep(move, today=day), by=by)
        nomination.refresh_from_db()  # a move changes a locked copy
    if last_move == Move.ASSESS:
        _review(nomination, second, 4)
    if last_move in REACHED_FROM:
        step = NominationStep(
            last_move,
            today=today,
            reason_code=Nomination.Reason.REQUIREMENTS,
            reason=written_by(first),
            deferred_until=today + 60 * DAY if last_move == Move.DEFER else None,
        )
        lifecycle.make_move(nomination, step, by=first)
        nomination.refresh_from_db()
    return nomination


def _waive_first_aid(made: list[Nomination], today: dt.date, first: User, second: User) -> None:
    """One requirement that was let pass, shown wherever the candidate is."""
    nomination = _first(made, Nomination.Stage.ASSESSMENT, "P-102")
    waiver = waiving.ask(
        nomination.person,
        nomination.position.mission,
        code="credential_missing",
        about="first-aid",
        reason=written_by(first),
        ends_on=nomination.starts_on + 60 * DAY,
        by=first,
        today=today,
    )
    waiving.decide(waiver, Waiver.State.GRANTED, note="Le cours est réservé pour la première semaine.", by=second)


def _upload(nomination: Nomination, by: User, kind: Document.Kind) -> None:
    """A page with nothing on it, so that there is something to download."""
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    file = ContentFile(page, "demonstration.pdf")
    name = f"demonstration {kind.value}.pdf"
    document = Document(kind=kind, name=name, media_type="application/pdf", size=len(page), file=file)
    documents.add(document, nomination, by=by)


def _review(nomination: Nomination, by: User, lowest: int) -> None:
    points = {
        criterion: min(5, lowest + (nomination.pk + number) % 3)
        for number, criterion in enumerate(Criterion.objects.filter(is_active=True))
    }
    assessment.review(nomination, points=points, comment="", conflict=False, by=by)
