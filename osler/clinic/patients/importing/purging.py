"""Files are forgotten: what came of their rows stays."""

from datetime import timedelta

from django.db.models import Q

from osler.clinic.patients.importing.preparing import forget_file
from osler.clinic.patients.models import PatientImport
from osler.kernel import clock

KEPT_DAYS = 30


def purge_imports() -> int:
    """Delete what files say that nobody has touched for the days they are kept; acts for one clinic."""
    old = clock.now() - timedelta(days=KEPT_DAYS)
    is_at_rest = ~Q(status__in=[PatientImport.Status.CHECKING, PatientImport.Status.RUNNING])
    over = PatientImport.objects.filter(is_at_rest, forgotten_at=None, updated_at__lt=old)
    found = list(over.select_for_update().order_by("id"))
    for patient_import in found:
        forget_file(patient_import)
        patient_import.save()
    return len(found)
