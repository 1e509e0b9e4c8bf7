"""How a patient and the clinic talk: Thread, Message; and the way into the portal: Invitation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport
from osler.foundation.access.models import PatientGrant
from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.directory.models import Practitioner
from osler.foundation.vault.sealing import SealedText


class Thread(Row):
    """A conversation with one patient about one thing; `owner` answers for the clinic."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="threads")
    owner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="threads")
    report = models.ForeignKey(DiagnosticReport, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("Subject"), max_length=200)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    last_message_at = models.DateTimeField(null=True, blank=True)
    waits_for_clinic = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-last_message_at"],
                name="thread_of_patient",
            ),
            models.Index(
                fields=["organization_id", "owner", "last_message_at"],
                condition=Q(status="open", waits_for_clinic=True),
                name="thread_waiting",
            ),
        ]


class Message(ResourceRow):
    """One message (FHIR R4 Communication); its words are stored sealed, read through `body`."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    from_clinic = models.BooleanField()
    body_sealed = models.BinaryField(editable=False)
    body = SealedText("body_sealed")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["thread", "sent_at"], name="message_of_thread")]


class Invitation(Row):
    """A way into the portal for one person and one patient: a link that works once and not for long.

    The link is made of the row's own key and our secret (`invitations`): no table holds it. Without
    an address it is printed and handed over.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    relationship = models.CharField(
        _("Who is invited"),
        max_length=8,
        choices=PatientGrant.Relationship,
        default=PatientGrant.Relationship.SELF,
    )
    name = models.CharField(_("Name"), max_length=200)
    email = models.EmailField(_("E-mail"), blank=True, default="")
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient"],
                condition=Q(accepted_at=None, ended_at=None),
                name="invitation_open",
            )
        ]
