"""What hangs on a patient: people close by, alerts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models.people import Patient
from osler.foundation.audit.rows import ResourceRow


class RelatedPerson(ResourceRow):
    """Somebody close to the patient: emergency contact, guardian, guarantor.

    `relationship` is a code of HL7 v3 RoleCode, or the words of the sender.
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
    is_emergency_contact = models.BooleanField(default=False)
    is_guarantor = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

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
