"""CalendarFeed: a clinician's own visits for a calendar outside of the house."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import Practitioner


class CalendarFeed(Row):
    """That whoever has a secret link sees when a clinician has visits. The secret is kept as its hash."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["practitioner"], condition=Q(ended_at=None), name="calendarfeed_one_a_clinician"
            )
        ]
