"""Two files of patients of practices that closed: one has come in, one is checked and waits to be run."""

import csv
import io

from osler.clinic.patients.importing.at_once import finish
from osler.clinic.patients.importing.preparing import receive_file, start_check, start_run
from osler.clinic.patients.models import Patient, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.ops.demo.house import House

HEADER = ("Chart", "Last name", "First name", "Date of birth", "Sex", "Home phone", "ZIP")
RUN = (
    ("H-2201", "Whitcomb", "Leonie", "1949-02-17", "F", "(413) 555-0161", "01060"),
    ("H-2202", "Whitcomb", "Aldous", "1947-10-03", "M", "(413) 555-0161", "01060"),
    ("H-2203", "Okonjo", "Benedikt", "unknown", "M", "(413) 555-0172", "01027"),
)
CHECKED = (
    ("C-0087", "Fairbanks", "Imogen", "1988-06-21", "F", "(413) 555-0133", "01002"),
    ("C-0088", "Delacroix", "Mateo", "2015-12-09", "M", "(413) 555-0147", "01035"),
    ("C-0089", "", "", "1990-01-01", "F", "", "01002"),
)


def make_arrivals(house: House, patients: list[Patient]) -> None:
    """Each file has somebody whom the clinic knows, and a row that cannot be taken."""
    actor = house.actors["admin"]
    for name, rows, known in (("Hadley practice", RUN, patients[21]), ("Cove clinic", CHECKED, patients[22])):
        with acting(actor, reason="demo"):
            found = receive_file(_file(rows, known), name=f"{name}.csv", actor=actor)
            _begin(found, is_run=rows is RUN, actor=actor)
        finish(found, actor=actor, progress=lambda _rows: None)


def _begin(patient_import: PatientImport, *, is_run: bool, actor: Actor) -> None:
    if is_run:
        start_run(patient_import, version=patient_import.version, is_unchecked=True, actor=actor)
    else:
        start_check(patient_import, version=patient_import.version, actor=actor)


def _file(rows: tuple[tuple[str, ...], ...], known: Patient) -> bytes:
    """The rows as CSV, and among them a patient with a phone number that is new here."""
    text = io.StringIO()
    born = known.birth_date.isoformat() if known.birth_date else ""
    twice = ("A-1", known.family, known.given, born, known.gender[0].upper(), "(413) 555-0188", "")
    csv.writer(text).writerows([HEADER, *rows, twice])
    return text.getvalue().encode()
