"""Bills in the portal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.clinic.billing.invoices.document import invoice_pdf
from osler.clinic.billing.invoices.parties import parties_of
from osler.clinic.billing.ledger.balances import open_amounts, open_balance
from osler.clinic.billing.models import Invoice, InvoiceLine, Payment
from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Organization
from osler.foundation.ui.paging import keyset_page
from osler.kernel.errors import Missing
from osler.web.portal.own import actor_of, own


@own("Invoice", methods=("GET",))
def bills(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`bills/`."""
    actor = actor_of(request)
    record_access(Invoice, patient=patient.id)
    invoices, page = keyset_page(scoped(Invoice, actor), request, key=("issued_on", "id"))
    owed = open_amounts([invoice.id for invoice in invoices], actor=actor)
    rows = [(invoice, owed.get(invoice.id)) for invoice in invoices]
    balance = open_balance(patient, actor=actor)
    context = {"patient": patient, "rows": rows, "balance": balance, "page": page}
    return render(request, "portal/bills.html", context)


def _own_invoice(request: HttpRequest, invoice_id: UUID) -> Invoice:
    actor = actor_of(request)
    invoice = scoped(Invoice, actor).select_related("coverage__payer").filter(pk=invoice_id).first()
    if invoice is None:
        raise Missing
    record_access(Invoice, patient=invoice.patient_id, entity_id=invoice.id)
    return invoice


@own("Invoice", methods=("GET",))
def bill(request: HttpRequest, patient: Patient, invoice_id: UUID) -> HttpResponse:
    """One invoice: what for, what insurance is asked for, what was paid, what is left."""
    actor = actor_of(request)
    invoice = _own_invoice(request, invoice_id)
    context = {
        "patient": patient,
        "invoice": invoice,
        "parties": parties_of(invoice),
        "lines": list(scoped(InvoiceLine, actor).filter(invoice=invoice).order_by("position")),
        "payments": list(scoped(Payment, actor).filter(invoice=invoice).order_by("received_at")),
        "owed": open_amounts([invoice.id], actor=actor).get(invoice.id),
        "clinic": Organization.objects.filter(id=invoice.organization_id).first(),
    }
    return render(request, "portal/bill.html", context)


@own("Invoice", methods=("GET",))
def bill_pdf(request: HttpRequest, patient: Patient, invoice_id: UUID) -> HttpResponse:
    """The invoice as it was issued, to keep."""
    invoice = _own_invoice(request, invoice_id)
    content = invoice_pdf(invoice, actor=actor_of(request))
    disposition = f'inline; filename="{invoice.label}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
