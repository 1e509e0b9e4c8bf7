"""The forms of public booking: shape only, the same for whoever is known and whoever is not."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.reminding.addresses import phone_number
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import CardSelect

EMAIL, SMS = "email", "sms"
WAYS = [(EMAIL, gettext_lazy("By e-mail")), (SMS, gettext_lazy("By text message"))]


class WhoForm(forms.Form):
    """Whom the visit is for, and where the code goes."""

    use_required_attribute = False
    given = forms.CharField(
        label=gettext_lazy("Given name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family = forms.CharField(
        label=gettext_lazy("Family name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    birth_date = ClinicDateField(label=gettext_lazy("Birth date"), is_past=True)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("How shall we send you a code?"), choices=WAYS, initial=EMAIL, widget=CardSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("What is it about? (you need not say)"), max_length=300, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if born := self.initial.get("birth_date"):
            self.initial["birth_date"] = date.fromisoformat(born)
        if not settings.SMS_URL:
            del self.fields["reach"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("reach", EMAIL)
        data["email"] = str(data.get("email", "")).lower()
        if "birth_date" in data and data["birth_date"].year < 1850:
            self.add_error("birth_date", _("Please check the year."))
        if data["reach"] == SMS and not phone_number(data.get("phone", "")):
            self.add_error("phone", _("Please enter a phone number that takes text messages."))
        elif data["reach"] == EMAIL and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Please enter an e-mail address."))
        return data


class CodeForm(forms.Form):
    """The six digits of the mail."""

    use_required_attribute = False
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return "".join(sign for sign in str(self.cleaned_data["code"]) if sign.isdecimal())
