"""The sweep that finds pairs, and what people decide of them."""

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import MatchDue, MatchPair
from osler.clinic.patients.pairs import (
    note_merged,
    note_unmerged,
    refute_pair,
    reopen_pair,
    sweep_all,
    sweep_some,
)
from osler.clinic.patients.registration import add_identifier, amend_patient
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.keys import uuid7
from osler.kernel.states import ImpossibleMove

pytestmark = pytest.mark.django_db
OPEN, REFUTED, MERGED, UNLIKE = MatchPair.Status.values


@pytest.fixture
def sweep(act, adam):
    """Look at everybody who is due, and say which pairs are kept in which state."""

    def run() -> dict[tuple[UUID, UUID], str]:
        with act(adam):
            while sweep_some(actor=adam):
                pass
            return {(pair.one_id, pair.other_id): pair.status for pair in MatchPair.objects.all()}

    return run


@pytest.fixture
def twice(act, bob, enrolled):
    """Ada, registered twice: the lower key first."""
    one, other = sorted([enrolled(), enrolled()], key=lambda each: each.id)
    with act(bob):
        amend_patient(other, changes={"given": "Adah", "phone": ""}, version=None, actor=bob)
    return one, other


@pytest.fixture
def pair(act, bob, twice, sweep) -> MatchPair:
    sweep()
    with act(bob):
        return MatchPair.objects.get()


def test_a_pair_is_found_once_and_says_why(twice, enrolled, sweep, act, bob):
    enrolled(given="Zed", family="Young", birth_date=date(1990, 1, 2), phone="")
    key = (twice[0].id, twice[1].id)

    assert sweep() == {key: OPEN}
    with act(bob):
        pair = MatchPair.objects.get()
    assert pair.levels == "given.close family.same birth_date.same gender.same"
    assert pair.weight == 3.5 + 6 + 8 + 1 - 9
    assert sweep() == {key: OPEN}


def test_only_who_has_changed_is_looked_at_again(twice, sweep, act, bob, adam):
    sweep()
    with act(bob):
        amend_patient(twice[0], changes={"language": "es"}, version=None, actor=bob)
    with act(adam):
        assert sweep_some(actor=adam) == 0
    with act(bob):
        amend_patient(twice[0], changes={"city": "Salem"}, version=None, actor=bob)
        add_identifier(twice[1], identifier=Identifier("urn:a", "X1000"), actor=bob)
    with act(adam):
        assert sorted(MatchDue.objects.values_list("patient_id", flat=True)) == sorted(
            [twice[0].id, twice[1].id]
        )


def test_a_sweep_takes_some_at_a_time_and_goes_on_where_it_was(enrolled, act, adam, sweep):
    for _ in range(5):
        enrolled()
    with act(adam):
        assert [sweep_some(actor=adam, most=2) for _ in range(4)] == [2, 2, 1, 0]
        assert MatchPair.objects.count() == 10
        sweep_all(actor=adam)
        assert MatchDue.objects.count() == 5
    assert len(sweep()) == 10


def test_a_sweep_asks_as_much_for_many_as_for_one(enrolled, act, adam, django_assert_num_queries):
    for _ in range(2):
        enrolled(given="Bea")
    with act(adam), django_assert_num_queries(11):
        sweep_some(actor=adam)
    for _ in range(6):
        enrolled()
    with act(adam), django_assert_num_queries(11):
        sweep_some(actor=adam)


def test_who_is_not_the_same_never_comes_back_unless_more_alike(act, bob, twice, pair, sweep):
    with act(bob):
        refute_pair(pair, reason=" Mother  and daughter ", version=pair.version, actor=bob)
    assert (pair.decided_by, pair.reason) == (bob.user_id, "Mother and daughter")
    key = (pair.one_id, pair.other_id)

    with act(bob):
        amend_patient(twice[1], changes={"phone": "917 555 0000"}, version=None, actor=bob)
    assert sweep() == {key: REFUTED}
    with act(bob):
        amend_patient(twice[1], changes={"phone": twice[0].phone}, version=None, actor=bob)
    assert sweep() == {key: OPEN}
    with act(bob):
        found = MatchPair.objects.get()
    assert "phone.same" in found.levels
    assert (found.decided_by, found.decided_at, found.reason) == (None, None, "")


def test_undo_opens_the_pair_again(act, bob, pair):
    with act(bob):
        refute_pair(pair, version=None, actor=bob)
        reopen_pair(pair, version=pair.version, actor=bob)

        found = MatchPair.objects.get()
    assert (found.status, found.decided_by, found.decided_at, found.reason) == (OPEN, None, None, "")


def test_a_pair_that_is_alike_no_more_is_put_away_and_comes_back(act, bob, twice, pair, sweep):
    key = (pair.one_id, pair.other_id)
    with act(bob):
        amend_patient(twice[1], changes={"given": "Zoe", "family": "Young"}, version=None, actor=bob)
    assert sweep() == {key: UNLIKE}
    with act(bob):
        amend_patient(twice[1], changes={"given": "Ada", "family": "Okafor"}, version=None, actor=bob)
    assert sweep() == {key: OPEN}


def test_who_is_inactive_is_in_no_pair(act, bob, twice, pair, sweep):
    with act(bob):
        amend_patient(twice[1], changes={"active": False}, version=None, actor=bob)

    assert sweep() == {(pair.one_id, pair.other_id): UNLIKE}


def test_merging_closes_the_pair_in_either_order_and_needs_none(act, bob, pair):
    with act(bob):
        assert note_merged(uuid7(), uuid7(), actor=bob) is None
        closed = note_merged(pair.other_id, pair.one_id, actor=bob)
        again = note_merged(pair.one_id, pair.other_id, actor=bob)

    assert closed is not None
    assert (closed.status, closed.decided_by) == (MERGED, bob.user_id)
    assert again is not None
    assert again.version == closed.version
    with act(bob):
        parted = note_unmerged(pair.one_id, pair.other_id, actor=bob)
    assert parted is not None
    assert (parted.status, parted.decided_by) == (OPEN, None)


def test_refusals_change_nothing(act, alice, bob, charlie, adam, pair):
    with act(bob), pytest.raises(StaleVersion):
        refute_pair(pair, version=pair.version + 1, actor=bob)
    with act(bob), pytest.raises(ImpossibleMove):
        reopen_pair(pair, version=None, actor=bob)
    with act(alice), pytest.raises(Denied):
        refute_pair(pair, version=None, actor=alice)
    with act(bob), pytest.raises(Denied):
        sweep_some(actor=bob)
    with act(charlie):
        assert MatchPair.objects.count() == 0
    with act(bob):
        assert MatchPair.objects.values_list("status", "version").get() == (OPEN, 1)


def test_another_clinic_decides_nothing_here(act, charlie, pair):
    stranger = type(charlie)(
        user_id=uuid7(), name="", organization_id=charlie.organization_id, roles=frozenset({"reception"})
    )
    with act(stranger), pytest.raises(Missing):
        refute_pair(pair, version=None, actor=stranger)


def test_no_portal_sees_a_pair(act, bob, dana, dana_patient, enrolled, sweep):
    enrolled(given="Dana", family="Rivera", birth_date=date(1980, 3, 14), phone="555-201-3344")
    assert len(sweep()) == 1
    with act(dana):
        assert MatchPair.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"one_id": "other_id", "other_id": "one_id"}, "matchpair_in_order"),
        ({"status": "'not-a-duplicate'"}, "matchpair_says_when_decided"),
    ],
)
def test_what_the_database_refuses(act, bob, pair, changes, constraint):
    said = ", ".join(f"{name} = {value}" for name, value in changes.items())
    refused = pytest.raises(IntegrityError, match=constraint)
    with act(bob), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"UPDATE patients_matchpair SET {said}")


def test_a_pair_is_kept_once(act, bob, pair):
    with act(bob), pytest.raises(IntegrityError, match="matchpair_once"), transaction.atomic():
        MatchPair.objects.create(one_id=pair.one_id, other_id=pair.other_id, weight=1, levels="")
