"""What visits need besides their clinician: Pool, PoolMember, Need."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import HealthcareService, Location, Practitioner


class Pool(Row):
    """People or places of which any one will do: the echo rooms, the interpreters of Spanish."""

    name = models.CharField(_("Name"), max_length=200)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "name"], condition=Q(active=True), name="pool_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PoolMember(Row):
    """One of a pool: somebody who keeps a calendar, or a room (a device is the place where it stands)."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="members")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(practitioner=None, location__isnull=False)
                | Q(practitioner__isnull=False, location=None),
                name="poolmember_person_or_place",
            ),
            models.UniqueConstraint(
                fields=["pool", "practitioner", "location"],
                condition=Q(active=True),
                nulls_distinct=False,
                name="poolmember_once",
            ),
        ]


class Need(Row):
    """That a kind of visit takes one of a pool, besides its clinician and room."""

    service = models.ForeignKey(HealthcareService, models.PROTECT, related_name="needs")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="needs")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "pool"], condition=Q(active=True), name="need_said_once"
            )
        ]
