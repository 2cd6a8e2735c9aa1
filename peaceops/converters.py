"""Ids in URLs."""


class IdConverter:
    """A row id that a database can hold; a number of thirty digits is simply another address."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
