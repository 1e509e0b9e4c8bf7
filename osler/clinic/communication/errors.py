"""Refusals of conversations."""

from django.utils.translation import gettext_lazy as _

from osler.kernel.constraints import declare
from osler.kernel.errors import Conflict, Invalid


class EmptyMessage(Invalid):
    """A message has words."""

    code = "empty-message"
    message = _("Please write something first.")
    field = "body"


class TooLong(Invalid):
    """The message is longer than a letter should be."""

    code = "message-too-long"
    message = _("A message may have up to 5,000 characters. Nothing was sent; your text is kept.")
    field = "body"


class ThreadClosed(Conflict):
    """The conversation has been closed; a new one can be opened."""

    code = "thread-closed"
    message = _("This conversation is closed. Please open a new one.")


class AlreadyQueued(Conflict):
    """This occasion has its notice already."""

    code = "notice-already-queued"
    message = _("This notice was already sent.")


class AddressOfStaff(Conflict):
    """A member of staff signs in with this address; a patient's account needs another."""

    code = "address-of-staff"
    message = _("A member of staff signs in with this address. Please take a private one, or print the slip.")
    field = "email"


class AddressOfAnother(Conflict):
    """Somebody else's account has this address: the chart would open for the wrong person."""

    code = "address-of-another"
    message = _(
        "The account of another patient has this address. Please take another one, or print the slip."
    )
    field = "email"


class AddressShared(Conflict):
    """Other patients are reached by this address too; the desk must have asked whose it is."""

    code = "address-shared"
    message = _(
        "This address is noted for other patients too. Ask who reads its mail, then tick that it is"
        " this person's own, or print the slip."
    )
    field = "email"


class HasAccess(Conflict):
    """There is nothing to invite to."""

    code = "has-access"
    message = _("This person has access already.")


class InvitationEnded(Conflict):
    """The invitation was used, withdrawn or is too old."""

    code = "invitation-ended"
    message = _("This invitation is no longer open.")


class NameOfProxyMissing(Invalid):
    """Whoever acts for a patient has a name."""

    code = "name-of-proxy-missing"
    message = _("Please enter the name of the person who will act for the patient.")
    field = "name"


class LadderExists(Conflict):
    """Reminders of this kind of visit have their steps already."""

    code = "ladder-exists"
    message = _("Reminders of this kind of visit are planned already.")
    field = "service"


class StepExists(Conflict):
    """A ladder has each step once."""

    code = "step-exists"
    message = _("There is this reminder already: the same time before the visit, by the same channel.")
    field = "count"


class LeadUnfit(Invalid):
    """So short before a visit, or so long, that a reminder is of no use."""

    code = "lead-unfit"
    message = _("A reminder goes out from half an hour to sixty days before the visit.")
    field = "count"


class LinkOver(Conflict):
    """The visit that the link speaks of is over, moved or cancelled."""

    code = "link-over"
    message = _("This link is about a visit that is over, was moved, or was cancelled. Nothing was changed.")


class NothingToSend(Conflict):
    """There is no address for it, or the patient wants none."""

    code = "nothing-to-send"
    message = _("This patient wants no reminders, or there is no address to send one to. Nothing was sent.")


class ReplyTaken(Conflict):
    """An answer is taken in once."""

    code = "reply-taken"
    message = _("This answer was taken in before.")


class RuleNamed(Conflict):
    """Each rule has a name of its own."""

    code = "rule-named"
    message = _("There is a rule of this name already.")
    field = "name"


class AgesReversed(Invalid):
    """From an age to a later one."""

    code = "ages-reversed"
    message = _("The last age must not be below the first.")
    field = "age_to"


class TooFewVisits(Conflict):
    """From so few visits nothing can be learnt that holds."""

    code = "too-few-visits"
    message = _(
        "There are too few past visits, or too few that were missed, to learn from. Nothing was changed."
    )


declare("reminderladder_once_a_service", LadderExists)
declare("reminderstep_once", StepExists)
declare("reminderstep_lead_sane", LeadUnfit)
declare("patientreply_taken_once", ReplyTaken)
declare("recallrule_named_once", RuleNamed)
declare("recallrule_ages_in_order", AgesReversed)
