"""The code that proves the address of whoever books on the public page: by mail or text, kept nowhere."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import (
    PLACE,
    link_with,
    queue,
    site_address,
    spoken,
    wake_sender,
    wordings,
)
from osler.clinic.intake.visiting import code_of, link_token, way_of
from osler.clinic.scheduling.models import SlotHold
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor

KIND = "visit-code"


def send_code(held: SlotHold) -> None:
    """Queue the newest code, to whichever address was given; each number once."""
    channel, to = way_of(held.read())
    if not to:
        return
    with translation.override(spoken(held.language)):
        subject, sentence = wordings()[KIND]
        ending = _("If this was not you, you need do nothing: without the code nothing is booked.")
        lines = [sentence, PLACE, ending]
        is_mail = channel == Notice.Channel.EMAIL
        notice = Notice(
            organization_id=held.organization_id,
            effect_key=f"{KIND}:{held.id}:{held.code_number}",
            kind=KIND,
            channel=channel,
            to_address=to,
            language=spoken(held.language),
            subject=subject if is_mail else "",
            body="\n\n".join(lines) if is_mail else PLACE,
        )
    if queue(notice):
        wake_sender(notice)


def _code(notice: Notice) -> str:
    """The code, and in a mail a link that does the same; put in when it is sent."""
    _kind, key, number = notice.effect_key.split(":")
    code = code_of(UUID(key), int(number))
    with translation.override(notice.language):
        said = _("Your code is %(code)s. It is good for ten minutes.") % {"code": code}
    if notice.channel == Notice.Channel.SMS:
        return said
    with acting(SystemActor(notice.organization_id), reason="send_notices"):
        held = SlotHold.objects.filter(pk=UUID(key), code_number=int(number)).first()
    return f"{said}\n\n{site_address()}/book/confirm/{link_token(held)}/" if held else said


link_with(KIND, _code)
