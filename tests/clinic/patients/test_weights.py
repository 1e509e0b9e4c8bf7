"""What levels weigh."""

from osler.clinic.patients.likeness import TEXTS
from osler.clinic.patients.weights import HOUSEHOLD, PRIOR, reasons_of, shipped_weights, weight_of

WEIGHTS = shipped_weights()


def test_every_level_has_a_shipped_weight_and_nothing_else_has():
    assert list(WEIGHTS) == [PRIOR, *TEXTS]
    assert {one.partition(".")[0] for one in TEXTS} >= HOUSEHOLD


def test_a_pair_weighs_the_sum_of_its_levels_and_what_is_shared_at_home_once():
    levels = ["family.same", "phone.same", "email.same", "address.different"]

    assert weight_of(levels, WEIGHTS) == -9 + 6 + 6 - 1
    reasons = reasons_of(levels, WEIGHTS)
    assert [one.level for one in reasons] == levels
    assert [one.speaks_for for one in reasons] == [True, True, True, False]


def test_nothing_compared_weighs_the_prior():
    assert weight_of([], WEIGHTS) == WEIGHTS[PRIOR]
