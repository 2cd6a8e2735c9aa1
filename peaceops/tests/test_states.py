"""The page of states is what the tables say."""

from peaceops.management.commands.draw_states import PAGE, page


def test_the_page_of_states_is_drawn_from_the_tables():
    assert PAGE.read_text() == page(), "Run script/manage draw_states."
