"""Ids of free slots, which are stored nowhere: each says schedule, kind of visit and beginning."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Schedule
from osler.foundation.directory.models import HealthcareService

MARK = "s."
NO_SERVICE = UUID(int=0)
LENGTH = 16 + 16 + 4
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = 120_000_000
"""Minutes: some day of the year 2198, beyond which no id of ours speaks."""
_ALPHABET = b"-."
"""What ids of FHIR have besides letters and digits."""


@dataclass(frozen=True)
class Named:
    """What an id says, found here."""

    schedule: Schedule
    service: HealthcareService | None
    start: datetime

    @property
    def slot(self) -> Slot:
        """The slot, free or not."""
        minutes = self.service.duration_minutes if self.service else self.schedule.slot_minutes
        return Slot(
            practitioner_id=self.schedule.practitioner_id,
            location_id=self.schedule.location_id,
            start=self.start,
            end=self.start + timedelta(minutes=minutes),
            zone=self.schedule.location.zone,
            room_id=self.schedule.room_id,
        )


def slot_id(schedule_id: UUID, service_id: UUID | None, start: datetime) -> str:
    """The id of a slot; the same whenever it is asked for."""
    minutes = int(start.timestamp()) // 60
    raw = schedule_id.bytes + (service_id or NO_SERVICE).bytes + minutes.to_bytes(4)
    return MARK + base64.b64encode(raw, _ALPHABET).decode()


def named_by(text: str) -> Named | None:
    """What an id of ours names in the clinic of whoever acts; None if it is none."""
    if not text.startswith(MARK) or len(text) != len(MARK) + LENGTH * 4 // 3:
        return None
    try:
        raw = base64.b64decode(text.removeprefix(MARK).encode("ascii"), _ALPHABET, validate=True)
    except ValueError:
        return None
    schedule_id, service_id = UUID(bytes=raw[:16]), UUID(bytes=raw[16:32])
    start = EPOCH + timedelta(minutes=min(int.from_bytes(raw[32:]), LATEST))
    schedule = Schedule.objects.select_related("location").filter(pk=schedule_id, active=True).first()
    service = HealthcareService.objects.filter(pk=service_id, active=True).first()
    if schedule is None or (service is None and service_id != NO_SERVICE):
        return None
    return Named(schedule, service, start)
