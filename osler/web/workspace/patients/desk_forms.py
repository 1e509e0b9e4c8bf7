"""Forms that look as the administrator has set the desk's page: sections, order, labels, rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.desk_layout import REGISTRATION, Layout, faults
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import DeskField, DeskSection, IdentifierType
from osler.clinic.patients.shapes import read_shape
from osler.foundation.directory.models import Location
from osler.foundation.ui.bilingual import told
from osler.foundation.ui.date_entry import ClinicDateField

TITLES = {
    "person": gettext_lazy("Person"),
    "more": gettext_lazy("More about the person"),
    "contact": gettext_lazy("Contact"),
    "insurance": gettext_lazy("Insurance"),
    "emergency": gettext_lazy("Emergency contact"),
    "record": gettext_lazy("Record"),
}
COMPARED = frozenset(
    {"given", "family", "birth_date", "gender", "phone", "name_used", "email", "line", "city", "postal_code"}
)
"""By these likely duplicates are found while one types."""
NUMBER, SITE = "number_", "site"
YES = ("yes", "1", "true", "sí", "si")


@dataclass
class PartOfForm:
    """A section as it is drawn: rows of fields beside each other, and folded sections within it."""

    title: str | Promise
    rows: list[list[BoundField]]
    is_compared: bool = False
    folded: list["PartOfForm"] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """A folded part with a mistake in it is open, and so is one that must be filled in."""
        return any(one.errors or one.field.required for row in self.rows for one in row)


def title_of(section: DeskSection) -> str | Promise:
    """What a section is called: by the clinic, or as it is shipped."""
    return told(section.title, section.title_es) or TITLES.get(section.key, section.key)


def own_form_field(rule: DeskField, kept: Any = None) -> forms.Field:
    """A field of the clinic's own, as it is typed into; `kept` is what it says already."""
    assert rule.own is not None
    label = rule.told_label
    match rule.own.kind:
        case "number":
            return forms.DecimalField(label=label, max_digits=14, decimal_places=4, required=False)
        case "date":
            return ClinicDateField(label=label, required=False)
        case "boolean":
            return forms.BooleanField(label=label, required=False)
        case "choice":
            choices = [("", "—"), *((one.code, one.told_text) for one in rule.choices)]
            if kept and kept not in dict(choices):
                choices.append((kept, kept))  # an answer that is offered no more stays until it is changed
            return forms.ChoiceField(label=label, choices=choices, required=False)
    return forms.CharField(label=label, max_length=500, required=False)


class LaidOutForm(forms.Form):
    """A form of the desk that follows a layout; `lay_out` is called when its own fields are there."""

    layout: Layout
    when: str
    BESIDE: ClassVar[frozenset[str]] = frozenset()
    """Fields that the page has besides, whatever the layout says."""

    def lay_out(self, layout: Layout, when: str, *, has_own: bool = True) -> None:
        """Leave out, order, reword and require the fields as the layout says, and add the clinic's own."""
        self.layout, self.when = layout, when
        rules = {rule.name: rule for part in layout.shown(when) for rule in part.fields}
        if not has_own:
            rules = {name: rule for name, rule in rules.items() if not rule.own}
        for name in [name for name in self.fields if name not in rules and name not in self.BESIDE]:
            del self.fields[name]
        for name, rule in rules.items():
            if rule.own:
                self.fields[name] = own_form_field(rule, (self.initial or {}).get(name))
            if name in self.fields:
                self._follow(name, rule)
        self.order_fields(list(rules))
        if when == REGISTRATION and self.fields:
            next(iter(self.fields.values())).widget.attrs["autofocus"] = True

    def _follow(self, name: str, rule: DeskField) -> None:
        shown = self.fields[name]
        shown.label = rule.told_label or shown.label
        if words := rule.told_hint or rule.told_shape or (rule.shape and read_shape(rule.shape).words):
            shown.help_text = words
        if rule.most is not None and isinstance(shown, forms.CharField):
            shown.widget.attrs["maxlength"] = str(min(rule.most, shown.max_length or rule.most))
        if self.when != REGISTRATION:
            return
        shown.required = rule.is_required
        if rule.is_required and isinstance(shown, forms.ModelChoiceField):
            shown.empty_label = "—"
        if rule.default:
            is_yes = isinstance(shown, forms.BooleanField)
            self.initial.setdefault(name, rule.default.lower() in YES if is_yes else rule.default)

    def ask_numbers(self, kinds: Iterable[IdentifierType], sites: list[Location], site: Any = None) -> None:
        """Ask for numbers by their types, and at which site one is where that matters."""
        self.kinds = {f"{NUMBER}{kind.id.hex}": kind for kind in kinds}
        if sites:
            ids = [one.id for one in sites]
            known = site if site in ids else ids[0] if len(ids) == 1 else None
            self.fields[SITE] = forms.ModelChoiceField(
                label=_("Site"),
                queryset=Location.objects.filter(id__in=ids).order_by("name", "id"),
                initial=known,
                empty_label=None if known else "—",
                help_text=_("Where you are: this computer remembers it"),
            )
        for name, kind in self.kinds.items():
            self.fields[name] = number_field(name, kind)

    kinds: dict[str, IdentifierType]

    def parts(self) -> list[PartOfForm]:
        """The sections in order, folded ones within the section before."""
        drawn: list[PartOfForm] = []
        for part in self.layout.shown(self.when):
            rows = list(self._rows(part.fields))
            if not rows:
                continue
            names = {one.name for row in rows for one in row}
            made = PartOfForm(title_of(part.section), rows, bool(names & COMPARED))
            is_folded = part.section.is_folded and self.when == REGISTRATION and drawn
            (drawn[-1].folded if is_folded else drawn).append(made)
        numbers = [self[name] for name in getattr(self, "kinds", {})]
        rows = [[self[SITE]]] if SITE in self.fields else []
        rows += [numbers[at : at + 2] for at in range(0, len(numbers), 2)]
        if rows:
            drawn.append(PartOfForm(_("Numbers"), rows))
        return drawn

    def _rows(self, rules: Iterable[DeskField]) -> Iterator[list[BoundField]]:
        row: list[BoundField] = []
        for rule in rules:
            if rule.name not in self.fields:
                continue
            if row and not rule.is_beside:
                yield row
                row = []
            row.append(self[rule.name])
        if row:
            yield row

    def typed(self) -> dict[str, Any]:
        """What stood on the page, by field; a field that is left out there has what it begins with."""
        found = {name: self.cleaned_data.get(name) for name in self.fields if name not in self._beside()}
        if self.when == REGISTRATION:
            hidden = (rule for rule in self.layout.fields if not rule.at_registration and not rule.own)
            found |= {rule.name: self._begun(rule) for rule in hidden if rule.default}
        return {name: value for name, value in found.items() if name in self.fields or value is not None}

    def _begun(self, rule: DeskField) -> Any:
        """What a field that is left out begins with; nothing if it cannot."""
        try:
            return self.base_fields[rule.name].clean(rule.default) if rule.name in self.base_fields else None
        except forms.ValidationError:
            return None

    def _beside(self) -> set[str]:
        return {SITE, *self.BESIDE, *getattr(self, "kinds", {})}

    def numbers(self) -> list[Identifier]:
        """The numbers that were typed, by the systems of their types."""
        typed = {name: self.cleaned_data.get(name) or "" for name in self.kinds}
        return [Identifier(self.kinds[name].system, value) for name, value in typed.items() if value.strip()]

    def field_of(self, system: str) -> str:
        """The field for numbers of a system."""
        return next((name for name, kind in self.kinds.items() if kind.system == system), "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        before = None if self.when == REGISTRATION else self.initial
        names = {name: data.get(name) for name in self.fields}
        for name, words in faults(self.layout, names, when=self.when, before=before).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, words)
        return data


def number_field(name: str, kind: IdentifierType) -> forms.CharField:
    """A field for a number of a type; what is typed is looked at when one leaves it."""
    where = f" · {kind.location}" if kind.location_id else ""
    is_required = kind.asked == IdentifierType.Asked.REQUIRED and not kind.location_id
    return forms.CharField(
        label=f"{kind.told_name}{where}", max_length=100, required=is_required, help_text=kind.shape_words,
        widget=forms.TextInput(attrs=checked_at_once(name)),
    )  # fmt: skip


def checked_at_once(name: str) -> dict[str, Any]:
    """Attributes of an input whose number is looked at when one leaves it."""
    return {
        "hx-post": reverse_lazy("number-check", args=[name]),
        "hx-trigger": "change",
        "hx-include": "closest form",
        "hx-params": "not idempotency_key",
        "hx-target": f"#id_{name}-field",
        "hx-swap": "outerHTML",
    }
