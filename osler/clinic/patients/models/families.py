"""Who belongs together: FamilyMember."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models.people import Patient
from osler.foundation.audit.rows import Row
from osler.kernel.keys import uuid7


class FamilyMember(Row):
    """That a patient belongs to a family here; rows of one `family` are one household.

    A child of two homes is in two families. What one member is to another is told from the parts of
    both, so that nothing is written twice. Whoever `is_protected` is left out of the family card for
    everybody who treats none of them.
    """

    class Part(models.TextChoices):
        PARENT = "parent", _("Parent")
        CHILD = "child", _("Child")
        GRANDPARENT = "grandparent", _("Grandparent")
        OTHER = "other", _("Other")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="memberships")
    family = models.UUIDField(default=uuid7, editable=False)
    part = models.CharField(_("In the family"), max_length=11, choices=Part, default=Part.OTHER)
    is_protected = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient"], condition=Q(ended_at=None), name="familymember_of_patient")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "family", "patient"],
                condition=Q(ended_at=None),
                name="familymember_once",
            )
        ]
