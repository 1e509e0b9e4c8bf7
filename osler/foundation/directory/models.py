"""Organization, Location, Practitioner, PractitionerRole, HealthcareService (FHIR R4 administration)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import ResourceRow
from osler.kernel.names import sorted_name, titled_name


class Organization(ResourceRow):
    """A legal entity. The tenant itself is the one whose id is its own `organization_id`;
    others are partners (payers, other hospitals) that the tenant knows."""

    name = models.CharField(max_length=300)
    npi = models.CharField(max_length=10, blank=True, default="")
    tax_id = models.CharField(max_length=20, blank=True, default="")
    active = models.BooleanField(default=True)
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    line = models.CharField(_("Street"), max_length=300, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=40, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")

    def __str__(self) -> str:
        return self.name

    @property
    def is_tenant(self) -> bool:
        return self.id == self.organization_id


class Location(ResourceRow):
    """A place: a facility (site), a department or a room; a tree. `zone` is its IANA time zone."""

    class Form(models.TextChoices):
        SITE = "si", _("Site")
        DEPARTMENT = "wi", _("Department")
        ROOM = "ro", _("Room")
        OTHER = "", _("Other")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        INACTIVE = "inactive", _("Inactive")

    name = models.CharField(max_length=300)
    form = models.CharField(max_length=4, choices=Form, default=Form.SITE, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    zone = models.CharField(max_length=64, default="America/New_York")
    phone = models.CharField(max_length=40, blank=True, default="")
    line = models.CharField(max_length=300, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=40, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "name"], name="location_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def told_with_site(self) -> str:
        """The name after that of what it is part of, for several sites may have a Room 1."""
        return f"{self.part_of} · {self.name}" if self.part_of else self.name

    @property
    def address(self) -> str:
        """Where patients come to: the name with street and town, as far as they are known."""
        return ", ".join(part for part in (self.name, self.line, self.city) if part)


class Practitioner(ResourceRow):
    """A person who gives care. `user` is the account, if the person signs in here."""

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Unknown")

    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="practitioner")
    prefix = models.CharField(max_length=40, blank=True, default="")
    given = models.CharField(max_length=200, blank=True, default="")
    family = models.CharField(max_length=200, blank=True, default="")
    suffix = models.CharField(max_length=40, blank=True, default="")
    npi = models.CharField(max_length=10, blank=True, default="")
    gender = models.CharField(max_length=8, choices=Gender, default=Gender.UNKNOWN)
    active = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "family", "given"],
                name="practitioner_by_name",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "npi"],
                condition=~Q(npi=""),
                name="practitioner_npi_unique",
            ),
            models.CheckConstraint(
                condition=Q(npi="") | Q(npi__regex=r"^\d{10}$"),
                name="practitioner_npi_ten_digits",
            ),
        ]

    def __str__(self) -> str:
        return titled_name(prefix=self.prefix, given=self.given, family=self.family, suffix=self.suffix)

    @property
    def list_name(self) -> str:
        return sorted_name(given=self.given, family=self.family)


class PractitionerRole(ResourceRow):
    """What a practitioner does at a place: specialty by NUCC code and words."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="practitioner_roles")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True)
    specialty_code = models.CharField(max_length=20, blank=True, default="")
    specialty = models.CharField(max_length=200, blank=True, default="")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.specialty}"


class HealthcareService(ResourceRow):
    """A kind of visit that can be booked: duration and preparation, in minutes and plain words.

    The buffers hold clinician, room and whatever else it needs before and after the visit; a group
    has several `places`. It may need another service before it on the same day, which ends so many
    minutes before it at least and at most.
    A revisit within `revisit_days` of one that was charged costs what `revisit_charge_code` does, or nothing;
    one that the patient misses costs what `missed_charge_code` does, if it names one.
    What patients book by themselves begins `online_lead_minutes` from now at the
    earliest; they move it (`online_moves` times) and cancel until `change_until_minutes` before.
    """

    class Kind(models.TextChoices):
        PHYSICIAN = "physician", _("Physician visit")
        NURSE = "nurse", _("Nurse visit")
        LABORATORY = "laboratory", _("Laboratory")
        IMAGING = "imaging", _("Imaging")
        PROCEDURE = "procedure", _("Procedure")
        VIDEO = "video", _("Video visit")
        GROUP = "group", _("Group")

    class SelfBooking(models.TextChoices):
        """Who books it without the desk."""

        ASKED = "asked", _("Nobody: patients ask for it")
        PATIENTS = "patients", _("Patients, in the portal")
        ANYBODY = "anybody", _("Anybody, on the public page")

    name = models.CharField(max_length=200)
    name_es = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PHYSICIAN)
    duration_minutes = models.PositiveSmallIntegerField(default=20)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    places = models.PositiveSmallIntegerField(default=1)
    needs_before = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="needed_by")
    before_at_least_minutes = models.PositiveSmallIntegerField(default=0)
    before_at_most_minutes = models.PositiveSmallIntegerField(default=240)
    preparation = models.TextField(blank=True, default="")
    preparation_es = models.TextField(blank=True, default="")
    charge_code = models.CharField(max_length=20, blank=True, default="")
    revisit_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    revisit_charge_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    missed_charge_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    online_booking = models.BooleanField(default=True)
    self_booking = models.CharField(
        max_length=8, choices=SelfBooking, default=SelfBooking.ASKED, db_default="asked"
    )
    online_lead_minutes = models.PositiveIntegerField(default=120, db_default=120)
    online_days_ahead = models.PositiveSmallIntegerField(default=90, db_default=90)
    online_open_visits = models.PositiveSmallIntegerField(default=2, db_default=2)
    online_moves = models.PositiveSmallIntegerField(default=3, db_default=3)
    change_until_minutes = models.PositiveIntegerField(default=1440, db_default=1440)
    video_url = models.URLField(blank=True, default="", db_default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, duration_minutes__lte=720),
                name="healthcareservice_duration_sane",
            ),
            models.CheckConstraint(
                condition=Q(buffer_before_minutes__lte=240, buffer_after_minutes__lte=240),
                name="healthcareservice_buffers_sane",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=200), name="healthcareservice_places_sane"
            ),
            models.CheckConstraint(
                condition=Q(online_days_ahead__gte=1, online_days_ahead__lte=365, online_open_visits__gte=1),
                name="healthcareservice_online_sane",
            ),
            models.CheckConstraint(
                condition=Q(before_at_least_minutes__lte=models.F("before_at_most_minutes"))
                & Q(before_at_most_minutes__lte=720),
                name="healthcareservice_before_sane",
            ),
            models.CheckConstraint(condition=Q(revisit_days__lte=365), name="healthcareservice_revisit_sane"),
            models.CheckConstraint(
                condition=Q(needs_before=None) | ~Q(needs_before=models.F("id")),
                name="healthcareservice_not_before_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def told_name(self) -> str:
        """The name in the reader's language."""
        return self._told(self.name, self.name_es)

    @property
    def told_preparation(self) -> str:
        """The preparation in the reader's language."""
        return self._told(self.preparation, self.preparation_es)

    def _told(self, english: str, spanish: str) -> str:
        speaks_spanish = (get_language() or "").startswith("es")
        return spanish if speaks_spanish and spanish else english
