"""Ids in addresses: what a column of 64 bits can hold, and nothing else."""

import re

import pytest

from foundation.converters import IdConverter, is_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", True),
        ("007", True),
        ("9" * 18, True),
        ("9" * 19, False),
        ("", False),
        ("-1", False),
        ("1.0", False),
        (" 1", False),
        ("1\0", False),
        ("x", False),
        ("٣", False),
        ("²", False),
    ],
)
def test_which_texts_are_ids(text, expected):
    assert is_id(text) == expected
    assert bool(re.fullmatch(IdConverter.regex, text)) == expected


def test_the_longest_id_fits_a_column_of_64_bits():
    assert IdConverter().to_python("9" * 18) < 2**63


def test_an_id_is_a_number_in_python_and_figures_in_an_address():
    assert IdConverter().to_python("42") == 42
    assert IdConverter().to_url(42) == "42"
