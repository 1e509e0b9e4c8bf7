"""The demo clinic of a test run: made once, by the command that makes every demo, and cloned for each use."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings

from osler.config import settings as of_installations
from osler.ops.demo.finding import find_house
from osler.ops.demo.house import House
from tests import databases

PATIENTS, DAYS = 320, 60
"""As many as fill one day; enough behind it for visits charged of late and invoices overdue."""


def make_demo() -> House:
    """What `osler demo` makes of an empty installation, in the database that is pointed to."""
    with tempfile.TemporaryDirectory() as home:
        own = replace(settings.CONFIG, home=Path(home))
        with override_settings(CONFIG=own, PASSWORD_HASHERS=of_installations.PASSWORD_HASHERS):
            call_command("demo", patients=PATIENTS, days=DAYS, verbosity=0)
        house = find_house()
    assert house is not None
    return house


@contextmanager
def demo_clinic(label: str) -> Iterator[tuple[str, House]]:
    """A clone of the run's demo clinic, pointed to and in its own zone, as an installation would be."""
    source, house = databases.made_once("demo", make_demo)
    with databases.pointed_clone(label, source) as name, override_settings(TIME_ZONE=house.zone):
        yield name, house
