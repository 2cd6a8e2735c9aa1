"""Ids in URLs, and in what forms and query strings send."""

LONGEST_ID = 18
"""Figures: what a column of 64 bits always holds."""


def is_id(text: str) -> bool:
    """Whether a text is an id that a database can hold."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID


class IdConverter:
    """A row id that a database can hold.

    A longer number fits no address and is answered with 404; asked for, it would be an error of the database.
    """

    regex = f"[0-9]{{1,{LONGEST_ID}}}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
