"""The worker's part of the gateways."""

from uuid import UUID

from procrastinate import RetryStrategy

from osler.foundation.jobs.queue import queue
from osler.interop.gateways.mail import send_notices


@queue.task(name="send_notices", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def send_queued_notices(organization_id: str) -> None:
    """Send a tenant's queued notices that are due; what is refused waits for its next try."""
    send_notices(UUID(organization_id))
