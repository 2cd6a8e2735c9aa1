"""News: told once to each whom it concerns, in the rhythm that they chose, and to nobody else."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deployments import door
from deployments.candidates import consent, lifecycle
from deployments.candidates.pipeline import NominationStep
from deployments.models.transitions import Move
from flags import digests, news
from flags.models import LetterChoice, News
from flags.tasks import forget_news, look_for_news, write_letters
from outbox.models import Letter
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def position(today):
    mission = create.mission(name_en="Ruritania Mission", name_fr="Mission en Ruritanie")
    return create.position(mission=mission, call_opens=today - DAY, call_closes=today + 30 * DAY)


def choose(user, rhythm, kinds=None):
    """A choice as if everything before this moment, and the digest of today, had been told."""
    LetterChoice.objects.update_or_create(
        user=user, defaults={"rhythm": rhythm, "news_kinds": kinds, "told_on": timezone.localdate()}
    )


def move(nomination, act, by, **values):
    step = NominationStep(act, today=timezone.localdate(), **values)
    return lifecycle.make_move(nomination, step, by=by)


def send_back(nomination, by):
    return move(nomination, Move.RETURN, by, reason_code="incomplete", reason="The CV is missing.")


def letters(user):
    return [letter.text for letter in Letter.objects.filter(user=user).order_by("pk")]


def test_a_liaison_of_another_service_and_who_did_it_are_told_nothing(position, alice, bob, charlie):
    anna = create.user(name="Anna")
    for user in (alice, anna, bob, charlie):
        choose(user, "at_once")
    person = create.person(service=bob.services.get())
    nomination = create.nomination(position=position, person=person, stage="draft")

    move(nomination, Move.SUBMIT, bob)
    move(nomination, Move.SCREEN, alice)
    write_letters()

    told = {user: len(letters(user)) for user in (alice, anna, bob, charlie)}
    assert told == {alice: 1, anna: 1, bob: 1, charlie: 0}
    assert "submitted" in letters(alice)[0]
    assert "In screening" in letters(bob)[0]
    assert "submitted" not in letters(bob)[0]


def test_who_changed_service_is_told_of_to_neither_service(position, alice, bob, charlie):
    for user in (bob, charlie):
        choose(user, "at_once")
    person = create.person(service=bob.services.get())
    nomination = create.nomination(position=position, person=person)
    move(nomination, Move.SCREEN, alice)
    person.service = charlie.services.get()
    person.save()
    move(nomination, Move.ASSESS, alice)
    write_letters()

    assert letters(bob) == letters(charlie) == []
    assert News.objects.count() == 1  # that before the change; the later one was not even written
    assert not News.objects.for_reader(bob).exists()


@pytest.mark.parametrize(
    ("rhythm", "urgent_at_once", "all_in_the_end"),
    [("at_once", 1, 2), ("daily", 1, 2), ("weekly", 1, 2), ("never", 0, 0)],
)
def test_urgent_news_waits_for_no_morning_and_is_not_told_again(
    position, alice, bob, rhythm, urgent_at_once, all_in_the_end
):
    choose(bob, rhythm)
    service = bob.services.get()
    first, second = (
        create.nomination(position=position, person=create.person(service=service, family_name=name))
        for name in ("Alpha", "Beta")
    )
    send_back(first, alice)
    write_letters()
    write_letters()
    assert len(letters(bob)) == urgent_at_once

    move(second, Move.SCREEN, alice)
    monday = timezone.now() + (8 - timezone.localdate().weekday()) * DAY
    digests.write_due(monday.replace(hour=23))
    digests.write_due(monday.replace(hour=23) + DAY)

    assert len(letters(bob)) == all_in_the_end
    text = "".join(letters(bob))
    assert text.count("Alpha") == text.count("Beta") == min(1, all_in_the_end)


def test_many_acts_at_once_are_one_letter_of_25_lines_and_any_number_takes_the_same_queries(position, alice, bob):
    choose(bob, "at_once")
    service = bob.services.get()
    digests.write_due(timezone.now())
    taken = []
    for number in (3, 40):
        rows = [create.nomination(position=position, person=create.person(service=service)) for _ in range(number)]
        step = NominationStep(Move.SCREEN, today=timezone.localdate())
        door.take_step_with_each(lifecycle.make_move, rows, step, by=alice)
        with CaptureQueriesContext(connection) as captured:
            digests.write_due(timezone.now())
        taken.append(len(captured))

    few, many = letters(bob)
    assert taken[0] == taken[1]
    assert (few.count("In screening"), many.count("In screening")) == (3, 15)
    assert "And 25 more." in many
    assert many.count("http") == 17  # one for each line, one to all of them, and one to choose
    assert [letter.subject for letter in Letter.objects.order_by("pk")] == [
        "PeaceOps: 3 updates",
        "PeaceOps: 40 updates",
    ]


def test_what_was_written_while_nobody_ran_comes_later_and_only_once(position, alice, bob, monkeypatch):
    choose(bob, "at_once")
    nomination = create.nomination(position=position, person=create.person(service=bob.services.get()))
    move(nomination, Move.SCREEN, alice)
    monkeypatch.setattr(digests.emails.letters, "write", _killed)
    with pytest.raises(KeyboardInterrupt):
        digests.write_due(timezone.now())
    monkeypatch.undo()

    for _minute in range(3):
        write_letters()

    assert len(letters(bob)) == 1


def _killed(*_args, **_kwargs):
    raise KeyboardInterrupt


def test_a_row_that_commits_later_gets_a_greater_number(position, alice, bob):
    nomination = create.nomination(position=position, person=create.person(service=bob.services.get()))
    move(nomination, Move.SCREEN, alice)
    assert news.number_new() == 1
    move(nomination, Move.ASSESS, alice)
    assert (news.number_new(), news.number_new()) == (2, 2)


def test_a_new_account_is_told_nothing_of_the_past(position, alice, example_service):
    nomination = create.nomination(position=position, person=create.person(service=example_service))
    move(nomination, Move.SCREEN, alice)
    late = create.user(role="liaison")
    example_service.liaisons.add(late)
    choose(late, "at_once")

    write_letters()

    assert letters(late) == []


def test_calls_are_told_to_all_liaisons_when_they_open_and_before_they_close(today, alice, bob, charlie):
    for user in (alice, bob, charlie):
        choose(user, "at_once")
    position = create.position(mission=create.mission(), call_opens=today, call_closes=today + 8 * DAY)
    create.position(mission=position.mission, number="P2", call_opens=today + DAY, call_closes=today + 9 * DAY)
    for _minute in range(2):
        look_for_news()
    assert list(News.objects.values_list("kind", flat=True)) == ["call_opened"]
    position.call_closes = today + 7 * DAY
    position.save()
    for _minute in range(2):
        look_for_news()
    assert sorted(News.objects.values_list("kind", flat=True)) == ["call_closing", "call_opened"]
    write_letters()

    assert letters(alice) == []
    assert [len(letters(user)) for user in (bob, charlie)] == [1, 1]
    subject = Letter.objects.filter(user=bob).get().subject
    assert subject == "PeaceOps: 1 to act on now, first: Call closes soon; 2 updates"


def test_a_paper_that_is_not_met_is_told_once_and_a_restricted_one_is_not_named(alice, bob, charlie):
    for user in (alice, bob, charlie):
        choose(user, "weekly")
    person = create.person(service=bob.services.get())
    create.credential(person=person, kind=create.kind(), result="met")
    create.credential(person=person, kind=create.kind(code="medical", name_en="Medical"), result="not_met")
    secret = create.kind(code="polygraph", name_en="Polygraph", name_fr="Polygraphe", is_restricted=True)
    create.credential(person=person, kind=secret, result="not_met")
    for _minute in range(2):
        look_for_news()
        write_letters()

    assert [len(letters(user)) for user in (alice, bob, charlie)] == [0, 1, 0]
    (text,) = letters(bob)
    assert "Medical was recorded as not met." in text
    assert "a restricted credential was recorded as not met." in text
    assert "Polygraph" not in text


def test_old_news_is_forgotten_and_does_not_come_back(settings, bob):
    settings.NEWS_DAYS = 90
    person = create.person(service=bob.services.get())
    credential = create.credential(person=person, kind=create.kind(), result="not_met")
    look_for_news()
    long_ago = timezone.now() - 91 * DAY
    News.objects.update(at=long_ago)
    credential.history.update(history_date=long_ago)

    forget_news()
    look_for_news()

    assert not News.objects.exists()


def test_an_offer_without_an_answer_is_told_to_both_sides(position, alice, bob, today):
    service = create.partner()
    service.liaisons.add(bob)
    for user in (alice, bob):
        choose(user, "at_once")
    nomination = create.nomination(position=position, person=create.person(service=service), stage="qualified")
    consent.offer_nomination(nomination, answer_by=today, by=alice, today=today)
    write_letters()
    consent.lapse_late_offers(today=today + DAY)
    write_letters()

    assert len(letters(bob)) == 2
    assert "Answer for your service." in letters(bob)[0]
    assert len(letters(alice)) == 1
    assert "lapsed without an answer" in letters(alice)[0]


# --- The pages ------------------------------------------------------------------------------------------------------


def test_the_page_says_the_same_sentences_to_whom_they_concern(position, alice, bob, charlie, as_user):
    person = create.person(service=bob.services.get(), family_name="Blackwood")
    nomination = create.nomination(position=position, person=person)
    send_back(nomination, alice)

    page = as_user(bob).get("/en-ca/news/").content.decode()
    french = as_user(bob).get("/fr-ca/news/?kind=nomination_returned").content.decode()

    assert "Blackwood, P1 Police adviser" in page
    assert "the nomination was returned for correction." in page
    assert "Feedback: “The CV is missing.”" in page
    assert "Correct it and submit it again." in page
    assert f"/en-ca/nominations/{nomination.pk}/" in page
    assert "la candidature a été retournée pour correction." in french
    assert "Blackwood" not in as_user(charlie).get("/en-ca/news/").content.decode()
    assert "Blackwood" not in as_user(bob).get("/en-ca/news/?kind=nomination_accepted").content.decode()
    assert as_user(bob).get("/en-ca/news/?kind=waiver_asked&page=x").status_code == 200


def test_the_page_takes_the_same_queries_for_any_number(position, alice, bob, as_user):
    service, browser, taken = bob.services.get(), as_user(bob), []
    for number in (2, 20):
        for _n in range(number):
            move(create.nomination(position=position, person=create.person(service=service)), Move.SCREEN, alice)
        with CaptureQueriesContext(connection) as captured:
            browser.get("/en-ca/news/")
        taken.append(len(captured))

    assert taken[0] == taken[1]


def test_readers_choose_kinds_of_news_and_are_offered_their_own(position, alice, bob, as_user):
    page = as_user(bob).get("/en-ca/flags/letters/").content.decode()
    assert "Nomination returned" in page
    assert "Waiver asked for" not in page
    chosen = {"rhythm": "at_once", "kinds": [], "news_kinds": ["nomination_accepted"], "language": "en-ca"}
    assert as_user(bob).post("/en-ca/flags/letters/", chosen).status_code == 302
    refused = as_user(bob).post("/en-ca/flags/letters/", {**chosen, "news_kinds": ["waiver_asked"]})
    assert refused.status_code == 200
    nomination = create.nomination(position=position, person=create.person(service=bob.services.get()))
    move(nomination, Move.SCREEN, alice)
    write_letters()

    assert LetterChoice.objects.get(user=bob).news_kinds == ["nomination_accepted"]
    assert letters(bob) == []
