"""add_coverage, end_coverage, make_primary, coverage_on."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.insurance.covering import (
    add_coverage,
    amend_coverage,
    coverage_on,
    coverages_of,
    days,
    end_coverage,
    enter_coverage_in_error,
    make_primary,
    missing_ranks,
    primary_coverages,
    primary_keys,
)
from osler.clinic.insurance.errors import (
    CoverageOverlaps,
    CoveragePeriodEmpty,
    PayerKnown,
    SubscriberUnclear,
)
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.insurance.payers import add_payer
from osler.clinic.patients.errors import NotAmendable
from osler.clinic.patients.models import RelatedPerson
from osler.clinic.patients.relations import add_related_person
from osler.kernel import clock
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, StaleVersion
from tests.conftest import new_patient

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


def test_each_day_has_the_insurance_that_pays_first_on_it(act, bob, dana_patient, covered, other_payer):
    july, before = JUNE + timedelta(days=1), JANUARY - timedelta(days=1)
    with act(bob):
        end_coverage(covered, last_day=JUNE, version=1, actor=bob)
        second = Coverage(patient=dana_patient, payer=other_payer, period=days(JANUARY), priority=2)
        add_coverage(second, actor=bob)
        visits = [(dana_patient.id, day) for day in (before, JANUARY, JUNE, july, july)]
        found = primary_coverages(visits, actor=bob)

        assert found == {visits[1]: covered, visits[2]: covered, visits[3]: second}
        assert primary_keys(visits, actor=bob) == {visit: one.id for visit, one in found.items()}
        assert (primary_coverages([], actor=bob), primary_keys([], actor=bob)) == ({}, {})


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


@pytest.fixture
def somebody_close(act, bob, dana_patient, organization):
    """A partner who is no patient, and the contact of another patient."""
    other = new_patient(organization, given="Ana")
    with act(bob):
        rows = [RelatedPerson(patient=one, name="Ivo Rivera") for one in (dana_patient, other)]
        return [add_related_person(row, actor=bob) for row in rows]


def test_a_card_may_be_anothers_contract(act, bob, dana_patient, payer, organization, somebody_close):
    mother = new_patient(organization, given="Rosa")
    with act(bob):
        for rank, fields in enumerate(
            ({"subscriber_patient": mother}, {"subscriber_person": somebody_close[0]}), start=1
        ):
            row = Coverage(
                patient=dana_patient,
                payer=payer,
                period=days(JUNE),
                priority=rank,
                relationship="other",
                **fields,
            )
            add_coverage(row, member_id="R1", actor=bob)
        named = Coverage.objects.order_by("priority").values_list("subscriber_name", flat=True)
        assert list(named) == ["Rosa Rivera", "Ivo Rivera"]


@pytest.mark.parametrize("case", ["both", "itself", "the contact of another"])
def test_whose_contract_it_is_must_be_clear(
    act, bob, dana_patient, payer, organization, somebody_close, case
):
    mother = new_patient(organization, given="Rosa")
    fields = {
        "both": {"subscriber_patient": mother, "subscriber_person": somebody_close[0]},
        "itself": {"subscriber_patient": dana_patient},
        "the contact of another": {"subscriber_person": somebody_close[1]},
    }[case]
    with act(bob):
        row = Coverage(patient=dana_patient, payer=payer, period=days(JUNE), relationship="other", **fields)
        with pytest.raises(SubscriberUnclear):
            add_coverage(row, actor=bob)
        assert not Coverage.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wall"),
    [
        ({"priority": 4}, "coverage_priority_one_to_three"),
        ({"relationship": "self", "subscriber_patient": True}, "coverage_own_has_no_other_subscriber"),
        (
            {"relationship": "child", "subscriber_patient": True, "subscriber_person": True},
            "coverage_one_subscriber",
        ),
    ],
)
def test_the_database_itself_refuses(act, bob, dana_patient, payer, somebody_close, fields, wall):
    rows = {"subscriber_patient": somebody_close[1].patient, "subscriber_person": somebody_close[0]}
    values = {name: rows[name] if value is True else value for name, value in fields.items()}
    with act(bob), pytest.raises(IntegrityError) as refused, transaction.atomic():
        Coverage.objects.bulk_create(
            [Coverage(organization_id=bob.organization_id, patient=dana_patient, payer=payer,
                      period=days(JUNE), **values)]
        )  # fmt: skip
    assert constraint_of(refused.value) == wall


def test_holes_in_the_ranks_are_told(act, bob, dana_patient, covered, payer):
    third = Coverage(priority=3, period=days(JANUARY, JUNE))
    assert missing_ranks([covered], JUNE) == []
    assert missing_ranks([covered, third], JUNE) == [2]
    assert missing_ranks([third], JUNE) == [1, 2]
    assert missing_ranks([third], JUNE + timedelta(days=1)) == []
