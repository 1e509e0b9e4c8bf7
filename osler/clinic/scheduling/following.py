"""Appointments in a merge: a visit is asked for once a service."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from osler.clinic.patients.following import Clash, Joining, follows, settles
from osler.clinic.scheduling.models import Appointment, QueueEntry, Series, WaitlistEntry, WaitlistOffer

follows(Appointment, ngettext_lazy("%(count)d appointment", "%(count)d appointments", "count"))
follows(Series, ngettext_lazy("%(count)d series of visits", "%(count)d series of visits", "count"))
follows(
    WaitlistEntry,
    ngettext_lazy("%(count)d place on the waiting list", "%(count)d places on the waiting list", "count"),
)
follows(WaitlistOffer, ngettext_lazy("%(count)d offered time", "%(count)d offered times", "count"))
follows(QueueEntry, ngettext_lazy("%(count)d place in a queue", "%(count)d places in a queue", "count"))


@settles
def asked_once(joining: Joining) -> Iterable[Clash]:
    """Of two requests for the same service the survivor's stays, and says when the other would suit."""
    asked = Appointment.objects.asked_for().filter(patient_id__in=(joining.survivor.id, joining.duplicate.id))
    standing = {
        one.service_id: one for one in asked if one.patient_id == joining.survivor.id and one.service_id
    }
    for request in asked:
        kept = standing.get(request.service_id) if request.service_id else None
        if kept is not None and request.patient_id == joining.duplicate.id:
            yield Clash(
                _("A visit for %s was asked for in both charts: one request stays.") % request.service,
                _withdraw(request, kept),
            )


def _withdraw(request: Appointment, kept: Appointment) -> Callable[[], None]:
    def withdraw() -> None:
        request.status = Appointment.Status.CANCELLED
        request.cancellation_reason = str(_("Asked for twice: the charts were merged."))
        request.save()
        wishes = "; ".join(filter(None, (kept.wishes, request.wishes)))
        if request.wishes and request.wishes not in kept.wishes and len(wishes) <= 300:
            kept.wishes = wishes
            kept.save()

    return withdraw
