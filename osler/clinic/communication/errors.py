"""Refusals of conversations."""

from django.utils.translation import gettext_lazy as _

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
