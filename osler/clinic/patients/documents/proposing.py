"""What a document proposes for the fields of a patient, and how sure that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.documents.licences import Licence, licence_in
from osler.clinic.patients.documents.mrz import Zone, zone_in
from osler.clinic.patients.models import Patient
from osler.foundation.files.reading import Reading
from osler.foundation.ui.dates import clinic_date

SURE, LIKELY, DOUBTFUL = 0.99, 0.85, 0.5
"""A barcode or check digit that agrees; words without one; one that does not agree, or was cut short."""
LABELS: dict[str, str | Promise] = {
    "family": _("Family name"),
    "given": _("Given names"),
    "birth_date": _("Birth date"),
    "gender": _("Sex"),
    "line": _("Street"),
    "city": _("City"),
    "state": _("State"),
    "postal_code": _("ZIP code"),
    "number": _("Number"),
    "expires_on": _("Valid until"),
}
ASIDE = frozenset({"number", "expires_on"})
"""Shown, but no field of the form."""


@dataclass(frozen=True)
class Proposed:
    """A value for a field, as the form takes it and as it is shown; 1 is as sure as can be."""

    field: str
    label: str | Promise
    value: Any
    shown: str
    sureness: float
    is_field: bool = True

    @property
    def is_sure(self) -> bool:
        return self.sureness >= 0.95

    @property
    def is_doubtful(self) -> bool:
        return self.sureness < 0.8


def identity_in(reading: Reading, *, today: date) -> list[Proposed]:
    """What one side of a document proposes: the barcode if there is one, else the printed zone."""
    for text in reading.barcodes:
        licence = licence_in(text)
        if licence is not None:
            return list(_of_licence(licence))
    zone = zone_in([line.text for line in reading.lines], today=today)
    return list(_of_zone(zone)) if zone else []


def _of_licence(licence: Licence) -> Iterator[Proposed]:
    for field in LABELS:
        yield from _one(field, getattr(licence, field), DOUBTFUL if field in licence.is_cut else SURE)


def _of_zone(zone: Zone) -> Iterator[Proposed]:
    for field in LABELS:
        if field in ("family", "given", "gender"):
            yield from _one(field, getattr(zone, field), LIKELY)
        elif field in ("birth_date", "number", "expires_on"):
            yield from _one(field, getattr(zone, field), SURE if field in zone.checked else DOUBTFUL)


def _one(field: str, value: Any, sureness: float) -> Iterator[Proposed]:
    if value:
        yield Proposed(field, LABELS[field], value, _shown(field, value), sureness, field not in ASIDE)


def _shown(field: str, value: Any) -> str:
    if isinstance(value, date):
        return clinic_date(value)
    return str(dict(Patient.Gender.choices)[value]) if field == "gender" else str(value)
