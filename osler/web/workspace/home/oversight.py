"""Homes of those who look after the house: administrator and privacy officer."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from osler.clinic.communication.notices import stuck_notices
from osler.clinic.patients.models import Patient, PatientLink
from osler.clinic.scheduling.queries import SheetRow
from osler.foundation.access.accounting import in_words
from osler.foundation.access.actors import Actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import scoped
from osler.foundation.audit.models import AuditEvent
from osler.foundation.audit.sealing import overdue_since
from osler.foundation.directory.models import Location
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.ui.dates import clinic_datetime
from osler.kernel import clock
from osler.web.workspace.home.day import pairs_tile
from osler.web.workspace.home.panels import Line, Panel, Part, Tile
from osler.web.workspace.merging.deciding import links

RECENT = 15


def administrator_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """People, places, and whether the machine is well."""
    held = RoleAssignment.objects.filter(ended_at=None)
    people = held.values("user_id").distinct().count()
    sites = Location.objects.filter(form=Location.Form.SITE, status=Location.Status.ACTIVE).count()
    stuck = stuck_notices(actor=actor).count()
    failed = list(OutboxEvent.objects.filter(delivered_at=None, attempts__gt=0).order_by("-id")[:RECENT])
    return Part(
        tiles=[
            *alarms(),
            Tile(_("Users"), people, url=reverse("users")),
            Tile(_("Sites"), sites, url=reverse("locations")),
            Tile(
                _("Mail in doubt"),
                stuck,
                note=_("waits for you") if stuck else _("none"),
                url=reverse("mail"),
                tone="danger" if stuck else "",
            ),
            Tile(
                _("Failed jobs"),
                len(failed),
                note=_("are tried again") if failed else "",
                tone="danger" if failed else "",
            ),
            pairs_tile(actor),
        ],
        panels=[
            merges_panel(actor),
            Panel(
                "failed",
                _("Failed jobs"),
                [
                    Line(
                        title=one.name,
                        url=reverse("administration"),
                        detail=one.last_error,
                        at=one.created_at,
                    )
                    for one in failed
                ],
                empty=_("No background work has failed."),
                count=len(failed),
            ),
        ],
    )


def merges_panel(actor: Actor) -> Panel:
    """Merges of charts that somebody has proposed and that wait for a decision."""
    waiting = links(actor).filter(status=PatientLink.Status.PROPOSED).order_by("id")
    found = list(waiting[:RECENT])
    return Panel(
        "merges",
        _("Merges to decide"),
        [
            Line(
                title=link.survivor.list_name,
                url=reverse("merge-link", args=[link.id]),
                detail=f"{link.survivor.mrn} ← {link.duplicate.mrn} · {link.reason}",
                patient_id=link.survivor_id,
                at=link.created_at,
            )
            for link in found
        ],
        empty=_("No merge of two charts waits for you."),
        count=len(found) if len(found) < RECENT else waiting.count(),
        url=reverse("merges"),
        more=_("All merges"),
    )


def alarms() -> list[Tile]:
    """What is wrong with the audit trail; nothing when it is sealed as it grows."""
    since = overdue_since()
    if since is None:
        return []
    words = _("Call whoever runs this installation: the audit trail is not sealed.")
    return [Tile(_("Unsealed since"), clinic_datetime(since), note=words, tone="danger")]


def privacy_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """The latest openings of charts."""
    reads = AuditEvent.objects.filter(action="R").exclude(patient_id=None)
    since = clock.now() - timedelta(hours=24)
    openings = in_words(reads.order_by("-recorded_at", "-id")[:RECENT])
    names = scoped(Patient, actor).defer("resource").in_bulk([one.patient_id for one in openings])
    return Part(
        tiles=[
            *alarms(),
            Tile(
                _("Openings in 24 hours"),
                reads.filter(recorded_at__gte=since).count(),
                url=reverse("privacy"),
            ),
            Tile(
                _("Charts opened"),
                reads.filter(recorded_at__gte=since).values("patient_id").distinct().count(),
                url=reverse("privacy"),
            ),
        ],
        panels=[
            merges_panel(actor),
            Panel(
                "openings",
                _("Latest openings"),
                [
                    Line(
                        title=str(names[one.patient_id]) if one.patient_id in names else "",
                        url=reverse("privacy-patient", args=[one.patient_id]),
                        detail=f"{one.user_name} · {one.role} · {one.entity}",
                        patient_id=one.patient_id,
                        at=one.at,
                    )
                    for one in openings
                ],
                empty=_("No chart has been opened yet."),
                count=len(openings),
                url=reverse("privacy"),
                more=_("Who opened what"),
            ),
        ],
    )
