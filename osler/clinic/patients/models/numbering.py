"""Which numbers a clinic knows, and how far it has counted those that it allots: IdentifierType."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.check_digits import CheckDigit
from osler.clinic.patients.national import is_protected
from osler.clinic.patients.shapes import read_shape
from osler.foundation.audit.rows import CURRENT_ORGANIZATION, Row
from osler.foundation.directory.models import Location
from osler.foundation.ui.bilingual import told

OWN_MRN = "urn:osler:mrn"


class IdentifierType(Row):
    """A kind of number that patients of this clinic, or of one of its sites, have.

    The numbers of a type are those of its `system` (PatientIdentifier): so a number that came from
    elsewhere before the type was made is of it, too. Trigger `keep_number` holds shape and check digit
    of what is written from then on; of numbers that lie sealed only the deeds can.
    """

    class Asked(models.TextChoices):
        NO = "no", _("Not asked")
        OFFERED = "offered", _("Asked, may stay empty")
        REQUIRED = "required", _("Required")

    class Kind(models.TextChoices):
        """HL7 v2 table 0203; those that a state or a payer gives are stored sealed."""

        OTHER = "", _("Other number")
        RECORD = "MR", _("Medical record number")
        INTERNAL = "PI", _("Internal number of a facility")
        LICENSE = "DL", _("Driver's license (sealed)")
        PASSPORT = "PPN", _("Passport (sealed)")
        SOCIAL = "SS", _("Social security number (sealed)")
        NATIONAL = "NI", _("National number (sealed)")
        MEMBER = "MB", _("Member number of a payer (sealed)")

    name = models.CharField(_("Name"), max_length=100)
    name_es = models.CharField(_("Name in Spanish"), max_length=100, blank=True, default="")
    system = models.CharField(_("System"), max_length=200)
    type_code = models.CharField(_("Kind"), max_length=20, choices=Kind, blank=True, default=Kind.OTHER)
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Facility")
    )
    shape = models.CharField(_("Format"), max_length=100, blank=True, default="")
    check_digit = models.CharField(
        _("Check digit"), max_length=10, choices=CheckDigit, blank=True, default=CheckDigit.NONE
    )
    asked = models.CharField(_("At registration"), max_length=8, choices=Asked, default=Asked.NO)
    is_single = models.BooleanField(_("A patient has only one"), default=True)
    is_allotted = models.BooleanField(_("The clinic allots it"), default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "system"], name="identifiertype_system_unique"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(system=""), name="identifiertype_has_words"),
            models.CheckConstraint(condition=~Q(system=OWN_MRN), name="identifiertype_not_our_mrn"),
            models.CheckConstraint(
                condition=Q(shape=Upper("shape")), name="identifiertype_shape_in_capitals"
            ),
            models.CheckConstraint(
                condition=Q(is_allotted=False) | (~Q(shape="") & Q(is_single=True, asked="no")),
                name="identifiertype_allotted_by_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.told_name

    @property
    def told_name(self) -> str:
        return told(self.name, self.name_es)

    @property
    def is_sealed(self) -> bool:
        """Whether its numbers lie sealed."""
        return is_protected(self.system, [self.type_code])

    @property
    def shape_words(self) -> str:
        """Its format as one says it; empty if any text will do."""
        return read_shape(self.shape).words if self.shape else ""


class NumberCounter(models.Model):
    """How far the numbers of a type are allotted. Moved by `patients_next_number` alone, inside the
    transaction that takes the number: one that fails gives it back, two at once wait for each other."""

    kind = models.OneToOneField(
        IdentifierType, models.PROTECT, primary_key=True, db_column="type_id", related_name="+"
    )
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION)
    last_number = models.BigIntegerField()
