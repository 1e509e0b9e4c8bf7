"""Charts with a row of every kind, and the whole database as text to compare before and after."""

import datetime
import itertools
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from osler.clinic.billing.models import ChargeItem, Invoice, InvoiceLine, JournalEntry, Payment, Posting
from osler.clinic.communication.models import (
    Invitation,
    Message,
    Notice,
    OptOut,
    PatientReply,
    RecallStep,
    Thread,
)
from osler.clinic.insurance.covering import days
from osler.clinic.insurance.models import Coverage, EligibilityCheck, Payer
from osler.clinic.intake.models import (
    CardPhoto,
    Consent,
    ConsentForm,
    Proposal,
    ProposalContent,
    QuestionnaireResponse,
)
from osler.clinic.patients.following import followers
from osler.clinic.patients.models import (
    FamilyMember,
    Flag,
    OwnField,
    OwnValue,
    Patient,
    PatientPhoto,
    RelatedPerson,
)
from osler.clinic.patients.registration import Identifier, _keep_identifiers
from osler.clinic.records import models as records
from osler.clinic.records.notes.digest import note_digest
from osler.clinic.scheduling.models import (
    Appointment,
    Queue,
    QueueEntry,
    Series,
    WaitlistEntry,
    WaitlistOffer,
)
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.interop.fhir.models import SearchValue, StoredResource
from osler.kernel.keys import uuid7

DAY = datetime.date(2026, 3, 2)
AT = datetime.datetime(2026, 3, 2, 15, tzinfo=datetime.UTC)
_numbers = itertools.count(1)


def fill(patient: Patient, user: User, practitioner: Practitioner) -> None:
    """Put a row of every kind into a chart; who acts is set."""
    visit = clinical(patient, practitioner)
    money(patient, visit, user)
    desk(patient, user, practitioner)
    registration(patient)
    stored = StoredResource(patient=patient, resource_type="Device", status="active")
    stored.resource = json.dumps({"patient": {"reference": f"Patient/{patient.id}"}}, separators=(",", ":"))
    stored.save()
    SearchValue.objects.create(
        resource_id=stored.id,
        parameter="identifier",
        position=0,
        resource_type="Device",
        code="X",
        patient_id=patient.id,
    )


def clinical(patient: Patient, practitioner: Practitioner) -> records.Encounter:
    """A finished visit with a signed note and all that may hang on one."""
    visit = records.Encounter(
        patient=patient,
        practitioner=practitioner,
        status="finished",
        started_at=AT,
        finished_at=AT,
        display="Visit",
    )
    visit.save()
    note = records.ClinicalNote(patient=patient, encounter=visit, author=practitioner, subjective="Coughs.")
    note.save()
    note.status, note.signed_at = "final", AT
    note.digest = note_digest(note)
    note.save()
    order = records.ServiceRequest(patient=patient, encounter=visit, display="HbA1c", authored_at=AT)
    order.save()
    RecallStep.objects.create(patient=patient, order=order, said="contacted", at=AT)
    report = records.DiagnosticReport(patient=patient, encounter=visit, order=order, display="HbA1c")
    report.save()
    value = records.Observation(
        patient=patient, encounter=visit, report=report, code="4548-4", value=Decimal("5.60")
    )
    value.save()
    records.ObservationComponent.objects.create(patient=patient, observation=value, code="part")
    for model in (records.Condition, records.Procedure, records.Immunization, records.CarePlan):
        model(patient=patient, encounter=visit, display=model.__name__, code="C").save()
    for model in (records.MedicationRequest, records.MedicationStatement):
        model(patient=patient, display="Lisinopril 10 mg", code="314076").save()
    records.AllergyIntolerance(patient=patient, display=f"Allergen {next(_numbers)}", recorded_at=AT).save()
    return visit


def money(patient: Patient, visit: records.Encounter, user: User, *, amount: str = "50.00") -> Invoice:
    """A charge, invoiced and paid in part."""
    value = Decimal(amount)
    charge = ChargeItem(
        patient=patient, encounter=visit, origin=f"hand:{uuid7()}", code="V", description="Visit",
        unit_amount=value, occurred_on=DAY, status="billed",
    )  # fmt: skip
    charge.save()
    invoice = Invoice(patient=patient, number=None)
    invoice.save()
    InvoiceLine.objects.create(
        invoice=invoice,
        patient=patient,
        charge=charge,
        position=1,
        description="Visit",
        occurred_on=DAY,
        amount=value,
    )
    entry = posted(patient, "invoice", ("patient-receivable", value, invoice.id), ("revenue", -value, None))
    with connection.cursor() as cursor:
        cursor.execute("SELECT billing_next_number('INV')")
        (invoice.number,) = cursor.fetchone()
    invoice.status, invoice.issued_on, invoice.total_amount, invoice.entry = "issued", DAY, value, entry
    invoice.printed = {"patient": {"name": str(patient), "mrn": patient.mrn}}
    invoice.save()
    part = Decimal("10.00")
    paid = posted(patient, "payment", ("cash", part, None), ("patient-receivable", -part, invoice.id))
    Payment.objects.create(
        patient=patient,
        invoice=invoice,
        amount=part,
        received_at=AT,
        received_by=user,
        entry=paid,
        method="cash",
    )
    return invoice


def posted(patient: Patient, kind: str, *parts: tuple[str, Decimal, UUID | None]) -> JournalEntry:
    """An entry in the books."""
    entry = JournalEntry.objects.create(kind=kind, patient=patient, posted_on=DAY)
    Posting.objects.bulk_create(
        Posting(entry=entry, patient=patient, account=account, amount=amount, invoice_id=invoice)
        for account, amount, invoice in parts
    )
    return entry


def prepaid(patient: Patient, amount: str) -> None:
    """Money ahead of any invoice."""
    posted(patient, "payment", ("cash", Decimal(amount), None), ("patient-credit", -Decimal(amount), None))


def wait(patient: Patient) -> None:
    """A walk-in who was seen, with the number that he had."""
    site, _made = Location.objects.get_or_create(name="Hall")
    queue, _made = Queue.objects.get_or_create(site=site, name="Hall", letter="A")
    visit = Appointment(
        patient=patient,
        location=site,
        status="fulfilled",
        is_walk_in=True,
        arrived_at=AT,
        period=DateTimeTZRange(AT, AT + datetime.timedelta(minutes=20)),
    )
    visit.save()
    entry = QueueEntry(patient=patient, appointment=visit, queue=queue, site=site, day=DAY, waits_from=AT)
    entry.letter, entry.number = "A", next(_numbers)
    entry.save()


def desk(patient: Patient, user: User, practitioner: Practitioner) -> None:
    """What the desk and the portal keep: appointments, insurance, contacts, messages, access."""
    service, _made = HealthcareService.objects.get_or_create(name="Check-up")
    Appointment(
        patient=patient, status="proposed", service=service, wishes=f"Mornings, {patient.family}"
    ).save()
    Appointment(
        patient=patient, status="cancelled", period=DateTimeTZRange(AT, AT + datetime.timedelta(minutes=20))
    ).save()
    series = Series(
        patient=patient,
        practitioner=practitioner,
        location=Location.objects.get_or_create(name="Main Street", defaults={"zone": "UTC"})[0],
        recurrence_type="daily",
        first_on=DAY,
        occurrence_count=1,
        local_time=datetime.time(15),
        zone="UTC",
    )
    series.save()
    Appointment(
        patient=patient,
        status="cancelled",
        period=DateTimeTZRange(AT, AT + datetime.timedelta(minutes=20)),
        series=series,
        recurrence_id=1,
        recurrence_on=DAY,
    ).save()
    waiting = Appointment(patient=patient, status="waitlist", service=service)
    waiting.save()
    entry = WaitlistEntry.objects.create(patient=patient, appointment=waiting, joined_at=AT)
    WaitlistOffer.objects.create(
        patient=patient, entry=entry, practitioner=practitioner, zone="UTC", status="lapsed", offered_at=AT,
        expires_at=AT, period=DateTimeTZRange(AT, AT + datetime.timedelta(minutes=20)),
    )  # fmt: skip
    wait(patient)
    payer, _made = Payer.objects.get_or_create(name=f"Payer {next(_numbers) % 3}")
    coverage = Coverage(
        patient=patient, payer=payer, period=days(DAY), organization_id=patient.organization_id
    )
    coverage.member_id = f"M{next(_numbers)}"
    coverage.save()
    face = PatientPhoto(patient=patient, organization_id=patient.organization_id)
    face.keep(b"face", "image/jpeg")
    face.small = b"small"
    face.save()
    EligibilityCheck(
        patient=patient, coverage=coverage, service_on=DAY, cause="added", effect_key=f"added:{coverage.id}"
    ).save()
    FamilyMember(patient=patient, part="parent").save()
    RelatedPerson(patient=patient, name="Mother", relationship="MTH").save()
    Flag(patient=patient, text="Hard of hearing").save()
    field = OwnField(key=f"field_{next(_numbers)}")
    field.save()
    OwnValue(patient=patient, field=field, text="Upper Valley").save()
    patient.save()  # its FHIR text says what was noted besides
    _keep_identifiers(patient, [Identifier("urn:elsewhere", f"E{next(_numbers)}", "OTH")])
    thread = Thread.objects.create(patient=patient, subject="Question", status="open")
    message = Message(
        thread=thread, patient=patient, author=user, author_name="X", from_clinic=False, sent_at=AT
    )
    message.organization_id = patient.organization_id
    message.body = "Is it safe?"
    message.save()
    Notice.objects.create(
        patient=patient,
        effect_key=f"k{next(_numbers)}",
        kind="test",
        to_address="a@b.test",
        subject="S",
        body="B",
    )
    OptOut.objects.create(patient=patient, channel="sms", source="desk", said_at=AT)
    reply = PatientReply(
        patient=patient, effect_key=f"r{next(_numbers)}", channel="sms", wish="other", received_at=AT
    )
    reply.organization_id = patient.organization_id
    reply.body = "Which entrance?"
    reply.save()
    Invitation.objects.create(patient=patient, name="Daughter", relationship="carer", expires_at=AT)
    for relationship in ("self", "carer"):
        account = User.objects.create_user(f"{uuid7().hex}@home.test", name=f"{patient.given} {relationship}")
        account.organization_id = patient.organization_id
        PatientGrant.objects.create(
            user=account, patient_id=patient.id, patient_name=str(patient), relationship=relationship
        )


def registration(patient: Patient) -> None:
    """A change that waits for the desk, and what came of a registration."""
    number = next(_numbers)
    change = Proposal.objects.create(kind="change", patient=patient)
    content = ProposalContent(proposal=change, subject_id=patient.id, organization_id=patient.organization_id)
    content.write({"family": "Rivers"})
    content.save()
    change.status, change.submitted_at = "proposed", AT
    change.save()
    response = QuestionnaireResponse(
        patient=patient, proposal_id=uuid7(), authored_at=AT, organization_id=patient.organization_id
    )
    response.items = [{"link_id": "reason", "text": "Why?", "answers": ["A cough"]}]
    response.save()
    form = ConsentForm.objects.create(
        key=f"care-{number}", edition=1, title="Care", body="I agree.", published_at=AT
    )
    consent = Consent(patient=patient, form=form, signer_name="Dana", signed_at=AT, session=str(number))
    consent.save()
    photo = CardPhoto(patient=patient, side="front", content_type="image/png", size=3)
    photo.organization_id = patient.organization_id
    photo.content = b"png"
    photo.save()


_TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND NOT c.relispartition
AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
ASIDE_TABLES = {
    # What is written down of each act, which no undoing unwrites.
    "audit_event", "audit_rowhistory", "audit_seal", "jobs_outboxevent",
    # Who is due to be looked at for duplicates, which the sweep takes away.
    "patients_matchdue",
    # The merge itself, and the plan of its undoing.
    "patients_patientlink", "patients_movedrow",
    # Sessions, tries and tables of libraries: no data of patients.
    "accounts_session", "accounts_cacheentry", "django_migrations", "django_content_type",
}  # fmt: skip
# Jobs of the worker (news of the merge among them), and code lists, which no deed writes.
ASIDE_KINDS = ("procrastinate_", "terminology_")
ASIDE_COLUMNS = ("version", "created_at", "updated_at")


def dump() -> dict[str, list[str]]:
    """Every row of every table that the tenant sees, as text, but for versions and their instants."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [
            name
            for (name,) in cursor.fetchall()
            if name not in ASIDE_TABLES and not name.startswith(ASIDE_KINDS)
        ]
        cursor.execute(
            "SELECT array_agg(n) FROM unnest(%s::text[]) n WHERE has_table_privilege(n, 'SELECT')", [names]
        )
        for name in cursor.fetchone()[0]:
            cursor.execute(
                f"SELECT (to_jsonb(t) - %s::text[])::text FROM {name} t ORDER BY 1", [list(ASIDE_COLUMNS)]
            )
            found[name] = [text for (text,) in cursor.fetchall()]
    return found


def rows_of(patient_id: Any) -> dict[str, set[UUID]]:
    """The keys of all rows in a chart, by table."""
    return {
        table: set(one.model._default_manager.filter(patient_id=patient_id).values_list("pk", flat=True))
        for table, one in followers().items()
    }


def changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """What two dumps say differently, in short."""
    found = []
    for table, rows in before.items():
        if len(rows) != len(after[table]):
            found.append(f"{table}: {len(rows)} rows, now {len(after[table])}")
        for was, now in zip(map(json.loads, rows), map(json.loads, after[table]), strict=False):
            found += [f"{table}.{key}: {was[key]} > {now[key]}" for key in was if was[key] != now[key]]
    return found
