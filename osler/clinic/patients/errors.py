"""What can stand against a registration or an amendment.

Conflict
├── AlreadyIdentified   somebody has said who it is
├── IdentifierTaken     another patient has this number
└── LikelyDuplicate     somebody very like is registered, and the clerk has not seen it
Invalid
├── BirthDateImpossible in the future, or before 1850
├── NameMissing         neither given nor family name
└── NotAmendable        a field that this deed does not change
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from osler.kernel import constraints
from osler.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from osler.clinic.patients.matching import Likeness


class AlreadyIdentified(Conflict):
    """Somebody has said meanwhile who the patient is."""

    code = "already-identified"
    message = _("This patient has been identified already. Nothing was changed.")


class IdentifierTaken(Conflict):
    """No two patients share a number of one system (A46)."""

    code = "identifier-taken"
    message = _("Another patient already has this number. Nothing was saved.")
    field = "identifier"


class LikelyDuplicate(Conflict):
    """Somebody very like is registered already; `likenesses` says who and why."""

    code = "likely-duplicate"
    message = _("This patient may already be registered. Please look before you save.")
    likenesses: Sequence["Likeness"] = ()


class BirthDateImpossible(Invalid):
    """Nobody is born in the future, and nobody alive was born before 1850."""

    code = "birth-date-impossible"
    message = _("Please check the birth date: it must lie between 1850 and today.")
    field = "birth_date"


class NameMissing(Invalid):
    """A patient needs a name to be called by."""

    code = "name-missing"
    message = _("Please enter at least one name.")
    field = "family"


class NotAmendable(Invalid):
    """A field that cannot be changed in this way."""

    code = "not-amendable"
    message = _("This cannot be changed here.")


constraints.declare("patientidentifier_one_patient", IdentifierTaken)
constraints.declare("patient_birth_date_sane", BirthDateImpossible)
