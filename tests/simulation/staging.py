"""Fills an installation of its own: `python -m tests.simulation.staging` in its environment.

Prints what the clients must know: a token, who signs in, patients who want mail, and whom to book.
"""

import json
import os
from datetime import date, time
from pathlib import Path

import django

PASSWORD = "a-sound-password-for-tests"
RECEPTION, PHYSICIAN = "reception@kill.test", "physician@kill.test"
CLINICIANS, PATIENTS = 4, 8


def stage() -> dict[str, object]:
    """A clinic that is open around the clock."""
    from osler.clinic.patients.models import Patient
    from osler.clinic.scheduling.models import Schedule, WeeklyHours
    from osler.foundation.access.models import RoleAssignment
    from osler.foundation.access.roles import Role
    from osler.foundation.accounts.models import User
    from osler.foundation.accounts.tokens import issue_token
    from osler.foundation.audit.context import acting
    from osler.foundation.directory.models import Location, Practitioner
    from osler.foundation.directory.tenants import tenants
    from osler.foundation.jobs.outbox import SystemActor
    from osler.ops.opening import open_clinic

    open_clinic("Kill clinic", zone="America/New_York", email="admin@kill.test", person="Ada Gray")
    ((organization, _name),) = tenants()
    people = {
        Role.RECEPTION: User.objects.create_user(RECEPTION, PASSWORD, name="Bob Diaz"),
        Role.PHYSICIAN: User.objects.create_user(PHYSICIAN, PASSWORD, name="Alice Bell"),
    }
    with acting(SystemActor(organization)):
        for role, user in people.items():
            RoleAssignment(user=user, role=role).save()
        Practitioner(user=people[Role.PHYSICIAN], given="Alice", family="Bell").save()
        site = Location.objects.get()
        clinicians = [Practitioner(family=f"Clinician {number}") for number in range(CLINICIANS)]
        for clinician in clinicians:
            clinician.save()
            schedule = Schedule(practitioner=clinician, location=site)
            schedule.save()
            hours = {"starts": time(0), "ends": time(23, 59), "valid_period": (date(2020, 1, 1), None)}
            for weekday in range(7):
                WeeklyHours(schedule=schedule, weekday=weekday, **hours).save()
        patients = []
        for number in range(PATIENTS):
            mail = {"email": f"reader{number}@home.test", "contact_by": "email"}
            patients.append(Patient(given="Reader", family=f"Number {number}", **mail))
            patients[-1].save()
    return {
        "token": issue_token(people[Role.PHYSICIAN], scope="user/*.cruds"),
        "site": str(site.id),
        "clinicians": [str(one.id) for one in clinicians],
        "patients": [str(one.id) for one in patients],
    }


def main() -> None:
    """Make the database, migrate it, fill it; all in one process, as each start costs seconds."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "osler.config.settings"
    from osler.ops.supervisor.cluster import Cluster

    with Cluster(Path(os.environ["OSLER_HOME"])).running():
        django.setup()
        from django.core.management import call_command
        from django.core.management.commands.migrate import Command as Migrate  # ours loads code sets as well

        call_command(Migrate(), verbosity=0, skip_checks=True, database="owner")
        print(json.dumps(stage()))


if __name__ == "__main__":
    main()
