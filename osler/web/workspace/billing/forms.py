"""Forms of the office: the shape of amounts, reasons and services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.billing.models import Payment
from osler.clinic.billing.payments.taking import Tender
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import SegmentedSelect
from osler.kernel.errors import Refusal

AT_THE_DESK = [choice for choice in Payment.Method.choices if choice[0] != Payment.Method.PORTAL]


class DeedForm(forms.Form):
    """A form for one deed; `refusal` is what the deed answered, if it refused."""

    refusal: Refusal | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)

    @property
    def status(self) -> int:
        """The answer to a form that was not accepted."""
        return self.refusal.status if self.refusal else 422


def amount_field(*, required: bool = True) -> forms.DecimalField:
    """Dollars and cents, above zero."""
    return forms.DecimalField(
        label=_("Amount"),
        required=required,
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def price_field(label: Any) -> forms.DecimalField:
    """Dollars and cents, not below zero."""
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def reason_field() -> forms.CharField:
    """Why, for whoever looks at it later."""
    return forms.CharField(label=_("Reason"), max_length=300)


class PaymentForm(DeedForm):
    """Money on the counter."""

    amount = amount_field()
    method = forms.ChoiceField(
        label=_("Method"), choices=AT_THE_DESK, initial=Payment.Method.CARD, widget=SegmentedSelect
    )
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)

    def tender(self, memo: str = "") -> Tender:
        """What was entered, as money."""
        given = self.cleaned_data
        return Tender(given["amount"], given["method"], reference=given["reference"], memo=memo)


class InvoicePaymentForm(PaymentForm):
    """Money for an invoice: from the patient or, for the office, from the insurer."""

    sender = forms.ChoiceField(label=_("From"), required=False, widget=SegmentedSelect)

    def __init__(self, *args: Any, payer_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if payer_name:
            self.fields["sender"].choices = [("", _("Patient")), ("payer", payer_name)]  # type: ignore[attr-defined]
        else:
            del self.fields["sender"]

    @property
    def is_from_payer(self) -> bool:
        """Whether the insurer paid."""
        return self.cleaned_data.get("sender") == "payer"


class ReasonForm(DeedForm):
    """A deed that needs a reason."""

    reason = reason_field()


class CreditForm(ReasonForm):
    """A credit note."""


class PartForm(ReasonForm):
    """A part of what is open, or (left empty) all of it."""

    amount = amount_field(required=False)
    field_order = ("amount", "reason")


class WriteOffForm(PartForm):
    """Giving an amount up."""

    of_payer = forms.BooleanField(label=_("Of the insurer's part"), required=False)


class TransferForm(PartForm):
    """Moving an amount from the insurer to the patient."""


class RefundForm(PartForm):
    """Giving a payment back."""


class PriceForm(ReasonForm):
    """A price for one charge."""

    unit_amount = price_field(_("Price each"))
    field_order = ("unit_amount", "reason")


class LeaveOutForm(ReasonForm):
    """Nobody pays for this."""

    kind = forms.ChoiceField(
        label=_("Why"),
        choices=[("waive", _("Not billed")), ("error", _("Entered in error"))],
        initial="waive",
        widget=SegmentedSelect,
    )
    field_order = ("kind", "reason")


class ChargeForm(DeedForm):
    """A service that no visit or order has charged."""

    code = forms.CharField(label=_("Code"), max_length=20)
    description = forms.CharField(label=_("Service"), max_length=300, required=False)
    occurred_on = ClinicDateField(label=_("Date"), is_past=True)
    quantity = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=999, initial=1, widget=forms.TextInput
    )


class FeeForm(DeedForm):
    """A price from a day on."""

    code = forms.CharField(label=_("Code"), max_length=20)
    description = forms.CharField(label=_("Service"), max_length=300)
    amount = price_field(_("Price"))
    starts_on = ClinicDateField(label=_("From"))


class EndFeeForm(DeedForm):
    """The last day of a price."""

    ends_on = ClinicDateField(label=_("Last day"))
