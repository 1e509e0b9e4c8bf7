"""What billing hears: a finished visit, a verified result and a missed visit make their charges."""

from uuid import UUID

from osler.clinic.billing.charges.arising import charge_test, charge_visit, house
from osler.clinic.billing.charges.missed import charge_missed_visit, take_back_missed_fee
from osler.clinic.records.events import EncounterFinished, ReportVerified
from osler.clinic.records.models import DiagnosticReport, Encounter
from osler.clinic.scheduling.events import AppointmentBooked, PatientArrived, PatientMissed
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import subscribe


@subscribe(EncounterFinished)
def charge_finished_visit(event: EncounterFinished) -> None:
    """A visit is over: charge it."""
    encounter = Encounter.objects.select_related("patient", "practitioner", "appointment__service").get(
        id=event.encounter_id
    )
    charge_visit(encounter, actor=house(encounter.organization_id))


@subscribe(ReportVerified)
def charge_verified_test(event: ReportVerified) -> None:
    """A result is final: charge the test; a correction is not charged again."""
    report = DiagnosticReport.objects.select_related(
        "patient", "encounter", "order__encounter", "order__requester"
    ).get(id=event.report_id)
    charge_test(report, actor=house(report.organization_id))


@subscribe(PatientMissed)
def charge_missed(event: PatientMissed) -> None:
    """The patient did not come: charge the fee, if there is one."""
    appointment = _appointment(event.appointment_id)
    charge_missed_visit(appointment, actor=house(appointment.organization_id))


@subscribe(AppointmentBooked)
def take_back_of_booked(event: AppointmentBooked) -> None:
    """A visit that was marked as missed is agreed on again: it costs no fee."""
    _take_back(event.appointment_id)


@subscribe(PatientArrived)
def take_back_of_arrived(event: PatientArrived) -> None:
    """Whoever was marked as missing has come: it costs no fee."""
    _take_back(event.appointment_id)


def _take_back(appointment_id: UUID) -> None:
    appointment = _appointment(appointment_id)
    take_back_missed_fee(appointment, actor=house(appointment.organization_id))


def _appointment(appointment_id: UUID) -> Appointment:
    rows = Appointment.objects.select_related("patient", "practitioner", "service").defer("resource")
    return rows.get(id=appointment_id)
