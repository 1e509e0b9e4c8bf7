"""What billing refuses, and the constraints that stand behind it."""

from django.utils.translation import gettext_lazy as _

from osler.kernel.constraints import declare
from osler.kernel.errors import Conflict, Invalid


class Unbalanced(Invalid):
    """The two sides of a journal entry differ."""

    code = "unbalanced"
    message = _("The two sides of this entry differ. Nothing was posted.")


class LedgerClosed(Conflict):
    """What is in the ledger stays; a mistake is put right by another entry."""

    code = "ledger-append-only"
    message = _("Entries in the ledger are never changed. Post a correction instead.")


class ChargeCaptured(Conflict):
    """One fact makes one charge."""

    code = "charge-captured"
    message = _("This service has been charged already.")


class PriceMissing(Conflict):
    """Nothing is invoiced without a price."""

    code = "price-missing"
    message = _("A charge has no price yet. Set one, or mark it as not billable.")


class NotToInvoice(Conflict):
    """Only charges that wait to be invoiced can be."""

    code = "not-to-invoice"
    message = _("Some of these charges no longer wait to be invoiced. Please look again.")


class SeveralPatients(Invalid):
    """An invoice is one patient's."""

    code = "several-patients"
    message = _("An invoice is for one patient. Choose charges of one patient.")


class NothingToInvoice(Invalid):
    """An invoice has at least one charge and a total above zero."""

    code = "nothing-to-invoice"
    message = _("There is nothing to invoice.")


class NotYet(Invalid):
    """Nothing is issued for a day to come."""

    code = "not-yet"
    message = _("An invoice cannot be issued on a day to come.")


class VisitInError(Conflict):
    """A visit that did not happen is not invoiced."""

    code = "visit-in-error"
    message = _("The visit of a charge was entered in error. Mark the charge as not billable.")


class PricesOverlap(Conflict):
    """A service has one price on a day in a schedule."""

    code = "prices-overlap"
    message = _("This code already has a price for some of these days.")
    field = "starts_on"


class ScheduleExists(Conflict):
    """A payer has one fee schedule, and so has the clinic."""

    code = "schedule-exists"
    message = _("There is already a fee schedule for this payer.")
    field = "payer"


class EndsBeforeStart(Invalid):
    """A price holds for at least a day."""

    code = "ends-before-start"
    message = _("The price would end before it starts.")
    field = "ends_on"


class NegativeAmount(Invalid):
    """A price is never below zero."""

    code = "negative-amount"
    message = _("The amount must not be below zero.")
    field = "amount"


class NotAnAmount(Invalid):
    """An amount of money is above zero and has at most two decimals."""

    code = "not-an-amount"
    message = _("Please give an amount above zero, in dollars and cents.")
    field = "amount"


class Overpaid(Conflict):
    """An invoice is paid at most in full."""

    code = "overpaid"
    message = _("This is more than is open on the invoice. Nothing was posted.")
    field = "amount"


class CreditUsed(Conflict):
    """What was paid ahead has been applied to an invoice."""

    code = "credit-used"
    message = _("The patient has less credit than this: it has been applied to an invoice.")
    field = "amount"


class NotOpen(Conflict):
    """Only an issued invoice takes payments and corrections."""

    code = "not-open"
    message = _("This invoice is not open: it is paid or credited.")


class InvoiceFrozen(Conflict):
    """An issued invoice never changes."""

    code = "invoice-frozen"
    message = _("An issued invoice cannot be changed. Credit it and issue a new one.")


class AlreadyCredited(Conflict):
    """An invoice is credited once, and a credit note not at all."""

    code = "already-credited"
    message = _("This invoice has been credited already.")


class PayerHasPaid(Conflict):
    """The payer's money goes back to the payer first."""

    code = "payer-has-paid"
    message = _("The insurer has paid on this invoice. Refund the insurer first.")


class AlreadyRefunded(Conflict):
    """A payment is refunded once, and a refund not at all."""

    code = "already-refunded"
    message = _("This payment has been refunded already.")


class TooMuchBack(Invalid):
    """A refund gives back at most what came in."""

    code = "too-much-back"
    message = _("A refund cannot be more than the payment.")
    field = "amount"


class ReasonMissing(Invalid):
    """Some deeds need a reason, for whoever looks at it later."""

    code = "reason-missing"
    message = _("Please give a reason.")
    field = "reason"


class CreditParted(Conflict):
    """What one chart had paid in advance has paid for the other since they were merged."""

    code = "credit-parted"
    message = _(
        "What one chart paid in advance has been used for the other. Refund or correct it before the charts"
        " are parted."
    )


for constraint, refusal in {
    "journalentry_balances": Unbalanced,
    "posting_amount_not_zero": Unbalanced,
    "posting_receivable_names_invoice": Unbalanced,
    "posting_invoice_of_patient": SeveralPatients,
    "ledger_append_only": LedgerClosed,
    "chargeitem_once_a_fact": ChargeCaptured,
    "chargeitem_billable_has_price": PriceMissing,
    "chargeitem_amount_not_negative": NegativeAmount,
    "feeitem_one_price_at_a_time": PricesOverlap,
    "feeitem_amount_not_negative": NegativeAmount,
    "feeschedule_one_a_payer": ScheduleExists,
    "invoice_issued_is_frozen": InvoiceFrozen,
    "invoice_adds_up": Unbalanced,
    "invoice_paid_at_most_in_full": Overpaid,
    "invoiceline_charge_once": NotToInvoice,
    "posting_credit_covers": CreditUsed,
    "posting_credit_parts": CreditParted,
    "payment_invoice_of_patient": SeveralPatients,
    "payment_refund_within": TooMuchBack,
    "payment_sign_right": NotAnAmount,
}.items():
    declare(constraint, refusal)
