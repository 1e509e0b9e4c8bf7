"""Gateways pull: a queued notice wakes the job that sends."""

from osler.clinic.communication.events import NoticeQueued
from osler.foundation.jobs.outbox import subscribe
from osler.interop.gateways.jobs import send_queued_notices


@subscribe(NoticeQueued)
def wake_sender(event: NoticeQueued) -> None:
    """Queue the sending in the transaction that delivers the event."""
    send_queued_notices.defer(organization_id=str(event.organization_id))
