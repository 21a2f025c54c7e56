"""Is a process that grows told from one that does not?"""

import pytest

from bench.load.soak import growth


def samples(value_at) -> dict[str, list[tuple[float, float]]]:
    return {"web": [(at, value_at(at)) for at in range(0, 1200, 5)]}


@pytest.mark.parametrize(
    ("value_at", "held"),
    [
        (lambda _at: 150.0, True),
        # What the warm-up fills is no growth.
        (lambda at: 80 + min(at, 240) / 3, True),
        (lambda at: 150 + at / 100, True),
        (lambda at: 150 + at / 50, False),
        # One breath in between says nothing.
        (lambda at: 400.0 if at == 1190 else 150.0, True),
    ],
)
def test_ten_per_cent_of_what_it_was_after_the_warm_up(value_at, held):
    [found] = growth(samples(value_at), warm_up=300, until=1200)
    assert (found.load, found.held) == ("T16", held)


def test_programs_are_judged_one_by_one():
    taken = samples(lambda _at: 150.0) | {"redis": [(at, 5.0 + at) for at in range(0, 1200, 5)]}
    assert [one.held for one in growth(taken, warm_up=300, until=1200)] == [False, True]
