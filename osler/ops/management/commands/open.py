"""`osler open`: opens a clinic: its name, its first site, and its first administrator."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from osler.foundation.access.sign_in import password_path
from osler.kernel.errors import Refusal
from osler.ops.opening import open_clinic


class Command(BaseCommand):
    """Open a clinic and print the link by which its administrator sets a password."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("clinic", help="the clinic's name")
        parser.add_argument("--administrator", required=True, metavar="EMAIL")
        parser.add_argument("--name", required=True, help="the administrator's name")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="time zone of the first site")

    def handle(self, *args: Any, **options: Any) -> None:
        clinic, person = (" ".join(options[name].split()) for name in ("clinic", "name"))
        if not clinic or not person:
            raise CommandError("The clinic and its administrator have names.")
        email = options["administrator"].strip().lower()
        try:
            validate_email(email)
            user = open_clinic(clinic, zone=options["zone"], email=email, person=person)
        except ValidationError as fault:
            message = f"“{email}” is no e-mail address."
            raise CommandError(message) from fault
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{clinic} is open; {user.name} is its administrator.")
        if user.has_usable_password():
            self.stdout.write(f"{email} signs in with the password that is set.")
        else:
            self.stdout.write(f"To set a password, within three days: {_site()}{password_path(user)}")
            self.stdout.write("Then add rooms, users, practitioners with their hours, services, prices and")
            self.stdout.write("insurers under Administration: from then on visits can be booked and charged.")


def _site() -> str:
    """Where browsers find the pages."""
    config = settings.CONFIG
    return config.trusted_origins[0] if config.trusted_origins else f"http://{config.host}:{config.port}"
