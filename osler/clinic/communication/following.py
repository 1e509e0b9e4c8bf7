"""Messages, mail, invitations and answers in a merge: all of them move, none stands in another's way.

Whoever wanted no reminders in one of the charts wants none in both.
"""

from django.utils.translation import ngettext_lazy

from osler.clinic.communication.models import (
    Invitation,
    Message,
    Notice,
    OptOut,
    PatientReply,
    RecallStep,
    Thread,
)
from osler.clinic.patients.following import follows

follows(Thread, ngettext_lazy("%(count)d conversation", "%(count)d conversations", "count"))
follows(Message, ngettext_lazy("%(count)d message", "%(count)d messages", "count"))
follows(Invitation, ngettext_lazy("%(count)d invitation", "%(count)d invitations", "count"))
follows(Notice, ngettext_lazy("%(count)d mail", "%(count)d mails", "count"))
follows(OptOut, ngettext_lazy("%(count)d refusal of reminders", "%(count)d refusals of reminders", "count"))
follows(
    PatientReply,
    ngettext_lazy("%(count)d answer to a reminder", "%(count)d answers to reminders", "count"),
)
follows(RecallStep, ngettext_lazy("%(count)d step of a recall", "%(count)d steps of recalls", "count"))
