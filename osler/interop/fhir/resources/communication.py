"""Communication: the messages of patients and clinic; read here, with their words out of the vault."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from osler.clinic.communication.models import Message
from osler.foundation.access.models import PatientGrant
from osler.foundation.directory.models import Practitioner
from osler.interop.fhir.elements import Json, Moment, Told
from osler.interop.fhir.parameters import Constant, Instant
from osler.interop.fhir.resources import chart
from osler.interop.fhir.resources.sealed import opened
from osler.interop.fhir.tables import Resource

THREAD = "urn:osler:thread"


def sender(row: Any) -> Json:
    """Who wrote: a practitioner, the patient herself, or somebody for her, by name."""
    said: Json = {"display": row.author_name} if row.author_name else {}
    if row.from_clinic:
        clinic = f"Organization/{row.organization_id}"
        return {"reference": f"Practitioner/{row.practitioner}" if row.practitioner else clinic, **said}
    return {"reference": f"Patient/{row.patient_id}", **said} if row.is_from_patient else said


def recipient(row: Message) -> list[Json]:
    """To which side it went."""
    side = f"Patient/{row.patient_id}" if row.from_clinic else f"Organization/{row.organization_id}"
    return [{"reference": side}]


def about(row: Message) -> list[Json]:
    """The result that the conversation is about."""
    report = row.thread.report_id
    return [{"reference": f"DiagnosticReport/{report}"}] if report else []


class CommunicationResource(Resource):
    type, model = "Communication", Message
    takes = False
    is_live = True
    elements = (
        Told("extension", lambda row: [{"url": THREAD, "valueUuid": f"urn:uuid:{row.thread_id}"}]),
        Told("status", lambda row: "completed"),
        chart.subject(),
        Told("topic", lambda row: {"text": row.thread.subject} if row.thread.subject else None),
        Told("about", about),
        Moment("sent_at", "sent"),
        Moment("read_at", "received"),
        Told("recipient", recipient),
        Told("sender", sender),
        Told("payload", lambda row: [opened(row, "body", "contentString")]),
    )
    search = (
        *chart.patient_parameters(),
        Constant("status", "completed"),
        Instant("sent", "sent_at", paths=["sent"]),
        Instant("received", "read_at", paths=["received"]),
        chart.identifier_parameter(),
    )

    @classmethod
    def rows(cls) -> QuerySet[Any]:
        account = Practitioner.objects.filter(user_id=OuterRef("author_id")).values("id")
        own = PatientGrant.objects.filter(
            user_id=OuterRef("author_id"), patient_id=OuterRef("patient_id"), relationship="self"
        )
        return Message.objects.select_related("thread").annotate(
            practitioner=Subquery(account[:1]), is_from_patient=Exists(own)
        )
