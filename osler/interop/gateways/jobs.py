"""The worker's part of the gateways."""

from uuid import UUID

from procrastinate import RetryStrategy

from osler.foundation.jobs.queue import queue
from osler.interop.gateways.mail import MOST_ATTEMPTS, send_notices


class PartnerRefused(Exception):
    """The mail server did not take everything: the queue tries again later."""


@queue.task(name="send_notices", retry=RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=4))
def send_queued_notices(organization_id: str) -> None:
    """Send a tenant's queued notices; what was refused is tried again with growing pauses."""
    if send_notices(UUID(organization_id)).refused:
        raise PartnerRefused
