"""What can stand against a registration or an amendment.

Conflict
├── AlreadyFamily       the patient belongs to this family already
├── AlreadyIdentified   somebody has said who it is
├── IdentifierTaken     another patient has this number
├── LikelyDuplicate     somebody very like is registered, and the clerk has not seen it
├── GuarantorTaken      somebody else pays the bills already
├── ChartMerged         the chart was merged into another: look there
├── ChartsBusy          somebody is writing to one of two charts
├── OneOfAKind          the patient has a number of this type, and may have only one
├── IdentifierTypeKnown another type has this system
├── DeskPageFrozen      a draft alone is changed
├── NumbersExhausted    the format of an allotted number holds no more
├── MergeOpen           a merge of this chart is proposed already
├── PhotoChanged        somebody else has taken or removed a photo
├── MergedFurther       the survivor was merged into another chart: undo that first
├── SecondPersonNeeded  identities differ: whoever proposed may not decide
├── StepKnown           the merge was done or undone before
└── TiedToBoth          something written since the merge belongs to both charts
Invalid
├── BirthDateImpossible in the future, or before 1850
├── CheckDigitWrong     the end of a number does not agree with the rest of it
├── DeskFieldUnfit      a field of the desk's page that contradicts itself
├── DeskRuleBroken      a rule of the desk's page stands against what was typed
├── IdentifierTypeUnfit a type that contradicts itself
├── NumberMissing       a number that the desk's page requires
├── NumberUnfit         a number does not look as its type says
├── NotOneFamily        nobody is his own relative
├── MergeReasonMissing  a merge and its undoing have a reason
├── NameMissing         neither given nor family name
├── SameChart           a chart is not merged with itself
└── NotAmendable        a field that this deed does not change
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.kernel import constraints
from osler.kernel.errors import Conflict, Invalid, Refusal

if TYPE_CHECKING:
    from osler.clinic.patients.matching import Likeness


class AlreadyFamily(Conflict):
    """A patient belongs to a family once."""

    code = "already-family"
    message = _("This patient belongs to the family already. Nothing was changed.")


class GuarantorTaken(Conflict):
    """One person at a time pays the bills of a patient."""

    code = "guarantor-taken"
    message = _("Somebody else pays this patient's bills already. Nothing was changed.")
    field = "is_guarantor"


class AlreadyIdentified(Conflict):
    """Somebody has said meanwhile who the patient is."""

    code = "already-identified"
    message = _("This patient has been identified already. Nothing was changed.")


class NumberRefused(Refusal):
    """A rule about numbers stands against one; `system` says against which."""

    field = "identifier"

    def __init__(self, message: str | Promise | None = None, *, system: str = "") -> None:
        super().__init__(message)
        self.system = system


class IdentifierTaken(NumberRefused, Conflict):
    """No two patients share a number of one system (A46)."""

    code = "identifier-taken"
    message = _("Another patient already has this number. Nothing was saved.")


class OneOfAKind(NumberRefused, Conflict):
    """Of this type a patient has only one."""

    code = "one-of-a-kind"
    message = _("The patient already has a number of this kind. Nothing was saved.")


class NumbersExhausted(NumberRefused, Conflict):
    """The format of an allotted number holds no more of them."""

    code = "numbers-exhausted"
    message = _("All numbers of this kind are taken. Nothing was saved.")


class NumberUnfit(NumberRefused, Invalid):
    """A number does not look as its type says."""

    code = "number-unfit"
    message = _("This does not look like a number of this kind. Nothing was saved.")


class CheckDigitWrong(NumberRefused, Invalid):
    """The end of a number does not agree with the rest of it: a slip of the finger."""

    code = "check-digit-wrong"
    message = _("The check digit of this number is wrong. Please compare each digit.")


class NumberMissing(NumberRefused, Invalid):
    """Nobody is registered at the desk without a number of this type."""

    code = "number-missing"
    message = _("This field is required.")


class DeskRuleBroken(Invalid):
    """A rule of the desk's page stands against what was typed; `field` says where."""

    code = "desk-rule-broken"
    message = _("Please check this field.")


class DeskFieldUnfit(Invalid):
    """A field of the desk's page that contradicts itself."""

    code = "desk-field-unfit"
    message = _("This field contradicts itself. Nothing was saved.")


class DeskPageFrozen(Conflict):
    """What was in force stays as it was: a draft alone is changed."""

    code = "desk-page-frozen"
    message = _("Somebody has put this page in force or discarded it. Nothing was changed.")


class IdentifierTypeKnown(Conflict):
    """Another type has the numbers of this system."""

    code = "identifier-type-known"
    message = _("There is a kind of number with this system already. Nothing was saved.")
    field = "system"


class IdentifierTypeUnfit(Invalid):
    """A type that contradicts itself."""

    code = "identifier-type-unfit"
    message = _("This kind of number contradicts itself. Nothing was saved.")


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


class NotOneFamily(Invalid):
    """A family is of two at least, each with a part in it."""

    code = "not-one-family"
    message = _("Please choose another patient, and what each is in the family.")


class NotAmendable(Invalid):
    """A field that cannot be changed in this way."""

    code = "not-amendable"
    message = _("This cannot be changed here.")


class ChartMerged(Conflict):
    """The chart was merged into another and is closed; `elsewhere` is where its rows are."""

    code = "chart-merged"
    message = _("This chart was merged into another one. Nothing was changed: please open that one.")


class ChartsBusy(Conflict):
    """Others are writing to one of the charts, and a merge waits for them only so long."""

    code = "charts-busy"
    message = _(
        "Somebody is writing to one of the charts. Nothing was changed: please try again in a moment."
    )


class MergeOpen(Conflict):
    """One proposal at a time."""

    code = "merge-open"
    message = _("A merge of this chart is proposed already. Nothing was changed.")


class MergedFurther(Conflict):
    """Merges that build on each other are undone from the last to the first."""

    code = "merged-further"
    message = _("The chart was merged into another one since. Undo that merge first.")


class SecondPersonNeeded(Conflict):
    """Birth date, sex or a national number differ."""

    code = "second-person-needed"
    message = _("The two charts differ in who they are: somebody else must decide on your proposal.")


class StepKnown(Conflict):
    """A link is merged once and undone once."""

    code = "merge-step-known"
    message = _("Somebody has decided on this merge already.")


class TiedToBoth(Conflict):
    """Something that was written after the merge belongs to rows of both charts; `ties` says what."""

    code = "tied-to-both"
    message = _("Something written since the merge belongs to both charts. Nothing was changed.")


class PhotoChanged(Conflict):
    """One photo is shown; somebody else has chosen another meanwhile."""

    code = "photo-changed"
    message = _(
        "Somebody else has changed the photo in the meantime. Nothing was changed: please look again."
    )


class SameChart(Invalid):
    """A chart is not merged with itself."""

    code = "same-chart"
    message = _("Please choose another chart: this is the same one.")


class MergeReasonMissing(Invalid):
    """Whoever looks at it later must understand why."""

    code = "merge-reason-missing"
    message = _("Please write why: it stands in the history of both charts.")
    field = "reason"


constraints.declare("patientidentifier_one_patient", IdentifierTaken)
constraints.declare("patientidentifier_one_of_a_kind", OneOfAKind)
constraints.declare("patientidentifier_fits_its_type", NumberUnfit)
constraints.declare("patientidentifier_check_digit", CheckDigitWrong)
constraints.declare("identifiertype_system_unique", IdentifierTypeKnown)
for _name in (
    "has_words",
    "not_our_mrn",
    "shape_in_capitals",
    "allotted_by_shape",
    "system_stays",
    "is_allotted",
):
    constraints.declare(f"identifiertype_{_name}", IdentifierTypeUnfit)
for _name in ("names_stay", "family_required", "required_is_shown", "range_in_order", "own_has_label"):
    constraints.declare(f"deskfield_{_name}", DeskFieldUnfit)
for _name in ("in_force_is_frozen", "one_draft", "one_in_force", "edition_unique"):
    constraints.declare(f"deskpage_{_name}", DeskPageFrozen)
constraints.declare("ownvalue_of_its_kind", DeskRuleBroken)
constraints.declare("ownvalue_says_one_thing", DeskRuleBroken)
constraints.declare("patient_merged_is_closed", ChartMerged)
constraints.declare("patientphoto_one_shown", PhotoChanged)
constraints.declare("patientlink_of_two_charts", SameChart)
constraints.declare("patientlink_of_live_charts", ChartMerged)
constraints.declare("patientlink_survivor_is_live", MergedFurther)
constraints.declare("patientlink_proposed_once", MergeOpen)
constraints.declare("patientlink_merged_once", ChartMerged)
constraints.declare("patientlink_second_person", SecondPersonNeeded)
constraints.declare("patientlink_step_known", StepKnown)
constraints.declare("patient_birth_date_sane", BirthDateImpossible)
constraints.declare("familymember_once", AlreadyFamily)
constraints.declare("relatedperson_one_guarantor", GuarantorTaken)
