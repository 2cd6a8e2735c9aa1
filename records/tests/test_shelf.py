"""What a list adds itself stands on the disk while the list is judged."""

import datetime as dt
import resource

from records.shelf import Shelf


def test_values_come_back_in_the_order_in_which_they_were_put():
    shelf = Shelf()

    shelf.put(("number", "spvm", "0042"), (0, 7))
    shelf.put(("number", "spvm", "42"), (0, 8))
    shelf.put(("number", "spvm", "0042"), (1, 2))

    assert shelf.all(("number", "spvm", "0042")) == [(0, 7), (1, 2)]
    assert shelf.all(("number", "spvm", "042")) == []


def test_the_first_value_with_a_key_stays_the_first():
    shelf = Shelf()
    born_on = dt.date(1986, 4, 3)

    assert shelf.first(("birth", "tremblay", born_on), (0, 2)) == (0, 2)
    assert shelf.first(("birth", "tremblay", born_on), (0, 9)) == (0, 2)
    assert shelf.first(("birth", "tremblay", dt.date(1986, 4, 4)), (0, 9)) == (0, 9)


def test_two_shelves_know_nothing_of_each_other():
    one, other = Shelf(), Shelf()
    one.put("key", "value")

    assert other.all("key") == []


def test_what_does_not_fit_goes_to_the_disk():
    """A hundred megabytes of values, of which the process keeps a few."""
    shelf = Shelf()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for number in range(1000):
        shelf.put(number, bytes([number % 256]) * 100_000)

    grown_in_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_in_kb < 30_000
    assert shelf.all(999) == [bytes([231]) * 100_000]
