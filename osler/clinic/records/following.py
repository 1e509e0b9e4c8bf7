"""The record in a merge. Allergies are the union of both charts until a clinician has looked."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from osler.clinic.patients.following import Clash, Joining, follows, settles
from osler.clinic.patients.models import PatientLink
from osler.clinic.records.models import (
    AllergyIntolerance,
    CarePlan,
    ClinicalNote,
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    MedicationRequest,
    MedicationStatement,
    Observation,
    ObservationComponent,
    Procedure,
    ServiceRequest,
)
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

follows(Encounter, ngettext_lazy("%(count)d visit", "%(count)d visits", "count"))
follows(ClinicalNote, ngettext_lazy("%(count)d note", "%(count)d notes", "count"))
follows(Condition, ngettext_lazy("%(count)d diagnosis", "%(count)d diagnoses", "count"))
follows(AllergyIntolerance, ngettext_lazy("%(count)d allergy", "%(count)d allergies", "count"))
follows(MedicationRequest, ngettext_lazy("%(count)d prescription", "%(count)d prescriptions", "count"))
follows(MedicationStatement, ngettext_lazy("%(count)d medication", "%(count)d medications", "count"))
follows(ServiceRequest, ngettext_lazy("%(count)d order", "%(count)d orders", "count"))
follows(DiagnosticReport, ngettext_lazy("%(count)d result", "%(count)d results", "count"))
follows(Observation, ngettext_lazy("%(count)d measurement", "%(count)d measurements", "count"))
follows(
    ObservationComponent,
    ngettext_lazy("%(count)d part of a measurement", "%(count)d parts of measurements", "count"),
)
follows(Procedure, ngettext_lazy("%(count)d procedure", "%(count)d procedures", "count"))
follows(Immunization, ngettext_lazy("%(count)d immunization", "%(count)d immunizations", "count"))
follows(CarePlan, ngettext_lazy("%(count)d care plan", "%(count)d care plans", "count"))


@settles
def union_of_allergies(joining: Joining) -> Iterable[Clash]:
    """All allergies stand; that none is known ends where one is. Different lists want a clinician's eye."""
    standing = AllergyIntolerance.objects.filter(
        patient_id__in=(joining.survivor.id, joining.duplicate.id), clinical_status__in=["active", ""]
    ).exclude(verification_status__in=["refuted", "entered-in-error"])
    said: dict[UUID, set[tuple[str, str, str]]] = {joining.survivor.id: set(), joining.duplicate.id: set()}
    for row in standing:
        said[row.patient_id].add((row.system, row.code, row.display.casefold()))
    if said[joining.survivor.id] == said[joining.duplicate.id]:
        return
    yield Clash(_("Allergies differ: both lists count until a clinician has looked."), _mark(joining.link))
    if any(row.code != NO_KNOWN_ALLERGY for row in standing):
        for row in standing:
            if row.code == NO_KNOWN_ALLERGY:
                yield Clash(_("“No known allergies” ends, for the other chart knows one."), _resolve(row))


def _resolve(row: AllergyIntolerance) -> Callable[[], None]:
    def resolve() -> None:
        row.clinical_status = AllergyIntolerance.ClinicalStatus.RESOLVED
        row.save()

    return resolve


def _mark(link: PatientLink | None) -> Callable[[], None]:
    return lambda: _set_open(link, is_open=True) if link else None


def _set_open(link: PatientLink, *, is_open: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_mark_allergies(%s, %s)", [link.id, is_open])
    link.refresh_from_db()


def reconcile_allergies(link: PatientLink, *, version: int | None, actor: Actor) -> PatientLink:
    """A clinician has looked at the allergies of two merged charts: what stands now is right."""
    decide(actor, "reconcile", link)
    link.require_version(version)
    _set_open(link, is_open=False)
    return link
