"""What billing hears: a finished visit and a verified result make their charges."""

from osler.clinic.billing.charges.arising import charge_test, charge_visit, house
from osler.clinic.records.events import EncounterFinished, ReportVerified
from osler.clinic.records.models import DiagnosticReport, Encounter
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
