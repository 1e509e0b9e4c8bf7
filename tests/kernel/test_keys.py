"""Row keys: valid, each once, and in the order in which they were made."""

from datetime import UTC, datetime
from threading import Thread

import time_machine

from osler.kernel.keys import uuid7

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_keys_of_one_millisecond_are_in_order_and_of_version_seven():
    with time_machine.travel(NOON, tick=False):
        made = [uuid7() for _ in range(10_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(key.version, key.variant) for key in made} == {(7, "specified in RFC 4122")}
    assert {key.int >> 80 for key in made} == {int(NOON.timestamp() * 1000)}


def test_keys_of_several_threads_are_each_made_once():
    made: list[list[object]] = [[] for _ in range(4)]
    threads = [Thread(target=lambda row=row: row.extend(uuid7() for _ in range(5_000))) for row in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({key for row in made for key in row}) == 20_000
    assert [sorted(row) for row in made] == made
