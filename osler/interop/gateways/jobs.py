"""The worker's part of the gateways."""

from uuid import UUID

from procrastinate import RetryStrategy

from osler.foundation.jobs.queue import queue
from osler.interop.gateways.clearinghouse import ask_insurers
from osler.interop.gateways.incoming import collect_texts
from osler.interop.gateways.mail import send_notices
from osler.interop.gateways.texts import send_texts


@queue.task(name="send_notices", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def send_queued_notices(organization_id: str) -> None:
    """Send a tenant's queued notices that are due; what is refused waits for its next try."""
    send_notices(UUID(organization_id))
    send_texts(UUID(organization_id))
    collect_texts()


@queue.task(name="ask_insurers", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def ask_queued_insurers(organization_id: str) -> None:
    """Send a tenant's questions to insurers that are due, and bring their answers home."""
    ask_insurers(UUID(organization_id))
