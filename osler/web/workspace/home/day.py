"""The day as its people see it: reception, nurse, physician."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from osler.clinic.communication.reminding.replies import replies_waiting
from osler.clinic.insurance.asking import can_ask
from osler.clinic.intake.deciding import waiting_count
from osler.clinic.intake.models import Proposal
from osler.clinic.intake.reading import said_in
from osler.clinic.intake.responses import unread_responses
from osler.clinic.patients.pair_list import COUNTED, open_pair_count
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import EXPECTED, WITH_CLINICIAN, SheetRow, asked_for
from osler.clinic.scheduling.queue.calling import waiting_for
from osler.clinic.scheduling.queue.waiting_room import own_sites
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel import clock
from osler.web.workspace.home.panels import Line, Panel, Part, Tile, Words
from osler.web.workspace.patients.eligibility import count_to_check

SHOWN = 8
LONG_WAIT_MINUTES = 20
GONE = frozenset({"cancelled", "noshow"})


def reception_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """Who is expected, who waits, who asks for a visit."""
    now = clock.now()
    requests = asked_for(actor)
    asked = list(requests[:SHOWN])
    asked_count = len(asked) if len(asked) < SHOWN else requests.count()
    late = [row for row in sheet if row.is_late(now)]
    registered = waiting_count(actor)
    unsure = count_to_check(actor) if can_ask() else 0
    return Part(
        tiles=[
            visits_tile(sheet),
            waiting_tile(sheet, now),
            _due(_("Late"), len(late), _("ten minutes or more"), reverse("board")),
            _due(_("Requests"), asked_count, _("of patients for a visit"), reverse("appointment-requests")),
            _due(_("Answers"), replies_waiting(actor), _("to reminders"), reverse("replies")),
            _due(_("Registrations"), registered, _("and changes to look at"), reverse("proposals")),
            _due(_("Insurance"), unsure, _("to check before a visit"), reverse("eligibility")),
            pairs_tile(actor),
        ],
        panels=[
            waiting_panel(sheet),
            arrivals_panel(sheet, now),
            Panel(
                "requests",
                _("Requests to schedule"),
                [_asked(one) for one in asked],
                empty=_("No patient has asked for a visit."),
                count=asked_count,
                url=reverse("appointment-requests"),
                more=_("All requests"),
                beside=True,
            ),
            _registrations(actor, registered),
        ],
    )


def _due(label: Words, count: int, note: Words, url: str) -> Tile:
    """A figure that should be nought."""
    return Tile(label, count, note=note if count else "", url=url, tone="warn" if count else "")


def nurse_home(actor: Actor, sheet: list[SheetRow]) -> Part:
    """Who has come and waits to be roomed, and who is in a room."""
    now = clock.now()
    in_rooms = [row for row in sheet if row.stage in {"checked-in", WITH_CLINICIAN}]
    return Part(
        tiles=[
            waiting_tile(sheet, now),
            queue_tile(actor),
            Tile(_("In rooms"), len(in_rooms), url=_board("checked-in")),
            visits_tile(sheet),
        ],
        panels=[
            waiting_panel(sheet, in_chart=True),
            Panel(
                "rooms",
                _("In rooms"),
                [
                    _row(row, detail=f"{row.room_name} · {row.practitioner_name}", in_chart=True)
                    for row in in_rooms[:SHOWN]
                ],
                empty=_("Nobody is in a room."),
                count=len(in_rooms),
                url=_board("checked-in"),
            ),
            arrivals_panel(sheet, now, beside=True),
            answers_panel(actor),
        ],
    )


def answers_panel(actor: Actor) -> Panel:
    """What patients answered before their visit and no clinician has read yet."""
    rows = unread_responses(actor=actor)
    shown = list(rows[:SHOWN])
    return Panel(
        "answers",
        _("Answers of patients to read"),
        [
            Line(
                title=one.patient.list_name,
                url=reverse("chart-section", args=[one.patient_id, "answers"]),
                birth_date=one.patient.birth_date,
                mrn=one.patient.mrn,
                patient_id=one.patient_id,
                at=one.authored_at,
            )
            for one in shown
        ],
        empty=_("All answers are read."),
        count=len(shown) if len(shown) < SHOWN else rows.count(),
        beside=True,
    )


def _registrations(actor: Actor, count: int) -> Panel:
    """Who registered online, or asked for a change, the oldest first."""
    waiting = scoped(Proposal, actor, "decide").filter(status=Proposal.Status.PROPOSED)
    rows = waiting.select_related("questionnaire", "content", "patient").defer("patient__resource")
    lines = []
    for row in rows.order_by("submitted_at", "id")[:5]:
        said = said_in(row)
        lines.append(
            Line(
                title=row.patient.list_name if row.patient else said.name,
                url=reverse("proposal", args=[row.id]),
                detail=_("Registration") if row.is_registration else _("Change asked for in the portal"),
                birth_date=said.person.get("birth_date") or (row.patient.birth_date if row.patient else None),
                patient_id=row.patient_id,
                at=row.submitted_at,
            )
        )
    return Panel(
        "registrations",
        _("Registrations to look at"),
        lines,
        empty=_("Nobody has registered online."),
        count=count,
        url=reverse("proposals"),
        more=_("All registrations"),
        beside=True,
    )


def day_panel(sheet: list[SheetRow]) -> Panel:
    """A clinician's own day, what is over left out."""
    ahead = [row for row in sheet if row.stage not in GONE | {"fulfilled"}]
    return Panel(
        "day",
        _("My day"),
        [_row(row, detail=row.reason or row.service_name, in_chart=True) for row in ahead[: SHOWN + 4]],
        empty=_("Nobody else is booked with you today."),
        count=len(ahead),
        url=reverse("calendar"),
        more=_("Calendar"),
    )


def visits_tile(sheet: list[SheetRow]) -> Tile:
    """How many are booked today and how many are done."""
    coming = [row for row in sheet if row.stage not in GONE]
    done = sum(row.stage == "fulfilled" for row in coming)
    note = ngettext("%(count)d done", "%(count)d done", done) % {"count": done}
    return Tile(_("Visits today"), len(coming), note=note, url=reverse("board"))


def pairs_tile(actor: Actor) -> Tile:
    """Records that may be one person."""
    count = open_pair_count(actor)
    return Tile(
        _("Possible duplicates"),
        count if count < COUNTED else f"{COUNTED - 1}+",
        note=_("to decide") if count else "",
        url=reverse("pairs"),
    )


def waiting_tile(sheet: list[SheetRow], now: datetime) -> Tile:
    """How many wait, and how long the first of them."""
    waits = [(now - row.waiting_since).total_seconds() // 60 for row in _arrived(sheet) if row.waiting_since]
    longest = int(max(waits, default=0))
    return Tile(
        _("Waiting"),
        len(waits),
        note=_("longest %(minutes)d min") % {"minutes": longest} if waits else "",
        url=_board("arrived"),
        tone="warn" if longest >= LONG_WAIT_MINUTES else "",
    )


def queue_tile(actor: Actor) -> Tile:
    """How many wait whom the reader may call, and who is next."""
    waiting = waiting_for(actor, day=clock.today())
    sites = own_sites(actor)
    if sites:
        waiting = waiting.filter(site__in=sites)
    found = list(waiting[:COUNTED])
    count = len(found) if len(found) < COUNTED else f"{COUNTED - 1}+"
    note = _("next %(token)s") % {"token": found[0].token} if found else ""
    is_urgent = any(entry.is_ahead for entry in found)
    return Tile(_("Queue"), count, note=note, url=reverse("queue"), tone="warn" if is_urgent else "")


def waiting_panel(sheet: list[SheetRow], *, in_chart: bool = False) -> Panel:
    """Who has arrived, who came first first."""
    waiting = sorted(_arrived(sheet), key=lambda row: row.waiting_since or row.start)
    return Panel(
        "waiting",
        _("Arrived and waiting"),
        [
            _row(row, detail=row.practitioner_name, since=row.waiting_since, in_chart=in_chart)
            for row in waiting[:SHOWN]
        ],
        empty=_("Nobody waits."),
        count=len(waiting),
        url=_board("arrived"),
    )


def arrivals_panel(sheet: list[SheetRow], now: datetime, *, beside: bool = False) -> Panel:
    """Who comes next, those late among them."""
    booked = [row for row in sheet if row.stage in EXPECTED]
    return Panel(
        "arrivals",
        _("Next arrivals"),
        [
            _row(row, detail=row.practitioner_name, word=_("Late") if row.is_late(now) else "")
            for row in booked[:SHOWN]
        ],
        empty=_("Nobody else is booked today."),
        count=len(booked),
        url=reverse("board"),
        more=_("Day board"),
        beside=beside,
    )


def _arrived(sheet: Iterable[SheetRow]) -> list[SheetRow]:
    return [row for row in sheet if row.stage == "arrived"]


def _row(
    row: SheetRow,
    *,
    detail: str = "",
    since: datetime | None = None,
    word: object = "",
    in_chart: bool = False,
) -> Line:
    return Line(
        title=row.patient_name,
        url=reverse("patient", args=[row.patient_id]) if in_chart else reverse("appointment", args=[row.id]),
        detail=detail.strip(" ·"),
        birth_date=row.birth_date,
        mrn=row.mrn,
        patient_id=row.patient_id,
        status="overdue" if word else row.stage,
        status_word=str(word),
        at=row.start,
        since=since,
        has_namesake=row.has_namesake,
    )


def _asked(one: Appointment) -> Line:
    return Line(
        title=one.patient.list_name,
        url=reverse("appointment-requests"),
        detail=" · ".join(filter(None, [str(one.service or ""), one.reason])),
        birth_date=one.patient.birth_date,
        mrn=one.patient.mrn,
        patient_id=one.patient_id,
        at=one.created_at,
    )


def _board(stage: str) -> str:
    return f"{reverse('board')}?stage={stage}"
