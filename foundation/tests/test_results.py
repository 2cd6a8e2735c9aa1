"""What became of an act on many rows is kept for whoever did it, and a form that is sent twice is one act."""

import threading
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from foundation import results


def request(owner=1, **sent):
    asked = RequestFactory().post("/together/?page=2", sent)
    asked.user = SimpleNamespace(pk=owner)
    return asked


def test_the_same_form_sent_at_the_same_moment_is_one_act():
    acts, names, both = [], [], threading.Barrier(8)

    def send():
        both.wait()
        names.append(results.once(request(row="1"), lambda _name: acts.append("act") or {"done": [1]}))

    threads = [threading.Thread(target=send) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (acts, len(names), len(set(names))) == (["act"], 8, 1)


@pytest.mark.parametrize("other", [request(row="2"), request(owner=2, row="1")])
def test_another_form_or_another_reader_is_another_act(other):
    one = results.once(request(row="1"), lambda _name: {"done": [1]})
    second = results.once(other, lambda _name: {"done": [2]})

    assert one != second
    assert results.kept(request(), one)["done"] == [1]
    assert results.kept(other, second)["done"] == [2]
    assert results.kept(request(owner=3), one) is None


def test_after_a_while_the_same_form_is_a_new_act(monkeypatch):
    monkeypatch.setattr(results, "TWICE_WITHIN", results.dt.timedelta(0))

    names = {results.once(request(row="1"), lambda _name: {"done": []}) for _each in range(2)}

    assert len(names) == 2


def test_while_the_first_is_at_work_the_second_is_told_its_name():
    seen = []

    def act(_name):
        name = results.once(request(row="1"), lambda _name: {"done": "never"})
        seen.append((name, results.kept(request(), name)))
        return {"done": [1]}

    first = results.once(request(row="1"), act)

    assert seen == [(first, results.UNDER_WAY)]


def test_one_that_breaks_off_is_not_kept_and_may_be_sent_again():
    with pytest.raises(ZeroDivisionError):
        results.once(request(row="1"), lambda _name: {"done": 1 / 0})

    name = results.once(request(row="1"), lambda _name: {"done": [1]})

    assert results.kept(request(), name)["done"] == [1]
