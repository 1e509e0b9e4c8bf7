"""add_coverage, end_coverage, make_primary, coverage_on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from osler.clinic.insurance.covering import (
    add_coverage,
    amend_coverage,
    coverage_on,
    coverages_of,
    days,
    end_coverage,
    enter_coverage_in_error,
    make_primary,
)
from osler.clinic.insurance.errors import CoverageOverlaps, CoveragePeriodEmpty, PayerKnown
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.insurance.payers import add_payer
from osler.clinic.patients.errors import NotAmendable
from osler.kernel import clock
from osler.kernel.errors import Denied, StaleVersion

pytestmark = pytest.mark.django_db

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture
def payer(act, bob):
    with act(bob):
        return add_payer(Payer(name="Aetna  Health"), actor=bob)


@pytest.fixture
def other_payer(act, bob):
    with act(bob):
        return add_payer(Payer(name="Medicare"), actor=bob)


@pytest.fixture
def covered(act, bob, dana_patient, payer):
    with act(bob):
        coverage = Coverage(
            patient=dana_patient,
            payer=payer,
            period=days(JANUARY),
            plan_name="Gold",
            copay_amount=Decimal("25.00"),
        )
        return add_coverage(coverage, member_id=" W123 456 ", actor=bob)


def test_a_coverage_keeps_its_member_id_sealed(act, bob, covered):
    with act(bob):
        stored = Coverage.objects.get()

        assert (stored.member_id, stored.plan_name) == ("W123 456", "Gold")
        assert b"W123" not in bytes(stored.member_id_sealed)


def test_two_of_one_rank_never_share_a_day(act, bob, dana_patient, covered, other_payer):
    with act(bob):
        with pytest.raises(CoverageOverlaps):
            add_coverage(Coverage(patient=dana_patient, payer=other_payer, period=days(JUNE)), actor=bob)

        assert Coverage.objects.count() == 1
        add_coverage(
            Coverage(patient=dana_patient, payer=other_payer, period=days(JUNE), priority=2), actor=bob
        )
        assert Coverage.objects.count() == 2


def test_a_coverage_that_ends_makes_room_for_the_next(act, bob, dana_patient, covered, other_payer):
    with act(bob):
        end_coverage(covered, last_day=JUNE, version=1, actor=bob)
        following = add_coverage(
            Coverage(patient=dana_patient, payer=other_payer, period=days(JUNE + timedelta(days=1))),
            actor=bob,
        )

        assert coverage_on(dana_patient, JUNE, actor=bob) == [covered]
        assert coverage_on(dana_patient, JUNE + timedelta(days=1), actor=bob) == [following]


def test_a_coverage_may_end_in_days_to_come(act, bob, covered):
    with act(bob):
        end_coverage(covered, last_day=clock.today() + timedelta(days=9), version=1, actor=bob)

        assert Coverage.objects.get().status == "active"


def test_a_coverage_never_ends_before_it_begins(act, bob, covered):
    with act(bob):
        with pytest.raises(CoveragePeriodEmpty):
            end_coverage(covered, last_day=date(2025, 1, 1), version=1, actor=bob)

        assert Coverage.objects.get().version == 1


def test_an_error_counts_on_no_day(act, bob, dana_patient, covered):
    with act(bob):
        enter_coverage_in_error(covered, version=1, actor=bob)

        assert coverage_on(dana_patient, JUNE, actor=bob) == []
        assert list(coverages_of(dana_patient, actor=bob)) == []
        assert Coverage.objects.count() == 1


def test_the_second_becomes_the_first_and_the_first_the_second(act, bob, dana_patient, covered, other_payer):
    with act(bob):
        second = add_coverage(
            Coverage(patient=dana_patient, payer=other_payer, period=days(JANUARY), priority=2), actor=bob
        )
        make_primary(second, version=1, actor=bob)

        assert [one.id for one in coverage_on(dana_patient, JUNE, actor=bob)] == [
            second.id,
            covered.id,
        ]
        covered.refresh_from_db()
        assert (covered.status, covered.priority) == ("active", 2)


def test_an_old_version_changes_nothing(act, bob, covered):
    with act(bob):
        amend_coverage(covered, changes={"member_id": "X9"}, version=1, actor=bob)
        for deed in (
            lambda: amend_coverage(covered, changes={"member_id": "Y"}, version=1, actor=bob),
            lambda: end_coverage(covered, last_day=JUNE, version=1, actor=bob),
            lambda: make_primary(covered, version=1, actor=bob),
        ):
            with pytest.raises(StaleVersion):
                deed()

        stored = Coverage.objects.get()
        assert (stored.member_id, stored.version, stored.period.upper) == ("X9", 2, None)


def test_the_rank_is_not_amended_by_hand(act, bob, covered):
    with act(bob), pytest.raises(NotAmendable):
        amend_coverage(covered, changes={"priority": 3}, version=1, actor=bob)


def test_payers_are_told_apart_by_name(act, bob, payer):
    with act(bob):
        with pytest.raises(PayerKnown):
            add_payer(Payer(name="Aetna Health"), actor=bob)

        assert [one.name for one in Payer.objects.all()] == ["Aetna Health"]


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "adam", "petra", "dana", "charlie"])
def test_who_notes_no_insurance(act, bob, dana_patient, payer, request, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises(Denied):
        add_coverage(Coverage(patient=dana_patient, payer=payer, period=days(JUNE)), actor=actor)
    with act(bob):
        assert not Coverage.objects.exists()


@pytest.mark.parametrize(("who", "count"), [("charlie", 0), ("dana", 1), ("bill", 1)])
def test_who_sees_a_coverage(act, covered, dana_patient, request, who, count):
    actor = request.getfixturevalue(who)
    with act(actor):
        assert len(coverage_on(dana_patient, JUNE, actor=actor)) == count
