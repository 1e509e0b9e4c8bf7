"""The invoice on paper: one PDF, tagged for screen readers, made while the reader waits."""

import io
import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from osler.clinic.billing.invoices.movements import Movement, movements_of
from osler.clinic.billing.invoices.settling import open_on
from osler.clinic.billing.models import Invoice, InvoiceLine, JournalEntry
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.directory.models import Organization
from osler.foundation.ui.dates import clinic_date
from osler.kernel.money import ZERO

TEMPLATE = Path(__file__).with_name("invoice.typ")
ACCESSIBLE = ["ua-1"]
_AMERICAN_ZIP = re.compile(r"\d{5}(-\d{4})?")


def invoice_pdf(invoice: Invoice, *, actor: Actor) -> bytes:
    """An issued invoice with what was paid on it since, in the patient's language."""
    patient = invoice.patient
    spoken = patient.language.partition("-")[0]
    known = {code for code, _name in settings.LANGUAGES}
    with translation.override(spoken if spoken in known else translation.get_language()):
        return render_pdf(TEMPLATE, invoice_data(invoice, actor=actor))


def render_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """A PDF/UA of a template and its data; without that seal when a letter has no glyph."""
    inputs = {"data": json.dumps(data)}
    try:
        content = _compile(template, inputs, ACCESSIBLE)
    except typst.TypstError:
        content = _compile(template, inputs, [])
    return content


def _compile(template: Path, inputs: dict[str, str], standards: list[str]) -> bytes:
    compiled = typst.compile(
        template.read_bytes(),
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=standards,  # type: ignore[arg-type]
    )
    return bytes(compiled)


@cache
def _fonts() -> Any:
    """The fonts of the wheel, and the system's for letters that they lack; looked for once."""
    return typst.Fonts()


def invoice_data(invoice: Invoice, *, actor: Actor) -> dict[str, Any]:
    """Everything that the template says, as text."""
    clinic = Organization.objects.get(id=invoice.organization_id)
    lines = scoped(InvoiceLine, actor).filter(invoice=invoice).order_by("position")
    movements = [] if invoice.credits_id else movements_of(invoice, actor=actor)
    return {
        "language": translation.get_language(),
        "paper": "us-letter" if _AMERICAN_ZIP.fullmatch(clinic.postal_code) else "a4",
        "title": f"{_heading(invoice)} {invoice.label}",
        "keywords": [invoice.label],
        "heading": _heading(invoice),
        "clinic": {"name": clinic.name, "lines": _clinic_lines(clinic)},
        "to": {"label": _("For"), "name": str(invoice.patient), "lines": _address(invoice.patient)},
        "facts": _facts(invoice),
        "columns": [_("Date"), _("Code"), _("Service"), pgettext("how many", "Number"), _("Amount")],
        "lines": [
            [
                clinic_date(line.occurred_on),
                line.code,
                line.description,
                str(line.quantity),
                money(line.amount),
            ]
            for line in lines
        ],
        "note": invoice.note,
        "code": _qr(invoice.label),
        "code_says": _("QR code of the number %(number)s") % {"number": invoice.label},
        "page": _("Page {page} of {pages}"),
        "foot": f"{clinic.name} · {invoice.label}",
        **_sums(invoice, movements),
        **_how_to_pay(invoice, clinic, actor=actor),
    }


def _heading(invoice: Invoice) -> str:
    return _("Credit note") if invoice.credits_id else _("Invoice")


def _clinic_lines(clinic: Organization) -> list[str]:
    tax = _("Tax number %(number)s") % {"number": clinic.tax_id} if clinic.tax_id else ""
    npi = f"NPI {clinic.npi}" if clinic.npi else ""
    reach = " · ".join(part for part in (clinic.phone, clinic.email) if part)
    numbers = " · ".join(part for part in (tax, npi) if part)
    return [part for part in (*_address(clinic), reach, numbers) if part]


def _address(place: Organization | Patient) -> list[str]:
    town = " ".join(part for part in (place.state, place.postal_code) if part)
    return [part for part in (place.line, ", ".join(part for part in (place.city, town) if part)) if part]


def _facts(invoice: Invoice) -> list[list[str]]:
    patient = invoice.patient
    payer = invoice.coverage.payer.name if invoice.coverage else ""
    credited = invoice.credits.label if invoice.credits else ""
    due = clinic_date(invoice.due_on) if not invoice.credits_id else ""
    facts = [
        (_("Number"), invoice.label),
        (_("Credits"), credited),
        (_("Issued"), clinic_date(invoice.issued_on)),
        (_("Due"), due),
        (_("Birth date"), clinic_date(patient.birth_date)),
        (_("MRN"), patient.mrn),
        (_("Insurance"), payer),
    ]
    return [[label, value] for label, value in facts if value]


def _sums(invoice: Invoice, movements: list[Movement]) -> dict[str, Any]:
    """Total, what happened since, what waits for the insurer; the rest is the patient's."""
    rows = [_row(_("Total"), invoice.total_amount, strong=True)]
    if invoice.credits_id:
        return {"totals": rows, "due": {"words": _("Credited"), "amount": money(invoice.total_amount)}}
    rows += [_row(_movement_words(move), move.amount) for move in movements if move.amount]
    # The lines above leave what is open; of that, the insurer is asked for its part first.
    since = sum((move.amount for move in movements), ZERO)
    patient_owes = _patient_part(invoice) + sum((move.patient_amount for move in movements), ZERO)
    payer_owes = invoice.total_amount + since - patient_owes
    if payer_owes and invoice.coverage:
        words = _("Waiting for %(payer)s") % {"payer": invoice.coverage.payer.name}
        rows.append(_row(words, -payer_owes))
    return {"totals": rows, "due": {"words": _("You owe"), "amount": money(patient_owes)}}


def _patient_part(invoice: Invoice) -> Decimal:
    """What the patient owed when the invoice was issued."""
    entry = invoice.entry
    assert entry is not None
    amounts = entry.postings.filter(account="patient-receivable").values_list("amount", flat=True)
    return sum(amounts, ZERO)


def _movement_words(move: Movement) -> str:
    day = clinic_date(move.entry.posted_on)
    payment = move.payment
    if payment is None:
        kinds = {
            JournalEntry.Kind.TRANSFER: _("Paid ahead"),
            JournalEntry.Kind.WRITE_OFF: _("Adjustment"),
            JournalEntry.Kind.CREDIT_NOTE: _("Credit note"),
        }
        return f"{kinds.get(JournalEntry.Kind(move.entry.kind), move.entry.get_kind_display())}, {day}"
    if payment.amount < 0:
        words = _("Refunded")
    elif payment.payer:
        words = _("Paid by %(payer)s") % {"payer": payment.payer.name}
    else:
        words = _("Paid, %(method)s") % {"method": payment.get_method_display().lower()}
    return f"{words}, {day}"


def _how_to_pay(invoice: Invoice, clinic: Organization, *, actor: Actor) -> dict[str, str]:
    if not open_on(invoice, actor=actor).patient:
        return {"how_to_pay": "", "how_to_pay_heading": ""}
    words = _(
        "At the front desk by card, cash or check; or by bank transfer with the number %(number)s. "
        "Questions about this invoice: %(phone)s."
    ) % {"number": invoice.label, "phone": clinic.phone or clinic.email or clinic.name}
    return {"how_to_pay": words, "how_to_pay_heading": _("How to pay")}


def _row(words: str, amount: Decimal, *, strong: bool = False) -> dict[str, Any]:
    return {"words": words, "amount": money(amount), "strong": strong}


def money(amount: Decimal) -> str:
    """An amount as printed: -$1,200.00 with a true minus sign."""
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def _qr(text: str) -> str:
    buffer = io.BytesIO()
    segno.make_qr(text, error="m").save(buffer, kind="svg", border=0, dark="#17202b", xmldecl=False)
    return buffer.getvalue().decode()
