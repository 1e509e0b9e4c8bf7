"""How often the public page is used: nobody fills a calendar, mails strangers or guesses codes."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from osler.foundation.accounts.attempts import Limit
from osler.web.portal.registration.limits import HOUR

WAIT = _("Many times were chosen from this network within an hour. Please wait a while, or call the clinic.")
CODES = _("Codes were sent several times already. Please look into your messages, or call the clinic.")

LOOK = Limit("times looked at", 600, WAIT, HOUR)
HOLD = Limit("time held", 30, WAIT, HOUR)
HOLD_HERE = Limit("time held at a clinic", 400, WAIT, HOUR)
CODE = Limit("visit code sent", 20, CODES, HOUR)
CODE_TO = Limit("visit code to an address", 5, CODES, timedelta(days=1))
TRY = Limit("visit code tried", 60, WAIT, HOUR)
MOVE = Limit("visit moved by link", 60, WAIT, HOUR)
