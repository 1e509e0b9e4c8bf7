"""An importer, an API client, and resources that are there."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from osler.foundation.access.actors import Actor
from osler.foundation.accounts.models import User
from osler.foundation.accounts.tokens import issue_token
from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.foundation.directory.models import Organization
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.arriving import Tally
from osler.interop.fhir.arrivals.importing import import_batch
from osler.interop.fhir.doors.tokens import forget_callers
from osler.interop.fhir.models import SourceRecord
from osler.interop.fhir.sources import Arrival, Batch
from tests.conftest import no_clinic_known
from tests.interop.fhir.examples import example

Resource = dict[str, Any]


@pytest.fixture(autouse=True)
def fhir_door(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.interop.fhir.door_urls"
    forget_callers()


def bring(organization: Organization, *resources: Resource, source: str = "", **given: Any) -> Tally:
    """Import resources as one batch."""
    arrivals = [Arrival(index, resource, **given) for index, resource in enumerate(resources)]
    with acting(SystemActor(organization.id)):
        return import_batch(Batch("test.json", source, arrivals))


def id_here(organization: Organization, resource_type: str, source_id: str) -> UUID:
    """The id that a resource got."""
    with acting(SystemActor(organization.id)):
        return SourceRecord.objects.get(resource_type=resource_type, source_id=source_id).resource_id


@pytest.fixture
def chart(organization: Organization) -> dict[str, UUID]:
    """One patient with one resource of every mapped type; their ids here."""
    names = [
        *(
            "Organization",
            "Location",
            "Practitioner",
            "Patient",
            "Encounter",
            "AllergyIntolerance",
            "CarePlan",
        ),
        *("Condition", "DiagnosticReport", "Immunization", "MedicationRequest", "MedicationStatement"),
        *("Observation", "PractitionerRole", "Procedure", "RelatedPerson", "ServiceRequest"),
        *("Appointment", "Composition", "Flag", "HealthcareService", "Schedule"),
        *("ChargeItem", "Communication", "Consent", "Coverage", "Invoice", "QuestionnaireResponse"),
    ]
    resources = [
        {**example(name, "Patient-1", "Encounter-1", "Practitioner-1"), "id": f"{name}-1"} for name in names
    ]
    tally = bring(organization, *resources)
    assert tally.refusals == []
    return {name: id_here(organization, name, f"{name}-1") for name in names}


class Api:
    """A client of the FHIR API with a token."""

    def __init__(self, actor: Actor | None, scope: str = "user/*.cruds") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        if actor is not None:
            with no_clinic_known():
                token = issue_token(User.objects.get(pk=actor.user_id), scope=scope)
            self.headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def get(self, path: str, **headers: Any) -> Any:
        return self.client.get(f"/fhir/R4{path}", **self.headers, **headers)

    def found(self, path: str) -> list[Resource]:
        """The resources of a search, match entries only."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        entries = json.loads(answer.content).get("entry", [])
        return [entry["resource"] for entry in entries if entry["search"]["mode"] == "match"]

    def send(self, method: str, path: str, body: Any, **headers: Any) -> Any:
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        kind = headers.pop("content_type", "application/fhir+json")
        send = getattr(self.client, method)
        return send(f"/fhir/R4{path}", data=data, content_type=kind, **self.headers, **headers)

    def post(self, path: str, body: Any, **headers: Any) -> Any:
        return self.send("post", path, body, **headers)

    def put(self, path: str, body: Any, **headers: Any) -> Any:
        return self.send("put", path, body, **headers)


@pytest.fixture
def api(alice: Actor) -> Api:
    """The API as a physician of this clinic."""
    return Api(alice)


@pytest.fixture
def api_of() -> Callable[..., Api]:
    return Api


def issues(answer: Any) -> list[tuple[str, str]]:
    """Code and place of each issue of an OperationOutcome."""
    body = json.loads(answer.content)
    assert body["resourceType"] == "OperationOutcome", body
    return [(issue["code"], issue.get("expression", [""])[0]) for issue in body["issue"]]


def rows(organization: Organization, model: Any) -> list[Any]:
    """All rows of a tenant."""
    with acting(SystemActor(organization.id)):
        return list(model.objects.order_by("id"))


def events(organization: Organization, action: str, entity: str) -> list[AuditEvent]:
    """The audit events of one kind."""
    with acting(SystemActor(organization.id)):
        return list(AuditEvent.objects.filter(action=action, entity=entity))


def height(patient: UUID | str, **more: Any) -> Resource:
    """An observation of a patient."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Height"},
        "subject": {"reference": f"Patient/{patient}"},
        **more,
    }
