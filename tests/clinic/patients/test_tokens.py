"""New patients have the tokens that a change would give them."""

from datetime import date

import pytest

from osler.clinic.patients.models import Patient, SearchToken
from osler.foundation.audit.writing import write

pytestmark = pytest.mark.django_db
PEOPLE = (
    {"given": "Ada", "family": "Okafor", "phone": "(212) 555-0142", "birth_date": date(1945, 7, 14)},
    {"given": "José María", "family": "O’Brien-García López", "name_used": "Pepe", "email": "P@Home.test"},
    {"given": "", "family": "Xi", "line": "12 Elm Street", "postal_code": "02139-1234", "phone": "5550"},
    {"given": "D'Arcy", "family": "D'Arcy", "former_names": ["Anna d'Arcy", "Bea Cole"]},
    {"given": "???", "family": "李"},
)


def tokens() -> set[tuple[object, ...]]:
    return set(SearchToken.objects.values_list("patient_id", "kind", "token"))


def test_what_an_insert_makes_is_what_an_update_makes(act, bob):
    with act(bob):
        people = write(Patient(**one) for one in PEOPLE)
        made = tokens()
        for patient in people:
            Patient.objects.filter(id=patient.id).update(city="Salem")
        assert made == tokens()
        assert len({patient_id for patient_id, _kind, _token in made}) == len(PEOPLE)
