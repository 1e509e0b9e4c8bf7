"""What a journey needs and no page does, done in the environment of the running installation.

`python -m tests.journeys.staging open-all-day`, `... colleague ROLE EMAIL`, `... kin EMAIL EMAIL`,
`... portal-account PATIENT_ID EMAIL`, and some that print what they found or made: `... states`,
`... changed-accounts`, `... visits-to-carry TAG DAYS`, `... stranger EMAIL` and `... visit-code EMAIL`.
"""

import json
import os
import sys
from datetime import time, timedelta
from time import sleep

import django

ALWAYS = [(time(0), time(8)), (time(12), time(13)), (time(17), time(23, 59))]
WEEKEND = [*ALWAYS, (time(8), time(12)), (time(13), time(17))]


def open_all_day() -> None:
    """Every clinician is there around the clock, so that a journey may be made at any hour."""
    from osler.clinic.scheduling.models import Schedule, WeeklyHours
    from osler.foundation.audit.context import acting

    with acting(_administrator(), reason="journey"):
        for schedule in Schedule.objects.all():
            kept = schedule.hours.first()
            for weekday in range(7):
                for starts, ends in WEEKEND if weekday > 4 else ALWAYS:
                    WeeklyHours(
                        schedule=schedule,
                        weekday=weekday,
                        starts=starts,
                        ends=ends,
                        valid_period=kept.valid_period,
                    ).save()


def visits_to_carry(tag: str, days: str) -> None:
    """Two clinicians who work on one day alone, from 8 to 18, the first with visits at 9, 10 and 11;
    print the day, the site, and the ids of both clinicians and of the visits, as JSON."""
    from osler.clinic.patients.models import Patient
    from osler.clinic.scheduling.appointments.booking import book_appointment
    from osler.clinic.scheduling.calendars.availability import slot_at
    from osler.clinic.scheduling.models import Schedule, WeeklyHours
    from osler.clinic.scheduling.wall_time import instant_of
    from osler.foundation.audit.context import acting
    from osler.foundation.directory.models import Practitioner
    from osler.kernel import clock

    day = clock.today() + timedelta(days=int(days))
    with acting(_administrator(), reason="journey"):
        site = Schedule.objects.order_by("id").first().location
        people = [Practitioner(prefix="Dr.", given=given, family=f"Aa{tag}") for given in ("One", "Two")]
        for one in people:
            one.save()
            schedule = Schedule(practitioner=one, location=site)
            schedule.save()
            WeeklyHours(
                schedule=schedule,
                weekday=day.weekday(),
                starts=time(8),
                ends=time(18),
                valid_period=(day, day + timedelta(days=1)),
            ).save()
        visits = []
        for hour in (9, 10, 11):
            patient = Patient(given=f"Hour{hour}", family=f"Carried{tag}", gender="unknown")
            patient.save()
            start = instant_of(day, time(hour), zone=site.zone)
            slot = slot_at(start, practitioner=people[0], location=site, minutes=20)
            visits.append(str(book_appointment(patient, slot=slot, actor=_account("reception")).id))
    print(json.dumps([day.isoformat(), str(site.id), [str(one.id) for one in people], visits]))


def colleague(role: str, email: str) -> None:
    """An account for a test that changes how its owner signs in."""
    from osler.foundation.access.models import RoleAssignment
    from osler.foundation.accounts.models import User
    from osler.foundation.audit.context import acting
    from osler.ops.demo.house import PASSWORD

    with acting(_administrator(), reason="journey"):
        RoleAssignment(user=User.objects.create_user(email, PASSWORD, name="Colleague"), role=role).save()


def changed_accounts() -> None:
    """Print who of the demo signs in otherwise than by password alone, as JSON."""
    from allauth.mfa.models import Authenticator

    changed = Authenticator.objects.filter(user__email__endswith="@demo.test")
    print(json.dumps(sorted(changed.values_list("user__email", flat=True))))


def portal_account(patient_id: str, email: str) -> None:
    """An account of her own for a patient, with the demo's password."""
    from osler.clinic.patients.models import Patient
    from osler.foundation.access.models import PatientGrant
    from osler.foundation.accounts.models import User
    from osler.foundation.audit.context import acting
    from osler.ops.demo.house import PASSWORD

    with acting(_administrator(), reason="journey"):
        patient = Patient.objects.get(id=patient_id)
        user = User.objects.create_user(email, PASSWORD, name=str(patient))
        PatientGrant(user=user, patient_id=patient.id, patient_name=str(patient)).save()


def states() -> None:
    """Print the address of each page in each state, as JSON."""
    from osler.foundation.audit.context import acting
    from tests.journeys.states import addresses

    with acting(_administrator(), reason="journey"):
        print(json.dumps(addresses()))


def stranger(email: str) -> None:
    """A patient of whom nothing is known yet, with an account; print the id, as JSON."""
    from osler.clinic.patients.models import Patient
    from osler.foundation.audit.context import acting

    with acting(_administrator(), reason="journey"):
        patient = Patient(given="Nobody", family="Yet", gender="unknown")
        patient.save()
    portal_account(str(patient.id), email)
    print(json.dumps(str(patient.id)))


def kin(of: str, email: str) -> None:
    """An account of a parent who may see what the patient of another account sees."""
    from osler.foundation.access.models import PatientGrant
    from osler.foundation.accounts.models import User
    from osler.foundation.audit.context import acting
    from osler.ops.demo.house import PASSWORD

    with acting(_administrator(), reason="journey"):
        seen = PatientGrant.objects.get(user__email=of, relationship="self")
        user = User.objects.create_user(email, PASSWORD, name="Kin")
        PatientGrant(
            user=user, patient_id=seen.patient_id, patient_name=seen.patient_name, relationship="parent"
        ).save()


def visit_code(email: str) -> None:
    """Print the newest code that a visitor of the public page was sent, once it was, as JSON."""
    import re

    from osler.clinic.communication.models import Notice
    from osler.clinic.communication.notices import body_of
    from osler.foundation.audit.context import acting

    for _try in range(60):
        with acting(_administrator(), reason="journey"):
            notice = Notice.objects.filter(kind="visit-code", to_address=email).order_by("-id").first()
        if notice is not None:
            found = re.search(r"\b\d{6}\b", body_of(notice))
            print(json.dumps(found[0] if found else ""))
            return
        sleep(0.5)


def _administrator() -> object:
    return _account("admin")


def _account(name: str) -> object:
    from osler.foundation.access.actors import load_actor
    from osler.foundation.accounts.models import User

    found = load_actor(User.objects.get(email=f"{name}@demo.test").pk)
    assert found is not None
    return found[0]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "osler.config.settings"
    django.setup()
    deeds = (
        open_all_day,
        visits_to_carry,
        colleague,
        changed_accounts,
        portal_account,
        states,
        stranger,
        kin,
        visit_code,
    )
    {deed.__name__.replace("_", "-"): deed for deed in deeds}[sys.argv[1]](*sys.argv[2:])
