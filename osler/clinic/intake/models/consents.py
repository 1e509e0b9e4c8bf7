"""ConsentForm, a version of a text; Consent, what somebody has signed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.ui.bilingual import told
from osler.foundation.vault.sealing import SealedText


class ConsentForm(Row):
    """One edition of a text to be signed; the database keeps its words as they were published.

    Texts of one `key` are editions of one form; at most one of them is offered at a time.
    """

    key = models.SlugField(max_length=40)
    edition = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("Title"), max_length=200)
    title_es = models.CharField(_("Title in Spanish"), max_length=200, blank=True, default="")
    body = models.TextField(_("Text"))
    body_es = models.TextField(_("Text in Spanish"), blank=True, default="")
    is_required = models.BooleanField(_("Nobody registers online without it"), default=False)
    published_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "key", "edition"], name="consentform_edition_unique"
            ),
            models.UniqueConstraint(
                fields=["organization_id", "key"],
                condition=Q(retired_at=None),
                name="consentform_one_offered",
            ),
            models.CheckConstraint(condition=~Q(body="") & ~Q(title=""), name="consentform_has_words"),
        ]

    def __str__(self) -> str:
        return self.told_title

    @property
    def told_title(self) -> str:
        return told(self.title, self.title_es)

    @property
    def told_body(self) -> str:
        return told(self.body, self.body_es)


class Consent(ResourceRow):
    """What a patient, or somebody for him, has signed (FHIR R4 Consent): which edition, when, from where.

    `drawn` is the stroke of the pen as the path of an SVG, 600 by 200; empty if the name was typed.
    `session` is a digest of the registration's key: signatures of one sitting share it.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("In force")
        INACTIVE = "inactive", _("Revoked")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    form = models.ForeignKey(ConsentForm, models.PROTECT, related_name="consents")
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    language = models.CharField(max_length=12, default="en")
    signer_name = models.CharField(max_length=200)
    signer_relationship = models.CharField(max_length=40, blank=True, default="")
    drawn_sealed = models.BinaryField(default=b"", editable=False)
    drawn = SealedText("drawn_sealed")
    signed_at = models.DateTimeField()
    session = models.CharField(max_length=64)
    proposal_id = models.UUIDField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_name = models.CharField(max_length=200, blank=True, default="")
    revoked_in_portal = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "patient"], name="consent_of_patient")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal_id", "form"],
                condition=Q(proposal_id__isnull=False),
                name="consent_once_a_proposal",
            ),
            models.CheckConstraint(condition=~Q(signer_name=""), name="consent_is_signed"),
            models.CheckConstraint(
                condition=~Q(status="inactive") | Q(revoked_at__gte=F("signed_at")),
                name="consent_revoked_when",
            ),
        ]
