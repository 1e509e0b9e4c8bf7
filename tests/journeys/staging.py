"""What a journey needs and no page does, done in the environment of the running installation.

`python -m tests.journeys.staging open-all-day`.
"""

import os
import sys
from datetime import time

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


def _administrator() -> object:
    from osler.foundation.access.actors import load_actor
    from osler.foundation.accounts.models import User

    found = load_actor(User.objects.get(email="admin@demo.test").pk)
    assert found is not None
    return found[0]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "osler.config.settings"
    django.setup()
    {"open-all-day": open_all_day}[sys.argv[1]]()
