"""Do counters and used codes hold, in PostgreSQL, and without anything that is unpickled?"""

import base64
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone


class Trap:
    """Whoever unpickles it runs somebody else's code."""

    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.django_db
class CounterTests:
    def test_what_is_kept_comes_back(self):
        cache.set("attempts", [1.5, 2.5], 60)
        assert cache.get("attempts") == [1.5, 2.5]
        assert cache.has_key("attempts")
        cache.set("attempts", [3.5], 60)
        assert cache.get("attempts") == [3.5]

    def test_what_is_not_there_is_the_default(self):
        assert cache.get("nothing") is None
        assert cache.get("nothing", []) == []
        assert not cache.touch("nothing")
        assert not cache.delete("nothing")

    def test_what_has_expired_is_not_there(self):
        cache.set("attempts", 1, 60)
        with time_machine.travel(timezone.now() + timedelta(seconds=61)):
            assert cache.get("attempts") is None
            assert not cache.touch("attempts")

    def test_a_touch_keeps_it_longer(self):
        cache.set("attempts", 1, 60)
        assert cache.touch("attempts", 600)
        with time_machine.travel(timezone.now() + timedelta(seconds=61)):
            assert cache.get("attempts") == 1

    def test_a_code_is_used_once(self):
        assert cache.add("code", True, 60)
        assert not cache.add("code", True, 60)

    def test_and_again_once_it_has_expired(self):
        cache.add("code", True, 60)
        with time_machine.travel(timezone.now() + timedelta(seconds=61)):
            assert cache.add("code", True, 60)

    def test_without_an_end_it_stays(self):
        cache.set("for-ever", 1, None)
        with time_machine.travel(timezone.now() + timedelta(days=40_000)):
            assert cache.get("for-ever") == 1

    def test_deleted_and_cleared(self):
        cache.set("one", 1)
        cache.set("two", 2)
        assert cache.delete("one")
        assert cache.get_many(["one", "two"]) == {"two": 2}
        cache.clear()
        assert cache.get("two") is None

    def test_counts(self):
        cache.set("count", 1)
        assert cache.incr("count") == 2

    def test_what_json_cannot_say_is_refused(self):
        with pytest.raises(TypeError):
            cache.set("odd", object())

    def test_a_pickle_in_the_table_is_nothing(self):
        """As a former release wrote it, or somebody who may write there."""
        cache.set("attempts", 1)
        trap = base64.b64encode(pickle.dumps(Trap())).decode()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cache SET value = %s", [trap])
        assert cache.get("attempts", "nothing") == "nothing"

    def test_asks_once(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            cache.set("attempts", 1)
        with django_assert_num_queries(1):
            cache.get("attempts")
        with django_assert_num_queries(1):
            cache.add("attempts", 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_uses_the_code():
    def use(_turn: int) -> bool:
        try:
            return cache.add("code", True, 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as many:
        assert sorted(many.map(use, range(8))) == [False] * 7 + [True]
