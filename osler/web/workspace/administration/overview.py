"""Where to go in administration, and who may do what in words."""

from dataclasses import dataclass

from django.db.models import F, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from osler.clinic.billing.models import FeeSchedule
from osler.clinic.communication.models import NoShowModel, RecallRule, ReminderStep
from osler.clinic.communication.notices import stuck_notices
from osler.clinic.insurance.models import Payer
from osler.clinic.intake.models import QuestionnaireItem
from osler.clinic.patients.desk_layout import layout_in_force
from osler.clinic.patients.models import IdentifierType
from osler.clinic.scheduling.calendars.absences import absences
from osler.clinic.scheduling.calendars.pools import pools
from osler.clinic.scheduling.models import Queue, Schedule
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import TENANT, declared_rights, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.directory.models import HealthcareService, Location, Organization, Practitioner
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel import clock
from osler.web.workspace.acting import actor_of

AREAS = (
    ("users", _("Users"), "user-cog", _("Who signs in, and with which roles")),
    ("roles", _("Roles"), "key-round", _("What each role may do")),
    ("locations", _("Sites and rooms"), "building-2", _("Where care is given")),
    ("practitioners", _("Practitioners"), "stethoscope", _("Who gives care")),
    ("hours", _("Working hours"), "calendar-clock", _("When clinicians can be booked")),
    ("absences", _("Absences"), "calendar-off", _("Leave and holidays, when nobody is booked")),
    ("services", _("Services"), "clipboard-list", _("Kinds of visits that can be booked")),
    ("pools", _("Pools"), "boxes", _("Rooms, devices and people of which a visit needs any one")),
    (
        "queues",
        _("Queues"),
        "armchair",
        _("Where patients wait for their number, and the screens that call it"),
    ),
    ("fees", _("Prices"), "tags", _("What services and tests cost")),
    ("payers", _("Insurers"), "shield-plus", _("Who pays besides the patient")),
    ("desk-page", _("The desk's page"), "layout-list", _("What is asked when a patient is registered")),
    ("number-types", _("Kinds of numbers"), "hash", _("Numbers of sites and registers, checked or allotted")),
    (
        "online-registration",
        _("Online registration"),
        "clipboard-pen",
        _("What people are asked before they come"),
    ),
    ("reminders", _("Reminders of visits"), "bell", _("How long before, by which channel")),
    ("recall-rules", _("Rules of recalls"), "calendar-clock", _("Who should come again, and how often")),
    ("no-shows", _("Missed visits"), "user-x", _("How many, and who may not come")),
    ("mail", _("Mail"), "mail", _("Mails that failed, or may have")),
)


@dataclass(frozen=True)
class MatrixRow:
    """What each role may do with one kind of thing: actions, those on a part of it marked."""

    thing: str
    cells: tuple[tuple[tuple[str, bool], ...], ...]


@allow(Role.ADMINISTRATOR, methods=("GET",))
def administration(request: HttpRequest) -> HttpResponse:
    """The areas with their numbers."""
    actor = actor_of(request)
    counts = {
        "users": scoped(RoleAssignment, actor).filter(ended_at=None).values("user_id").distinct().count(),
        "locations": scoped(Location, actor).filter(status=Location.Status.ACTIVE).count(),
        "practitioners": scoped(Practitioner, actor).filter(active=True).count(),
        "hours": scoped(Schedule, actor).filter(active=True).count(),
        "absences": absences(actor=actor, after=clock.now()).count(),
        "services": scoped(HealthcareService, actor).filter(active=True).count(),
        "pools": pools(actor=actor).count(),
        "queues": scoped(Queue, actor).filter(active=True).count(),
        "fees": scoped(FeeSchedule, actor).count(),
        "desk-page": len(layout_in_force(actor=actor).fields),
        "number-types": scoped(IdentifierType, actor).filter(active=True).count(),
        "online-registration": scoped(QuestionnaireItem, actor).filter(hidden=False).count(),
        "reminders": scoped(ReminderStep, actor).filter(active=True, ladder__active=True).count(),
        "recall-rules": scoped(RecallRule, actor).filter(active=True).count(),
        "no-shows": scoped(NoShowModel, actor).count(),
        "mail": stuck_notices(actor=actor).count(),
        "payers": scoped(Payer, actor).filter(active=True).count(),
        "roles": len(Role.values) - 2,
    }
    context = {
        "organization": scoped(Organization, actor).filter(id=F("organization_id")).first(),
        "areas": [(reverse(route), label, icon, note, counts[route]) for route, label, icon, note in AREAS],
        "failed": list(OutboxEvent.objects.filter(delivered_at=None, attempts__gt=0).order_by("-id")[:20]),
    }
    return render(request, "workspace/administration/administration.html", context)


@allow(Role.ADMINISTRATOR, Role.PRIVACY, methods=("GET",))
def roles(request: HttpRequest) -> HttpResponse:
    """The policy tables as they are in force, printed."""
    areas: dict[str, list[MatrixRow]] = {}
    for model, table in declared_rights().items():
        areas.setdefault(str(model._meta.app_config.verbose_name), []).append(_row(model, table))
    context = {
        "roles": [role.label for role in Role],
        "areas": [(name, sorted(rows, key=lambda row: row.thing)) for name, rows in sorted(areas.items())],
    }
    return render(request, "workspace/administration/roles.html", context)


def _row(model: type[Model], table: object) -> MatrixRow:
    by_action = dict(table)  # type: ignore[call-overload]
    return MatrixRow(
        str(model._meta.verbose_name),
        tuple(
            tuple(
                (action, by_role[role] is not TENANT)
                for action, by_role in by_action.items()
                if role in by_role
            )
            for role in Role
        ),
    )
