"""The parties of an invoice in the words of its paper: taken once, when it is issued."""

import re
from typing import NotRequired, TypedDict

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.billing.models import Invoice
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.clinic.patients.relations import guarantor_of
from osler.foundation.directory.models import Organization

_AMERICAN_ZIP = re.compile(r"\d{5}(-\d{4})?")


class Clinic(TypedDict):
    """Who issues: the letterhead, and how to reach it with a question."""

    name: str
    lines: list[str]
    reach: str


class Addressee(TypedDict):
    """Whose services they are; `birth_date` as ISO 8601, empty if it is not known."""

    name: str
    lines: list[str]
    birth_date: str
    mrn: str


class Guarantor(TypedDict):
    """Who pays for the patient: the paper is addressed to him."""

    name: str
    lines: list[str]


class Parties(TypedDict):
    """What `Invoice.printed` holds; no number of insurance or state is in it (D8)."""

    language: str
    paper: str
    clinic: Clinic
    patient: Addressee
    payer: str
    guarantor: NotRequired[Guarantor]
    """Not there where the patient pays himself."""


def parties_of(invoice: Invoice) -> Parties:
    """The parties as they are printed: since the invoice was issued, always the same."""
    kept: Parties | None = invoice.printed
    return kept or parties_today(invoice)


def parties_today(invoice: Invoice) -> Parties:
    """The parties by their names and addresses of now, in the patient's language."""
    patient = invoice.patient
    clinic = Organization.objects.get(id=patient.organization_id)
    spoken = patient.language.partition("-")[0]
    language = spoken if spoken in dict(settings.LANGUAGES) else translation.get_language()
    guarantor = _guarantor(patient)
    with translation.override(language):
        parties: Parties = {
            "language": language,
            "paper": "us-letter" if _AMERICAN_ZIP.fullmatch(clinic.postal_code) else "a4",
            "clinic": {
                "name": clinic.name,
                "lines": _clinic_lines(clinic),
                "reach": clinic.phone or clinic.email or clinic.name,
            },
            "patient": {
                "name": str(patient),
                "lines": _address(patient),
                "birth_date": patient.birth_date.isoformat() if patient.birth_date else "",
                "mrn": patient.mrn,
            },
            "payer": invoice.coverage.payer.name if invoice.coverage else "",
        }
    if guarantor is not None:
        parties["guarantor"] = guarantor
    return parties


def _guarantor(patient: Patient) -> Guarantor | None:
    """Who pays, where that is another; without an address of his own he is written to at the patient's."""
    person = guarantor_of(patient)
    if person is None:
        return None
    lines = _address(person.relative) if person.relative else _address(person)
    return {"name": person.name, "lines": lines or _address(patient)}


def _clinic_lines(clinic: Organization) -> list[str]:
    tax = _("Tax number %(number)s") % {"number": clinic.tax_id} if clinic.tax_id else ""
    npi = f"NPI {clinic.npi}" if clinic.npi else ""
    reach = " · ".join(part for part in (clinic.phone, clinic.email) if part)
    numbers = " · ".join(part for part in (tax, npi) if part)
    return [part for part in (*_address(clinic), reach, numbers) if part]


def _address(place: Organization | Patient | RelatedPerson) -> list[str]:
    town = " ".join(part for part in (place.state, place.postal_code) if part)
    return [part for part in (place.line, ", ".join(part for part in (place.city, town) if part)) if part]
