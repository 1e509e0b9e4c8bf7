"""Many rows at once: made and written as one alone would be."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from osler.clinic.patients.models import ImportRow, Patient, PatientIdentifier, PatientImport, RelatedPerson
from osler.clinic.records.models import ClinicalNote, Encounter, Observation
from osler.clinic.scheduling.models import Appointment
from osler.foundation.audit.writing import made, write
from osler.kernel.coding import LOINC
from osler.kernel.periods import period

pytestmark = pytest.mark.django_db
BORN = {"given": "Ada", "family": "Okafor", "birth_date": date(1945, 7, 14), "gender": "female"}


MADE = (
    Patient,
    PatientIdentifier,
    PatientImport,
    RelatedPerson,
    ImportRow,
    Appointment,
    Encounter,
    ClinicalNote,
)


@pytest.mark.parametrize("model", MADE)
def test_a_row_is_made_as_its_model_makes_it(model):
    row, plain = made(model), model()
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    said = {field.attname: getattr(row, field.attname) for field in fields}
    wanted = {field.attname: getattr(plain, field.attname) for field in fields}

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


@pytest.fixture
def ada(act, bob):
    with act(bob):
        write([patient := made(Patient, **BORN)])
    return patient


def own_of(rows):
    """What rows say besides who they are and when they were written."""
    own = {"id", "created_at", "updated_at"}
    return [{name: row[name] for name in row.keys() - own} for row in rows.order_by("id").values()]


def test_instants_numbers_and_periods_are_copied_as_saved(act, bob, ada):
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    measured = {"system": LOINC, "code": "8867-4", "value": Decimal("73.5"), "unit": "/min"}
    with act(bob):
        visits = [
            made(
                Appointment,
                patient_id=ada.id,
                status="booked",
                period=period(start, start + timedelta(hours=1)),
            )
            for start in (at, at)
        ]
        rates = [made(Observation, patient_id=ada.id, effective_at=at, **measured) for _ in range(2)]
        for one, other in (visits, rates):
            one.save(force_insert=True)
            write([other])

        assert own_of(Appointment.objects)[0] == own_of(Appointment.objects)[1]
        assert own_of(Observation.objects)[0] == own_of(Observation.objects)[1]
        assert set(Observation.objects.values_list("effective_at", "value")) == {(at, Decimal("73.5"))}


def test_an_instant_without_a_zone_is_refused(act, bob):
    naive = datetime(2026, 3, 2, 9, 30)
    file = made(PatientImport, name="old.csv", size=1, row_count=1, kind="csv", finished_at=naive)
    with act(bob):
        with pytest.raises(RuntimeWarning, match="naive"), transaction.atomic():
            write([file])

        assert not PatientImport.objects.exists()
