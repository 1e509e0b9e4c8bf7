"""The worker's part of what comes before the visit."""

from uuid import UUID

from osler.clinic.intake.card_reading import read_one
from osler.foundation.jobs.queue import queue


@queue.task(name="read_card")
def read_card(organization_id: str, reading_id: str) -> None:
    """Read one picture of a card; what was read before is not read again."""
    read_one(UUID(organization_id), UUID(reading_id))
