"""Files with numbers of kinds that the clinic knows: written and refused as at the desk, allotted besides."""

import pytest

from osler.clinic.patients.models import IdentifierType, ImportRow, PatientIdentifier
from tests.clinic.patients.importing.conftest import HEADER, fates

pytestmark = pytest.mark.django_db
CARD, RECORD = "urn:clinic:card", "urn:clinic:record"
ROWS = (
    "Ada,Okafor,07/14/1945,F,(212) 555-0142,12 Elm Street,Boston,MA,02139,a0001230",
    "Ben,Sato,03/22/1971,M,(617) 555-0111,4 Oak Avenue,Salem,MA,01970,A-000123-1",
    "Eva,Lindqvist,11/30/1988,F,(857) 555-0102,77 Pine Road,Lynn,MA,01901,",
)


@pytest.fixture
def kinds(act, adam) -> None:
    with act(adam):
        IdentifierType(name="Card", system=CARD, shape="A-######-#", check_digit="luhn").save(
            force_insert=True
        )
        IdentifierType(
            name="Record", system=RECORD, shape="M-##-#", check_digit="luhn", is_allotted=True
        ).save(force_insert=True)


def test_numbers_are_held_to_their_kind(act, adam, bring, run, kinds):
    patient_import = bring(*ROWS, header=HEADER.replace("MRN", "Card"))
    with act(adam):
        place = str(len(HEADER.split(",")) - 1)
        patient_import.mapping["columns"][place] = ["number", "Card"]
        patient_import.save()

    counts = run(patient_import)

    assert (counts["created"], counts["refused"]) == (2, 1)
    assert fates(act, adam, patient_import) == {2: "created", 3: "refused", 4: "created"}
    with act(adam):
        row = ImportRow.objects.get(patient_import=patient_import, number=3)
        assert (row.reason, row.place) == ("number-unfit", 9)
        stored = PatientIdentifier.objects.order_by("system", "value").values_list("system", "value")
        assert list(stored) == [(CARD, "A-000123-0"), (RECORD, "M-01-8"), (RECORD, "M-02-6")]
