"""osler token create --user U --scope S: a bearer token for the FHIR API, shown this once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from osler.foundation.accounts.models import User
from osler.foundation.accounts.tokens import issue_token
from osler.interop.fhir.operators import operator_of
from osler.interop.fhir.scopes import BadScope, parse_scopes


class Command(BaseCommand):
    help = "Create a bearer token for the FHIR API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", choices=["create"])
        parser.add_argument("--user", required=True, help="e-mail address of an account")
        parser.add_argument("--organization", default="", help="name or id, where several have the address")
        parser.add_argument("--scope", required=True, help="SMART v2 scopes, such as “user/*.rs”")
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        user = _account(options["user"].strip().lower(), options["organization"])
        try:
            parse_scopes(options["scope"])
        except BadScope as error:
            raise CommandError(str(error)) from error
        lifetime = timedelta(days=options["days"])
        self.stdout.write(issue_token(user, scope=options["scope"], lifetime=lifetime))


def _account(email: str, organization: str) -> User:
    accounts = User.objects.filter(email=email, is_active=True)
    if organization:
        accounts = accounts.filter(organization_id=operator_of(organization).organization_id)
    found = list(accounts[:2])
    if not found:
        raise CommandError(f"There is no account {email}.")
    if len(found) > 1:
        raise CommandError(f"Several clinics have an account {email}: say which with --organization.")
    return found[0]
