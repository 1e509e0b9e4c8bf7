"""The roles that people have in a clinic."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role; what it may do is said in each app's policy.py."""

    RECEPTION = "reception", _("Reception")
    NURSE = "nurse", _("Nurse")
    PHYSICIAN = "physician", _("Physician")
    LAB = "lab", _("Laboratory")
    BILLING = "billing", _("Billing")
    ADMINISTRATOR = "administrator", _("Administrator")
    PRIVACY = "privacy", _("Privacy officer")
    PATIENT = "patient", _("Patient")
    PROXY = "proxy", _("Proxy")


STAFF = frozenset(Role) - {Role.PATIENT, Role.PROXY}
CLINICAL = frozenset({Role.NURSE, Role.PHYSICIAN})
PORTAL = frozenset({Role.PATIENT, Role.PROXY})
