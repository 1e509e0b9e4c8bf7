"""Money in a merge: books and invoices keep their words and amounts, and stand in the survivor's chart."""

from django.db.models import Q
from django.utils.translation import ngettext_lazy

from osler.clinic.billing.models import ChargeItem, Invoice, InvoiceLine, JournalEntry, Payment, Posting
from osler.clinic.patients.following import follows

CREDITED = "cancelled"

follows(ChargeItem, ngettext_lazy("%(count)d charge", "%(count)d charges", "count"))
# A credited invoice may name services that stand in another chart by now: it counts no more.
follows(
    Invoice,
    ngettext_lazy("%(count)d invoice", "%(count)d invoices", "count"),
    loose=Q(status=CREDITED) | Q(credits__status=CREDITED),
)
follows(
    InvoiceLine,
    ngettext_lazy("%(count)d line of an invoice", "%(count)d lines of invoices", "count"),
    loose=Q(invoice__status=CREDITED) | Q(invoice__credits__status=CREDITED),
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
