"""The end of a short stay: never flagged in its first half, never urgent before its last quarter. Typed by hand."""

import datetime as dt

import pytest
from django.utils import translation

from deployments.watch import postings
from flags.models import Flag, Threshold
from flags.sentences import sentence_of
from flags.tasks import flag_expiring_postings
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def arrived(today, *, days, left, kind="mission", **fields):
    """Somebody in a stay of so many days of which so many are left; in a course where the kind is "opportunity"."""
    area = create.area()
    create.authorization(area=area, cap=5)
    mission = create.mission(area=area, kind=kind)
    last = today + left * DAY
    fields |= {"kind": "ancillary"} if kind != "mission" else {}
    return create.deployment(
        mission=mission, starts_on=last - (days - 1) * DAY, ends_on=last, status="in_mission", **fields
    )


# Days of the stay, days left → what is found about its end: the stage, and how urgent it is.
ENDINGS = [
    (1, 0, ("30", "act")),
    (3, 2, None),
    (3, 1, ("60", "plan")),
    (3, 0, ("30", "act")),
    (14, 13, None),  # the day of the arrival
    (14, 8, None),
    (14, 7, ("60", "plan")),
    (14, 4, ("60", "plan")),
    (14, 3, ("30", "act")),
    (14, 0, ("30", "act")),
    (30, 29, None),
    (30, 16, None),
    (30, 15, ("60", "plan")),
    (30, 8, ("60", "plan")),
    (30, 7, ("30", "act")),
    (92, 91, None),
    (92, 46, ("60", "plan")),
    (92, 24, ("60", "plan")),
    (92, 23, ("30", "act")),
    (120, 31, ("60", "plan")),
    (120, 30, ("30", "act")),
    (184, 180, None),
    (184, 93, None),
    (184, 92, ("180", "plan")),
    (184, 90, ("90", "plan")),
    (184, 31, ("60", "plan")),
    (184, 30, ("30", "act")),
    (359, 180, None),
    (359, 179, ("180", "plan")),
    (365, 181, None),
    (365, 180, ("180", "plan")),
    (365, 30, ("30", "act")),
    (1095, 181, None),
    (1095, 180, ("180", "plan")),
]


@pytest.mark.parametrize(("days", "left", "expected"), ENDINGS)
@pytest.mark.parametrize("kind", ["mission", "opportunity", "specialized_posting"])
def test_the_end_of_a_stay_by_its_length(today, days, left, expected, kind):
    arrived(today, days=days, left=left, kind=kind)

    found = [(one.stage, one.severity) for one in postings.find(today) if one.kind is postings.POSTING_ENDING]

    assert found == ([expected] if expected else [])


# Kind of mission, kind of deployment, days of the stay, days left → whether it is flagged that nobody follows.
FOLLOWED = [
    ("mission", "standard", 365, 121, False),
    ("mission", "standard", 365, 120, True),
    ("mission", "standard", 239, 120, False),
    ("mission", "standard", 239, 119, True),
    ("mission", "rapid", 184, 93, False),
    ("mission", "rapid", 184, 92, True),
    ("mission", "standard", 14, 13, False),
    ("mission", "standard", 14, 8, False),
    ("mission", "standard", 14, 7, True),
    ("mission", "short_term", 14, 7, False),
    ("mission", "short_term", 90, 0, False),
    ("opportunity", "ancillary", 14, 7, False),
    ("opportunity", "ancillary", 14, 0, False),
    ("specialized_posting", "ancillary", 365, 30, False),
]


@pytest.mark.parametrize(("mission", "kind", "days", "left", "flagged"), FOLLOWED)
@pytest.mark.parametrize("somebody_comes_late", [False, True])
def test_who_is_to_be_followed_by_the_length_of_the_stay(
    today, mission, kind, days, left, flagged, somebody_comes_late
):
    stay = arrived(today, days=days, left=left, kind=mission)
    type(stay).objects.filter(pk=stay.pk).update(kind=kind)
    if somebody_comes_late:
        create.deployment(
            mission=stay.mission,
            starts_on=stay.ends_on + 5 * DAY,
            ends_on=stay.ends_on + 95 * DAY,
            kind=kind,
            relieves=stay,
        )

    found = [one.kind.code for one in postings.find(today) if one.kind is not postings.POSTING_ENDING]

    assert found == ([["no_successor", "gap_before_successor"][somebody_comes_late]] if flagged else [])


@pytest.mark.parametrize(
    ("days", "left", "english", "french"),
    [
        (
            14,
            7,
            "in 7 days. A short stay: it is flagged in its second half only.",
            "dans 7 jours. Séjour court\N{NO-BREAK SPACE}: il n'est signalé que dans sa seconde moitié.",
        ),
        (
            14,
            3,
            "in 3 days. A short stay: it is urgent in its last quarter only.",
            "dans 3 jours. Séjour court\N{NO-BREAK SPACE}: il n'est urgent que dans son dernier quart.",
        ),
        (365, 30, "in 30 days.", "dans 30 jours."),
    ],
)
def test_the_flag_says_by_which_rule_it_comes_late(today, days, left, english, french):
    arrived(today, days=days, left=left)
    flag_expiring_postings()
    flag = Flag.objects.get(kind="posting_ending")

    with translation.override("en-ca"):
        assert sentence_of(flag, today=today).endswith(english)
    with translation.override("fr-ca"):
        assert sentence_of(flag, today=today).endswith(french)


@pytest.mark.parametrize(
    ("left", "told"), [(7, {"short_stay": "half"}), (0, {"short_stay": "half"}), (-1, {}), (-30, {})]
)
def test_that_nobody_follows_is_explained_until_the_stay_ends(today, left, told):
    arrived(today, days=14, left=left)

    assert [one.facts for one in postings.find(today) if one.kind is postings.NO_SUCCESSOR] == [told]


def test_one_threshold_alone_is_the_urgent_one(today):
    Threshold.objects.filter(kind="posting_ending").exclude(value=60).delete()
    arrived(today, days=100, left=25)
    arrived(today, days=100, left=26)

    found = [(one.stage, one.severity, (one.day - today).days) for one in postings.find(today)]

    assert [one for one in found if one[0] == "60"] == [("60", "act", 25)]


def test_the_page_of_a_flag_does_not_tell_the_threshold_of_a_tour_of_a_year(as_user, alice, today):
    arrived(today, days=14, left=7)
    arrived(today, days=365, left=60)
    flag_expiring_postings()

    flags = Flag.objects.filter(kind="posting_ending", severity="plan")
    pages = [as_user(alice).get(flag.get_absolute_url()).content.decode() for flag in flags]

    assert sorted(page.count("within 60 days") for page in pages) == [0, 1]
