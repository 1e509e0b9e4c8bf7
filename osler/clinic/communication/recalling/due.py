"""Who is due, what was done about it, and messages to those who are."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice, RecallRule, RecallStep, ReminderStep
from osler.clinic.communication.notices import queue, site_address, spoken, wake_sender
from osler.clinic.communication.reminding.addresses import refused_ways, way_to
from osler.clinic.communication.reminding.ladders import plan_for, plans
from osler.clinic.communication.reminding.timing import is_quiet
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Condition, ServiceRequest
from osler.clinic.records.orders.follow_ups import follow_ups_due
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import acting_organization
from osler.foundation.directory.models import Organization
from osler.kernel import clock

KIND = "recall"
SHOWN_AT_MOST = 200
ACTIVE_PROBLEMS = ("active", "recurrence", "relapse")
Said = RecallStep.Said
Day = TypeVar("Day", date, datetime)


@dataclass(frozen=True)
class Recall:
    """Somebody who should come again: by a rule or a planned follow-up, since when, and what was done
    last."""

    patient: Patient
    name: str
    since: date | None
    rule: RecallRule | None = None
    order: ServiceRequest | None = None
    last: RecallStep | None = None


def recalls(actor: Actor) -> list[Recall]:
    """Who is due and has declined nothing, overdue follow-ups first."""
    found = [*_overdue(actor)]
    for rule in scoped(RecallRule, actor).filter(active=True).select_related("service").order_by("name"):
        left = SHOWN_AT_MOST - len(found)
        patients = list(_due_by(rule, scoped(Patient, actor))[: max(left, 0)])
        last = _last_steps([one.id for one in patients], rule=rule, actor=actor)
        found += [
            Recall(one, rule.name, _since(one, rule), rule=rule, last=last.get(one.id)) for one in patients
        ]
    return found


def note_step(
    patient: Patient,
    *,
    said: str,
    rule: RecallRule | None = None,
    order: ServiceRequest | None = None,
    actor: Actor,
) -> RecallStep:
    """Note what was done about a recall."""
    step = RecallStep(
        patient=patient,
        organization_id=patient.organization_id,
        rule=rule,
        order=order,
        said=said,
        at=clock.now(),
    )
    decide(actor, "note", step)
    step.save()
    return step


def queue_recalls(*, now: datetime, limit: int = 200) -> int:
    """Write to those who are due by the rules that say so, by day and not more often than a rule allows;
    for the house itself. How many messages were queued, at most `limit`.

    Whoever calls goes on until there is none left.
    """
    _steps, quiet = plan_for(plans(), None)
    if is_quiet(now, zone=timezone.get_current_timezone_name(), quiet=quiet):
        return 0
    clinic = Organization.objects.get(pk=acting_organization())
    latest, count = None, 0
    for patient, rule, way in _to_be_written_to(now):
        if queue(notice := _notice(patient, rule, way, clinic=clinic, now=now)):
            RecallStep(patient=patient, rule=rule, said=Said.MESSAGE, at=now).save(force_insert=True)
            latest, count = notice, count + 1
        if count >= limit:
            break
    if latest is not None:
        wake_sender(latest)
    return count


def months_on(day: Day, months: int) -> Day:
    """The same day so many months on (or back), or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _to_be_written_to(now: datetime) -> Iterator[tuple[Patient, RecallRule, tuple[str, str]]]:
    """Who is due by a rule that writes, was not written to lately, and can be reached; and how."""
    refused = refused_ways()
    for rule in RecallRule.objects.filter(active=True, message_weeks__gt=0).order_by("name", "id"):
        since = now - timedelta(weeks=rule.message_weeks)
        told = RecallStep.objects.filter(patient=OuterRef("pk"), rule=rule, at__gt=since)
        for patient in _due_by(rule, Patient.objects.exclude(Exists(told))).iterator():
            way = way_to(patient, ReminderStep.By.PREFERRED, refused=refused)
            if way is not None:
                yield patient, rule, way


def _due_by(rule: RecallRule, among: QuerySet[Patient]) -> QuerySet[Patient]:
    """Patients whom a rule concerns, who have had no such visit for long enough and have none booked."""
    today = clock.today()
    since = months_on(clock.now(), -rule.every_months)
    visits = Appointment.objects.filter(patient=OuterRef("pk"), service_id=rule.service_id)
    had_or_has = Q(status__in=Appointment.CAME, period_start__gte=since) | Q(
        status=Appointment.Status.BOOKED, period_start__gt=clock.now()
    )
    declined = RecallStep.objects.filter(patient=OuterRef("pk"), rule=rule, said=Said.DECLINED, at__gte=since)
    found = among.filter(
        active=True,
        deceased_at=None,
        replaced_by=None,
        birth_date__gt=months_on(today, -12 * (rule.age_to + 1)),
        birth_date__lte=months_on(today, -12 * rule.age_from),
    ).exclude(Exists(visits.filter(had_or_has)) | Exists(declined))
    if rule.sex:
        found = found.filter(gender=rule.sex)
    if rule.condition:
        problems = Condition.objects.filter(
            patient=OuterRef("pk"), code__startswith=rule.condition, clinical_status__in=ACTIVE_PROBLEMS
        )
        found = found.filter(Exists(problems))
    last = visits.filter(status__in=Appointment.CAME).order_by("-period_start")
    found = found.annotate(
        last_had=Subquery(last.values("period_start")[:1]), last_zone=Subquery(last.values("zone")[:1])
    )
    return found.defer("resource").order_by("last_had", "id")


def _since(patient: Patient, rule: RecallRule) -> date | None:
    """Since when somebody is due, by the day that it was where he had such a visit last; nothing if he never
    had one."""
    had: datetime | None = patient.last_had  # type: ignore[attr-defined]
    if had is None:
        return None
    zone: str = patient.last_zone  # type: ignore[attr-defined]
    return months_on(had.astimezone(ZoneInfo(zone or "UTC")).date(), rule.every_months)


def _overdue(actor: Actor) -> Iterable[Recall]:
    """Follow-ups whose day has passed without a visit being booked."""
    orders = list(follow_ups_due(actor=actor).filter(due_on__lt=clock.today())[:SHOWN_AT_MOST])
    steps = scoped(RecallStep, actor).filter(order__in=orders).order_by("order_id", "-at", "-id")
    last = {step.order_id: step for step in steps.distinct("order_id")}
    for order in orders:
        step = last.get(order.id)
        if step is None or step.said != Said.DECLINED:
            yield Recall(order.patient, order.display, order.due_on, order=order, last=step)


def _last_steps(patients: Iterable[UUID], *, rule: RecallRule, actor: Actor) -> dict[UUID, RecallStep]:
    steps = scoped(RecallStep, actor).filter(patient__in=list(patients), rule=rule)
    return {
        step.patient_id: step for step in steps.order_by("patient_id", "-at", "-id").distinct("patient_id")
    }


def _notice(
    patient: Patient, rule: RecallRule, way: tuple[str, str], *, clinic: Organization, now: datetime
) -> Notice:
    channel, address = way
    said = {"clinic": clinic.name, "phone": clinic.phone, "link": f"{site_address()}/portal/"}
    with translation.override(spoken(patient.language)):
        subject = "" if channel == Notice.Channel.SMS else _("Your clinic would like to see you")
        body = (
            _("%(clinic)s would like to see you again. Please call us, or ask for a visit: %(link)s") % said
        )
        if clinic.phone:
            body = f"{body} {_('Phone: %(phone)s') % said}"
    return Notice(
        patient=patient,
        organization_id=patient.organization_id,
        effect_key=f"{KIND}:{rule.id}:{patient.id}:{now:%Y-%m-%d}",
        kind=KIND,
        channel=channel,
        to_address=address,
        language=spoken(patient.language),
        subject=subject,
        body=body,
    )
