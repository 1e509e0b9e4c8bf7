"""OutboxEvent and IdempotencyKey."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from osler.foundation.audit.rows import CURRENT_ORGANIZATION
from osler.foundation.jobs.patience import MOST_ATTEMPTS
from osler.kernel import clock
from osler.kernel.keys import uuid7


class OutboxEvents(models.QuerySet["OutboxEvent"]):
    """Which events are still to be told."""

    def undelivered(self) -> "OutboxEvents":
        """Not yet told and not given up, the least tried and oldest first."""
        return self.filter(delivered_at=None, attempts__lt=MOST_ATTEMPTS).order_by("attempts", "id")

    def due(self) -> "OutboxEvents":
        """Of these, the ones whose next try has come."""
        come = models.Q(next_try_at=None) | models.Q(next_try_at__lte=clock.now())
        return self.undelivered().filter(come)

    def given_up(self) -> "OutboxEvents":
        """Tried too often: a person must look."""
        return self.filter(delivered_at=None, attempts__gte=MOST_ATTEMPTS)


class OutboxEvent(models.Model):
    """A fact that has happened, told to upper floors by the worker after the commit.

    `payload` is the event's own fields: JSON, because each event has other ones. It holds ids,
    never names or findings (PROMISES A33).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION)
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    objects = OutboxEvents.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "id"],
                condition=models.Q(delivered_at=None),
                name="outboxevent_undelivered",
            )
        ]


class IdempotencyKey(models.Model):
    """A key that a caller has used; the same key gets the first answer again (A55).

    The row is inserted in the transaction of the effect, so that both exist or neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION)
    actor_id = models.UUIDField(null=True)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "actor_id", "key"],
                name="idempotencykey_used_once",
                nulls_distinct=False,
            )
        ]
