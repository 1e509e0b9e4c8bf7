"""How well duplicates are found among people who are known to be the same (decision 23).

The large sets by a fifth of their people, the same in each run; with OSLER_FULL=1 by all. The whole of it,
with its errors one by one: `python3 tools/dev.py matching`.
"""

import pytest

from osler.clinic.patients.weights import shipped_weights
from tests.environment import FULL
from tools.matching import sets
from tools.matching.judging import Judged, enrol, look_for, same_truth
from tools.matching.running import contrary, grade, same_verdict

AMONG, ASKED = (1, 1) if FULL else (5, 10)
"""Every fifth person is known (of the linked all that are meant), every tenth is looked for."""

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.no_cover]
needs_sets = pytest.mark.skipif(not sets.LINKAGE.is_dir(), reason="the outside test data is not here")


def judged(act, actor, known, asked, wanted) -> Judged:
    with act(actor):
        by_id = enrol(known, actor)
        found = look_for(asked, by_id, weights=shipped_weights(), actor=actor)
    keys = {one.key for one in asked}
    return Judged({pair for pair in wanted if pair & keys}, found)


def test_febrl_4_is_found_again(act, bob):
    known = [one for one in sets.febrl("4a") if int(one.truth) % AMONG == 0]
    asked = [one for one in sets.febrl("4b") if int(one.truth) % ASKED == 0]

    verdict = judged(act, bob, known, asked, same_truth([*known, *asked]))

    assert len(verdict.wanted) == 5000 // ASKED
    assert verdict.recall >= 0.995, verdict
    assert verdict.precision >= 0.999, verdict


def test_febrl_1_finds_its_duplicates(act, bob):
    records = sets.febrl("1")

    verdict = judged(act, bob, records, records, same_truth(records))

    assert (len(verdict.wanted), len(verdict.missed), len(verdict.wrong)) == (500, 2, 0), verdict


@needs_sets
@pytest.mark.outside_data
def test_no_linked_patient_of_a_health_exchange_is_missed_and_none_is_wrong(act, bob):
    records, links = sets.uganda(), sets.uganda_links()
    asked = records[::ASKED]
    linked = set().union(*(pair for pair in links if pair & {one.key for one in asked}))
    known = [one for place, one in enumerate(records) if place % AMONG == 0 or one.key in linked]

    verdict = judged(act, bob, known, asked, links)

    assert (verdict.missed, verdict.wrong) == (set(), set()), verdict


@needs_sets
@pytest.mark.outside_data
def test_no_case_of_the_health_departments_is_answered_with_its_contrary(act, bob):
    seed, cases = sets.cdc()
    with act(bob):
        known = enrol(seed, bob)
        found = look_for([case.record for case in cases], known, weights=shipped_weights(), actor=bob)
    of = {one.truth: one.key for one in seed}
    answers = [
        (case, grade(found.get(frozenset({case.record.key, of[case.record.truth]})))) for case in cases
    ]

    assert [case.number for case, seen in answers if contrary(case.expected, seen)] == []
    assert [case.number for case, seen in answers if case.expected == "possible_match" != seen] == []
    otherwise = [case.number for case, seen in answers if not same_verdict(case.expected, seen)]
    assert otherwise == ["16", "17", "65"]  # no birth date, or another one
    assert sum(case.expected == seen for case, seen in answers) == 64
