"""What conversations announce."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class MessageSent:
    """A message was written, by the clinic or by the patient."""

    message_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class NoticeQueued:
    """A mail waits to be sent."""

    notice_id: UUID
    organization_id: UUID
