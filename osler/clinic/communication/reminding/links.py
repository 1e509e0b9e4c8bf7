"""The link of a reminder: short, because a text message is; guesses at its 80 bits are counted."""

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import VISIT_REMINDER, link_with, site_address
from osler.foundation.accounts.links import ShortLinks

VISITS = ShortLinks(b"visit reminder ", 10)


def token_of(notice: Notice) -> str:
    """The part of the address that says which reminder it is."""
    return VISITS.token_of(notice.organization_id, notice.id)


def link_of(notice: Notice) -> str:
    """The address at which the reader of a reminder answers."""
    return f"{site_address()}/v/{token_of(notice)}/"


link_with(VISIT_REMINDER, link_of)
