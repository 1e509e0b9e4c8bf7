"""Forms of the desk's page: a section, a field with its rule, a field of the clinic's own."""

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.desk_layout import fault_of
from osler.clinic.patients.desk_page import AMENDED_ALONE, REGISTERED_ALONE, require_sense
from osler.clinic.patients.models import DeskField, DeskSection, OwnField
from osler.clinic.patients.models.desk_page import ALWAYS
from osler.foundation.ui.date_entry import ClinicDateField
from osler.web.workspace.administration.number_types import FORMAT
from osler.web.workspace.administration.registration import HOW_TO_CHOOSE
from osler.web.workspace.patients.desk_forms import own_form_field, title_of
from osler.web.workspace.patients.forms import AmendmentForm, RegistrationForm

SHIPPED: dict[str, forms.Field] = {**AmendmentForm.base_fields, **RegistrationForm.base_fields}
RULE = ("shape", "shape_words", "shape_words_es", "example")


def shipped_field(name: str) -> forms.Field:
    """The field as the page knows it."""
    return SHIPPED[name]


def label_of(rule: DeskField) -> str | Promise:
    """What a field is called: by the clinic, or as it is shipped."""
    if rule.told_label or rule.own:
        return rule.told_label
    return shipped_field(rule.name).label or rule.name


def form_field_of(rule: DeskField) -> forms.Field:
    """The field as it is typed into."""
    return own_form_field(rule) if rule.own else shipped_field(rule.name)


def is_text(field: forms.Field) -> bool:
    """Whether any text can be typed into it."""
    return isinstance(field, forms.CharField) and not isinstance(field, ClinicDateField)


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part of the page."""

    class Meta:
        model = DeskSection
        fields: ClassVar = ["title", "title_es", "position", "is_folded"]


class FieldForm(forms.ModelForm):  # type: ignore[type-arg]
    """A field with its rule, and something to try the rule with."""

    example = forms.CharField(
        label=gettext_lazy("Something to try it with"), max_length=200, required=False,
        help_text=gettext_lazy("“Try it” says whether the desk could enter this, and saves nothing."),
    )  # fmt: skip

    class Meta:
        model = DeskField
        fields: ClassVar = [
            "label", "label_es", "section", "at_registration", "at_amendment", "is_required", "is_beside",
            "options", "hint", "hint_es", "shape", "shape_words", "shape_words_es", "least", "most",
            "default",
        ]  # fmt: skip
        widgets: ClassVar = {"options": forms.Textarea(attrs={"rows": 5})}
        help_texts: ClassVar = {
            "shape": FORMAT,
            "shape_words": gettext_lazy("Stands at the field, and says what is wrong if it does not fit"),
            "default": gettext_lazy("What stands there before anybody types; for yes or no: yes"),
            "least": gettext_lazy("Letters and signs of a text; the value of a number"),
            "options": HOW_TO_CHOOSE,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.instance
        self.fields["section"].queryset = rule.page.sections.order_by("position", "id")  # type: ignore[attr-defined]
        self.fields["section"].label_from_instance = title_of  # type: ignore[attr-defined]
        if not rule.own:
            self.fields["label"].help_text = _("Empty: “%s”") % shipped_field(rule.name).label
        for name in self._without():
            del self.fields[name]

    def _without(self) -> list[str]:
        """What makes no sense of this field."""
        rule = self.instance
        shown = form_field_of(rule)
        kind = rule.own.kind if rule.own else ""
        left = [] if is_text(shown) else list(RULE)
        left += [] if is_text(shown) or kind == OwnField.Kind.NUMBER else ["least", "most"]
        left += [] if kind == OwnField.Kind.CHOICE else ["options"]
        left += ["default"] if isinstance(shown, ClinicDateField | forms.ModelChoiceField) else []
        if rule.name in (*ALWAYS, *AMENDED_ALONE):
            left.append("at_registration")
        if rule.name in (*ALWAYS, *REGISTERED_ALONE):
            left.append("at_amendment")
        return left + (["is_required"] if rule.name in ("family", *AMENDED_ALONE) else [])

    def changes(self) -> dict[str, Any]:
        """What is said of the field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "example"}

    def as_typed(self) -> DeskField:
        """The rule as it would be, unsaved."""
        rule = self.instance
        for name, value in self.changes().items():
            setattr(rule, name, value)
        return rule

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if default := data.get("default"):
            try:
                form_field_of(self.instance).clean(default)
            except forms.ValidationError as error:
                self.add_error("default", error)
        return data

    def tried(self) -> str:
        """What the rule has against the example; empty for nothing. Refused as saving it would be."""
        rule = self.as_typed()
        require_sense(rule)
        return fault_of(rule, self.cleaned_data["example"])

    def _post_clean(self) -> None:
        """The deed says what is wrong, in the words of the clinic; the model's own checks come after it."""


class OwnFieldForm(forms.Form):
    """A field that the clinic adds; what else there is to say of it comes when it is there."""

    label = forms.CharField(label=gettext_lazy("Label"), max_length=100)
    label_es = forms.CharField(label=gettext_lazy("Label in Spanish"), max_length=100, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=OwnField.Kind.choices)
    section = forms.ModelChoiceField(label=gettext_lazy("Section"), queryset=DeskSection.objects.none())
    options = forms.CharField(
        label=gettext_lazy("Answers to choose from"), max_length=4000, required=False,
        help_text=HOW_TO_CHOOSE, widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False)

    def __init__(self, *args: Any, sections: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections  # type: ignore[attr-defined]
        self.fields["section"].label_from_instance = title_of  # type: ignore[attr-defined]
