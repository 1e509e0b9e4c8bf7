"""Learning weights from decided pairs."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.patients.learning import LEAST_PAIRS, TooFewPairs, forget_weights, learn_weights
from osler.clinic.patients.models import MatchDue, MatchPair, MatchWeight, Patient
from osler.clinic.patients.weights import shipped_weights, weights_of
from osler.kernel import clock
from osler.kernel.errors import Denied
from tests.clinic.patients.conftest import unsaved

pytestmark = pytest.mark.django_db
ALIKE = "given.nickname family.same birth_date.same"
TWINS = "given.different family.same birth_date.same"


@pytest.fixture
def decided(act, bob):
    """Decided pairs: so many merged and so many refuted, of people who are otherwise unlike."""

    def make(merged: int, refuted: int) -> None:
        with act(bob):
            people = [
                unsaved(
                    family=f"F{n:c}{n:c}",
                    given=f"G{n:c}",
                    birth_date=date(1950, 1, 1) + timedelta(n),
                    phone="",
                )
                for n in range(0x61, 0x61 + 2 * (merged + refuted))
            ]
            for one in people:
                one.organization_id = bob.organization_id
            ids = sorted(one.id for one in Patient.objects.bulk_create(people))
            kinds = [(MatchPair.Status.MERGED, ALIKE)] * merged
            kinds += [(MatchPair.Status.NOT_DUPLICATE, TWINS)] * refuted
            MatchPair.objects.bulk_create(
                MatchPair(
                    organization_id=bob.organization_id, one_id=one, other_id=other, weight=5,
                    levels=levels, status=status, decided_at=clock.now(),
                )
                for one, other, (status, levels) in zip(ids[::2], ids[1::2], kinds, strict=True)
            )  # fmt: skip
            MatchDue.objects.all().delete()

    return make


def test_what_was_decided_is_counted_and_weighs_from_the_next_look_on(act, adam, bob, decided):
    decided(60, 60)
    before = shipped_weights()

    with act(adam):
        found = {one.level: one for one in learn_weights(actor=adam)}
        after = weights_of(bob)

    nickname = found["given.nickname"]
    assert (nickname.before, nickname.same, nickname.other[0]) == (3.5, (60, 60), 0)
    assert nickname.other[1] > 60  # those who are plainly unlike count as well
    assert nickname.weight == after["given.nickname"] > 3.5
    assert after["given.different"] < before["given.different"]
    assert {level for level in before if before[level] != after[level]} <= found.keys()
    assert after["phone.same"] == before["phone.same"]
    with act(adam):
        kept = MatchWeight.objects.get(level="given.nickname")
        assert ((kept.same_with, kept.same_compared), kept.other_with) == ((60, 60), 0)
        assert MatchDue.objects.count() == Patient.objects.count()


def test_learning_again_writes_over_and_forgetting_goes_back(act, adam, decided):
    decided(60, 60)
    with act(adam):
        first = learn_weights(actor=adam)
        again = learn_weights(actor=adam)

        assert [one.weight for one in again] == [one.weight for one in first] == [one.before for one in again]
        assert not any(one.is_changed for one in again)
        assert forget_weights(actor=adam) == len(first)
        assert weights_of(adam) == shipped_weights()
        assert forget_weights(actor=adam) == 0


@pytest.mark.parametrize(("merged", "refuted"), [(LEAST_PAIRS - 1, 60), (60, LEAST_PAIRS - 1), (0, 0)])
def test_too_few_pairs_teach_nothing(act, adam, decided, merged, refuted):
    decided(merged, refuted)
    with act(adam):
        with pytest.raises(TooFewPairs) as refusal:
            learn_weights(actor=adam)

        assert (refusal.value.merged, refusal.value.refuted) == (merged, refuted)
        assert (MatchWeight.objects.count(), MatchDue.objects.count()) == (0, 0)


def test_a_dry_run_keeps_nothing(act, adam, decided):
    decided(60, 60)
    with act(adam):
        assert any(one.is_changed for one in learn_weights(dry_run=True, actor=adam))
        assert (MatchWeight.objects.count(), MatchDue.objects.count()) == (0, 0)


def test_the_desk_does_not_learn(act, bob, decided):
    decided(60, 60)
    with act(bob):
        with pytest.raises(Denied):
            learn_weights(actor=bob)
        with pytest.raises(Denied):
            forget_weights(actor=bob)
        assert MatchWeight.objects.count() == 0


def test_another_clinic_keeps_its_own_weights(act, adam, charlie, decided):
    decided(60, 60)
    with act(adam):
        learn_weights(actor=adam)
    with act(charlie):
        assert weights_of(charlie) == shipped_weights()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weight": 31}, "matchweight_within_reason"),
        ({"same_with": 6}, "matchweight_counts_fit"),
        ({"other_with": 6}, "matchweight_counts_fit"),
    ],
)
def test_what_the_database_refuses(act, adam, fields, constraint):
    usual = {"level": "given.same", "weight": 1.0, "same_with": 5, "other_with": 5}
    row = MatchWeight(**usual | fields, same_compared=5, other_compared=5)
    with act(adam), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()
