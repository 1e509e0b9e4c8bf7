"""A form acts on the patient whom its page showed, whatever stands in other tabs (A47)."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from osler.kernel.errors import Conflict


class OtherPatientsForm(Conflict):
    """The form was opened for another patient, or names none."""

    code = "other-patients-form"
    message = _("This form was opened for another patient. Nothing was changed: please open it again.")


def require_patient(request: HttpRequest, patient_id: object) -> None:
    """Refuse a posted form (or the address of an Undo) that names another patient or none."""
    if request.method != "POST":
        return
    named = request.POST.get("patient") or request.GET.get("patient")
    if named != str(patient_id):
        raise OtherPatientsForm
