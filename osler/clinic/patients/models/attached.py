"""What hangs on a patient: people close by, alerts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models.people import Patient
from osler.foundation.audit.rows import ResourceRow


class RelatedPerson(ResourceRow):
    """Somebody close to the patient: emergency contact, guardian, guarantor.

    `relationship` is a code of HL7 v3 RoleCode, or the words of the sender. Who is a patient here as
    well is named by `relative`. Birth date, sex and address are what an insurer asks of a subscriber.
    One person at a time pays the bills of a patient; where none does, it is the patient.
    """

    class Relationship(models.TextChoices):
        SPOUSE = "SPS", _("Spouse")
        PARTNER = "DOMPART", _("Partner")
        MOTHER = "MTH", _("Mother")
        FATHER = "FTH", _("Father")
        CHILD = "CHILD", _("Child")
        SIBLING = "SIB", _("Brother or sister")
        GRANDPARENT = "GRPRN", _("Grandparent")
        GUARDIAN = "GUARD", _("Guardian")
        FRIEND = "FRND", _("Friend")
        OTHER = "O", _("Other")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="related_people")
    name = models.CharField(_("Name"), max_length=300)
    relationship = models.CharField(_("Relationship"), max_length=40, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    relative = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="related_to")
    birth_date = models.DateField(_("Birth date"), null=True, blank=True)
    gender = models.CharField(_("Sex"), max_length=8, choices=Patient.Gender, blank=True, default="")
    line = models.CharField(_("Street"), max_length=300, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    state = models.CharField(_("State"), max_length=40, blank=True, default="")
    postal_code = models.CharField(_("ZIP code"), max_length=20, blank=True, default="")
    is_emergency_contact = models.BooleanField(default=False)
    is_guarantor = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(is_guarantor=True, active=True),
                name="relatedperson_one_guarantor",
            )
        ]

    @property
    def relationship_word(self) -> str:
        """The relationship as it is read."""
        known = dict(self.Relationship.choices)
        return str(known.get(self.relationship, self.relationship))


class Flag(ResourceRow):
    """An alert that stands in the banner (FHIR R4 Flag)."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="flags")
    text = models.CharField(_("Alert"), max_length=200)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
