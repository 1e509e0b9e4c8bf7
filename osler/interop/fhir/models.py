"""StoredResource, SearchValue, SourceRecord."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import CURRENT_ORGANIZATION, ResourceRow


class StoredResource(ResourceRow):
    """A resource that no table of the clinic holds, kept whole.

    Without a model for its type, or with a patient who is not here. It stands in the compartment
    of `patient`. Status, category, code and the date are taken out of it for searches; what else
    can be searched is in SearchValue.
    """

    resource_type = models.CharField(max_length=40)
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=40, default="")
    category = models.CharField(max_length=100, default="")
    system = models.CharField(max_length=200, default="")
    code = models.CharField(max_length=100, default="")
    dated_from = models.DateTimeField(null=True)
    dated_to = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "resource_type", "-dated_from"],
                name="storedresource_of_patient",
            ),
            models.Index(fields=["organization_id", "resource_type", "id"], name="storedresource_by_type"),
        ]


class SearchValue(models.Model):
    """A value of a search parameter that no column holds: a second code, an identifier, a period.

    Derived from the resource and made anew with it, so neither audited nor versioned.
    """

    pk = models.CompositePrimaryKey("resource_id", "parameter", "position")
    resource_id = models.UUIDField()
    parameter = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION)
    patient_id = models.UUIDField(null=True)
    resource_type = models.CharField(max_length=40)
    system = models.CharField(max_length=200, default="")
    code = models.CharField(max_length=200, default="", db_collation="C")
    low = models.DateTimeField(null=True)
    high = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "resource_type", "parameter", "code"],
                name="searchvalue_by_code",
            )
        ]


class SourceRecord(models.Model):
    """Where a resource came from: the id it had there, the id it has here, digests of what arrived.

    What has arrived before is not taken again, so an old file never undoes a newer one.

    A row without `placed_in` keeps an id free for a resource that others refer to and that has
    not arrived. `source` tells apart the ids of different places; ids that are UUIDs need none.
    """

    pk = models.CompositePrimaryKey("organization_id", "resource_type", "source_id", "source")
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION)
    resource_type = models.CharField(max_length=40)
    source_id = models.CharField(max_length=64, db_collation="C")
    source = models.CharField(max_length=200, default="", db_collation="C")
    resource_id = models.UUIDField()
    placed_in = models.CharField(max_length=60, default="")
    digests = ArrayField(models.CharField(max_length=32), default=list)
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["resource_id"], name="sourcerecord_by_resource")]
