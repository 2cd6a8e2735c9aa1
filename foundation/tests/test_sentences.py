"""Small pieces of sentences, as people write them in each language."""

import datetime as dt

import pytest
from django.utils import translation

from foundation.sentences import month_name, month_names


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-ca", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        ("fr-ca", "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."),
    ],
)
def test_months_are_shortened_as_people_do(language, said):
    with translation.override(language):
        names = [month_name(dt.date(2027, number, 1)) for number in range(1, 13)]
        assert month_names() == names

    assert names == said.split()
