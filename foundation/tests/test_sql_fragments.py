"""An expression is written once; a name that is wrong, or no longer used, is found before the database sees it."""

import re

import pytest

from foundation.sql_fragments import FragmentError, statements


def statements_of(folder, text):
    (folder / "sqlite.sql").write_text(text)
    return statements(folder / "sqlite.sql")


def test_statements_are_separated_by_lines(tmp_path):
    assert statements_of(tmp_path, "SELECT 1;\nSELECT 2\n--;\n\nSELECT 3 -- not here: --;\n") == [
        "SELECT 1;\nSELECT 2",
        "SELECT 3 -- not here: --;",
    ]


def test_a_fragment_is_filled_in_wherever_its_name_stands(tmp_path):
    text = "-- Why.\n-- {{ends}} =\nCOALESCE(a,\n         b)\n--;\n-- What for.\nSELECT {{ends}}, {{ends}}"

    assert statements_of(tmp_path, text) == ["-- What for.\nSELECT COALESCE(a,\n         b), COALESCE(a,\n         b)"]


def test_a_fragment_can_hold_those_above_it_and_take_values(tmp_path):
    text = (
        "-- {{today}} =\ndate('now', '+1 day')\n--;\n"
        "-- {{is_over | row}} =\n:row.ends < {{today}}\n--;\n"
        "-- {{used | area | day}} =\n(:area, :day, ':days', :day::text)\n--;\n"
        "SELECT {{is_over | OLD}}, {{used | mine.area | {{today}}}}, {{used | :day | 2}}"
    )

    (statement,) = statements_of(tmp_path, text)

    assert statement == (
        "SELECT OLD.ends < date('now', '+1 day'), "
        "(mine.area, date('now', '+1 day'), ':days', date('now', '+1 day')::text), (:day, 2, ':days', 2::text)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT {{old_ends}}", "uses {{old_ends}} and does not define it above."),
        ("SELECT {{}}", "uses {{}} and does not define it above."),
        ("SELECT {{ends}}\n--;\n-- {{ends}} =\n1", "uses {{ends}} and does not define it above."),
        ("-- {{ends}} =\n1 + {{ends}}\n--;\nSELECT {{ends}}", "uses {{ends}} and does not define it above."),
        ("-- {{ends}} =\n1\n--;\nSELECT 1", "defines {{ends}} and never uses it."),
        (
            "-- {{one}} =\n1\n--;\n-- {{two}} =\n2\n--;\n-- {{three}} =\n{{one}}\n--;\nSELECT 1",
            "defines {{two}}, {{three}} and never uses it.",
        ),
        ("-- {{ends}} =\n1\n--;\n-- {{ends}} =\n2\n--;\nSELECT {{ends}}", "defines {{ends}} twice."),
        ("-- {{ends | row}} =\n:row.x\n--;\nSELECT {{ends}}", "gives 0 values to {{ends}}, not 1."),
        ("-- {{ends}} =\n1\n--;\nSELECT {{ends | OLD}}", "gives 1 values to {{ends}}, not 0."),
        ("-- {{ends | row}} =\n1\n--;\nSELECT {{ends | OLD}}", "never uses the parameter :row of {{ends}}."),
        ("-- {{ends | row}} =\n:rwo.x\n--;\nSELECT {{ends | OLD}}", "never uses the parameter :row of {{ends}}."),
    ],
)
def test_a_wrong_or_unused_name_is_an_error_that_says_where(tmp_path, text, message):
    with pytest.raises(FragmentError, match=re.escape(f"{tmp_path / 'sqlite.sql'} {message}")):
        statements_of(tmp_path, text)
