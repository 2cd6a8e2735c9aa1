"""The length of a tour of duty, in months."""

import datetime as dt

from personnel.expiry import last_day

__all__ = ["is_longer_than", "last_day"]


def is_longer_than(months: int, first_day: dt.date, final_day: dt.date) -> bool:
    """Whether a stay, both days included, is longer than so many months (rule 8)."""
    return final_day > last_day(first_day, months)
