"""The audit trail as rows. Written by triggers and `record_access`, never through these classes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuditEvent(models.Model):
    """One read or write of tenant data (FHIR R4 AuditEvent; ASTM E2147)."""

    class Action(models.TextChoices):
        CREATE = "C"
        READ = "R"
        UPDATE = "U"
        DELETE = "D"
        EXECUTE = "E"

    id = models.BigIntegerField(primary_key=True)
    recorded_at = models.DateTimeField()
    organization_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    actor_role = models.TextField()
    action = models.TextField(choices=Action)
    entity = models.TextField()
    entity_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    patient_ids = ArrayField(models.UUIDField())
    version = models.IntegerField(null=True)
    request_id = models.UUIDField(null=True)
    reason = models.TextField()
    detail = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_event"


class AuditSeal(models.Model):
    """A signed Merkle root over all events of a range of transactions, chained to the last."""

    id = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    event_count = models.BigIntegerField()
    root = models.BinaryField()
    previous = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_seal"
