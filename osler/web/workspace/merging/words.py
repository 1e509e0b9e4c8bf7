"""What two charts say, in words: for the eye that compares them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.comparing import CHOICES, Choice, differing
from osler.clinic.patients.following import followers
from osler.clinic.patients.models import Patient
from osler.foundation.ui.dates import born_text, clinic_date
from osler.foundation.ui.phones import phone_text
from osler.web.workspace.patients.forms import LANGUAGES, MARITAL

CONFLICTS: dict[str, str | Promise] = {
    "birth_date": gettext_lazy("The birth dates differ."),
    "gender": gettext_lazy("The sexes differ."),
    "number": gettext_lazy("Both have a national number of the same kind, and the numbers differ."),
}


@dataclass(frozen=True)
class Compared:
    """One thing that both charts may say; `taken` says which of them will stand."""

    key: str
    label: str | Promise
    survivor: str
    duplicate: str
    differs: bool
    taken: bool

    @property
    def stays(self) -> str:
        """What the chart will say."""
        return self.duplicate if self.taken else self.survivor


def compared(survivor: Patient, duplicate: Patient, taken: Collection[str]) -> list[Compared]:
    """Everything that either chart says, in the order of the page."""
    different = {choice.key for choice in differing(survivor, duplicate)}
    rows = [
        Compared(
            choice.key,
            choice.label,
            said(choice, survivor),
            said(choice, duplicate),
            choice.key in different,
            choice.key in taken,
        )
        for choice in CHOICES
    ]
    return [row for row in rows if row.survivor or row.duplicate]


def said(choice: Choice, patient: Patient) -> str:
    """What a chart says of one thing."""
    own = {
        "name": lambda: str(patient),
        "birth_date": lambda: born_text(patient.birth_date) if patient.birth_date else "",
        "gender": patient.get_gender_display,
        "deceased": lambda: clinic_date(patient.deceased_at) if patient.deceased_at else "",
        "marital_status": lambda: patient.marital_status and dict(MARITAL).get(patient.marital_status, "?"),
        "language": lambda: _language(patient),
        "phone": lambda: phone_text(patient.phone),
        "contact_by": patient.get_contact_by_display,
        "address": lambda: _address(patient),
    }.get(choice.key)
    return str(own() if own else getattr(patient, choice.columns[0]))


def _language(patient: Patient) -> str:
    spoken = str(dict(LANGUAGES).get(patient.language, patient.language))
    return f"{spoken}, {_('needs an interpreter')}" if patient.needs_interpreter else spoken


def _address(patient: Patient) -> str:
    place = " ".join(filter(None, (patient.state, patient.postal_code)))
    return ", ".join(filter(None, (patient.line, patient.city, place)))


def counted(counts: Mapping[str, int]) -> list[str]:
    """ "3 visits", "12 measurements": what there is of each kind, in the order people know them."""
    return [
        str(follower.counted % {"count": counts[table]})
        for table, follower in followers().items()
        if counts.get(table)
    ]
