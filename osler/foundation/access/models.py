"""RoleAssignment and PatientGrant: what a user is, and for which patient a portal user acts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import Location


class RoleAssignment(Row):
    """A role of a user in the tenant, ended by a date, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_assignments")
    role = models.CharField(
        max_length=20,
        choices=[choice for choice in Role.choices if choice[0] not in ("patient", "proxy")],
    )
    facility = models.ForeignKey(Location, models.PROTECT, null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "user", "role"],
                condition=Q(ended_at=None),
                name="roleassignment_once_at_a_time",
            )
        ]


class PatientGrant(Row):
    """A portal user's right to one patient's record: one's own, or as parent, carer, deputy.

    `patient_id` carries no foreign key: patients live on a higher floor.
    """

    class Relationship(models.TextChoices):
        SELF = "self", _("Myself")
        PARENT = "parent", _("Parent")
        CARER = "carer", _("Carer")

    user = models.ForeignKey(User, models.PROTECT, related_name="patient_grants")
    patient_id = models.UUIDField()
    patient_name = models.CharField(max_length=300)
    relationship = models.CharField(max_length=8, choices=Relationship, default=Relationship.SELF)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "user", "patient_id"],
                condition=Q(ended_at=None),
                name="patientgrant_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["organization_id", "patient_id"],
                condition=Q(ended_at=None, relationship="self"),
                name="patientgrant_one_self_each_patient",
            ),
        ]
