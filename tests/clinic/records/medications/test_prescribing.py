"""Prescriptions and the alerts before them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from osler.clinic.records.allergies.recording import Reaction, record_allergy
from osler.clinic.records.encounters.visit import finish_encounter
from osler.clinic.records.errors import (
    AlreadyRecorded,
    EncounterClosed,
    QuantityNotPositive,
    UnknownCode,
    UnknownReason,
    UnsafeMedication,
)
from osler.clinic.records.medications.active import active_medications, past_medications
from osler.clinic.records.medications.prescribing import prescribe_medication, stop_medication
from osler.clinic.records.medications.safety import alerts_against
from osler.clinic.records.medications.statements import record_statement
from osler.clinic.records.models import (
    AllergyIntolerance,
    MedicationRequest,
    MedicationStatement,
)
from osler.foundation.terminology.medications import find_medication, medications
from osler.kernel import clock
from osler.kernel.coding import Coding
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.states import ImpossibleMove, can_move

SQUARE = {
    "draft": {"active", "cancelled", "entered-in-error"},
    "active": {"on-hold", "stopped", "completed", "cancelled", "entered-in-error"},
    "on-hold": {"active", "stopped", "cancelled", "entered-in-error"},
    "stopped": {"entered-in-error"},
    "completed": {"entered-in-error"},
    "cancelled": {"entered-in-error"},
    "unknown": {"entered-in-error"},
}


def drug_with(ingredient: str) -> str:
    """A product of one ingredient, by what finds it."""
    return next(one.key for one in medications() if one.ingredients == (ingredient,))


@pytest.fixture
def prescribe(act, alice, visit):
    def write(drug: str, **more):
        given = {"sig": "1 a day", "quantity": Decimal(30), "refills": 1} | more
        return prescribe_medication(visit, drug=drug, actor=alice, **given)

    return write


@pytest.mark.parametrize("current", list(MedicationRequest.Status))
@pytest.mark.parametrize("to", list(MedicationRequest.Status))
def test_states_move_along_the_table_only(current, to):
    moves = can_move(MedicationRequest.TRANSITIONS, current=current, to=to)
    assert moves is (to in SQUARE.get(current, set()))


def test_prescription_joins_the_one_list(act, alice, nina, dana_patient, prescribe, announced):
    with act(nina):
        told = record_statement(dana_patient, words="Grandma's tea", sig="evenings", actor=nina)
        with pytest.raises(AlreadyRecorded):
            record_statement(dana_patient, words="grandma's TEA", actor=nina)
    with act(alice):
        written = prescribe(drug_with("lisinopril"))

        listed = active_medications(dana_patient, actor=alice)
        assert [(row.kind, row.id) for row in listed] == [("prescribed", written.id), ("told", told.id)]
        assert (written.ingredient, written.requester_id) == ("lisinopril", alice.practitioner_id)
        assert announced()[-1] == "MedicationPrescribed"


def test_definite_allergy_interrupts_until_a_coded_reason_is_given(act, alice, nina, dana_patient, prescribe):
    with act(nina):
        record_allergy(
            dana_patient,
            substance=Coding("", "", "Penicillin"),
            reaction=Reaction("Hives", "severe"),
            actor=nina,
        )
    with act(alice):
        with pytest.raises(UnsafeMedication) as caught:
            prescribe(drug_with("amoxicillin"))
        assert [(alert.kind, alert.interrupts) for alert in caught.value.alerts] == [("allergy", True)]
        assert "Hives" in caught.value.alerts[0].detail
        with pytest.raises(UnknownReason):
            prescribe(drug_with("amoxicillin"), override_reason="because")
        assert MedicationRequest.objects.count() == 0

        written = prescribe(drug_with("amoxicillin"), override_reason="tolerated")
        assert written.override_reason == "tolerated"


@pytest.mark.parametrize(
    ("severity", "is_quiet"),
    [pytest.param("mild", True, id="mild"), pytest.param("severe", False, id="severe")],
)
def test_relative_that_was_tolerated_is_quiet(act, alice, nina, dana_patient, visit, severity, is_quiet):
    with act(nina):
        allergy = record_allergy(
            dana_patient,
            substance=Coding("", "", "Penicillin G"),
            reaction=Reaction("Rash", severity),
            actor=nina,
        )
        AllergyIntolerance.objects.filter(id=allergy.id).update(recorded_at=clock.now() - timedelta(days=90))
    drug = find_medication(drug_with("amoxicillin"))
    with act(alice):
        before = alerts_against(dana_patient, medication=drug, actor=alice)
        assert [alert.interrupts for alert in before] == [True]
        MedicationRequest.objects.create(
            patient=dana_patient,
            display=drug.display,
            ingredient=drug.ingredient,
            status="completed",
            authored_at=clock.now() - timedelta(days=30),
        )
        alerts = alerts_against(dana_patient, medication=drug, actor=alice)
        assert [alert.interrupts for alert in alerts] == [not is_quiet]


def test_reason_is_kept_only_where_an_alert_stood(act, alice, prescribe):
    with act(alice):
        assert prescribe(drug_with("lisinopril"), override_reason="benefit").override_reason == ""


def test_serious_pair_interrupts(act, alice, nina, dana_patient, prescribe):
    with act(nina):
        record_statement(dana_patient, words="Warfarin Sodium 5 MG Oral Tablet", actor=nina)
    with act(alice):
        with pytest.raises(UnsafeMedication) as caught:
            prescribe(drug_with("ibuprofen"))
        assert "interaction" in [alert.kind for alert in caught.value.alerts]


def test_same_product_twice_interrupts(act, alice, prescribe):
    with act(alice):
        prescribe(drug_with("lisinopril"))
        with pytest.raises(UnsafeMedication) as caught:
            prescribe(drug_with("lisinopril"))
        assert [alert.kind for alert in caught.value.alerts] == ["duplicate"]
        assert MedicationRequest.objects.count() == 1


def test_what_cannot_be_prescribed(act, alice, nina, visit, prescribe):
    with act(nina), pytest.raises(Denied):
        prescribe_medication(visit, drug=drug_with("lisinopril"), sig="1", quantity=Decimal(1), actor=nina)
    with act(alice):
        with pytest.raises(UnknownCode):
            prescribe("dragon's blood")
        with pytest.raises(QuantityNotPositive), transaction.atomic():
            prescribe(drug_with("lisinopril"), quantity=Decimal(0))
        finish_encounter(visit, actor=alice)
        with pytest.raises(EncounterClosed):
            prescribe(drug_with("lisinopril"))
        assert MedicationRequest.objects.count() == 0


def test_database_refuses_a_quantity_of_nothing(act, alice, prescribe):
    with act(alice):
        written = prescribe(drug_with("lisinopril"))
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            MedicationRequest.objects.filter(id=written.id).update(quantity=0)
    assert constraint_of(caught.value) == "medicationrequest_quantity_positive"


def test_stopping_is_never_lost(act, alice, nina, dana_patient, prescribe):
    with act(nina):
        told = record_statement(dana_patient, words="Herbal tea", actor=nina)
    with act(alice):
        written = prescribe(drug_with("lisinopril"))
        with pytest.raises(StaleVersion):
            stop_medication(written, actor=alice, version=9)
        stop_medication(written, reason="Cough", actor=alice, version=1)
        with pytest.raises(ImpossibleMove):
            stop_medication(written, actor=alice)
    with act(nina):
        with pytest.raises(Denied):
            stop_medication(MedicationRequest.objects.get(), actor=nina)
        stop_medication(told, actor=nina)
        assert active_medications(dana_patient, actor=nina) == []
        past = {row.display for row in past_medications(dana_patient, actor=nina)}
        assert past == {written.display, told.display}
        assert MedicationRequest.objects.get().stop_reason == "Cough"
        assert MedicationStatement.objects.get().status == "stopped"
