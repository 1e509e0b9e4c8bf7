"""What one process puts into the cache, every process finds; nobody can make it forget."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache, caches

from osler.foundation.accounts.models import CacheEntry
from osler.foundation.accounts.shared_cache import SharedCache, forget_expired
from osler.kernel import clock

pytestmark = pytest.mark.django_db


def test_it_is_the_cache_of_django() -> None:
    assert isinstance(caches["default"], SharedCache)


@pytest.mark.parametrize("value", [[1.5, 2.5], True, "y", 0, None, {"a": []}])
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    cache.set("k", value)
    assert cache.get("k", "nothing") == value
    assert cache.get("k", "nothing", version=2) == "nothing"
    assert cache.delete("k")
    assert not cache.delete("k")
    assert cache.get("k", "nothing") == "nothing"


def test_only_the_first_adds_until_the_time_is_over() -> None:
    with time_machine.travel("2026-03-01 09:00Z", tick=False) as now:
        assert cache.add("used", "y", timeout=30)
        assert not cache.add("used", "z", timeout=30)
        assert cache.get("used") == "y"
        now.shift(30)
        assert cache.get("used") is None
        assert cache.add("used", "z", timeout=30)
        assert cache.get("used") == "z"


def test_time_is_given_anew_or_for_ever() -> None:
    with time_machine.travel("2026-03-01 09:00Z", tick=False) as now:
        cache.set("k", 1, timeout=10)
        assert cache.touch("k", 100)
        now.shift(50)
        assert cache.get("k") == 1
        cache.set("k", 2, timeout=None)
        now.shift(10_000_000)
        assert cache.get("k") == 2
        assert not cache.touch("other", 5)


def test_many_others_do_not_push_one_out() -> None:
    cache.set("mine", 1)
    for number in range(400):
        cache.set(f"other {number}", number)
    assert cache.get("mine") == 1


def test_what_has_expired_is_removed() -> None:
    cache.set("old", 1, timeout=5)
    cache.set("new", 1, timeout=500)
    with time_machine.travel(clock.now() + timedelta(seconds=60)):
        forget_expired()
        assert CacheEntry.objects.count() == 1
        cache.clear()
        assert CacheEntry.objects.count() == 0
