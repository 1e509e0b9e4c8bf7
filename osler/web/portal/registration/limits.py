"""How often the public door is used: no machine fills the work list, none sends mails to strangers."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from osler.foundation.accounts.attempts import Limit

HOUR = timedelta(hours=1)
WAIT = _(
    "Many registrations have come from this network within an hour. Please wait a while, or call the clinic."
)
MAILS = _("Links were sent several times already. Please look into your mail, or call the clinic.")

BEGIN = Limit("registration begun", 30, WAIT, HOUR)
BEGIN_HERE = Limit("registration begun at a clinic", 400, WAIT, HOUR)
SUBMIT = Limit("registration sent", 20, WAIT, HOUR)
PHOTO = Limit("registration photo", 60, WAIT, HOUR)
LINK = Limit("registration link", 10, MAILS, HOUR)
LINK_OF = Limit("registration link of a draft", 5, MAILS, timedelta(days=1))
LINK_TO = Limit("registration link to an address", 5, MAILS, timedelta(days=1))
BIRTH_DATE = Limit("registration birth date", 30, WAIT, HOUR)


def network(request: HttpRequest) -> str:
    """Whom tries are counted by: nobody signs in here."""
    return str(request.META.get("REMOTE_ADDR", ""))
