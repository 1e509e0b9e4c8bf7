"""What can stand against a coverage.

Conflict
├── CoverageOverlaps      another coverage of that priority is active in these days
└── PayerKnown            a payer of this name is there already
Invalid
├── PayerNameless         a payer has a name
├── CoveragePeriodEmpty   it would end before it begins
└── CoveragePriorityUnknown  neither primary, secondary nor tertiary
"""

from django.utils.translation import gettext_lazy as _

from osler.kernel import constraints
from osler.kernel.errors import Conflict, Invalid


class CoverageOverlaps(Conflict):
    """Two active coverages of one priority never share a day."""

    code = "coverage-overlaps"
    message = _(
        "There is already an insurance of this rank in these days. End it first, or choose another"
        " rank. Nothing was saved."
    )
    field = "priority"


class PayerKnown(Conflict):
    """Payers are told apart by name."""

    code = "payer-known"
    message = _("An insurer of this name is there already.")
    field = "name"


class PayerNameless(Invalid):
    """A name is what staff choose an insurer by."""

    code = "payer-nameless"
    message = _("Please enter the insurer's name.")
    field = "name"


class CoveragePeriodEmpty(Invalid):
    """An insurance covers at least one day."""

    code = "coverage-period-empty"
    message = _("The last day must not lie before the first.")
    field = "last_day"


class CoveragePriorityUnknown(Invalid):
    """Primary, secondary and tertiary are all there is."""

    code = "coverage-priority-unknown"
    message = _("Please choose primary, secondary or tertiary.")
    field = "priority"


constraints.declare("coverage_one_of_a_priority_at_a_time", CoverageOverlaps)
constraints.declare("coverage_period_not_empty", CoveragePeriodEmpty)
constraints.declare("coverage_priority_one_to_three", CoveragePriorityUnknown)
constraints.declare("payer_name_unique", PayerKnown)
