"""Jobs of patients: the import of a file goes on, slice after slice."""

from uuid import UUID

from procrastinate import RetryStrategy

from osler.clinic.patients.importing.running import work_on
from osler.clinic.patients.models import PatientImport
from osler.foundation.jobs.queue import queue


@queue.task(name="import_patients", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def import_patients(organization_id: str, import_id: str) -> None:
    """Take in rows for some seconds; if there are more, let other work pass and come again."""
    if work_on(UUID(import_id), organization_id=UUID(organization_id)):
        import_patients.defer(organization_id=organization_id, import_id=import_id)


def go_on(patient_import: PatientImport) -> None:
    """Have the worker take up an import that was started in this transaction."""
    import_patients.defer(
        organization_id=str(patient_import.organization_id), import_id=str(patient_import.id)
    )
