"""Files of people, and what the import makes of them."""

from collections.abc import Callable
from typing import Any

import pytest

from osler.clinic.patients.importing.mapping import Mapping
from osler.clinic.patients.importing.preparing import map_columns, receive_file, start_check, start_run
from osler.clinic.patients.importing.reporting import tally_of
from osler.clinic.patients.importing.taking import Taking
from osler.clinic.patients.models import ImportRow, PatientImport
from osler.foundation.access.actors import Actor

HEADER = "First,Last,DOB,Sex,Phone,Street,City,State,Zip,MRN"
ADA = "Ada,Okafor,07/14/1945,F,(212) 555-0142,12 Elm Street,Boston,MA,02139,A-1001"
BEN = "Ben,Sato,03/22/1971,M,(617) 555-0111,4 Oak Avenue,Salem,MA,1970,A-1002"
EVA = "Eva,Lindqvist,11/30/1988,F,(857) 555-0102,77 Pine Road,Lynn,MA,01901,A-1003"


def text_of(*lines: str, header: str = HEADER) -> bytes:
    """A CSV file."""
    return "\n".join([header, *lines, ""]).encode()


@pytest.fixture
def bring(act, adam) -> Callable[..., PatientImport]:
    """A file that has arrived, with the columns as guessed or as given."""

    def brought(*lines: str, header: str = HEADER, actor: Actor = adam, **options: Any) -> PatientImport:
        with act(actor):
            found = receive_file(text_of(*lines, header=header), name="old practice.csv", actor=actor)
            said = Mapping.read({**found.mapping, **options})
            return map_columns(found, mapping=said, version=found.version, actor=actor)

    return brought


@pytest.fixture
def checked(act, adam) -> Callable[[PatientImport], dict[str, int]]:
    """What a check says."""

    def check(patient_import: PatientImport) -> dict[str, int]:
        return _through(act, adam, patient_import, start_check)

    return check


@pytest.fixture
def run(act, adam) -> Callable[[PatientImport], dict[str, int]]:
    """What a run has done."""

    def done(patient_import: PatientImport) -> dict[str, int]:
        with act(adam):
            patient_import.refresh_from_db()
        if patient_import.status == PatientImport.Status.DRAFT:
            _through(act, adam, patient_import, start_check)
        return _through(act, adam, patient_import, start_run)

    return done


def _through(act: Any, actor: Actor, patient_import: PatientImport, start: Any) -> dict[str, int]:
    with act(actor):
        patient_import.refresh_from_db()
        start(patient_import, version=patient_import.version, actor=actor)
        taking = Taking(patient_import.id, actor=actor)
        while taking.take_some():
            pass
        patient_import.refresh_from_db()
        return tally_of(patient_import, actor=actor).counts


def fates(act: Any, actor: Actor, patient_import: PatientImport) -> dict[int, str]:
    """The fate of each row."""
    with act(actor):
        rows = ImportRow.objects.filter(patient_import=patient_import).order_by("number")
        return dict(rows.values_list("number", "fate"))
