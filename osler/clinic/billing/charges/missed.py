"""What a missed visit costs: the fee of its service, if it has one; gone when it was not missed at all."""

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.capturing import Service, capture_charge, enter_charge_in_error
from osler.clinic.billing.models import ChargeItem
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

Status = ChargeItem.Status


def charge_missed_visit(appointment: Appointment, *, actor: Actor) -> ChargeItem | None:
    """The fee of a visit that was missed and still is, or None where it costs nothing."""
    service = appointment.service
    is_missed = appointment.status == Appointment.Status.NOSHOW and not appointment.is_walk_in
    if not is_missed or service is None or not service.missed_charge_code or appointment.starts_at is None:
        return None
    day = timezone.localdate(appointment.starts_at, ZoneInfo(appointment.zone))
    return capture_charge(
        f"{ChargeItem.MISSED}{appointment.id}",
        patient=appointment.patient,
        service=Service(
            service.missed_charge_code, day, _("Missed visit: %(service)s") % {"service": service.name}
        ),
        performer=appointment.practitioner,
        actor=actor,
    )


def take_back_missed_fee(appointment: Appointment, *, actor: Actor) -> ChargeItem | None:
    """The visit was not missed after all: its fee is gone. One that is invoiced already is left for a person
    to credit."""
    if appointment.status == Appointment.Status.NOSHOW:
        return None
    fees = scoped(ChargeItem, actor).filter(
        origin=f"{ChargeItem.MISSED}{appointment.id}",
        status__in=[Status.PLANNED, Status.BILLABLE, Status.NOT_BILLABLE],
    )
    fee = fees.select_for_update().first()
    if fee is None:
        return None
    return enter_charge_in_error(fee, reason=_("The visit was not missed"), actor=actor)
