"""The e-mails of a whole candidature and of a whole tour, in both languages."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from deployments.candidates import consent, lifecycle, waiving
from deployments.candidates.pipeline import NominationStep
from deployments.models import Nomination, Waiver
from deployments.models.transitions import Move
from deployments.stays import lifecycle as stays
from deployments.stays.steps import Act, Step
from flags.models import LetterChoice, News
from flags.tasks import write_letters
from outbox.models import Letter
from records import work
from records.models import Import
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def _choose(user, **fields):
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    LetterChoice.objects.create(user=user, rhythm="at_once", kinds=[])


def _sentences(user):
    """(subject, the sentences) of each letter to a user, in order."""
    found = []
    for letter in Letter.objects.filter(user=user).order_by("pk"):
        lines = [line.strip().replace("\N{NO-BREAK SPACE}", " ") for line in letter.text.splitlines()]
        sentences = [line for line in lines if line.startswith(("Cst. ", "Gend. "))]
        found.append((letter.subject.replace("\N{NO-BREAK SPACE}", " "), sentences))
    return found


@pytest.fixture
def cast(alice, bob, example_service):
    """Bob reads French, Anna English; both are liaisons of a partner service. Alice and Carl are coordinators."""
    example_service.kind, example_service.province = "municipal", "ON"
    example_service.save()
    create.agreement(service=example_service)
    anna, carl = create.user(name="Anna", role="liaison"), create.user(name="Carl")
    example_service.liaisons.add(anna)
    _choose(bob, language="fr-ca")
    _choose(anna)
    _choose(alice)
    _choose(carl, language="fr-ca")
    return {"alice": alice, "bob": bob, "anna": anna, "carl": carl}


def test_the_e_mails_of_a_whole_candidature(cast, example_service, today, settings):
    settings.REVIEWERS_NEEDED = 0
    area = create.area()
    create.authorization(area=area, armed=False)
    mission = create.mission(area=area)
    position = create.position(mission=mission, call_opens=today - DAY, call_closes=today + 30 * DAY)
    person = create.person(service=example_service, given_name="Zoë", family_name="Blackwood")
    nomination = create.nomination(
        position=position,
        person=person,
        stage="draft",
        starts_on=dt.date(2090, 3, 1),
        ends_on=dt.date(2091, 2, 28),
    )
    Nomination.objects.filter(pk=nomination.pk).update(starts_on=dt.date(2030, 3, 1), ends_on=dt.date(2031, 2, 28))

    def move(act, by, **values):
        lifecycle.make_move(nomination, NominationStep(act, today=today, **values), by=cast[by])
        nomination.refresh_from_db()
        write_letters()

    move(Move.SUBMIT, "bob")
    move(Move.RETURN, "alice", reason_code="incomplete", reason="The CV is missing.")
    move(Move.SUBMIT, "bob")
    move(Move.SCREEN, "alice")
    move(Move.ASSESS, "alice")
    move(Move.QUALIFY, "alice")
    move(Move.NOMINATE, "alice")
    move(Move.ACCEPT, "alice")
    offer = consent.offer_nomination(nomination, answer_by=today + DAY, by=cast["alice"], today=today)
    write_letters()
    days = {"starts_on": nomination.starts_on, "ends_on": nomination.ends_on}
    consent.agree(offer, **days, note="", by=cast["bob"], today=today)
    write_letters()

    about = "Cst. Zoë Blackwood, P1 Police adviser: "
    english = _sentences(cast["anna"])
    answer_by = f"{today + DAY:%-d %B %Y}"
    assert english == [
        ("PeaceOps: 1 to act on now, first: Nomination returned; 1 update", [
            about + "the nomination was returned for correction. Reason: The file is incomplete. "
            "Feedback: “The CV is missing.” Correct it and submit it again.",
        ]),
        ("PeaceOps: 1 update", [about + "now in the stage “In screening”."]),
        ("PeaceOps: 1 update", [about + "now in the stage “In assessment”."]),
        ("PeaceOps: 1 update", [about + "qualified, and now in the pool."]),
        ("PeaceOps: 1 update", [about + "nominated to the organization."]),
        ("PeaceOps: 1 update", [about + "accepted by the organization."]),
        ("PeaceOps: 1 to act on now, first: Consent asked for; 1 update", [
            ("Cst. Zoë Blackwood, Ruritania Mission: the office asks for the consent of Example Police, from "
            f"1 March 2030 through 28 February 2031. The answer is due by {answer_by}. Answer for your service."),
        ]),
        ("PeaceOps: 1 update", [
            ("Cst. Zoë Blackwood, Ruritania Mission: a deployment is planned from 1 March 2030 "
            "through 28 February 2031."),
        ]),
    ]  # fmt: skip
    french = _sentences(cast["bob"])
    about = "Gend. Zoë Blackwood, P1 Conseillère policière : "
    assert french[:6] == [
        ("PeaceOps : 1 à traiter maintenant (Candidature retournée); 1 nouvelle", [
            about + "la candidature a été retournée pour correction. Motif : Le dossier est incomplet. "
            "Rétroaction : « The CV is missing. » Corrigez-la et soumettez-la de nouveau.",
        ]),
        ("PeaceOps : 1 nouvelle", [about + "maintenant à l'étape « En présélection »."]),
        ("PeaceOps : 1 nouvelle", [about + "maintenant à l'étape « En évaluation »."]),
        ("PeaceOps : 1 nouvelle", [about + "candidature qualifiée, maintenant dans le bassin."]),
        ("PeaceOps : 1 nouvelle", [about + "candidature présentée à l'organisation."]),
        ("PeaceOps : 1 nouvelle", [about + "candidature acceptée par l'organisation."]),
    ]  # fmt: skip
    assert len(french) == 8  # and the request; and the deployment, which followed his consent by itself
    about = "Cst. Zoë Blackwood, P1 Police adviser: Example Police "
    assert _sentences(cast["alice"]) == [
        ("PeaceOps: 1 update", [about + "submitted the nomination. Take it into screening."]),
        ("PeaceOps: 1 update", [about + "corrected the nomination and submitted it again. Take it into screening."]),
        ("PeaceOps: 1 update", [
            ("Cst. Zoë Blackwood, Ruritania Mission: Example Police consents, from 1 March 2030 through "
            "28 February 2031. Plan or approve the deployment."),
        ]),
    ]  # fmt: skip
    about = "Gend. Zoë Blackwood, P1 Conseillère policière : "
    assert _sentences(cast["carl"])[0] == (
        "PeaceOps : 1 nouvelle",
        [about + "candidature soumise par le service d'attache (Police d'Exemple). Passez-la à la présélection."],
    )
    assert "Blackwood" not in "".join(Letter.objects.values_list("subject", flat=True))


def test_the_e_mails_of_a_whole_tour(cast, example_service, today):
    area = create.area()
    create.authorization(area=area, armed=False)
    mission = create.mission(area=area)
    person = create.person(service=example_service, given_name="Zoë", family_name="Blackwood")
    first, last = today, today + 100 * DAY
    create.consent(person=person, mission=mission, starts_on=today - 10 * DAY, ends_on=today + 300 * DAY)
    deployment = create.deployment(mission=mission, person=person, starts_on=first, ends_on=last, status="planned")

    def step(act, **values):
        stays.take_step(deployment, Step(act, today=today, **values), by=cast["alice"])
        deployment.refresh_from_db()
        write_letters()

    step(Act.APPROVE)
    step(Act.CHANGE, ends_on=last - DAY, duty_station="Goma", reason="Secret reason.")
    step(Act.ARRIVE, on_day=today)
    step(Act.END_EARLY, on_day=today, end_reason="medical", reason="Secret reason.")
    step(Act.CLOSE)
    other = create.deployment(
        mission=mission, person=person, starts_on=today + DAY, ends_on=today + 2 * DAY, status="planned"
    )
    stays.take_step(other, Step(Act.CANCEL, today=today, reason="Secret reason."), by=cast["alice"])
    write_letters()

    def en(day):
        return f"{day:%-d %B %Y}"

    about = "Cst. Zoë Blackwood, Ruritania Mission: "
    assert _sentences(cast["anna"]) == [
        ("PeaceOps: 1 update", [about + f"the deployment from {en(first)} through {en(last)} is approved."]),
        ("PeaceOps: 1 update", [
            about + f"the dates have changed, now from {en(first)} through {en(last - DAY)}. "
            + about + "the duty station is now “Goma”.",
        ]),
        ("PeaceOps: 1 update", [about + f"arrived on {en(first)}; the return is planned for {en(last - DAY)}."]),
        ("PeaceOps: 1 update", [about + f"the deployment ended early, on {en(today)}."]),
        ("PeaceOps: 1 update", [
            about + f"the deployment from {en(today + DAY)} through {en(today + 2 * DAY)} was cancelled.",
        ]),
    ]  # fmt: skip
    subjects, french = zip(*_sentences(cast["bob"]), strict=True)
    assert set(subjects) == {"PeaceOps : 1 nouvelle"}
    about = "Gend. Zoë Blackwood, Mission en Ruritanie : "
    for (sentence,), words in zip(
        french,
        (
            "le déploiement du ",
            "les dates ont changé, maintenant du ",
            "arrivée le ",
            "le déploiement a été écourté et a pris fin le ",
            "le déploiement du ",
        ),
        strict=True,
    ):
        assert sentence.startswith(about + words)
    assert french[0][0].endswith(" est approuvé.")
    assert french[1][0].endswith(" : le lieu d'affectation est maintenant « Goma ».")
    assert french[4][0].endswith(" a été annulé.")
    assert not Letter.objects.filter(user__in=[cast["alice"], cast["carl"]]).exists()
    everything = "".join(Letter.objects.values_list("text", flat=True))
    assert "Secret" not in everything
    assert "edical" not in everything


def test_a_waiver_is_told_to_the_other_coordinators_then_to_the_service(cast, example_service, today):
    person = create.person(service=example_service, given_name="Zoë", family_name="Blackwood")
    mission = create.mission()
    create.kind(code="polygraph", name_en="Polygraph", name_fr="Polygraphe", is_restricted=True)
    asked = waiving.ask(
        person,
        mission,
        code="credential_missing",
        about="polygraph",
        reason="Needed.",
        ends_on=today + DAY,
        by=cast["alice"],
        today=today,
    )
    write_letters()
    assert Letter.objects.filter(user=cast["alice"]).count() == Letter.objects.filter(user=cast["anna"]).count() == 0
    assert Letter.objects.filter(user=cast["carl"]).count() == 1
    assert not Letter.objects.filter(text__contains="olygraph").exists()
    assert News.objects.get().kind == "waiver_asked"

    waiving.decide(asked, Waiver.State.GRANTED, note="Yes.", by=cast["carl"])
    write_letters()

    until = f"{today + DAY:%-d %B %Y}"
    about = "Cst. Zoë Blackwood, Ruritania Mission: a waiver of a restricted credential"
    told = [("PeaceOps: 1 update", [f"{about} was granted through {until}."])]
    assert _sentences(cast["anna"]) == _sentences(cast["alice"]) == told


def test_an_imported_list_is_one_line(cast, example_service):
    create.rank()
    head = "Service number,Family name,Given name,Rank,Gender,First official language,Date of birth,Start of service"
    rows = [f"E-{n},Name{n},Given{n},Constable,woman,French,1990-04-05,2012-06-01" for n in range(30)]
    batch = work.upload(SimpleUploadedFile("list.csv", "\n".join([head, *rows]).encode()), by=cast["bob"])
    work.work_on_all(today=timezone.localdate())
    work.accept(batch)
    work.work_on_all(today=timezone.localdate())
    write_letters()

    assert Import.objects.get().state == "done"
    letter = Letter.objects.get(user=cast["alice"])
    assert letter.subject == "PeaceOps: 1 update"
    assert "Bob imported a list. New: 30; changed: 0; drafts: 0." in letter.text
    french = Letter.objects.get(user=cast["carl"]).text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Bob a importé une liste. Nouveaux : 30; modifiés : 0; ébauches : 0." in french
    assert not Letter.objects.filter(user__in=[cast["bob"], cast["anna"]]).exists()
