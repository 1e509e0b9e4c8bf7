"""All imports, and the form that begins one."""

from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.importing.preparing import earlier_imports, receive_file
from osler.clinic.patients.importing.purging import KEPT_DAYS
from osler.clinic.patients.models import PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.sheets.sheet import MOST_BYTES, MOST_ROWS
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of

IMPORTERS = (Role.RECEPTION, Role.ADMINISTRATOR)


class FileForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx", "class": "input"}),
    )


@allow(*IMPORTERS, methods=("GET", "POST"))
def imports(request: HttpRequest) -> HttpResponse:
    """The list; a new file is read at once and refused with the place if something is wrong with it."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    file: UploadedFile = form.cleaned_data["file"]
    try:
        # One more byte than may be: what is larger is not taken into memory to find that out.
        made = receive_file(file.read(MOST_BYTES + 1), name=file.name or "", actor=actor)
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return _page(request, form, status=refusal.status)
    record_access(PatientImport, entity_id=made.id, action="E", detail="file received")
    if earlier_imports(made, actor=actor):
        notify(request, _("This very file was brought here before."))
    return redirect("import-columns", import_id=made.id)


def _page(request: HttpRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    rows, page = keyset_page(scoped(PatientImport, actor_of(request)), request, key=("id",))
    context = {
        "form": form,
        "imports": rows,
        "page": page,
        "most_rows": f"{MOST_ROWS:,}",
        "megabytes": MOST_BYTES // 2**20,
        "kept_days": KEPT_DAYS,
    }
    return render(request, "workspace/importing/list.html", context, status=status)


def find_import(actor: Actor, import_id: UUID) -> PatientImport:
    """The import that an address names."""
    found = scoped(PatientImport, actor).filter(id=import_id).first()
    if found is None:
        raise Missing
    return found
