"""Free times inside a wish.

The calendar is asked with the wish's own bounds, and for more as long as nothing is found, so that no number
of other free times stands in front of the one that suits.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from uuid import UUID

from osler.clinic.scheduling.calendars.availability import FARTHEST, Preference, Slot, free_slots
from osler.clinic.scheduling.models import WaitlistEntry
from osler.clinic.scheduling.waiting_list.matching import hours_of, suits
from osler.foundation.directory.models import HealthcareService

LOOKED_AT = 20
"""So many free times are looked at first; where none of them will do, four times as many."""
FIRST_ZONE, LAST_ZONE = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
"""Where a day begins first and ends last: whose day it is at the place, `suits` says."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the calendar is asked."""

    practitioner_id: UUID | None
    service: HealthcareService | None
    location_id: UUID | None
    preference: Preference
    start: datetime
    end: datetime


class Calendar:
    """The calendar as it is at one moment: each question is asked once, whoever has it."""

    def __init__(self) -> None:
        self._answers: dict[tuple[Question, int], list[Slot]] = {}

    def free(self, question: Question) -> Iterator[Slot]:
        """What is free, the earliest first, for as long as somebody looks."""
        seen, most = 0, LOOKED_AT
        while True:
            slots = self._first(question, most)
            yield from slots[seen:]
            if len(slots) < most:
                return
            seen, most = most, 4 * most

    def wished(self, entry: WaitlistEntry, *, now: datetime) -> Iterator[Slot]:
        """What is free and suits somebody on the list, the earliest first."""
        answers = [self.free(question) for question in questions_of(entry, now=now)]
        for slot in heapq.merge(*answers, key=lambda slot: slot.start):
            if suits(entry, slot, now=now):
                yield slot

    def _first(self, question: Question, most: int) -> list[Slot]:
        if (question, most) not in self._answers:
            self._answers[question, most] = free_slots(
                [question.practitioner_id] if question.practitioner_id else None,
                start=question.start,
                end=question.end,
                service=question.service,
                location=question.location_id,
                preference=question.preference,
                limit=most,
            )
        return self._answers[question, most]


def questions_of(entry: WaitlistEntry, *, now: datetime) -> list[Question]:
    """What is asked for a wish: one question for each stretch of the day."""
    start, end = now + timedelta(minutes=entry.notice_minutes), now + FARTHEST
    if entry.not_before is not None:
        start = max(start, _midnight(entry.not_before, FIRST_ZONE))
    if entry.not_after is not None:
        end = min(end, _midnight(entry.not_after + timedelta(days=1), LAST_ZONE))
    if entry.replaces is not None and entry.replaces.starts_at is not None:
        end = min(end, entry.replaces.starts_at)
    return [
        Question(
            entry.practitioner_id,
            entry.visit.service,
            entry.location_id,
            Preference(frozenset(entry.weekdays), since, until),
            start,
            end,
        )
        for since, until in hours_of(entry.parts)
    ]


def _midnight(day: date, zone: timezone) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
