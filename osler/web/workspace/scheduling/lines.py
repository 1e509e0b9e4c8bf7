"""Lines of the board, every word of them ready: a day of hundreds is drawn in one go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.scheduling.queries import SheetRow
from osler.foundation.access.actors import Actor
from osler.foundation.ui.dates import born_text
from osler.foundation.ui.templatetags.ui import chip, face, status_chip
from osler.web.workspace.patients.faces import face_urls
from osler.web.workspace.patients.insured import StandingMark
from osler.web.workspace.scheduling.filters import Filters
from osler.web.workspace.scheduling.steps import next_step

QUIET = {"fulfilled": "is-done", "noshow": "is-muted", "cancelled": "is-muted"}


@dataclass(slots=True)
class Line:
    """An appointment on the board with the button that it offers."""

    key: str
    stage: str
    tone: str
    clock: str
    length: str
    name: str
    face: SafeString
    marks: SafeString
    identity: str
    what: str
    reason: str
    who: str
    where: str
    chip: SafeString
    insured: SafeString
    waiting_since: str
    late: str
    overbook_reason: str
    room: str
    step_url: str
    step_word: str
    is_visit: bool
    no_show_url: str


class Drawn:
    """What many lines share, drawn once for the language of the request."""

    def __init__(self, faces: Mapping[UUID, str]) -> None:
        self.faces = faces
        self.statuses: dict[str, SafeString] = {}
        self.namesake = chip(_("Similar name"), tone="warn", icon="users")
        self.alert = chip(_("Alert"), tone="warn", icon="triangle-alert")
        self.interpreter = chip(_("Interpreter"), tone="info", icon="languages")
        self.walk_in = chip(_("Walk-in"), tone="quiet", icon="footprints")
        self.minutes: str | Promise = _("min")

    def status(self, stage: str) -> SafeString:
        """The chip of a stage."""
        if stage not in self.statuses:
            self.statuses[stage] = status_chip(stage)
        return self.statuses[stage]

    def marks(self, row: SheetRow) -> SafeString:
        """What must be seen before the name is called."""
        shown = (
            (row.has_namesake, self.namesake),
            (row.has_alert, self.alert),
            (row.needs_interpreter, self.interpreter),
            (row.is_walk_in, self.walk_in),
        )
        marks = [conditional_escape(mark) for is_so, mark in shown if is_so]
        return mark_safe(" ".join(marks))  # noqa: S308  chips alone


def board_lines(
    rows: Collection[SheetRow],
    *,
    now: datetime,
    actor: Actor,
    filters: Filters,
    insured: Mapping[UUID, StandingMark] | None = None,
) -> list[Line]:
    """The lines of a day; steps are offered on the day itself. `insured` says how the insurance of a
    visit stands, where that matters."""
    drawn = Drawn(face_urls({row.patient_id for row in rows}, actor=actor))
    marks = {key: _insured(mark) for key, mark in (insured or {}).items()}
    steps: dict[str, tuple[str, str]] = {}
    lines = []
    for row in rows:
        if row.stage not in steps:
            steps[row.stage] = next_step(row.stage, actor) if filters.is_today else ("", "")
        line = _line(row, now, drawn, steps[row.stage], filters)
        line.insured = marks.get(row.id, SafeString())
        lines.append(line)
    return lines


def _line(row: SheetRow, now: datetime, drawn: Drawn, step: tuple[str, str], filters: Filters) -> Line:
    stage, is_visit = row.stage, step[0] == "visit"
    since = row.waiting_since if filters.is_today else None
    late = int((now - row.start).total_seconds() // 60) if row.is_late(now) and filters.is_today else 0
    path, version = f"/appointments/{row.id}", f"?patient={row.patient_id}&version={row.version}"
    visit_url = f"/encounters/of/{row.id}/?patient={row.patient_id}"
    return Line(
        key=str(row.id),
        stage=stage,
        tone=QUIET.get(stage, ""),
        clock=row.clock,
        length=f"{row.minutes} {drawn.minutes}",
        name=row.patient_name,
        face=face(drawn.faces.get(row.patient_id, ""), row.patient_name),
        marks=drawn.marks(row),
        identity=f"{born_text(row.birth_date)} · {row.mrn}",
        what=row.service_name,
        reason=row.reason,
        who=row.practitioner_name,
        where="" if filters.site else row.location_name,
        chip=drawn.status(stage),
        insured=SafeString(),
        waiting_since=since.isoformat() if since else "",
        late=ngettext("%d min late", "%d min late", late) % late if late else "",
        overbook_reason=row.overbook_reason if row.lane and not row.is_walk_in else "",
        room=row.room_name,
        step_url=visit_url if is_visit else f"{path}/{step[0]}/{version}" if step[0] else "",
        step_word=step[1],
        is_visit=is_visit,
        no_show_url=f"{path}/no-show/{version}" if late else "",
    )


def _insured(mark: StandingMark) -> SafeString:
    """What is well is said small; what is not catches the eye."""
    tone = mark.tone if mark.tone == "warn" else "quiet"
    return chip(mark.words, tone=tone, icon=mark.icon)
