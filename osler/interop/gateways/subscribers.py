"""Gateways pull: a queued notice or question wakes the job that sends."""

from osler.clinic.communication.events import NoticeQueued
from osler.clinic.insurance.events import EligibilityAsked
from osler.foundation.jobs.outbox import subscribe
from osler.interop.gateways.jobs import ask_queued_insurers, send_queued_notices


@subscribe(NoticeQueued)
def wake_sender(event: NoticeQueued) -> None:
    """Queue the sending in the transaction that delivers the event."""
    send_queued_notices.defer(organization_id=str(event.organization_id))


@subscribe(EligibilityAsked)
def wake_asker(event: EligibilityAsked) -> None:
    """Queue the asking in the transaction that delivers the event."""
    ask_queued_insurers.defer(organization_id=str(event.organization_id))
