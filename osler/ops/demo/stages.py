"""How far each of today's visits has come, and that every site shows every stage."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import Location
from osler.ops.demo.chance import Chance

SEEN = "with-clinician"
STAGES = ("fulfilled", "noshow", "cancelled", SEEN, "checked-in", "arrived", "booked")


def stage_by_clock(start: datetime, now: datetime, chance: Chance) -> str:
    """What has probably become of a visit that was to begin then."""
    late = (now - start) / timedelta(minutes=1)
    if late > 45:
        return chance.choices(("fulfilled", "noshow", "cancelled"), (90, 6, 4))[0]
    if late > 5 and chance.happens(0.12):
        return "booked"  # late, and nobody knows why
    if late > 5:
        return SEEN if late > 20 else "checked-in"
    if late > -25 and chance.happens(0.7):
        return "arrived"
    return "booked"


def bring_to(row: Appointment, stage: str, *, now: datetime, chance: Chance) -> None:
    """Give a visit the status and the times of a stage; none of them lies ahead."""
    start = row.period.lower  # type: ignore[union-attr]
    row.status = "checked-in" if stage == SEEN else stage
    row.arrived_at = row.roomed_at = row.started_at = row.finished_at = None
    row.cancellation_reason = "The patient is ill" if stage == "cancelled" else ""
    if stage in ("booked", "noshow", "cancelled"):
        return
    length = {"fulfilled": 40, SEEN: 25, "checked-in": 15, "arrived": 4}[stage]
    came = min(start, now - timedelta(minutes=length)) - timedelta(minutes=chance.randint(0, 9))
    row.arrived_at = came
    if stage != "arrived":
        row.roomed_at = came + timedelta(minutes=chance.randint(3, 9))
    if stage in (SEEN, "fulfilled"):
        row.started_at = row.roomed_at + timedelta(minutes=chance.randint(2, 6))  # type: ignore[operator]
    if stage == "fulfilled":
        row.finished_at = row.started_at + timedelta(minutes=chance.randint(9, 16))  # type: ignore[operator]


def stage_of(row: Appointment) -> str:
    """The stage of a visit."""
    return SEEN if row.status == "checked-in" and row.started_at else row.status


def show_every_stage(rows: Iterable[Appointment], *, now: datetime, chance: Chance) -> None:
    """Where a site lacks a stage, the visit nearest in time takes it from a stage with several."""
    by_site: dict[Location | None, list[Appointment]] = defaultdict(list)
    for row in rows:
        by_site[row.location].append(row)
    for group in by_site.values():
        group.sort(key=lambda row: abs(row.period.lower - now))  # type: ignore[union-attr]
        for stage in STAGES:
            counts = Counter(map(stage_of, group))
            spare = [row for row in group if counts[stage_of(row)] > 2]
            if not counts[stage] and spare:
                bring_to(spare[0], stage, now=now, chance=chance)


def give_rooms(rows: Sequence[Appointment], rooms: dict[object, list[Location]]) -> None:
    """Each clinician keeps one room of the site: nobody meets another patient in it."""
    kept: dict[object, Location] = {row.practitioner_id: row.room for row in rows if row.room is not None}
    for row in rows:
        if row.roomed_at is None:
            continue
        if row.practitioner_id not in kept:
            free = [room for room in rooms[row.location_id] if room not in kept.values()]
            kept[row.practitioner_id] = free[0]
        row.room = kept[row.practitioner_id]
