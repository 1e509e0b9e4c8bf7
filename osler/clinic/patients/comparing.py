"""Two charts beside each other: where they differ, what would move, what speaks against one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.following import PHOTO, PORTAL, followers
from osler.clinic.patients.models import Patient, PatientLink
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

_COUNT = "SELECT '{table}', patient_id, count(*) FROM {table} WHERE patient_id = ANY(%s) GROUP BY patient_id"


@dataclass(frozen=True)
class Choice:
    """What can be taken from either chart: columns that belong together."""

    key: str
    label: str | Promise
    columns: tuple[str, ...]

    def of(self, patient: Patient) -> tuple[Any, ...]:
        """What a chart says."""
        return tuple(getattr(patient, column) for column in self.columns)

    def is_said(self, patient: Patient) -> bool:
        """Whether a chart says anything."""
        empty = (None, "", False, Patient.Gender.UNKNOWN)
        return any(value not in empty for value in self.of(patient))


CHOICES = (
    Choice("name", _("Name"), ("given", "family", "suffix")),
    Choice("name_used", _("Name in use"), ("name_used",)),
    Choice("birth_date", _("Birth date"), ("birth_date", "birth_date_estimated")),
    Choice("gender", _("Sex"), ("gender",)),
    Choice("gender_identity", _("Gender identity"), ("gender_identity",)),
    Choice("pronouns", _("Pronouns"), ("pronouns",)),
    Choice("deceased", _("Died"), ("deceased_at",)),
    Choice("marital_status", _("Marital status"), ("marital_status",)),
    Choice("language", _("Language"), ("language", "needs_interpreter")),
    Choice("phone", _("Phone"), ("phone",)),
    Choice("email", _("E-mail"), ("email",)),
    Choice("contact_by", _("Reach by"), ("contact_by",)),
    Choice("address", _("Address"), ("line", "city", "state", "postal_code")),
)
KEYS = frozenset(choice.key for choice in CHOICES) | {PHOTO, PORTAL}


def differing(survivor: Patient, duplicate: Patient) -> list[Choice]:
    """Where two charts say different things."""
    return [choice for choice in CHOICES if choice.of(survivor) != choice.of(duplicate)]


def suggested(survivor: Patient, duplicate: Patient) -> frozenset[str]:
    """What only the duplicate says."""
    return frozenset(
        choice.key
        for choice in differing(survivor, duplicate)
        if choice.is_said(duplicate) and not choice.is_said(survivor)
    )


def identity_conflicts(survivor: Patient, duplicate: Patient) -> list[str]:
    """What speaks against one person: `birth_date`, `gender`, `number`. The database's rule, which also
    keeps one person from deciding alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_identity_conflicts(%s, %s)", [survivor.id, duplicate.id])
        (found,) = cursor.fetchone()
    return list(found or ())


def contents(patient_ids: list[UUID], *, actor: Actor) -> Mapping[UUID, Mapping[str, int]]:
    """How many rows of each table stand in some charts: counts alone, which tell nothing of what they say."""
    decide(actor, "propose", PatientLink)
    each = [_COUNT.format(table=table) for table in followers()]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each), [patient_ids] * len(each))
        rows = cursor.fetchall()
    found: dict[UUID, dict[str, int]] = {patient_id: {} for patient_id in patient_ids}
    for table, patient_id, count in rows:
        found[patient_id][table] = count
    return found
