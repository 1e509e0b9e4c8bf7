"""Form fields drawn by our own template: label, hint, error, and inputs that say what they are."""

from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

_TEXT_LIKE = (
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.FileInput,
    forms.DateInput,
    forms.TimeInput,
)


class RowForm(forms.Form):
    """A form that says which of its fields stand side by side."""

    ROWS: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @property
    def rows(self) -> list[list[BoundField]]:
        """The fields that this form has, row by row; one that no row names has its own."""
        named = {name for row in self.ROWS for name in row}
        rows = [*self.ROWS, *((name,) for name in self.fields if name not in named)]
        found = [[self[name] for name in row if name in self.fields] for row in rows]
        return [row for row in found if row]


class SegmentedSelect(forms.RadioSelect):
    """Two to five exclusive choices side by side."""


class SlotSelect(forms.RadioSelect):
    """Times to choose from, as a grid of buttons."""


class CardSelect(forms.RadioSelect):
    """Choices of some weight, each a card."""


class Combobox(forms.TextInput):
    """A text input whose answers are searched on the server while one types.

    The options come from `url?q=`; the code of the chosen one goes into the form's (hidden)
    field `code_field`, its detail into `fills_field` unless somebody wrote there. Without scripts
    the typed text alone is sent.
    """

    def __init__(
        self,
        *,
        url: str,
        code_field: str = "",
        fills_field: str = "",
        attrs: dict[str, Any] | None = None,
    ) -> None:
        own = {"data-combobox": url, "autocomplete": "off", "spellcheck": "false"}
        if code_field:
            own["data-combobox-code"] = code_field
        if fills_field:
            own["data-combobox-fills"] = fills_field
        super().__init__(attrs=own | (attrs or {}))


class Switch(forms.CheckboxInput):
    """A setting that is on or off at once."""


def field_kind(bound: BoundField) -> str:
    """Which template draws a field."""
    widget = bound.field.widget
    if isinstance(widget, SegmentedSelect):
        return "segmented"
    if isinstance(widget, SlotSelect):
        return "slots"
    if isinstance(widget, CardSelect):
        return "cards"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "input"


def input_attrs(bound: BoundField, extra: dict[str, Any]) -> dict[str, Any]:
    """Attributes of an input: its class, its hint and error by id, its kind of keyboard."""
    widget = bound.field.widget
    described = " ".join(
        part
        for part, wanted in (
            (f"{bound.auto_id}-hint", bool(bound.help_text)),
            (f"{bound.auto_id}-error", bool(bound.errors)),
        )
        if wanted
    )
    attrs: dict[str, Any] = dict(extra)
    if described:
        attrs["aria-describedby"] = described
    own = _class_of(widget)
    if own:
        attrs["class"] = " ".join(filter(None, [own, widget.attrs.get("class"), extra.get("class")]))
    if isinstance(bound.field, forms.DecimalField | forms.IntegerField) and "inputmode" not in widget.attrs:
        attrs["inputmode"] = "decimal" if isinstance(bound.field, forms.DecimalField) else "numeric"
    if isinstance(widget, forms.EmailInput):
        attrs.setdefault("inputmode", "email")
    return attrs


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, Switch):
        return "switch"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        return "select"
    if isinstance(widget, _TEXT_LIKE):
        return "input"
    return ""
