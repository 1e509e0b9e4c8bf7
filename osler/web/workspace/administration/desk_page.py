"""The desk's page: which sections and fields it has, looked at before it applies, taken back afterwards."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from osler.clinic.insurance.models import Payer
from osler.clinic.patients.desk_layout import (
    AMENDMENT,
    MANY_REQUIRED,
    REGISTRATION,
    Layout,
    layout_in_force,
    layout_of,
)
from osler.clinic.patients.desk_page import (
    add_desk_section,
    add_own_field,
    amend_desk_field,
    amend_desk_section,
    begin_draft,
    discard_draft,
    draft_of,
    move_desk_field,
    publish_desk_page,
    restore_desk_page,
    restore_shipped_page,
)
from osler.clinic.patients.models import DeskField, DeskPage, DeskSection
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import form_version, seen_version
from osler.foundation.ui.notices import notify
from osler.foundation.ui.shell import Tab
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.desk_page_forms import (
    FieldForm,
    OwnFieldForm,
    SectionForm,
    label_of,
)
from osler.web.workspace.billing.pages import attempt
from osler.web.workspace.patients.desk_forms import LaidOutForm, title_of
from osler.web.workspace.patients.forms import AmendmentForm, RegistrationForm

FORMER = 20


@allow(Role.ADMINISTRATOR, methods=("GET",))
def desk_page(request: HttpRequest) -> HttpResponse:
    """The draft if there is one, what is in force otherwise, and what was in force before."""
    actor = actor_of(request)
    draft = draft_of(actor=actor)
    layout = layout_of(draft) if draft else layout_in_force(actor=actor)
    former = scoped(DeskPage, actor).filter(status=DeskPage.Status.FORMER).select_related("published_by")
    context = {
        "draft": draft,
        "page": layout.page,
        "parts": [(part.section, title_of(part.section), _lines(part.fields)) for part in layout.parts],
        "former": list(former.order_by("-edition")[:FORMER]),
        **_counted(layout),
    }
    return render(request, "workspace/administration/desk_page.html", context)


def _lines(fields: tuple[DeskField, ...]) -> list[tuple[DeskField, str | Promise]]:
    return [(one, label_of(one)) for one in fields]


def _counted(layout: Layout) -> dict[str, Any]:
    return {"required": len(layout.required), "many": MANY_REQUIRED, "is_much": layout.is_much}


@allow(Role.ADMINISTRATOR, methods=("POST",))
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to change the page; nothing applies yet."""
    begin_draft(actor=actor_of(request))
    return redirect("desk-page")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def publish(request: HttpRequest) -> HttpResponse:
    """Let the draft apply."""
    actor = actor_of(request)
    before = scoped(DeskPage, actor).filter(status=DeskPage.Status.CURRENT).first()
    page = publish_desk_page(_draft(actor), version=seen_version(request), actor=actor)
    undo = reverse("desk-page-restore", args=[before.id]) if before else reverse("desk-page-shipped")
    words = _("Edition %(edition)d applies from now on.") % {"edition": page.edition}
    notify(request, words, undo_url=undo)
    return redirect("desk-page")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def discard(request: HttpRequest) -> HttpResponse:
    """Forget the draft."""
    actor = actor_of(request)
    discard_draft(_draft(actor), version=seen_version(request), actor=actor)
    notify(request, _("The draft is discarded; the page is as it was."))
    return redirect("desk-page")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def restore(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Take an older edition up again."""
    actor = actor_of(request)
    former = get_object_or_404(scoped(DeskPage, actor).filter(status=DeskPage.Status.FORMER), id=page_id)
    return _restored(request, lambda: restore_desk_page(former, actor=actor))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def restore_shipped(request: HttpRequest) -> HttpResponse:
    """Back to the page as it is shipped."""
    return _restored(request, lambda: restore_shipped_page(actor=actor_of(request)))


def _restored(request: HttpRequest, deed: Callable[[], DeskPage]) -> HttpResponse:
    before = scoped(DeskPage, actor_of(request)).filter(status=DeskPage.Status.CURRENT).first()
    page = deed()
    undo = reverse("desk-page-restore", args=[before.id]) if before else ""
    words = _("It is asked as before; this is edition %(edition)d.") % {"edition": page.edition}
    notify(request, words, undo_url=undo)
    return redirect("desk-page")


@allow(Role.ADMINISTRATOR)
def preview(request: HttpRequest) -> HttpResponse:
    """The page as the desk would see it; it checks what is typed into it and saves nothing."""
    actor = actor_of(request)
    draft = draft_of(actor=actor)
    layout = layout_of(draft) if draft else layout_in_force(actor=actor)
    when = AMENDMENT if request.GET.get("when") == AMENDMENT else REGISTRATION
    form = _preview_form(request, layout, when)
    is_sound = form.is_bound and form.is_valid()
    context = {
        "form": form,
        "draft": draft,
        "version": draft.version if draft else 1,
        "is_sound": is_sound,
        "tabs": [
            Tab(_("Registration"), "?when=registration", when == REGISTRATION),
            Tab(_("Changing a patient"), f"?when={AMENDMENT}", when == AMENDMENT),
        ],
        **_counted(layout),
    }
    status = 422 if form.is_bound and not is_sound else 200
    return render(request, "workspace/administration/desk_preview.html", context, status=status)


def _preview_form(request: HttpRequest, layout: Layout, when: str) -> LaidOutForm:
    data = request.POST if request.method == "POST" else None
    if when == AMENDMENT:
        return AmendmentForm(data, layout=layout)
    return RegistrationForm(data, layout=layout, payers=Payer.objects.none())


@allow(Role.ADMINISTRATOR)
def field(request: HttpRequest, field_id: UUID) -> HttpResponse:
    """Show, hide, reword or require a field, or give it a rule."""
    row = _field(request, field_id)
    form = FieldForm(request.POST if request.method == "POST" else None, instance=row)
    version = form_version(request, row)
    title = _("Change “%s”") % label_of(row)
    if form.is_bound and form.is_valid():
        if "try" in request.POST:
            return _tried(request, form, title, version)
        kept, changes = _field(request, field_id), form.changes()
        deed = lambda: amend_desk_field(  # noqa: E731
            kept, changes=changes, version=version, actor=actor_of(request)
        )
        if attempt(form, deed):
            notify(request, _("The draft is changed. It applies when you put it in force."))
            return redirect("desk-page")
    return _form_page(request, form, title, version=version)


def _tried(request: HttpRequest, form: FieldForm, title: str, version: int) -> HttpResponse:
    try:
        words = form.tried()
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    else:
        if not words:
            return _form_page(request, form, title, version=version, fits=True)
        form.add_error("example", words)
    return _form_page(request, form, title, version=version)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def move(request: HttpRequest, field_id: UUID, way: str) -> HttpResponse:
    """A field changes places with its neighbour."""
    row = _field(request, field_id)
    move_desk_field(row, is_up=way == "up", version=seen_version(request), actor=actor_of(request))
    return redirect(f"{reverse('desk-page')}#field-{row.name}")


@allow(Role.ADMINISTRATOR)
def field_new(request: HttpRequest) -> HttpResponse:
    """Ask something of the clinic's own."""
    actor = actor_of(request)
    draft = _draft(actor)
    sections = draft.sections.order_by("position", "id")
    form = OwnFieldForm(request.POST if request.method == "POST" else None, sections=sections)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        kind = said.pop("kind")
        row = DeskField(page=draft, position=900, **said)
        if attempt(form, lambda: add_own_field(row, kind=kind, actor=actor)):
            notify(request, _("The draft has the field. It applies when you put it in force."))
            return redirect("desk-field", field_id=row.id)
    return _form_page(request, form, _("Add a field"))


@allow(Role.ADMINISTRATOR)
def section(request: HttpRequest, section_id: UUID) -> HttpResponse:
    """Reword, move or fold a section."""
    rows = scoped(DeskSection, actor_of(request), "amend").filter(page__status=DeskPage.Status.DRAFT)
    row = get_object_or_404(rows.select_related("page"), id=section_id)
    title = _("Change “%s”") % title_of(row)
    form = SectionForm(request.POST if request.method == "POST" else None, instance=row)
    version = form_version(request, row)
    if form.is_bound and form.is_valid():
        kept = rows.select_related("page").get(id=section_id)
        deed = lambda: amend_desk_section(  # noqa: E731
            kept, changes=form.cleaned_data, version=version, actor=actor_of(request)
        )
        if attempt(form, deed):
            notify(request, _("The draft is changed. It applies when you put it in force."))
            return redirect("desk-page")
    return _form_page(request, form, title, version=version)


@allow(Role.ADMINISTRATOR)
def section_new(request: HttpRequest) -> HttpResponse:
    """Add a section."""
    row = DeskSection(page=_draft(actor_of(request)), position=500)
    form = SectionForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and attempt(form, lambda: _add_section(request, form)):
        notify(request, _("The draft has the section. Add fields to it, or move some there."))
        return redirect("desk-page")
    return _form_page(request, form, _("Add a section"))


def _add_section(request: HttpRequest, form: SectionForm) -> DeskSection:
    actor = actor_of(request)
    return add_desk_section(DeskSection(page=_draft(actor), **form.cleaned_data), actor=actor)


def _draft(actor: Actor) -> DeskPage:
    found = draft_of(actor=actor)
    if found is None:
        raise Missing
    return found


def _field(request: HttpRequest, key: UUID) -> DeskField:
    rows = scoped(DeskField, actor_of(request), "amend").filter(page__status=DeskPage.Status.DRAFT)
    return get_object_or_404(rows.select_related("page", "section", "own"), id=key)


def _form_page(
    request: HttpRequest, form: Any, title: str, *, version: int | None = None, fits: bool = False
) -> HttpResponse:
    refusal = getattr(form, "refusal", None)
    status = 200 if fits or not form.is_bound else refusal.status if refusal else 422
    context = {
        "form": form,
        "title": title,
        "version": version,
        "fits": fits,
        "can_try": "example" in form.fields,
    }
    return render(request, "workspace/administration/desk_form.html", context, status=status)
