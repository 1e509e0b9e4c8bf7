"""What can stand against a registration or an amendment.

Conflict
├── AlreadyIdentified   somebody has said who it is
├── IdentifierTaken     another patient has this number
├── LikelyDuplicate     somebody very like is registered, and the clerk has not seen it
├── ChartMerged         the chart was merged into another: look there
├── ChartsBusy          somebody is writing to one of two charts
├── MergeOpen           a merge of this chart is proposed already
├── PhotoChanged        somebody else has taken or removed a photo
├── MergedFurther       the survivor was merged into another chart: undo that first
├── SecondPersonNeeded  identities differ: whoever proposed may not decide
├── StepKnown           the merge was done or undone before
└── TiedToBoth          something written since the merge belongs to both charts
Invalid
├── BirthDateImpossible in the future, or before 1850
├── MergeReasonMissing  a merge and its undoing have a reason
├── NameMissing         neither given nor family name
├── SameChart           a chart is not merged with itself
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
