"""What a killed worker was doing is done by the next one; what the clock asks for is done."""

from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from osler.clinic.insurance.covering import days
from osler.clinic.insurance.models import Coverage, EligibilityCheck, Payer
from osler.clinic.scheduling.models import Appointment
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.periods import period
from osler.ops import diagnosis
from osler.ops.jobs import ask_before_visits, end_old_holds, renew_appointments, take_up_abandoned_jobs
from tests.conftest import new_organization, new_patient

WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id"
JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock, worker_id)
VALUES ('default', %s, %s, %s, %s) RETURNING id
"""


def ask(question: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def new_job(name: str, status: str, *, worker: int | None, lock: str | None = None) -> int:
    return ask(JOB, name, status, lock, worker)[0][0]


def test_jobs_of_dead_workers_go_back_and_those_of_the_living_stay(db: None) -> None:
    ((dead,),) = ask(WORKER, timedelta(minutes=5))
    ((alive,),) = ask(WORKER, timedelta(seconds=5))
    names = {
        new_job("of the dead", "doing", worker=dead): "todo",
        new_job("of nobody", "doing", worker=None): "todo",
        new_job("of the living", "doing", worker=alive): "doing",
        new_job("given up", "failed", worker=dead): "failed",
    }

    take_up_abandoned_jobs.func(0)

    assert dict(ask("SELECT id, status FROM procrastinate_jobs WHERE id = ANY(%s)", list(names))) == names


def test_same_work_is_not_queued_twice(db: None) -> None:
    first = new_job("sealing", "doing", worker=None, lock="seal")
    second = new_job("sealing", "doing", worker=None, lock="seal")

    take_up_abandoned_jobs.func(0)

    assert ask("SELECT id, status FROM procrastinate_jobs WHERE queueing_lock = 'seal'") == [(first, "todo")]
    assert second != first


def test_each_night_promised_wall_times_are_kept_in_every_tenant(db: None) -> None:
    at = clock.now() + timedelta(days=30)
    wall = at.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=UTC, second=0, microsecond=0)
    for organization in (new_organization("One"), new_organization("Two")):
        patient = new_patient(organization)
        with acting(SystemActor(organization.id)):
            wrong = period(at + timedelta(hours=1), at + timedelta(hours=2))
            Appointment(patient=patient, local_start=wall, zone="America/New_York", period=wrong).save()

    ill = diagnosis.clocks()
    renew_appointments.func(0)

    assert ill == (False, "2 appointments begin at another time than was promised: move them by hand")
    assert diagnosis.clocks() == (True, "every appointment begins when it was promised")


def test_who_comes_soon_is_asked_about_once_however_often_the_clock_strikes(db: None, settings: Any) -> None:
    settings.CLEARINGHOUSE = "loopback"
    made = []
    for organization in (new_organization("One"), new_organization("Two")):
        for days_on in (1, settings.ELIGIBILITY_DAYS + 2):
            patient, at = new_patient(organization), clock.now() + timedelta(days=days_on)
            with acting(SystemActor(organization.id)):
                Appointment(
                    patient=patient,
                    status="booked",
                    zone="America/New_York",
                    local_start=at.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=UTC),
                    period=period(at, at + timedelta(minutes=20)),
                ).save()
                payer = Payer(name=f"Payer {days_on}")
                payer.save()
                card = Coverage(patient=patient, payer=payer, period=days(clock.today()))
                card.organization_id, card.member_id = organization.id, "M1"
                card.save()
            made.append((organization, patient, days_on))

    for _stroke in range(2):
        ask_before_visits.func(0)

    for organization, patient, days_on in made:
        with acting(SystemActor(organization.id)):
            asked = EligibilityCheck.objects.filter(patient=patient).values_list("cause", "status")
            assert list(asked) == ([("visit", "queued")] if days_on == 1 else [])


def test_what_was_held_for_nobody_is_closed_in_every_clinic(db: None) -> None:
    now, held = clock.now(), []
    for minutes in (-1, 5):
        organization = new_organization()
        patient = new_patient(organization)
        with acting(SystemActor(organization.id)):
            row = Appointment(
                patient=patient,
                status="pending",
                period=period(now + timedelta(days=1), now + timedelta(days=1, minutes=20)),
                held_until=now + timedelta(minutes=minutes),
            )
            row.save()
            held.append((organization, row.id))

    end_old_holds.func(0)

    found = []
    for organization, key in held:
        with acting(SystemActor(organization.id)):
            found.append(Appointment.objects.get(id=key).status)
    assert found == ["cancelled", "pending"]
