"""What cannot stand beside each other in one chart is settled by rule, and unsettled by the undoing."""

import datetime

import pytest

from osler.clinic.billing.errors import CreditParted
from osler.clinic.billing.models import ChargeItem, Invoice, InvoiceLine, Posting
from osler.clinic.insurance.covering import days
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.errors import MergedFurther, TiedToBoth
from osler.clinic.patients.following import Joining, clashes
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import Patient, PatientIdentifier, PatientLink, SearchToken
from osler.clinic.patients.since_merge import since_merge
from osler.clinic.records.models import AllergyIntolerance, Encounter, Observation, ServiceRequest
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import load_actor
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.kernel.coding import SNOMED
from tests.clinic.patients.merging.charts import DAY, changes, dump, posted, prepaid
from tests.conftest import new_patient, new_portal_actor


@pytest.fixture
def plain(organization):
    return lambda **fields: new_patient(organization, **fields)


@pytest.fixture
def join(act, adam):
    def merge(duplicate, into, taken=()):
        with act(adam):
            link = propose_merge(duplicate, into=into, taken=taken, reason="Same", actor=adam)
            return merge_patients(link, version=link.version, actor=adam)

    return merge


@pytest.fixture
def part(act, adam):
    def unmerge(link):
        with act(adam):
            link.refresh_from_db()
            return unmerge_patients(link, reason="Two", version=link.version, actor=adam)

    return unmerge


def insured(patient, payer, member, priority=1, first=DAY, last=None):
    coverage = Coverage(patient=patient, payer=payer, priority=priority, period=days(first, last))
    coverage.organization_id = patient.organization_id
    coverage.member_id = member
    coverage.save()
    return coverage


def test_insurances_take_the_next_rank_that_is_free(act, adam, plain, join, part):
    one, other = plain(), plain()
    with act(adam):
        acme, best, care = (Payer.objects.create(name=name) for name in ("Acme", "Best", "Care"))
        insured(one, acme, "1")
        first, second = insured(other, best, "2"), insured(other, care, "3", priority=2)
        same, earlier = insured(other, acme, "1", priority=3), datetime.date(2020, 1, 1)
        past = insured(other, care, "9", first=earlier, last=datetime.date(2020, 12, 31))
        before = dump()
    link = join(other, one)

    with act(adam):
        ranks = {row.id: (row.priority, row.status) for row in Coverage.objects.filter(patient=one)}
        assert ranks[first.id] == (2, "active") and ranks[second.id] == (3, "active")
        assert ranks[same.id] == (3, "draft") and ranks[past.id] == (1, "active")
    part(link)
    with act(adam):
        assert dump() == before


@pytest.mark.parametrize("taken", [(), ("portal",)])
def test_one_portal_account_is_the_patients_own_and_nobody_has_access_twice(
    act, adam, plain, join, part, taken
):
    one, other = plain(), plain()
    own, second = new_portal_actor(one, "Own"), new_portal_actor(other, "Second")
    mother = new_portal_actor(one, "Mother", "parent")
    with act(adam):
        PatientGrant(
            user_id=mother.user_id, patient_id=other.id, patient_name="X", relationship="parent"
        ).save()
        before = dump()
    link = join(other, one, taken)

    with act(adam):
        held = PatientGrant.objects.filter(ended_at=None).values_list("user_id", "patient_id", "relationship")
        stays = second if taken else own
        assert sorted(held) == sorted([(stays.user_id, one.id, "self"), (mother.user_id, one.id, "parent")])
    found = load_actor(stays.user_id, realm="portal")
    assert found is not None and found[0].patient_id == one.id
    assert {grant.name for grant in found[0].grants} == {str(one)}
    part(link)
    with act(adam):
        assert dump() == before
        assert User.objects.get(pk=second.user_id).is_active


def test_a_request_for_the_same_service_is_made_once(act, adam, survivor, duplicate, join, part):
    with act(adam):
        words = [str(one.words) for one in clashes(Joining(survivor, duplicate))]
        assert any("asked for in both charts" in one for one in words)
        before = dump()
    link = join(duplicate, survivor)

    with act(adam):
        [asked] = Appointment.objects.filter(status="proposed")
        assert (asked.patient_id, asked.wishes) == (survivor.id, "Mornings, Rivera; Mornings, Riviera")
    part(link)
    with act(adam):
        assert dump() == before


def test_allergies_are_the_union_and_none_known_gives_way(act, adam, plain, join, part):
    one, other = plain(), plain()
    with act(adam):
        AllergyIntolerance(
            patient=one, system=SNOMED, code=NO_KNOWN_ALLERGY, display="No known allergy"
        ).save()
        AllergyIntolerance(patient=other, display="Penicillin").save()
        before = dump()
    link = join(other, one)

    with act(adam):
        assert link.allergies_open is True
        rows = AllergyIntolerance.objects.filter(patient=one).values_list("display", "clinical_status")
        assert sorted(rows) == [("No known allergy", "resolved"), ("Penicillin", "active")]
    part(link)
    with act(adam):
        assert dump() == before


def test_what_was_changed_since_travels_with_the_row(act, adam, survivor, duplicate, join, part):
    with act(adam):
        order = ServiceRequest.objects.get(patient=duplicate)
    link = join(duplicate, survivor, ["phone"])
    with act(adam):
        order.refresh_from_db()
        order.note = "Fasting"
        order.save()
        patient = Patient.objects.get(id=survivor.id)
        patient.city = "Boston"
        patient.save()
    part(link)

    with act(adam):
        order.refresh_from_db()
        patient.refresh_from_db()
        assert (order.patient_id, order.note) == (duplicate.id, "Fasting")
        assert f"Patient/{duplicate.id}" in order.resource and str(survivor.id) not in order.resource
        assert (patient.city, patient.phone, patient.former_names) == ("Boston", "555-201-3344", [])
        assert "Boston" in patient.resource and "replaces" not in patient.resource


def test_what_hangs_on_a_moved_row_goes_back_with_it(act, adam, survivor, duplicate, join, part):
    with act(adam):
        visit = Encounter.objects.get(patient=duplicate)
        own = Encounter.objects.get(patient=survivor)
    link = join(duplicate, survivor)
    with act(adam):
        late = [Observation(patient=survivor, encounter=one, display="Pulse") for one in (visit, own, None)]
        for row in late:
            row.save()
        sides = {bundle.key: bundle.side for bundle in since_merge(link, actor=adam)}
        assert sides == {str(late[0].id): "duplicate", str(late[1].id): "survivor", str(late[2].id): ""}
    part(link)

    with act(adam):
        for row in late:
            row.refresh_from_db()
        assert [row.patient_id for row in late] == [duplicate.id, survivor.id, survivor.id]


def draft_of(patient, charges):
    """An invoice that is not issued yet."""
    draft = Invoice(patient=patient)
    draft.save()
    for position, charge in enumerate(charges, 1):
        InvoiceLine.objects.create(
            invoice=draft,
            patient=patient,
            charge=charge,
            position=position,
            description="X",
            occurred_on=DAY,
            amount=1,
        )
    return draft


def test_an_invoice_over_both_charts_is_put_right_first(act, adam, plain, join, part):
    one, other = plain(), plain()
    with act(adam):
        charges = [
            ChargeItem(
                patient=who,
                origin=f"hand:{who.id}",
                code="V",
                description="V",
                unit_amount=1,
                occurred_on=DAY,
            )
            for who in (one, other)
        ]
        for charge in charges:
            charge.save()
    link = join(other, one)
    with act(adam):
        draft = draft_of(one, charges)
        [bundle] = since_merge(link, actor=adam)
        assert bundle.is_tied and bundle.head.row == ("billing_invoice", draft.id)
        present = dump()
    with pytest.raises(TiedToBoth):
        part(link)
    with act(adam):
        assert dump() == present
        draft.status = "entered-in-error"
        draft.save()
        [bundle] = since_merge(link, actor=adam)
        assert not bundle.is_tied
    part(link)


def test_credit_that_paid_for_the_other_is_put_right_first(act, adam, survivor, duplicate, join, part):
    with act(adam):
        prepaid(duplicate, "30.00")
        owed = Invoice.objects.get(patient=survivor)
    link = join(duplicate, survivor)
    with act(adam):
        posted(survivor, "transfer", ("patient-credit", 30, None), ("patient-receivable", -30, owed.id))
        present = dump()
    with pytest.raises(CreditParted):
        part(link)
    with act(adam):
        assert dump() == present
        assert Posting.objects.filter(patient=survivor).count()


def test_merges_upon_merges_are_undone_from_the_last(act, adam, filled, join, part):
    first, second, third = filled(given="A"), filled(given="B"), filled(given="C")
    with act(adam):
        before = dump()
    there, further = join(first, second), join(second, third, ["name"])
    with act(adam):
        joined = dump()
        assert PatientIdentifier.objects.filter(patient=third).count() == 3
        found = SearchToken.objects.filter(kind="i", token=first.mrn).values_list("patient_id", flat=True)
        assert list(found) == [third.id]
    with pytest.raises(MergedFurther):
        part(there)
    with act(adam):
        assert dump() == joined
    part(further)
    part(there)
    with act(adam):
        assert changes(before, dump()) == []


def test_two_merges_into_one_chart_are_undone_in_either_order(act, adam, filled, join, part):
    one, two, home = filled(given="A"), filled(given="B"), filled(given="C")
    with act(adam):
        before = dump()
    first, second = join(one, home, ["name"]), join(two, home)
    part(first)
    part(second)

    with act(adam):
        assert changes(before, dump()) == []


def test_a_chart_is_merged_again_after_an_undoing(act, adam, survivor, duplicate, join, part):
    with act(adam):
        before = dump()
    for _round in range(3):
        part(join(duplicate, survivor, ["name", "address"]))
    with act(adam):
        assert dump() == before
        assert PatientLink.objects.filter(status="unmerged").count() == 3
