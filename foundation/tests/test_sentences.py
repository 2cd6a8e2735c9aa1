"""Small pieces of sentences, as people write them in each language."""

import datetime as dt

import pytest
from django.utils import translation

from foundation.sentences import month


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-ca", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        ("fr-ca", "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."),
    ],
)
def test_months_are_shortened_as_people_do(language, said):
    with translation.override(language):
        months = [month(dt.date(2027, number, 1)) for number in range(1, 13)]

    assert months == [f"{name} 2027" for name in said.split()]
