"""A new card in an old one's place, and in the family's."""

from datetime import date, timedelta

import pytest

from osler.clinic.insurance.covering import add_coverage, amend_coverage, coverage_on, days
from osler.clinic.insurance.errors import CoverageOverlaps, CoveragePeriodEmpty
from osler.clinic.insurance.models import Coverage, EligibilityCheck, Payer
from osler.clinic.insurance.payers import add_payer
from osler.clinic.insurance.replacing import carry_card, dependents_of, replace_coverage
from osler.kernel import clock
from osler.kernel.errors import Denied, StaleVersion
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 1)


@pytest.fixture
def valley(act, bill):
    with act(bill):
        return add_payer(Payer(name="Valley"), actor=bill)


@pytest.fixture
def child(act, bob, card, organization):
    """Insured through the card of a parent."""
    patient = new_patient(organization, given="Lia", birth_date=date(2018, 5, 1))
    with act(bob):
        row = Coverage(
            patient=patient,
            payer=card.payer,
            period=card.period,
            relationship="child",
            subscriber_patient=card.patient,
        )
        return add_coverage(row, member_id="H123", actor=bob)


def cards(patient):
    rows = Coverage.objects.filter(patient=patient).order_by("period")
    return [(one.payer.name, one.member_id, one.status, one.first_day, one.last_day) for one in rows]


def test_the_old_card_ends_the_day_before_the_new_one(act, bob, card, valley, dana_patient):
    with act(bob):
        new = Coverage(payer=valley, period=days(JULY))
        replace_coverage(card, new, member_id=" V1 ", version=1, actor=bob)
        assert cards(dana_patient) == [
            ("Harbor Health", "H123", "cancelled", date(2026, 1, 1), date(2026, 6, 30)),
            ("Valley", "V1", "active", JULY, None),
        ]
        assert coverage_on(dana_patient, JULY, actor=bob) == [new]
        statuses = EligibilityCheck.objects.order_by("id").values_list("coverage__payer__name", "status")
        assert list(statuses) == [("Harbor Health", "superseded"), ("Valley", "queued")]


def test_a_card_that_begins_later_leaves_the_old_one_active_until_then(act, bob, card, valley, dana_patient):
    day = clock.today() + timedelta(days=10)
    with act(bob):
        replace_coverage(card, Coverage(payer=valley, period=days(day)), member_id="V1", version=1, actor=bob)
        assert [row[2] for row in cards(dana_patient)] == ["active", "active"]


@pytest.mark.parametrize(
    ("first_day", "version", "refusal"),
    [(date(2026, 1, 1), 1, CoveragePeriodEmpty), (JULY, 9, StaleVersion)],
)
def test_what_cannot_take_its_place_changes_nothing(
    act, bob, card, valley, dana_patient, first_day, version, refusal
):
    with act(bob):
        with pytest.raises(refusal):
            new = Coverage(payer=valley, period=days(first_day))
            replace_coverage(card, new, member_id="V1", version=version, actor=bob)
        assert cards(dana_patient) == [("Harbor Health", "H123", "active", date(2026, 1, 1), None)]


def test_a_third_card_in_between_is_in_the_way_and_nothing_is_half_done(act, bob, card, valley, dana_patient):
    with act(bob):
        Coverage.objects.filter(id=card.id).update(period=days(date(2026, 1, 1), date(2026, 6, 30)))
        later = Coverage(patient=dana_patient, payer=valley, period=days(date(2026, 9, 1)))
        add_coverage(later, member_id="V1", actor=bob)
        card.refresh_from_db()
        before = cards(dana_patient)
        with pytest.raises(CoverageOverlaps):
            new = Coverage(payer=valley, period=days(date(2026, 3, 1)))
            replace_coverage(card, new, member_id="V2", version=card.version, actor=bob)
        assert cards(dana_patient) == before


def test_the_family_is_offered_what_changed_on_the_parents_card(act, bob, card, child):
    with act(bob):
        assert dependents_of(card, actor=bob) == []
        amend_coverage(card, changes={"member_id": "H777", "group_number": "G"}, version=1, actor=bob)
        assert dependents_of(card, actor=bob) == [child]
        carry_card(card, dependents=[child], versions={child.id: 1}, actor=bob)
        assert cards(child.patient) == [("Harbor Health", "H777", "active", date(2026, 1, 1), None)]
        assert dependents_of(card, actor=bob) == []


def test_a_new_insurer_of_the_parent_becomes_the_childs_from_the_same_day(act, bob, card, child, valley):
    with act(bob):
        new = Coverage(payer=valley, period=days(JULY))
        replace_coverage(card, new, member_id="V1", version=1, actor=bob)
        (found,) = dependents_of(new, actor=bob)
        carry_card(new, dependents=[found], versions={child.id: 1}, actor=bob)
        assert cards(child.patient) == [
            ("Harbor Health", "H123", "cancelled", date(2026, 1, 1), date(2026, 6, 30)),
            ("Valley", "V1", "active", JULY, None),
        ]
        last = Coverage.objects.get(patient=child.patient, status="active")
        assert (last.relationship, last.subscriber_name) == ("child", "Dana Rivera")


def test_all_are_carried_or_none(act, bob, card, child, organization, valley):
    sister = new_patient(organization, given="Ana")
    with act(bob):
        row = Coverage(
            patient=sister,
            payer=card.payer,
            period=card.period,
            relationship="child",
            subscriber_patient=card.patient,
        )
        second = add_coverage(row, member_id="H123", actor=bob)
        new = replace_coverage(
            card, Coverage(payer=valley, period=days(JULY)), member_id="V1", version=1, actor=bob
        )
        with pytest.raises(StaleVersion):
            carry_card(new, dependents=[child, second], versions={child.id: 1, second.id: 7}, actor=bob)
        for patient in (child.patient, sister):
            assert [row[:2] for row in cards(patient)] == [("Harbor Health", "H123")]


@pytest.mark.parametrize("who", ["alice", "nina", "adam", "dana"])
def test_who_replaces_no_card(act, bob, card, valley, dana_patient, request, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises(Denied):
        new = Coverage(payer=valley, period=days(JULY))
        replace_coverage(card, new, member_id="V1", version=1, actor=actor)
    with act(bob):
        assert len(cards(dana_patient)) == 1
