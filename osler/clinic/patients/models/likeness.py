"""By what patients are found, and which two may be one: SearchToken, MatchPair, MatchDue, MatchWeight."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models.people import Patient
from osler.foundation.audit.rows import Row


class SearchToken(models.Model):
    """A folded word, sound, number or date by which a patient is found; kept by triggers.

    Compared with `=`, `>=` and `<` on text only: these are leakproof, so the index works under
    row-level security, where trigram and LIKE would not (PROMISES D2).
    `kind`: n name word, w two words of the name in either order, s sound of a word, t two sounds in
    alphabetical order, i identifier, p phone digits (last 10, last 7), b birth date (YYYYMMDD), a house
    number or postal code with the beginning of the street, e e-mail address.
    """

    pk = models.CompositePrimaryKey("organization_id", "kind", "token", "patient_id")
    organization_id = models.UUIDField()
    kind = models.CharField(max_length=1)
    token = models.CharField(max_length=200, db_collation="C")
    patient_id = models.UUIDField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient_id", "kind", "token"], name="searchtoken_of_patient")
        ]


class MatchPair(Row):
    """Two records that may be one person, found by the sweep; `one` has the lower key.

    Of a decided pair, weight and levels stay as they were when it was decided: it comes back only
    when the records have become more alike since. No portal sees it (a wall of its own).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("To decide")
        NOT_DUPLICATE = "not-a-duplicate", _("Not the same person")
        MERGED = "merged", _("Merged")
        UNLIKE = "unlike", _("No longer alike")

    one = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    other = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    levels = models.CharField(max_length=400)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("Why"), max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "status", "-weight", "id"], name="matchpair_worklist"),
            models.Index(fields=["other"], name="matchpair_of_other"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "one", "other"], name="matchpair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="matchpair_in_order"),
            models.CheckConstraint(
                condition=~Q(status="not-a-duplicate") | Q(decided_at__isnull=False),
                name="matchpair_says_when_decided",
            ),
        ]


class MatchDue(models.Model):
    """A patient whose pairs are to be looked for: written by triggers whenever what is compared may
    have changed, taken away by the sweep. One row for each change, so that nobody waits for another."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    patient_id = models.UUIDField()


class MatchWeight(Row):
    """What a level of likeness weighs here, learnt from pairs that people have decided; what is not
    learnt weighs as shipped. The counts say from how much it was learnt."""

    level = models.CharField(max_length=40)
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    same_with = models.PositiveIntegerField()
    same_compared = models.PositiveIntegerField()
    other_with = models.PositiveIntegerField()
    other_compared = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "level"], name="matchweight_one_for_level"),
            models.CheckConstraint(
                condition=Q(weight__gte=-30, weight__lte=30), name="matchweight_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(same_with__lte=F("same_compared"), other_with__lte=F("other_compared")),
                name="matchweight_counts_fit",
            ),
        ]
