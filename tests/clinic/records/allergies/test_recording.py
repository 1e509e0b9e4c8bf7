"""Allergies, and that none is known."""

import pytest

from osler.clinic.records.allergies.recording import (
    Reaction,
    active_allergies,
    record_allergy,
    record_no_known_allergies,
)
from osler.clinic.records.errors import AllergiesExist, AlreadyRecorded, UnknownCode
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import AllergyIntolerance
from osler.kernel.coding import RXNORM, Coding
from osler.kernel.errors import Denied, StaleVersion

PENICILLIN = Coding(RXNORM, "7980", "Penicillin G")


def test_allergy_is_recorded_once(act, nina, dana_patient):
    with act(nina):
        first = record_allergy(
            dana_patient, substance=PENICILLIN, reaction=Reaction("Hives", "severe", "high"), actor=nina
        )
        with pytest.raises(AlreadyRecorded):
            record_allergy(dana_patient, substance=PENICILLIN, actor=nina)

        assert list(active_allergies(dana_patient, actor=nina)) == [first]
        assert (first.reaction, first.severity, first.recorder_id) == (
            "Hives",
            "severe",
            nina.practitioner_id,
        )


def test_free_words_count_as_the_same_whatever_their_case(act, nina, dana_patient):
    with act(nina):
        record_allergy(dana_patient, substance=Coding("", "", "Shellfish"), actor=nina)
        with pytest.raises(AlreadyRecorded):
            record_allergy(dana_patient, substance=Coding("", "", "shellfish"), actor=nina)
        with pytest.raises(UnknownCode):
            record_allergy(dana_patient, substance=Coding("", "", "  "), actor=nina)
        assert AllergyIntolerance.objects.count() == 1


def test_none_known_ends_with_the_first_allergy_and_cannot_stand_beside_one(act, nina, dana_patient):
    with act(nina):
        none = record_no_known_allergies(dana_patient, actor=nina)
        assert record_no_known_allergies(dana_patient, actor=nina) == none

        allergy = record_allergy(dana_patient, substance=PENICILLIN, actor=nina)
        assert list(active_allergies(dana_patient, actor=nina)) == [allergy]
        with pytest.raises(AllergiesExist):
            record_no_known_allergies(dana_patient, actor=nina)


def test_wrong_entry_goes_from_the_list_and_stays_in_the_chart(act, nina, dana_patient):
    with act(nina):
        allergy = record_allergy(dana_patient, substance=PENICILLIN, actor=nina)
        with pytest.raises(StaleVersion):
            enter_in_error(allergy, actor=nina, version=7)
        enter_in_error(allergy, actor=nina, version=1)

        assert list(active_allergies(dana_patient, actor=nina)) == []
        assert AllergyIntolerance.objects.get().verification_status == "entered-in-error"


def test_reception_records_no_allergy(act, bob, dana_patient):
    with act(bob), pytest.raises(Denied):
        record_allergy(dana_patient, substance=PENICILLIN, actor=bob)
