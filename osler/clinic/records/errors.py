"""What the record refuses, and the constraints that stand behind it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from osler.kernel.constraints import declare
from osler.kernel.errors import Conflict, Denied, Invalid, StaleVersion

if TYPE_CHECKING:
    from osler.clinic.records.medications.safety import Alert


class NotCheckedIn(Conflict):
    """A visit begins when the patient is here."""

    code = "not-checked-in"
    message = _("The patient has not been checked in for this appointment.")


class EncounterExists(Conflict):
    """An appointment has one encounter."""

    code = "encounter-exists"
    message = _("This appointment already has a visit. Open that one.")


class EncounterClosed(Conflict):
    """A finished visit takes no new entries."""

    code = "encounter-closed"
    message = _("This visit is finished. Nothing can be added to it; write an addendum instead.")


class UnsignedNote(Conflict):
    """A visit is finished only when every note with words in it is signed."""

    code = "unsigned-note"
    message = _("There is an unsigned note in this visit. Sign it first.")


class EndsBeforeStart(Invalid):
    """A visit ends after it starts."""

    code = "ends-before-start"
    message = _("The visit would end before it starts.")


class NoPractitioner(Denied):
    """Entries in a chart are made in the name of a practitioner."""

    code = "no-practitioner"
    message = _("Your account is not linked to a practitioner, so you cannot write in charts.")


class OtherAuthor(Denied):
    """Nobody writes in the name of a colleague."""

    code = "other-author"
    message = _("An entry is made in the name of whoever makes it, not of a colleague.")
    field = "author"


class NoteClosed(Conflict):
    """Signed is closed: later words are an addendum."""

    code = "note-closed"
    message = _("This note is signed and closed. Add an addendum instead.")


class NotYourNote(Denied):
    """Only the author signs a note."""

    code = "not-your-note"
    message = _("Only the author can do this with a note.")


class NoteBegun(Conflict):
    """One draft a visit and author."""

    code = "note-begun"
    message = _("You have already begun a note on this visit. Continue that one.")


class EmptyNote(Invalid):
    """A note without words is not signed."""

    code = "empty-note"
    message = _("The note has no words yet.")


class NoteConflict(StaleVersion):
    """Somebody else has saved the note: both texts are shown side by side."""

    code = "note-conflict"


class MissingUnit(Invalid):
    """No value without its unit (UCUM)."""

    code = "missing-unit"
    message = _("Each value needs its unit.")


class UnknownUnit(Invalid):
    """The unit is not one that this measurement is given in."""

    code = "unknown-unit"
    message = _("This measurement is not given in that unit.")


class Implausible(Invalid):
    """The value is outside what a living body shows: a slip, not a finding."""

    code = "implausible"
    message = _("This value is not possible. Please check the number and the unit.")


class WeightChanged(Conflict):
    """More than 30 % away from the last weight: pounds for kilograms, or the wrong patient?"""

    code = "weight-changed"
    message = _("The weight differs by more than 30 % from the last one. Is the unit right?")


class NothingMeasured(Invalid):
    """A set of vital signs with nothing in it."""

    code = "nothing-measured"
    message = _("Enter at least one value.")


class AlreadyRecorded(Conflict):
    """The same fact stands in the chart."""

    code = "already-recorded"
    message = _("This is already in the chart.")


class AlreadyInError(Conflict):
    """An entry is marked as wrong once."""

    code = "already-in-error"
    message = _("This is marked as a wrong entry already.")


class LaboratoryValue(Conflict):
    """What the laboratory has measured is corrected there."""

    code = "laboratory-value"
    message = _("This value belongs to a laboratory result. The laboratory corrects it.")


class NothingToUndo(Conflict):
    """The last change of the entry is none that can be undone."""

    code = "nothing-to-undo"
    message = _("The last change of this entry cannot be undone here. Nothing was changed.")


class AllergiesExist(Conflict):
    """ "No known allergies" cannot stand beside an allergy."""

    code = "allergies-exist"
    message = _("The chart has allergies. Mark them as entered in error first.")


class UnknownCode(Invalid):
    """The code is not in the code system, or not one that may be used by itself."""

    code = "unknown-code"
    message = _("Choose an entry from the list.")


class DiagnosisRanked(Conflict):
    """Each rank of a visit's diagnoses is given once."""

    code = "diagnosis-ranked"
    message = _("Another diagnosis of this visit already has that rank.")


class UnsafeMedication(Conflict):
    """An alert stands against the prescription: it needs a coded reason to go on."""

    code = "unsafe-medication"
    message = _("This medication is unsafe for the patient. Choose another, or give a reason.")

    def __init__(self, alerts: "Sequence[Alert]" = ()) -> None:
        super().__init__()
        self.alerts = tuple(alerts)


class AlreadyResulted(Conflict):
    """An order with a result is not taken back."""

    code = "already-resulted"
    message = _("A result has been entered for this order. It cannot be revoked any more.")


class UnknownReason(Invalid):
    """The reason is not one of the list."""

    code = "unknown-reason"
    message = _("Choose a reason from the list.")


class QuantityNotPositive(Invalid):
    """A prescription is for more than nothing."""

    code = "quantity-not-positive"
    message = _("The quantity must be more than zero.")


class DuePassed(Invalid):
    """A follow-up lies ahead."""

    code = "due-passed"
    message = _("Choose a day that is still to come.")


class OtherPatient(Conflict):
    """Things of two charts are not tied together."""

    code = "other-patient"
    message = _("This belongs to another patient. Nothing was changed.")


class NotALaboratoryOrder(Invalid):
    """Results are entered for laboratory orders."""

    code = "not-a-laboratory-order"
    message = _("This order is not a laboratory test.")


class NotANumber(Invalid):
    """The measurement is a number."""

    code = "not-a-number"
    message = _("Enter a number, or a limit such as <0.5.")


class NotCollected(Conflict):
    """A result belongs to a specimen."""

    code = "not-collected"
    message = _("The specimen has not been collected yet.")


class IncompleteResult(Invalid):
    """Every value of the test is given before it is verified."""

    code = "incomplete-result"
    message = _("Some values are missing.")


class NoOwner(Conflict):
    """A final result has somebody who must act on it (A94)."""

    code = "no-owner"
    message = _("Nobody would own this result. Name a physician who takes it.")


class AlreadyAcknowledged(Conflict):
    """A result is acknowledged once."""

    code = "already-acknowledged"
    message = _("This result has already been acknowledged.")


class NotFinal(Conflict):
    """Only a final result can be acknowledged or released."""

    code = "not-final"
    message = _("This result is not final yet.")


declare("encounter_ends_after_start", EndsBeforeStart)
declare("records_encounter_appointment_id_key", EncounterExists)
declare("clinicalnote_signed_is_closed", NoteClosed)
declare("clinicalnote_signed_has_signature", EmptyNote)
declare("condition_rank_unique_in_encounter", DiagnosisRanked)
declare("medicationrequest_quantity_positive", QuantityNotPositive)
declare("diagnosticreport_final_has_owner", NoOwner)
declare("records_diagnosticreport_order_id_key", AlreadyRecorded)
