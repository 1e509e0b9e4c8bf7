"""No more reminders by a channel, and having them again: said by text, by link or at the desk."""

from osler.clinic.communication.models import OptOut
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock


def opt_out(patient: Patient, *, channel: str, source: str, address: str = "", actor: Actor) -> OptOut:
    """Send this patient no more reminders by a channel; said twice it is the same.

    With an address whoever reads there has said so: then none goes to it, of no patient.
    """
    row = OptOut(
        patient=patient,
        organization_id=patient.organization_id,
        channel=channel,
        source=source,
        address=address,
        said_at=clock.now(),
    )
    decide(actor, "note", row)
    held = OptOut.objects.filter(patient=patient, channel=channel, address=address, ended_at=None).first()
    if held is not None:
        return held
    row.save()
    return row


def opt_in(patient: Patient, *, channel: str, actor: Actor) -> None:
    """Remind this patient by a channel again."""
    decide(actor, "note", OptOut(patient=patient, organization_id=patient.organization_id, channel=channel))
    for row in OptOut.objects.filter(patient=patient, channel=channel, ended_at=None):
        row.ended_at = clock.now()
        row.save()


def opt_outs_of(patient: Patient, *, actor: Actor) -> list[OptOut]:
    """The channels by which a patient wants no reminders now."""
    return list(scoped(OptOut, actor).filter(patient=patient, ended_at=None).order_by("said_at", "id"))
