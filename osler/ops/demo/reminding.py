"""Reminders of the demo: the clinic's ladder, what went out, who confirmed, and answers for the desk."""

from datetime import timedelta

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import VISIT_REMINDER
from osler.clinic.communication.reminding.answering import answer_by_link, reader_of
from osler.clinic.communication.reminding.ladders import begin_ladder
from osler.clinic.communication.reminding.planning import queue_due_reminders
from osler.clinic.communication.reminding.texts import Text, take_text
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.ops.demo.house import House

CONFIRMS, CALLS, UNCLEAR = 3, 10, 12
"""Every third reader confirms; the tenth wants a call; the twelfth text says what no program understands."""


def make_reminders(house: House) -> None:
    """Remind as the worker would have done until now, and let some of the readers answer."""
    with acting(house.actors["admin"], reason="demo"):
        begin_ladder(actor=house.actors["admin"])
    with acting(SystemActor(house.organization.id), reason="demo"):
        while queue_due_reminders(now=clock.now()):
            pass
        waiting = Notice.objects.filter(kind=VISIT_REMINDER, status=Notice.Status.QUEUED)
        waiting.update(status=Notice.Status.SENT, sent_at=clock.now() - timedelta(hours=2), attempts=1)
        sent = list(Notice.objects.filter(kind=VISIT_REMINDER).order_by("appointment__period_start", "id"))
    for number, notice in enumerate(sent):
        if number % CONFIRMS == 0:
            _answer(notice, "confirm")
        elif number % CALLS == 0 and number < 5 * CALLS:
            _answer(notice, "call")
    texted = [one for one in sent if one.channel == Notice.Channel.SMS]
    for notice in texted[UNCLEAR : UNCLEAR + 1]:
        words = "Could I come half an hour later? The bus is late on Mondays"
        text = Text(f"demo-{notice.id}", notice.to_address, words, clock.now())
        take_text(text, organization_id=house.organization.id)


def _answer(notice: Notice, wish: str) -> None:
    reader = reader_of(notice)
    with acting(reader, reason="demo"):
        answer_by_link(notice, wish=wish, actor=reader)
