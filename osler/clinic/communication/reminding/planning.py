"""Which reminders go out now: found from the appointments themselves, so nothing is stored ahead.

Each step of each occurrence is queued once, whoever asks how often: the database holds the key (A52).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from osler.clinic.communication.errors import NothingToSend
from osler.clinic.communication.missing.scoring import risks_of
from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import VISIT_REMINDER, queue, spoken, wake_sender
from osler.clinic.communication.reminding.addresses import refused_ways, way_to
from osler.clinic.communication.reminding.ladders import Plans, plan_for, plans
from osler.clinic.communication.reminding.timing import DAY, Step, steps_due
from osler.clinic.communication.reminding.wording import reminder_text
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import Organization
from osler.kernel import clock
from osler.kernel.states import ImpossibleMove


@dataclass
class Gone:
    """What an occurrence has got: the leads of its reminders, and how many of each."""

    leads: list[timedelta] = field(default_factory=list)

    def has_all(self, due: Collection[Step]) -> bool:
        """Whether each of these steps has gone by some channel."""
        return not due or self.leads.count(next(iter(due)).lead) >= len(due)


def queue_due_reminders(*, now: datetime, limit: int = 200) -> int:
    """Queue what is due for the tenant for whom somebody acts; how many it were, at most `limit`.

    Whoever calls goes on until there is none left.
    """
    planned = plans()
    longest = max((step.lead for steps, _quiet in planned.values() for step in steps), default=None)
    if longest is None:
        return 0
    due = _due(planned, now=now, until=now + longest + DAY)
    if not due:
        return 0
    clinic, refused, latest, count = _clinic(due[0][0].organization_id), refused_ways(), None, 0
    patients = Patient.objects.defer("resource").in_bulk({one.patient_id for one, _steps in due})
    for appointment, steps in due:
        patient = patients[appointment.patient_id]
        for step in steps:
            way = way_to(patient, step.by, refused=refused)
            if way is None:
                continue
            minutes = int(step.lead / timedelta(minutes=1))
            notice = _notice(appointment, patient, way, clinic=clinic, lead=minutes, occasion=str(minutes))
            if queue(notice):
                latest, count = notice, count + 1
        if count >= limit:
            break
    if latest is not None:
        wake_sender(latest)
    return count


def remind_again(appointment: Appointment, *, channel: str, actor: Actor) -> Notice:
    """Send one more reminder of a visit to come, because somebody at the desk says so."""
    decide(actor, "remind", Notice)
    decide(actor, "read", appointment)
    start = appointment.starts_at
    if appointment.status != Appointment.Status.BOOKED or start is None or start <= clock.now():
        raise ImpossibleMove
    way = way_to(appointment.patient, channel, refused=refused_ways())
    if way is None:
        raise NothingToSend
    sent = Notice.objects.filter(appointment=appointment, lead_minutes=None).count()
    clinic = _clinic(appointment.organization_id)
    occasion = f"desk {sent + 1}"
    notice = _notice(appointment, appointment.patient, way, clinic=clinic, lead=None, occasion=occasion)
    if not queue(notice):
        raise NothingToSend
    wake_sender(notice)
    return notice


def _due(planned: Plans, *, now: datetime, until: datetime) -> list[tuple[Appointment, list[Step]]]:
    """Visits with the steps that are due and have not gone, the nearest visit first."""
    booked = Appointment.objects.filter(
        status=Appointment.Status.BOOKED, period_start__gt=now, period_start__lte=until
    )
    rows = list(
        booked.select_related("location")
        .defer("resource", "location__resource")
        .order_by("period_start", "id")
    )
    gone, risky = _gone(rows), _risky(planned, rows)
    found = []
    for one in rows:
        steps, quiet = plan_for(planned, one.service_id)
        steps = [step for step in steps if one.id in risky or not step.at_risk]
        had, start = gone[one.id, one.occurrence], one.starts_at
        assert start is not None
        zone = one.zone or timezone.get_current_timezone_name()
        due = steps_due(start, steps, now=now, zone=zone, quiet=quiet, gone=had.leads)
        if not had.has_all(due):
            found.append((one, due))
    return found


def _risky(planned: Plans, rows: Iterable[Appointment]) -> set[UUID]:
    """The visits that get the steps for those at risk; nothing is reckoned where no ladder has one."""
    has_such = {key for key, (steps, _quiet) in planned.items() if any(step.at_risk for step in steps)}
    asked = [one.id for one in rows if (one.service_id if one.service_id in planned else None) in has_such]
    return {key for key, risk in risks_of(asked).items() if risk.is_high}


def _gone(rows: Iterable[Appointment]) -> dict[tuple[UUID, str], Gone]:
    found: dict[tuple[UUID, str], Gone] = defaultdict(Gone)
    sent = Notice.objects.filter(appointment__in=[one.id for one in rows], lead_minutes__isnull=False)
    for key, occurrence, minutes in sent.values_list("appointment_id", "occurrence", "lead_minutes"):
        found[key, occurrence].leads.append(timedelta(minutes=minutes or 0))
    return found


def _clinic(organization_id: UUID) -> str:
    return Organization.objects.values_list("name", flat=True).get(pk=organization_id)


def _notice(
    appointment: Appointment,
    patient: Patient,
    way: tuple[str, str],
    *,
    clinic: str,
    lead: int | None,
    occasion: str,
) -> Notice:
    channel, address = way
    subject, body = reminder_text(appointment, channel=channel, language=patient.language, clinic=clinic)
    return Notice(
        patient=patient,
        organization_id=appointment.organization_id,
        effect_key=f"{VISIT_REMINDER}:{appointment.id}:{appointment.occurrence}:{channel}:{occasion}",
        kind=VISIT_REMINDER,
        channel=channel,
        to_address=address,
        language=spoken(patient.language),
        subject=subject,
        body=body,
        appointment=appointment,
        occurrence=appointment.occurrence,
        lead_minutes=lead,
    )
