"""What whoever registers is told by mail: never what he has said, and never whether he is known."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import PLACE, link_with, site_address, spoken, write_notice
from osler.clinic.intake.answers import answer_to
from osler.clinic.intake.asking import asked_items
from osler.clinic.intake.models import Proposal
from osler.clinic.intake.registering import link_token
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor

LINK = "registration-link"


def tell_registrant(
    proposal: Proposal, kind: str, *, occasion: str, lines: Sequence[str] = ()
) -> Notice | None:
    """Write to the address that was given, if one was."""
    to = address_of(proposal)
    if not to:
        return None
    return write_notice(kind, occasion, to=to, language=proposal.language, lines=lines)


def address_of(proposal: Proposal) -> str:
    """Where mails to whoever registers go: the guardian's address, else the person's own."""
    content = getattr(proposal, "content", None)
    if content is None or proposal.questionnaire is None:
        return ""
    answers = content.read()["answers"]
    guardian: dict[str, Any] = answers.get("guardian") or {}
    if answers.get("for") != "self":
        return str(guardian.get("email", ""))
    return str(answer_to("Patient.email", asked_items(proposal.questionnaire), answers) or "")


def link_lines(proposal: Proposal) -> list[str]:
    """What stands round the link."""
    with translation.override(spoken(proposal.language)):
        return [
            _("Open this address; it works once, for three days, and asks for the birth date:"),
            PLACE,
            _("If this was not you, please throw it away."),
        ]


def next_lines(proposal: Proposal) -> list[str]:
    """The clinic's own words about what happens next, and the name of the registration."""
    with translation.override(spoken(proposal.language)):
        told = proposal.questionnaire.told_next_steps if proposal.questionnaire else ""
        return [*filter(None, [told]), _("Reference: %s") % proposal.reference]


def _link(notice: Notice) -> str:
    """The address in a mail: of the newest link, so that an older mail opens nothing."""
    key = UUID(notice.effect_key.split(":")[1])
    with acting(SystemActor(notice.organization_id), reason="send_notices"):
        proposal = Proposal.objects.filter(pk=key).first()
    return (
        f"{site_address()}/register/resume/{link_token(proposal)}/"
        if proposal
        else f"{site_address()}/register/"
    )


link_with(LINK, _link)
