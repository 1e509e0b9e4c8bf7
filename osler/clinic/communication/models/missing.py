"""What the clinic has learnt about missed visits: NoShowModel, and how it does for groups of patients:
NoShowGroup."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.foundation.audit.rows import Row


def _number(**options: Any) -> "models.DecimalField[Any, Any]":
    """Eight places are enough for a weight, and no column of ours is a float."""
    return models.DecimalField(max_digits=14, decimal_places=8, **options)


class NoShowModel(Row):
    """Weights that were learnt from past visits, and how well they foretold those that were held back.

    Names, weights and means belong together by position, and so do the three lists of the calibration.
    """

    learnt_at = models.DateTimeField()
    since = models.DateField()
    until = models.DateField()
    visits = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    names = ArrayField(models.CharField(max_length=60))
    weights = ArrayField(_number())
    means = ArrayField(_number())
    intercept = _number()
    held_back = models.PositiveIntegerField()
    auc = _number(null=True, blank=True)
    bin_counts = ArrayField(models.PositiveIntegerField(), default=list)
    bin_expected = ArrayField(_number(), default=list)
    bin_seen = ArrayField(_number(), default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "-learnt_at"], name="noshowmodel_latest")
        ]

    USEFUL_FROM: ClassVar = Decimal("0.6")

    @property
    def is_useful(self) -> bool:
        """Whether it foretells visits that it has not seen clearly better than chance does."""
        return self.auc is not None and self.auc >= self.USEFUL_FROM

    @property
    def rate(self) -> float:
        """The share of visits that were missed."""
        return self.missed / self.visits if self.visits else 0.0


class NoShowGroup(Row):
    """How the visits of a group that were held back went, and what was expected of them."""

    class Kind(models.TextChoices):
        SEX = "sex", _("Sex")
        AGE = "age", _("Age")
        LANGUAGE = "language", _("Language")

    model = models.ForeignKey(NoShowModel, models.PROTECT, related_name="groups")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=40)
    visits = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    expected = _number()
    auc = _number(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "kind", "name"], name="noshowgroup_once")
        ]

    @property
    def seen(self) -> float:
        """The share that was missed."""
        return self.missed / self.visits if self.visits else 0.0
