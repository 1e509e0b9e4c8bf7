"""Types of numbers: which numbers patients have here, what they look like, which the clinic allots."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.models import IdentifierType
from osler.clinic.patients.number_types import (
    add_identifier_type,
    amend_identifier_type,
    example_of,
    restore_identifier_type,
    retire_identifier_type,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, form_version, seen_version
from osler.foundation.directory.models import Location
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.pages import attempt

FORMAT = gettext_lazy(
    "# is a digit, @ a letter, * either, [ABC] one of these; {3} or {2,5} says how many; | means or. "
    "Everything else stands for itself, and so does what follows \\. Example: A-######-#"
)


class TypeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A type of number, and a number to try it with."""

    example = forms.CharField(
        label=gettext_lazy("A number to try it with"), max_length=100, required=False,
        help_text=gettext_lazy("“Try it” says how this number would be stored, and saves nothing."),
    )  # fmt: skip

    class Meta:
        model = IdentifierType
        fields: ClassVar = [
            "name", "name_es", "location", "type_code", "shape", "check_digit",
            "is_allotted", "is_single", "asked", "system",
        ]  # fmt: skip
        help_texts: ClassVar = {
            "shape": FORMAT,
            "location": gettext_lazy("The site whose number it is; empty for the whole clinic"),
            "is_allotted": gettext_lazy(
                "Everybody who is registered gets the next one. The format has a # for each digit."
            ),
            "system": gettext_lazy("A URI that names it for other systems; made from the name if empty"),
            "asked": gettext_lazy("Of a site's number: when the clerk registers at that site"),
        }

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = sites  # type: ignore[attr-defined]
        self.fields["location"].empty_label = _("The whole clinic")  # type: ignore[attr-defined]
        self.fields["system"].required = False
        if not self.instance._state.adding:
            del self.fields["location"], self.fields["system"]

    def kept(self) -> dict[str, Any]:
        """What is said of the type."""
        return {name: value for name, value in self.cleaned_data.items() if name != "example"}

    def _post_clean(self) -> None:
        """The deed says what is wrong, in the words of the clinic; the model's own checks come after it."""


@allow(Role.ADMINISTRATOR, methods=("GET",))
def number_types(request: HttpRequest) -> HttpResponse:
    """Every type; retired ones are no longer asked for, checked or allotted."""
    rows = scoped(IdentifierType, actor_of(request)).select_related("location")
    context = {"rows": rows.order_by("-active", "location__name", "name", "id")}
    return render(request, "workspace/administration/number_types.html", context)


@allow(Role.ADMINISTRATOR)
def number_type_new(request: HttpRequest) -> HttpResponse:
    """Know another type of number."""
    form = _form(request, IdentifierType())
    if form.is_bound and form.is_valid():
        if "try" in request.POST:
            return _tried(request, form, IdentifierType(**form.kept()))
        if attempt(form, lambda: add_identifier_type(IdentifierType(**form.kept()), actor=actor_of(request))):
            notify(request, _("The kind of number can be used now."))
            return redirect("number-types")
    return _page(request, form)


@allow(Role.ADMINISTRATOR)
def number_type(request: HttpRequest, type_id: UUID) -> HttpResponse:
    """Change what is asked of numbers of a type from now on."""
    row = _type(request, type_id)
    form = _form(request, row)
    version = form_version(request, row)
    if form.is_bound and form.is_valid():
        kept = _type(request, type_id)
        if "try" in request.POST:
            for name, value in form.kept().items():
                setattr(kept, name, value)
            return _tried(request, form, kept, version=version)
        deed = lambda: amend_identifier_type(  # noqa: E731
            kept, changes=form.kept(), version=version, actor=actor_of(request)
        )
        if attempt(form, deed):
            notify(request, _("Saved. Numbers that are here already stay as they are."))
            return redirect("number-types")
    return _page(request, form, version=version)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def number_type_retire(request: HttpRequest, type_id: UUID) -> HttpResponse:
    """Ask for it no more."""
    row = _type(request, type_id)
    retire_identifier_type(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("number-type-restore", args=[row.id]), row)
    words = _("%(name)s is no longer asked for, checked or allotted; its numbers stay.")
    notify(request, words % {"name": row.told_name}, undo_url=undo)
    return redirect("number-types")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def number_type_restore(request: HttpRequest, type_id: UUID) -> HttpResponse:
    """Ask for it again."""
    row = _type(request, type_id)
    restore_identifier_type(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s is used again.") % {"name": row.told_name})
    return redirect("number-types")


def _type(request: HttpRequest, key: UUID) -> IdentifierType:
    rows = scoped(IdentifierType, actor_of(request), "amend").select_related("location")
    return get_object_or_404(rows, id=key)


def _form(request: HttpRequest, row: IdentifierType) -> TypeForm:
    sites = scoped(Location, actor_of(request)).filter(form=Location.Form.SITE, status=Location.Status.ACTIVE)
    data = request.POST if request.method == "POST" else None
    return TypeForm(data, instance=row, sites=sites.defer("resource").order_by("name", "id"))


def _tried(
    request: HttpRequest, form: TypeForm, kind: IdentifierType, *, version: int | None = None
) -> HttpResponse:
    """What would become of the number that was tried; nothing is saved."""
    tried = ""
    try:
        tried = example_of(kind, form.cleaned_data["example"])
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else "example", str(refusal))
    return _page(request, form, version=version, tried=tried)


def _page(
    request: HttpRequest, form: TypeForm, *, version: int | None = None, tried: str = ""
) -> HttpResponse:
    refusal = getattr(form, "refusal", None)
    status = 200 if tried or not form.is_bound else refusal.status if refusal else 422
    row = None if form.instance._state.adding else form.instance
    context = {"form": form, "row": row, "version": version, "tried": tried}
    return render(request, "workspace/administration/number_type.html", context, status=status)
