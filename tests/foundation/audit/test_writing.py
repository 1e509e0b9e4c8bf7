"""Many rows at once: made and written as one alone would be."""

from datetime import date

import pytest

from osler.clinic.patients.models import ImportRow, Patient, PatientIdentifier, PatientImport, RelatedPerson
from osler.foundation.audit.writing import made, write

pytestmark = pytest.mark.django_db
BORN = {"given": "Ada", "family": "Okafor", "birth_date": date(1945, 7, 14), "gender": "female"}


@pytest.mark.parametrize("model", [Patient, PatientIdentifier, PatientImport, RelatedPerson, ImportRow])
def test_a_row_is_made_as_its_model_makes_it(model):
    row, plain = made(model), model()
    said = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    wanted = {field.attname: getattr(plain, field.attname) for field in model._meta.concrete_fields}

    for own in ("id", "former_names", "mapping"):
        assert type(said.pop(own, None)) is type(wanted.pop(own, None))
    assert said == wanted
    assert row._state.adding
    assert row._state.db is None


def test_rows_share_nothing_that_can_change():
    ada, ben = made(Patient, **BORN), made(Patient)

    ada.former_names.append("Ada Bell")
    ada._state.adding = False

    assert ben.former_names == []
    assert ben._state.adding
    assert ada.id != ben.id
    assert (ada.given, ada.birth_date, ben.given) == ("Ada", date(1945, 7, 14), "")


def test_what_is_written_together_says_what_one_alone_says(act, bob):
    """Values of every kind: text, day, none, list, JSON, sealed bytes."""
    with act(bob):
        alone, together = (
            Patient(**BORN, former_names=["Ada Bell"]),
            made(Patient, **BORN, former_names=["Ada Bell"]),
        )
        alone.save()
        write([together])
        number = made(
            PatientIdentifier, organization_id=bob.organization_id, patient_id=together.id, type_code="SS"
        )
        number.keep("540-12-1234")
        file = made(
            PatientImport, name="old.csv", size=1, row_count=1, kind="csv", mapping={"dates": "day-first"}
        )
        write([number])
        write([file])

        rows = Patient.objects.filter(id__in=[alone.id, together.id]).order_by("id").values()
        own = {"id", "mrn", "resource", "created_at", "updated_at"}
        one, other = ({name: row[name] for name in row.keys() - own} for row in rows)
        assert one == other
        assert PatientIdentifier.objects.get(id=number.id).number == "540-12-1234"
        assert PatientImport.objects.get(id=file.id).mapping == {"dates": "day-first"}
