"""Forms of the gallery: each kind of field, empty and wrong."""

from typing import ClassVar

from django import forms

from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import CardSelect, Combobox, SegmentedSelect, SlotSelect, Switch

SEXES = [("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Unknown")]
TIMES = [(time, time) for time in ("09:00", "09:20", "10:40", "11:20", "14:00", "15:40")]
REASONS = [("visit", "A visit"), ("call", "A video call"), ("unsure", "I am not sure")]
CHANNELS = [("sms", "Text message"), ("email", "E-mail"), ("letter", "Letter")]
SITES = [("main", "Main Street"), ("harbor", "Harbor"), ("hill", "Hill Road")]


class DemoForm(forms.Form):
    """One field of each kind."""

    family = forms.CharField(label="Family name", max_length=60)
    birth_date = ClinicDateField(
        label="Birth date", is_past=True, help_text="Any format: 14 Jul 1945, 7/14/45"
    )
    sex = forms.ChoiceField(label="Sex in the record", choices=SEXES, widget=SegmentedSelect)
    phone = forms.CharField(label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.EmailField(label="E-mail", required=False)
    weight = forms.DecimalField(label="Weight", required=False, decimal_places=1)
    site = forms.ChoiceField(label="Site", choices=SITES)
    diagnosis = forms.CharField(
        label="Diagnosis", required=False, widget=Combobox(url="/ui/options/", code_field="diagnosis_code")
    )
    time = forms.ChoiceField(label="Time", choices=TIMES, widget=SlotSelect)
    reason = forms.ChoiceField(label="What do you need?", choices=REASONS, widget=CardSelect)
    channels = forms.MultipleChoiceField(
        label="Reminders by", required=False, choices=CHANNELS, widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(label="May leave a message on this number", required=False)
    is_quiet = forms.BooleanField(label="No reminders at night", required=False, widget=Switch)
    story = forms.CharField(label="What happened?", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    letter = forms.FileField(label="Letter", required=False)
    closed = forms.CharField(label="Record number", required=False, disabled=True, initial="104-882-1")
    diagnosis_code = forms.CharField(required=False, widget=forms.HiddenInput)


def empty_form() -> DemoForm:
    """The form as it is first seen."""
    return DemoForm(auto_id="empty_%s", initial={"sex": "female", "time": "09:20", "reason": "visit"})


def bound_form() -> DemoForm:
    """The form after a first try that went wrong."""
    typed = {"family": "", "birth_date": "31 June 1945", "email": "ada@", "sex": "female", "weight": "heavy"}
    return DemoForm(typed, auto_id="wrong_%s")


class NoteForm(forms.Form):
    """A visit note in the making."""

    EXAMPLE: ClassVar[dict[str, str]] = {
        "subjective": "Feels well. Home readings 128 to 138 over 78 to 84. "
        "No dizziness since spironolactone was held.",
        "objective": "BP 134/82 sitting, 130/80 standing. Weight 81.4 kg (down 0.8). "
        "No edema. Feet: pulses present.",
        "assessment": "Potassium 5.9 twelve days ago, before spironolactone was held. eGFR falling, 57.",
        "plan": "Repeat basic metabolic panel today. Keep spironolactone held. ",
    }
    subjective = forms.CharField(label="History", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    objective = forms.CharField(label="Examination", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    assessment = forms.CharField(label="Assessment", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    diagnosis = forms.CharField(
        label="Add a diagnosis",
        required=False,
        widget=Combobox(
            url="/ui/options/", code_field="diagnosis_code", attrs={"placeholder": "sugar, I10, knee…"}
        ),
    )
    diagnosis_code = forms.CharField(required=False, widget=forms.HiddenInput)
    plan = forms.CharField(label="Plan", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class PatientForm(forms.Form):
    """Registration: eight fields are required, the rest can wait."""

    given = forms.CharField(label="Given names")
    family = forms.CharField(label="Family name")
    birth_date = ClinicDateField(label="Birth date", is_past=True)
    sex = forms.ChoiceField(label="Sex in the record", choices=SEXES, widget=SegmentedSelect)
    phone = forms.CharField(label="Mobile phone", widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.EmailField(label="E-mail", required=False)
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("es", "Spanish")])
    line = forms.CharField(label="Street and number", required=False)
    city = forms.CharField(label="City", required=False)
    postal_code = forms.CharField(label="ZIP code", required=False)
    payer = forms.CharField(label="Insurance", required=False, widget=Combobox(url="/ui/options/"))
    member_id = forms.CharField(label="Member ID", required=False)


class SignInForm(forms.Form):
    """Signing in with a password; a passkey needs no form."""

    login = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username webauthn"})
    )
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
