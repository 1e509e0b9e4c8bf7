"""What can stand against a coverage.

Conflict
├── CoverageOverlaps      another coverage of that priority is active in these days
├── EligibilityOpen       the same question is on its way
├── PayerKnown            a payer of this name is there already
├── PlanKnown             the payer has a plan of this name already
└── NotAskable            there is no way to ask, or nothing to ask about
Invalid
├── CopayNegative         nobody is paid for coming
├── PlanNameless          a plan has a name
├── PlanOfAnother         the plan is another payer's
├── SubscriberUnclear     whose contract it is contradicts itself
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


class PlanKnown(Conflict):
    """The plans of a payer are told apart by name."""

    code = "plan-known"
    message = _("This insurer has a plan of this name already.")
    field = "name"


class EligibilityOpen(Conflict):
    """One question about a coverage is on its way at a time, and one occasion asks once."""

    code = "eligibility-open"
    message = _("The insurer is being asked already.")


class NotAskable(Conflict):
    """Without a clearinghouse, or about a card that does not count, nobody is asked."""

    code = "not-askable"
    message = _("The insurer cannot be asked about this card. Nothing was changed.")


class PlanNameless(Invalid):
    """A name is what staff choose a plan by."""

    code = "plan-nameless"
    message = _("Please enter the plan's name.")
    field = "name"


class CopayNegative(Invalid):
    """A copay is nothing or more."""

    code = "copay-negative"
    message = _("A copay cannot be less than nothing.")
    field = "office_copay_amount"


class PlanOfAnother(Invalid):
    """A coverage has a plan of its own payer."""

    code = "plan-of-another"
    message = _("This plan belongs to another insurer.")
    field = "plan"


class SubscriberUnclear(Invalid):
    """Either it is the patient's own contract, or one other person's."""

    code = "subscriber-unclear"
    message = _("Please say whose insurance it is: the patient's own, or one other person's.")
    field = "subscriber"


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
constraints.declare("coverage_plan_of_its_payer", PlanOfAnother)
constraints.declare("coverage_one_subscriber", SubscriberUnclear)
constraints.declare("coverage_own_has_no_other_subscriber", SubscriberUnclear)
constraints.declare("insuranceplan_name_unique", PlanKnown)
constraints.declare("insuranceplan_copays_not_negative", CopayNegative)
constraints.declare("eligibilitycheck_asked_once", EligibilityOpen)
constraints.declare("eligibilitycheck_one_open", EligibilityOpen)
