"""Consent: what a patient has signed, in the edition that was signed; read here, made by registering."""

import base64
from typing import Any

from django.db.models import QuerySet

from osler.clinic.intake.models import Consent
from osler.interop.fhir.elements import Code, Json, Link, Moment, Told
from osler.interop.fhir.parameters import Instant, Reference
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource

SCOPES = {"treatment": "treatment", "privacy": "patient-privacy"}
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
DOCUMENT = {"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]}


def scope(row: Consent) -> Json:
    """What it is about: HL7's word if there is one, else the title."""
    code = SCOPES.get(row.form.key)
    return {"coding": [{"system": SCOPE, "code": code}]} if code else {"text": row.form.title}


def words(row: Consent) -> Json:
    """The text as it was read, in its language."""
    is_spanish = row.language.startswith("es") and bool(row.form.body_es)
    body = row.form.body_es if is_spanish else row.form.body
    return {
        "contentType": "text/plain; charset=utf-8",
        "language": "es" if is_spanish else "en",
        "data": base64.b64encode(body.encode()).decode(),
        "title": row.form.title_es if is_spanish and row.form.title_es else row.form.title,
    }


def signer(row: Consent) -> list[Json]:
    """Who signed: the patient, or somebody for him, by name."""
    if row.signer_relationship:
        return [{"display": row.signer_name}]
    return [{"reference": f"Patient/{row.patient_id}", "display": row.signer_name}]


class ConsentResource(Resource):
    type, model = "Consent", Consent
    takes = False
    is_live = True
    elements = (
        Code("status", "status"),
        Told("scope", scope),
        Told("category", lambda row: [DOCUMENT]),
        Link("patient", "patient", "Patient"),
        Moment("signed_at", "dateTime"),
        Told("performer", signer),
        Told("organization", lambda row: [{"reference": f"Organization/{row.organization_id}"}]),
        Told("sourceAttachment", words),
        Told("policyRule", lambda row: {"text": f"{row.form.title}, edition {row.form.edition}"}),
    )
    search = (
        Reference("patient", "patient_id", ["Patient"], ["patient"]),
        chart.status_parameter(),
        Instant("date", "signed_at", paths=["dateTime"]),
        chart.identifier_parameter(),
    )

    @classmethod
    def rows(cls) -> QuerySet[Any]:
        return Consent.objects.select_related("form")
