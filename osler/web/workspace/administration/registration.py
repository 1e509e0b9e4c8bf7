"""Online registration: opened and closed, its words, its questions, the texts that are signed."""

from typing import Any, ClassVar
from uuid import UUID

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.notices import site_address
from osler.clinic.intake.asking import (
    add_item,
    amend_item,
    amend_questionnaire,
    close_registration,
    open_registration,
    prepare_registration,
    publish_consent_form,
    questionnaire_of,
    retire_consent_form,
)
from osler.clinic.intake.models import ConsentForm, Questionnaire, QuestionnaireItem
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import form_version, seen_version
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.pages import attempt

LINES = {"rows": 3}
HOW_TO_CHOOSE = gettext_lazy("One on each line: code | English | Spanish")


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words around the questions."""

    class Meta:
        model = Questionnaire
        fields: ClassVar = [
            "address", "title", "title_es", "welcome", "welcome_es", "next_steps", "next_steps_es",
            "own_age", "kept_days",
        ]  # fmt: skip
        widgets: ClassVar = {
            name: forms.Textarea(attrs=LINES)
            for name in ("welcome", "welcome_es", "next_steps", "next_steps_es")
        }
        help_texts: ClassVar = {"address": gettext_lazy("Lower-case letters, digits and hyphens")}

    def clean_own_age(self) -> int:
        return _between(self.cleaned_data["own_age"], 12, 25)

    def clean_kept_days(self) -> int:
        return _between(self.cleaned_data["kept_days"], 1, 365)


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    """One question."""

    class Meta:
        model = QuestionnaireItem
        fields: ClassVar = [
            "text", "text_es", "hint", "hint_es", "page", "position", "kind", "options", "required", "hidden",
        ]  # fmt: skip
        widgets: ClassVar = {"options": forms.Textarea(attrs={"rows": 6})}
        help_texts: ClassVar = {"options": HOW_TO_CHOOSE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["kind"]
        if self.instance.always:
            del self.fields["required"], self.fields["hidden"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind", self.instance.kind)
        chosen = kind in (QuestionnaireItem.Kind.CHOICE, QuestionnaireItem.Kind.OPEN_CHOICE)
        told = QuestionnaireItem(options=data.get("options", "")).choices
        codes = [option.code for option in told]
        if chosen and (len(told) < 2 or len(set(codes)) < len(codes) or not all(codes)):
            self.add_error("options", _("Enter two answers or more, each with a code of its own."))
        return data


class TextForm(forms.ModelForm):  # type: ignore[type-arg]
    """A text to be signed; saving it makes a new edition."""

    class Meta:
        model = ConsentForm
        fields: ClassVar = ["title", "title_es", "body", "body_es", "is_required"]
        widgets: ClassVar = {name: forms.Textarea(attrs={"rows": 8}) for name in ("body", "body_es")}


@allow(Role.ADMINISTRATOR, methods=("GET",))
def online(request: HttpRequest) -> HttpResponse:
    """What is asked and signed, and whether the page is open."""
    actor = actor_of(request)
    found = questionnaire_of(actor=actor)
    context: dict[str, Any] = {"questionnaire": found}
    if found is not None:
        items = list(found.items.order_by("position", "id"))
        url = f"{site_address()}{reverse('registration-start', args=[found.address])}"
        drawn = segno.make(url, error="m").svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True)
        context |= {
            "pages": [
                (label, [one for one in items if one.page == page])
                for page, label in QuestionnaireItem.Page.choices
            ],
            "url": url,
            "qr": mark_safe(drawn),  # noqa: S308 - made by the library of an address of ours
            "offered": list(
                scoped(ConsentForm, actor).filter(retired_at=None).order_by("-is_required", "published_at")
            ),
            "retired": list(
                scoped(ConsentForm, actor).filter(retired_at__isnull=False).order_by("key", "-edition")
            ),
        }
    return render(request, "workspace/administration/online.html", context)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def prepare(request: HttpRequest) -> HttpResponse:
    """Lay out the questions and texts that are shipped."""
    prepare_registration(actor=actor_of(request))
    notify(request, _("The questions are laid out. Look through them, then open the page."))
    return redirect("online-registration")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def switch(request: HttpRequest) -> HttpResponse:
    """Open or close the public page."""
    row, actor = _questionnaire(request), actor_of(request)
    deed = close_registration if row.is_open else open_registration
    deed(row, version=seen_version(request), actor=actor)
    notify(
        request,
        _("Everybody can register online now.") if row.is_open else _("Online registration is closed."),
    )
    return redirect("online-registration")


@allow(Role.ADMINISTRATOR)
def words(request: HttpRequest) -> HttpResponse:
    """Change the words around the questions."""
    row, actor = _questionnaire(request), actor_of(request)
    form = WordsForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        kept = _questionnaire(request)
        deed = lambda: amend_questionnaire(  # noqa: E731
            kept, changes=form.cleaned_data, version=seen_version(request), actor=actor
        )
        if attempt(form, deed):
            notify(request, _("Saved."))
            return redirect("online-registration")
    return _form_page(request, form, _("Words and times"), version=form_version(request, row))


@allow(Role.ADMINISTRATOR)
def question_new(request: HttpRequest) -> HttpResponse:
    """Ask another question."""
    row = QuestionnaireItem(
        questionnaire=_questionnaire(request), page=QuestionnaireItem.Page.HISTORY, position=500
    )
    form = ItemForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid() and attempt(form, lambda: add_item(row, actor=actor_of(request))):
        notify(request, _("The question is asked from now on."))
        return redirect("online-registration")
    return _form_page(request, form, _("Add a question"))


@allow(Role.ADMINISTRATOR)
def question(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Reword, move, require or hide a question."""
    rows = scoped(QuestionnaireItem, actor_of(request), "amend").select_related("questionnaire")
    row = get_object_or_404(rows, id=item_id)
    form = ItemForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        kept = rows.get(id=item_id)
        deed = lambda: amend_item(  # noqa: E731
            kept, changes=form.cleaned_data, version=seen_version(request), actor=actor_of(request)
        )
        if attempt(form, deed):
            notify(request, _("Saved."))
            return redirect("online-registration")
    return _form_page(request, form, _("Change a question"), version=form_version(request, row))


@allow(Role.ADMINISTRATOR)
def text_new(request: HttpRequest) -> HttpResponse:
    """Offer another text for signing."""
    return _publish(request, ConsentForm(), _("Add a text to sign"))


@allow(Role.ADMINISTRATOR)
def text(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """A new edition of a text; what was signed of the older one stays."""
    old = get_object_or_404(scoped(ConsentForm, actor_of(request), "amend"), id=form_id)
    new = ConsentForm(**{name: getattr(old, name) for name in ("key", *TextForm.Meta.fields)})
    return _publish(request, new, _("New edition of “%s”") % old.title)


def _publish(request: HttpRequest, row: ConsentForm, title: str) -> HttpResponse:
    form = TextForm(request.POST if request.method == "POST" else None, instance=row)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(form, lambda: publish_consent_form(row, actor=actor_of(request)))
    ):
        notify(request, _("Edition %(edition)d is signed from now on.") % {"edition": row.edition})
        return redirect("online-registration")
    return _form_page(request, form, title)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def text_retire(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Ask nobody for it any more."""
    row = get_object_or_404(scoped(ConsentForm, actor_of(request), "amend"), id=form_id)
    retire_consent_form(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("Nobody is asked to sign it any more."))
    return redirect("online-registration")


def _questionnaire(request: HttpRequest) -> Questionnaire:
    found = questionnaire_of(actor=actor_of(request))
    if found is None:
        raise Missing
    return found


def _form_page(request: HttpRequest, form: Any, title: str, *, version: int | None = None) -> HttpResponse:
    refusal = getattr(form, "refusal", None)
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = {"form": form, "title": title, "version": version}
    return render(request, "workspace/administration/online_form.html", context, status=status)


def _between(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise forms.ValidationError(
            _("Enter a number from %(least)d to %(most)d.") % {"least": least, "most": most}
        )
    return number
