"""What was proposed beside what is known, field by field; what differs is marked."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.insurance.covering import coverages_of
from osler.clinic.insurance.models import Coverage
from osler.clinic.intake.models import Proposal
from osler.clinic.intake.reading import Said
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.clinic.patients.placeholders import real_email, real_phone
from osler.clinic.patients.sharing import sharers
from osler.foundation.access.actors import Actor
from osler.foundation.ui.dates import clinic_date
from osler.foundation.ui.phones import phone_text

SHOWN: tuple[tuple[str, str | Promise], ...] = (
    ("given", gettext_lazy("Given names")),
    ("family", gettext_lazy("Family name")),
    ("suffix", gettext_lazy("Suffix")),
    ("birth_date", gettext_lazy("Birth date")),
    ("gender", gettext_lazy("Sex")),
    ("name_used", gettext_lazy("Name in use")),
    ("pronouns", gettext_lazy("Pronouns")),
    ("phone", gettext_lazy("Phone")),
    ("email", gettext_lazy("E-mail")),
    ("line", gettext_lazy("Street")),
    ("city", gettext_lazy("City")),
    ("state", gettext_lazy("State")),
    ("postal_code", gettext_lazy("ZIP code")),
    ("language", gettext_lazy("Language")),
    ("needs_interpreter", gettext_lazy("Needs an interpreter")),
)
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish"), "other": gettext_lazy("Other")}
SAME_PERSON = frozenset({"given", "family", "suffix", "birth_date", "gender"})


@dataclass(frozen=True)
class Difference:
    """One field: what was proposed, what is known, and whether it is taken unless somebody says no."""

    key: str
    label: str | Promise
    proposed: str
    known: str
    is_same: bool
    is_taken: bool


def differences(proposal: Proposal, said: Said, patient: Patient | None) -> list[Difference]:
    """Every field of the person that was said, against a record or none.

    A registration comes from anybody: it fills what is empty by itself, and overwrites nothing that
    the clinic knows unless the desk says so. A change comes from the patient's own account.
    """
    found = []
    for name, label in SHOWN:
        if name not in said.person or said.person[name] in (None, ""):
            continue
        proposed, known = said.person[name], getattr(patient, name) if patient else ""
        is_same = patient is not None and _plain(proposed) == _plain(known)
        is_empty = known in (None, "", "unknown", False)
        is_taken = not is_same and (patient is None or is_empty or not proposal.is_registration)
        found.append(
            Difference(f"person.{name}", label, shown(name, proposed), shown(name, known), is_same, is_taken)
        )
    return found


def shown(name: str, value: Any) -> str:
    """A value as it is read."""
    if isinstance(value, date):
        return clinic_date(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "gender":
        return str(dict(Patient.Gender.choices).get(value, value))
    if name == "language":
        return str(LANGUAGES.get(value, value))
    return phone_text(value) if name == "phone" else str(value or "")


def sharing(said: Said, *, patient: Patient | None, actor: Actor) -> list[tuple[str, Patient]]:
    """Other patients who are reached by the same phone or e-mail: whoever reads it may not be this one."""
    asked = said.as_patient()
    asked.id = patient.id if patient else asked.id
    kinds = (
        ("e", real_email(asked.email), _("Same e-mail")),
        ("p", real_phone(asked.phone), _("Same phone")),
    )
    found: dict[UUID, tuple[str, Patient]] = {}
    for kind, token, why in kinds:
        for one in sharers(kind, token, asked, actor=actor).defer("resource") if token else ():
            found.setdefault(one.id, (why, one))
    return sorted(found.values(), key=lambda pair: (pair[1].list_name, pair[1].id))[:6]


def standing_coverages(patient: Patient | None, *, actor: Actor) -> list[Coverage]:
    """The insurances that count now in the record that was chosen."""
    if patient is None:
        return []
    return [one for one in coverages_of(patient, actor=actor) if one.status == Coverage.Status.ACTIVE]


def relationship_word(code: str) -> str:
    """A relationship as it is read."""
    return str(dict(RelatedPerson.Relationship.choices).get(code, code))


def _plain(value: Any) -> Any:
    return " ".join(value.split()).casefold() if isinstance(value, str) else value
