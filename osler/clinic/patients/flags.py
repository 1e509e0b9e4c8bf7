"""Alerts in the banner: raised and lowered, never deleted."""

from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Flag, Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.errors import Invalid
from osler.kernel.states import Transitions, move

TRANSITIONS: Transitions = {
    Flag.Status.ACTIVE: frozenset({Flag.Status.INACTIVE, Flag.Status.ENTERED_IN_ERROR}),
    Flag.Status.INACTIVE: frozenset({Flag.Status.ACTIVE, Flag.Status.ENTERED_IN_ERROR}),
    Flag.Status.ENTERED_IN_ERROR: frozenset(),
}


class AlertEmpty(Invalid):
    """An alert says something."""

    code = "alert-empty"
    message = _("Please write what must not be forgotten.")
    field = "text"


def raise_flag(patient: Patient, *, text: str, actor: Actor) -> Flag:
    """Put an alert into the patient's banner; one of the same words is raised again, not twice."""
    words = " ".join(text.split())
    flag = Flag(patient=patient, organization_id=patient.organization_id, text=words)
    decide(actor, "raise", flag)
    if not words:
        raise AlertEmpty
    standing = Flag.objects.filter(patient=patient, text=words, status=Flag.Status.ACTIVE).first()
    if standing is not None:
        return standing
    flag.save(force_insert=True)
    return flag


def lower_flag(flag: Flag, *, version: int | None, actor: Actor) -> Flag:
    """Take an alert out of the banner; it stays in the history."""
    decide(actor, "lower", flag)
    flag.require_version(version)
    move(flag, Flag.Status.INACTIVE, transitions=TRANSITIONS)
    flag.save()
    return flag
