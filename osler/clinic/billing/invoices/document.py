"""The invoice on paper: one PDF, tagged for screen readers, made while the reader waits."""

import io
import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from osler.clinic.billing.invoices.movements import Movement, movements_of
from osler.clinic.billing.invoices.parties import Parties, parties_of
from osler.clinic.billing.invoices.settling import open_on
from osler.clinic.billing.models import Invoice, InvoiceLine, JournalEntry, Payment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.ui.dates import clinic_date
from osler.kernel.money import ZERO

TEMPLATE = Path(__file__).with_name("invoice.typ")
ACCESSIBLE = ["ua-1"]


def invoice_pdf(invoice: Invoice, *, actor: Actor) -> bytes:
    """An issued invoice as it was issued, with what was paid on it since, in its own language."""
    with translation.override(parties_of(invoice)["language"]):
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
    parties = parties_of(invoice)
    clinic = parties["clinic"]
    lines = scoped(InvoiceLine, actor).filter(invoice=invoice).order_by("position")
    movements = [] if invoice.credits_id else movements_of(invoice, actor=actor)
    return {
        "language": translation.get_language(),
        "paper": parties["paper"],
        "title": f"{_heading(invoice)} {invoice.label}",
        "keywords": [invoice.label],
        "heading": _heading(invoice),
        "clinic": {"name": clinic["name"], "lines": clinic["lines"]},
        "to": _addressee(parties),
        "facts": _facts(invoice, parties),
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
        "foot": f"{clinic['name']} · {invoice.label}",
        **_sums(invoice, parties["payer"], movements),
        **_how_to_pay(invoice, clinic["reach"], actor=actor),
    }


def _heading(invoice: Invoice) -> str:
    return _("Credit note") if invoice.credits_id else _("Invoice")


def _addressee(parties: Parties) -> dict[str, Any]:
    """To whom the paper goes: who pays for the patient, or the patient."""
    patient, guarantor = parties["patient"], parties.get("guarantor")
    if guarantor:
        return {"label": _("To"), "name": guarantor["name"], "lines": guarantor["lines"]}
    return {"label": _("For"), "name": patient["name"], "lines": patient["lines"]}


def _facts(invoice: Invoice, parties: Parties) -> list[list[str]]:
    patient = parties["patient"]
    born = date.fromisoformat(patient["birth_date"]) if patient["birth_date"] else None
    credited = invoice.credits.label if invoice.credits else ""
    due = clinic_date(invoice.due_on) if not invoice.credits_id else ""
    facts = [
        (_("Number"), invoice.label),
        (_("Credits"), credited),
        (_("Issued"), clinic_date(invoice.issued_on)),
        (_("Due"), due),
        (_("Patient"), patient["name"] if parties.get("guarantor") else ""),
        (_("Birth date"), clinic_date(born)),
        (_("MRN"), patient["mrn"]),
        (_("Insurance"), parties["payer"]),
    ]
    return [[label, value] for label, value in facts if value]


def _sums(invoice: Invoice, payer: str, movements: list[Movement]) -> dict[str, Any]:
    """Total, what happened since, what waits for the insurer; the rest is the patient's."""
    rows = [_row(_("Total"), invoice.total_amount, strong=True)]
    if invoice.credits_id:
        return {"totals": rows, "due": {"words": _("Credited"), "amount": money(invoice.total_amount)}}
    rows += [_row(_movement_words(move, invoice), move.amount) for move in movements if move.amount]
    # The lines above leave what is open; of that, the insurer is asked for its part first.
    since = sum((move.amount for move in movements), ZERO)
    patient_owes = _patient_part(invoice) + sum((move.patient_amount for move in movements), ZERO)
    payer_owes = invoice.total_amount + since - patient_owes
    if payer_owes and payer:
        words = _("Waiting for %(payer)s") % {"payer": payer}
        rows.append(_row(words, -payer_owes))
    return {"totals": rows, "due": {"words": _("You owe"), "amount": money(patient_owes)}}


def _patient_part(invoice: Invoice) -> Decimal:
    """What the patient owed when the invoice was issued."""
    entry = invoice.entry
    assert entry is not None
    amounts = entry.postings.filter(account="patient-receivable").values_list("amount", flat=True)
    return sum(amounts, ZERO)


def _movement_words(move: Movement, invoice: Invoice) -> str:
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
        words = _("Paid by %(payer)s") % {"payer": payer_of(payment, invoice)}
    else:
        words = _("Paid, %(method)s") % {"method": payment.get_method_display().lower()}
    return f"{words}, {day}"


def payer_of(payment: Payment, invoice: Invoice) -> str:
    """The insurer who paid, by the name that the invoice gives it."""
    if payment.payer is None:
        return ""
    is_its_own = invoice.coverage is not None and invoice.coverage.payer_id == payment.payer_id
    return parties_of(invoice)["payer"] if is_its_own else payment.payer.name


def _how_to_pay(invoice: Invoice, reach: str, *, actor: Actor) -> dict[str, str]:
    if not open_on(invoice, actor=actor).patient:
        return {"how_to_pay": "", "how_to_pay_heading": ""}
    words = _(
        "At the front desk by card, cash or check; or by bank transfer with the number %(number)s. "
        "Questions about this invoice: %(phone)s."
    ) % {"number": invoice.label, "phone": reach}
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
