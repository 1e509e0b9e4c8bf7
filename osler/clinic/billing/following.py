"""Money in a merge: books and invoices keep their words and amounts, and stand in the survivor's chart."""

from django.db.models import Q
from django.utils.translation import ngettext_lazy

from osler.clinic.billing.models import ChargeItem, Invoice, InvoiceLine, JournalEntry, Payment, Posting
from osler.clinic.patients.following import follows

GONE = ("cancelled", "entered-in-error")

follows(ChargeItem, ngettext_lazy("%(count)d charge", "%(count)d charges", "count"))
# A credited invoice, or one that was a mistake, may name services that stand in another chart by now.
follows(
    Invoice,
    ngettext_lazy("%(count)d invoice", "%(count)d invoices", "count"),
    loose=Q(status__in=GONE) | Q(credits__status__in=GONE),
)
follows(
    InvoiceLine,
    ngettext_lazy("%(count)d line of an invoice", "%(count)d lines of invoices", "count"),
    loose=Q(invoice__status__in=GONE) | Q(invoice__credits__status__in=GONE),
)
follows(Payment, ngettext_lazy("%(count)d payment", "%(count)d payments", "count"))
follows(
    JournalEntry, ngettext_lazy("%(count)d entry in the books", "%(count)d entries in the books", "count")
)
follows(
    Posting,
    ngettext_lazy("%(count)d posting", "%(count)d postings", "count"),
    refers={"invoice_id": Invoice},
)
