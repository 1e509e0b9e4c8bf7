"""Messages, mail and invitations in a merge: all of them move, none stands in another's way."""

from django.utils.translation import ngettext_lazy

from osler.clinic.communication.models import Invitation, Message, Notice, Thread
from osler.clinic.patients.following import follows

follows(Thread, ngettext_lazy("%(count)d conversation", "%(count)d conversations", "count"))
follows(Message, ngettext_lazy("%(count)d message", "%(count)d messages", "count"))
follows(Invitation, ngettext_lazy("%(count)d invitation", "%(count)d invitations", "count"))
follows(Notice, ngettext_lazy("%(count)d mail", "%(count)d mails", "count"))
