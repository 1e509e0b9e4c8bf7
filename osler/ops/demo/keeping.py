"""The demo clinic goes on from day to day: what is past is over, today is in full swing, and two months
ahead are filled, whenever somebody looks.

Whatever somebody has touched within the last hour is left alone: it may be in use.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.records.notes.digest import note_digest
from osler.clinic.scheduling.calendars.availability import free_slots
from osler.clinic.scheduling.models import Appointment, Schedule, WeeklyHours
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.audit.context import acting
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import Conflict
from osler.ops.demo.chance import Chance
from osler.ops.demo.days import AHEAD, SLOTS, Days, add_visit, booked_share, pass_through
from osler.ops.demo.finding import VISIT, find_house
from osler.ops.demo.house import CLOSES, LUNCH_FROM, LUNCH_TO, OPENS, House
from osler.ops.demo.money import LEFT_DAYS, charged, send_invoice
from osler.ops.demo.queueing import bring_queue_up
from osler.ops.demo.stages import STAGES, bring_to, give_rooms, show_every_stage, stage_by_clock, stage_of
from osler.ops.demo.today import add_visits, make_today, place_demo_patient
from osler.ops.demo.work import renew_work

OPEN = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED, Appointment.Status.CHECKED_IN)
GOING_ON = ("planned", "arrived", "triaged", "in-progress")
IN_USE = timedelta(hours=1)
FULL_ENOUGH = 0.6
CHARGED_A_DAY = 15
MARK = "demo_day"
OF_VISIT = ("patient", "practitioner", "location", "appointment")
OF_NOTE = ("patient", "encounter", "author")


def bring_today_up(*, now: datetime) -> int:
    """Let today's visits stand where the clock is; returns how many were moved. Cheap: it is done
    at every start, before anybody looks."""
    house = find_house()
    if house is None:
        return 0
    today = now.astimezone(ZoneInfo(house.zone)).date()
    chance = Chance(f"{now:%Y-%m-%d %H}")
    with acting(house.actors["reception"], reason="demo"):
        if _starting(house, today).exists():
            moved = _advance(house, today, chance, now=now)
        else:
            _open_weekend(today)
            moved = len(make_today(house, _patients(house), chance, today=today))
        bring_queue_up(house, _patients(house), chance, today=today)
        return moved


def keep_up(home: Path, *, now: datetime) -> list[str]:
    """All of it: today, the days that have passed meanwhile, those ahead, the work of each role."""
    house = find_house()
    if house is None:
        return []
    moved = bring_today_up(now=now)
    done = [f"{moved} of today's visits moved on"] if moved else []
    today = now.astimezone(ZoneInfo(house.zone)).date()
    mark = home / MARK
    if mark.exists() and mark.read_text() >= today.isoformat():
        return done
    for day in _open_days(house, today):
        done.append(f"{day}: {_close(house, day)} visits are over")
    done.append(f"{_fill(house, today)} visits are booked ahead")
    renew_work(house, Chance(f"{today} work"), today=today)
    mark.write_text(today.isoformat())
    return done


def _open_weekend(today: date) -> None:
    """If the day is one of the weekend, it is worked too: its board must not be empty."""
    if today.weekday() < 5:
        return
    for schedule in Schedule.objects.filter(active=True).exclude(
        hours__active=True, hours__weekday=today.weekday(), hours__valid_period__contains=today
    ):
        for starts, ends in ((OPENS, LUNCH_FROM), (LUNCH_TO, CLOSES)):
            WeeklyHours(
                schedule=schedule,
                weekday=today.weekday(),
                starts=starts,
                ends=ends,
                valid_period=DateRange(today, today + timedelta(days=1)),
            ).save()


def _patients(house: House) -> list[Patient]:
    """Patients of the clinic, the demo's own first."""
    rows = Patient.objects.filter(active=True, deceased_at=None).defer("resource").order_by("id")
    first = [row for row in rows if row.email == "patient@demo.test"]
    return [*first, *(row for row in rows if row.email != "patient@demo.test")]


def _starting(house: House, day: date) -> QuerySet[Appointment]:
    """A day's appointments with what their FHIR text needs."""
    start = datetime.combine(day, time(), tzinfo=ZoneInfo(house.zone))
    rows = Appointment.objects.starting_in(start, start + timedelta(days=1))
    return rows.filter(practitioner__isnull=False).select_related(
        "patient", "practitioner", "location", "service", "room"
    )


def _advance(house: House, today: date, chance: Chance, *, now: datetime) -> int:
    rows = list(_starting(house, today).select_for_update(of=("self",)).order_by("period_start", "id"))
    free = [row for row in rows if row.updated_at < now - IN_USE]
    began = {row.id: (row.patient_id, stage_of(row)) for row in free}
    is_new_day = len(free) == len(rows) and {row.status for row in rows} <= {"booked", "cancelled"}
    for row in free:
        _follow_clock(row, chance, now=now)
    if is_new_day:
        show_every_stage(rows, now=now, chance=chance)
        place_demo_patient(rows, _patients(house)[0], house.clinicians[0][0])
    give_rooms(rows, house.rooms)
    moved = [row for row in free if (row.patient_id, stage_of(row)) != began[row.id]]
    return _write(moved, chance, today)


def _follow_clock(row: Appointment, chance: Chance, *, now: datetime) -> None:
    """An open visit goes as far as it probably has by now; it never goes back."""
    is_here = row.status in (Appointment.Status.ARRIVED, Appointment.Status.CHECKED_IN)
    wanted = stage_by_clock(row.period.lower, now, chance)  # type: ignore[union-attr]
    if is_here and wanted in ("noshow", "cancelled"):
        wanted = "fulfilled"
    if row.status in OPEN and STAGES.index(wanted) < STAGES.index(stage_of(row)):
        bring_to(row, wanted, now=now, chance=chance)


def _write(moved: Iterable[Appointment], chance: Chance, day: date) -> int:
    """Save appointments that have come further, with the visits that they have become."""
    saved = []
    for row in moved:
        try:
            with refusals():
                row.save()
        except Conflict:  # somebody has taken the room meanwhile
            continue
        saved.append(row)
    known = Encounter.objects.filter(appointment__in=saved)
    has_visit = set(known.values_list("appointment_id", flat=True))
    _finish(known.filter(appointment__status="fulfilled"), now=clock.now())
    for visit in known.filter(status="arrived", appointment__started_at__isnull=False).select_related(
        *OF_VISIT
    ):
        visit.status = Encounter.Status.IN_PROGRESS
        visit.save()
    drafts = ClinicalNote.objects.filter(status="preliminary").values_list("author_id", flat=True)
    days = Days()
    new = [row for row in saved if row.id not in has_visit]
    add_visits(days, new, chance, day, unsigned=set(drafts))
    days.write()
    return len(saved)


def _open_days(house: House, today: date) -> list[date]:
    """Past days that are not over yet, the latest first."""
    start = datetime.combine(today, time(), tzinfo=ZoneInfo(house.zone))
    with acting(house.actors["reception"], reason="demo"):
        rows = Appointment.objects.filter(
            status__in=OPEN, period_start__lt=start, updated_at__lt=clock.now() - IN_USE
        )
        begun = Encounter.objects.filter(status__in=GOING_ON, started_at__lt=start, appointment__isnull=False)
        starts = {*rows.values_list("period_start", flat=True), *begun.values_list("started_at", flat=True)}
        found = {moment.astimezone(ZoneInfo(house.zone)).date() for moment in starts if moment}
    return sorted(found, reverse=True)


def _close(house: House, day: date) -> int:
    """A day that is past: who was expected has come, or has not; notes are signed, visits charged."""
    chance = Chance(f"{day} closing")
    with acting(house.actors["reception"], reason="demo"):
        rows = _starting(house, day).filter(status__in=OPEN).select_for_update(of=("self",))
        open_rows = list(rows.order_by("period_start", "id"))
        days, visits = Days(), Encounter.objects.filter(appointment__in=open_rows)
        has_visit = set(visits.values_list("appointment_id", flat=True))
        for row in open_rows:
            is_here = row.status != Appointment.Status.BOOKED
            row.status = "fulfilled" if is_here else chance.choices(("fulfilled", "noshow"), (94, 6))[0]
            if row.status == "fulfilled" and row.finished_at is None:
                pass_through(row, chance)
            row.save()
            if row.status == "fulfilled" and row.id not in has_visit:
                add_visit(days, row, chance.reason(row.patient.birth_date, day), chance)
        days.write()
        start = datetime.combine(day, time(), tzinfo=ZoneInfo(house.zone))
        begun = Encounter.objects.filter(appointment__isnull=False, started_at__gte=start)
        _finish(begun.filter(started_at__lt=start + timedelta(days=1)), now=clock.now())
    _charge(house, day, chance)
    return len(open_rows)


def _finish(visits: QuerySet[Encounter], *, now: datetime) -> None:
    """Open visits are over, and their notes are signed."""
    for visit in visits.filter(status__in=GOING_ON).select_related(*OF_VISIT):
        visit.status = Encounter.Status.FINISHED
        ended = visit.appointment.finished_at if visit.appointment else None
        visit.finished_at = max(ended or now, visit.started_at or now)
        visit.save()
        drafts = ClinicalNote.objects.filter(encounter=visit, status="preliminary")
        for note in filter(lambda note: note.has_words, drafts.select_related(*OF_NOTE)):
            note.status, note.signed_at = ClinicalNote.Status.FINAL, visit.finished_at
            note.digest = note_digest(note)
            note.save()


def _charge(house: House, day: date, chance: Chance) -> None:
    """Some of a day's visits are charged, and invoiced when they are as old as the others."""
    actor = house.actors["billing"]
    start = datetime.combine(day, time(), tzinfo=ZoneInfo(house.zone))
    with acting(actor, reason="demo"):
        visits = Encounter.objects.filter(
            status="finished", started_at__gte=start, started_at__lt=start + timedelta(days=1)
        ).select_related("patient", "appointment__service", "practitioner", "location")
        for item in charged(visits.order_by("id")[:CHARGED_A_DAY], actor):
            if item.occurred_on < clock.today(ZoneInfo(house.zone)) - timedelta(days=LEFT_DAYS):
                send_invoice(item, actor, chance, fate=chance.random())


def _fill(house: House, today: date) -> int:
    """Days ahead are booked as full as they ought to be; only what is free is taken."""
    chance, made = Chance(f"{today} ahead"), 0
    with acting(house.actors["reception"], reason="demo"):
        patients = _patients(house)[1:]
        for offset in range(1, AHEAD + 1):
            day = today + timedelta(days=offset)
            wanted = round(booked_share(offset) * len(SLOTS) * len(house.clinicians))
            if day.weekday() < 5 and (count := _starting(house, day).count()) < FULL_ENOUGH * wanted:
                made += _book(house, day, wanted - count, patients, chance)
    return made


def _book(house: House, day: date, count: int, patients: list[Patient], chance: Chance) -> int:
    start = datetime.combine(day, time(), tzinfo=ZoneInfo(house.zone))
    service, by_id = house.services[VISIT], {doctor.id: (doctor, site) for doctor, site in house.clinicians}
    slots = free_slots(list(by_id), start=start, end=start + timedelta(days=1), service=service, limit=2000)
    rows = []
    for slot in chance.sample(slots, min(count, len(slots))):
        doctor, site = by_id[slot.practitioner_id]
        patient = chance.choice(patients)
        row = Appointment(patient=patient, practitioner=doctor, location=site, service=service)
        row.reason = chance.reason(patient.birth_date, day)["reason"]
        set_period(row, slot.start, end=slot.end, zone=slot.zone)
        rows.append(row)
    Days(appointments=rows).write()
    return len(rows)
