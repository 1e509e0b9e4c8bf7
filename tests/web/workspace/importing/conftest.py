"""An import at the desk, and its worker."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from osler.clinic.patients.importing.running import work_on
from osler.clinic.patients.models import PatientImport
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from tests.clinic.patients.conftest import enrolled

__all__ = ["enrolled"]
HEADER = "First,Last,DOB,Sex,Phone,MRN"
ADA = "Ada,Okafor,07/14/1945,F,(212) 555-0142,A-1001"
BEN = "Ben,Sato,03/22/1971,M,(617) 555-0111,A-1002"
BAD = "Eva,Lindqvist,99/99/1988,F,(857) 555-0102,=A-1003"


@pytest.fixture
def latest(organization) -> Callable[[], PatientImport]:
    """The import as it stands."""

    def found() -> PatientImport:
        with acting(SystemActor(organization.id)):
            return PatientImport.objects.order_by("-id")[0]

    return found


@pytest.fixture
def work(organization, latest) -> Callable[[], None]:
    """What the worker does, until nothing is left."""

    def done() -> None:
        while work_on(latest().id, organization_id=organization.id):
            pass

    return done


def upload(client: Client, *lines: str, name: str = "old practice.csv", content: bytes = b""):
    """Bring a file."""
    body = content or "\n".join([HEADER, *lines]).encode()
    return client.post("/patients/imports/", {"file": SimpleUploadedFile(name, body)})


def assigned(client: Client, patient_import: PatientImport, **changes: str):
    """Send the form of the columns as it was shown."""
    page = client.get(f"/patients/imports/{patient_import.id}/columns/")
    form = {"version": page.context["found"].version, "dates": "", "known": "skip", "alike": "hold"}
    for column in page.context["columns"]:
        form |= {f"column-{column.place}": column.field, f"issuer-{column.place}": column.issuer}
    for value in page.context["values"]:
        form[f"gender-{value.place}"] = value.gender
    form["dates"] = page.context["mapping"].dates
    return client.post(f"/patients/imports/{patient_import.id}/columns/", form | changes)
