"""Where each kind of thing can be seen in each state that it is in, in the running clinic."""

from typing import Any


def places() -> list[tuple[str, Any, tuple[str, ...]]]:
    """A page, the rows that it can show, and the fields that make it look different."""
    from django.db.models import F

    from osler.clinic.billing.models import ChargeItem, Invoice, Payment
    from osler.clinic.communication.models import RecallRule, Thread
    from osler.clinic.insurance.models import Coverage, Payer
    from osler.clinic.intake.models import Consent, Proposal, QuestionnaireItem
    from osler.clinic.patients.models import (
        DeskField,
        DeskSection,
        IdentifierType,
        ImportRow,
        MatchPair,
        Patient,
        PatientImport,
        PatientLink,
        PatientPhoto,
        RelatedPerson,
    )
    from osler.clinic.records.models import ClinicalNote, DiagnosticReport, Encounter, ServiceRequest
    from osler.clinic.scheduling.models import Appointment, Queue, QueueEntry, WaitlistEntry
    from osler.foundation.accounts.models import User

    tests = ServiceRequest.objects.filter(category="laboratory")
    return [
        ("/appointments/{id}/", Appointment.objects, ("status", "confirmed_at")),
        ("/queue/entries/{id}/priority/", QueueEntry.objects.waiting(), ("priority",)),
        ("/queue/entries/{id}/slip/", QueueEntry.objects.waiting(), ("queue__letter",)),
        ("/administration/queues/{id}/", Queue.objects, ("letter",)),
        ("/appointments/{id}/move/", Appointment.objects.filter(status="booked"), ()),
        ("/appointments/{id}/", Appointment.objects.exclude(series=None), ()),
        ("/appointments/{precedes_id}/", Appointment.objects.exclude(precedes=None), ("precedes_id",)),
        ("/appointments/{id}/move/", Appointment.objects.exclude(series=None), ("series_id",)),
        ("/appointments/{id}/series/reinstate/", Appointment.objects.exclude(series=None), ()),
        (
            "/waiting-list/{id}/",
            WaitlistEntry.objects,
            ("appointment__status", "offers__status", "replaces_id"),
        ),
        ("/appointments/{id}/length/", Appointment.objects.filter(status="booked"), ()),
        ("/waiting-list/join/?appointment={id}", Appointment.objects.filter(status="booked"), ()),
        ("/encounters/{id}/", Encounter.objects, ("status", "notes__status")),
        ("/lab/orders/{id}/", tests, ("status", "report__status", "collected_at")),
        ("/reports/{id}/", DiagnosticReport.objects, ("status", "acknowledged_at")),
        ("/inbox/threads/{id}/", Thread.objects, ("status",)),
        ("/billing/invoices/{id}/", Invoice.objects, ("status", "credits", "coverage")),
        ("/billing/charges/{id}/", ChargeItem.objects, ("status",)),
        ("/billing/payments/{id}/", Payment.objects, ("payer", "refunds")),
        ("/notes/{id}/versions/", ClinicalNote.objects, ("status",)),
        ("/patients/duplicates/{id}/", MatchPair.objects, ("status",)),
        ("/patients/imports/{id}/", PatientImport.objects, ("status",)),
        ("/patients/imports/{id}/columns/", PatientImport.objects.filter(forgotten_at=None), ()),
        ("/patients/imports/{id}/rows/", PatientImport.objects, ("status",)),
        (
            "/patients/imports/{id}/rows/{number}/",
            ImportRow.objects.filter(fate="held").annotate(id=F("patient_import_id")),
            ("number", "patient_import__status"),
        ),
        ("/patients/{id}/", Patient.objects, ("active", "deceased_at", "is_unidentified")),
        ("/patients/{id}/identify/", Patient.objects.filter(is_unidentified=True), ()),
        ("/patients/{patient_id}/portrait/", PatientPhoto.objects, ("patient_id", "ended_at")),
        ("/patients/{patient_id}/contacts/{id}/", RelatedPerson.objects, ("patient_id",)),
        ("/patients/{id}/family/join/", Patient.objects.filter(replaced_by=None), ("memberships__part",)),
        ("/patients/{id}/family/new/", Patient.objects.filter(replaced_by=None), ("memberships__part",)),
        ("/patients/{id}/family/address/", Patient.objects.filter(memberships__ended_at=None), ()),
        ("/patients/{patient_id}/insurance/{id}/", Coverage.objects.filter(status="active"), ("patient_id",)),
        (
            "/patients/{patient_id}/insurance/{id}/replace/",
            Coverage.objects.filter(status="active"),
            ("patient_id",),
        ),
        (
            "/patients/{patient_id}/insurance/{id}/family/",
            Coverage.objects.filter(status="active"),
            ("patient_id",),
        ),
        ("/administration/recalls/{id}/", RecallRule.objects, ("active",)),
        ("/administration/payers/{id}/plans/", Payer.objects, ("active",)),
        ("/registrations/{id}/", Proposal.objects.exclude(status="draft"), ("status", "kind", "patient_id")),
        ("/patients/{patient_id}/consents/{id}/", Consent.objects, ("status", "patient_id")),
        ("/administration/online-registration/questions/{id}/", QuestionnaireItem.objects, ("kind",)),
        ("/administration/number-types/{id}/", IdentifierType.objects, ("active", "is_allotted")),
        (
            "/administration/desk-page/fields/{id}/",
            DeskField.objects.filter(page__status="draft"),
            ("own__kind", "is_required"),
        ),
        ("/administration/desk-page/sections/{id}/", DeskSection.objects.filter(page__status="draft"), ()),
        ("/merges/{id}/", PatientLink.objects, ("status",)),
        ("/merges/{id}/undo/", PatientLink.objects.filter(status="merged"), ()),
        ("/patients/{survivor_id}/merge/", PatientLink.objects, ("survivor_id",)),
        (
            "/patients/{survivor_id}/merge/{duplicate_id}/",
            PatientLink.objects.filter(status="proposed"),
            ("survivor_id", "duplicate_id"),
        ),
        ("/administration/users/{id}/", User.objects, ("is_active",)),
        ("/administration/users/{id}/link/", User.objects, ()),
    ]


def addresses() -> list[str]:
    """One address for each page and state."""
    found = {}
    for page, rows, fields in places():
        for row in rows.order_by("id").values("id", *fields):
            state = [value if isinstance(value, bool | str) else value is None for value in row.values()]
            found.setdefault((page, *state[1:]), page.format(**row))
    return list(found.values())
