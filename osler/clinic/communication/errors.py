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
