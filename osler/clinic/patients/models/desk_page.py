"""What the desk asks of a patient, as data: DeskPage (an edition), its sections and fields; fields of the
clinic's own (OwnField) and what they say of a patient (OwnValue)."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models.people import Patient
from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import Row
from osler.foundation.ui.bilingual import told

OWN = "own_"
"""How the names of a clinic's own fields begin."""
ALWAYS = ("given", "family")
"""Without a name nobody is told apart; these are on the page whatever is set."""


class DeskPage(Row):
    """An edition of what is asked at registration and on the amend page. One is in force; a draft becomes
    the next; what was in force stays as it was (trigger `keep_page`) and can be taken up again."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CURRENT = "current", _("In force")
        FORMER = "former", _("Former")

    edition = models.PositiveIntegerField()
    status = models.CharField(max_length=7, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "edition"], name="deskpage_edition_unique"),
            models.UniqueConstraint(
                fields=["organization_id"], condition=Q(status="current"), name="deskpage_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["organization_id"], condition=Q(status="draft"), name="deskpage_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False, published_by__isnull=False),
                name="deskpage_says_who_published",
            ),
        ]


class DeskSection(Row):
    """A part of the page. One that is shipped has a title of its own unless the clinic gives it another."""

    page = models.ForeignKey(DeskPage, models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=40)
    title = models.CharField(_("Title"), max_length=100, blank=True, default="")
    title_es = models.CharField(_("Title in Spanish"), max_length=100, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    is_folded = models.BooleanField(_("Folded until somebody opens it"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "key"], name="desksection_one_of_a_key")
        ]


class OwnField(Row):
    """Something that this clinic wants to know of its patients besides. Its kind never changes."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("One of several")
        BOOLEAN = "boolean", _("Yes or no")

    key = models.SlugField(max_length=40)
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind, default=Kind.TEXT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "key"], name="ownfield_one_of_a_key"),
        ]


@dataclass(frozen=True)
class Choice:
    """An answer to choose, with its code."""

    code: str
    text: str
    text_es: str = ""

    @property
    def told_text(self) -> str:
        return told(self.text, self.text_es)


class DeskField(Row):
    """A field of the page: where it stands, what it is called, what it must be.

    `name` is that of a field that is shipped, or `own_` and the key of one of the clinic's. `shape` is a
    shape (shapes.py), told in `shape_words`; `least` and `most` are lengths of texts, values of numbers.
    """

    page = models.ForeignKey(DeskPage, models.CASCADE, related_name="fields")
    section = models.ForeignKey(DeskSection, models.CASCADE, related_name="fields")
    own = models.ForeignKey(OwnField, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.SlugField(max_length=50)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    is_beside = models.BooleanField(_("Stands beside the field before it"), default=False)
    at_registration = models.BooleanField(_("Shown at registration"), default=True)
    at_amendment = models.BooleanField(_("Shown when a patient is changed"), default=True)
    is_required = models.BooleanField(_("Required"), default=False)
    label = models.CharField(_("Label"), max_length=100, blank=True, default="")
    label_es = models.CharField(_("Label in Spanish"), max_length=100, blank=True, default="")
    hint = models.CharField(_("Hint"), max_length=200, blank=True, default="")
    hint_es = models.CharField(_("Hint in Spanish"), max_length=200, blank=True, default="")
    options = models.TextField(_("Answers to choose from"), max_length=4000, blank=True, default="")
    shape = models.CharField(_("Format"), max_length=100, blank=True, default="")
    shape_words = models.CharField(_("The format in words"), max_length=200, blank=True, default="")
    shape_words_es = models.CharField(
        _("The format in words, in Spanish"), max_length=200, blank=True, default=""
    )
    least = models.PositiveIntegerField(_("At least"), null=True, blank=True)
    most = models.PositiveIntegerField(_("At most"), null=True, blank=True)
    default = models.CharField(_("Begins with"), max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "name"], name="deskfield_one_of_a_name"),
            models.CheckConstraint(
                condition=~Q(name__in=ALWAYS) | Q(at_registration=True, at_amendment=True),
                name="deskfield_names_stay",
            ),
            models.CheckConstraint(
                condition=~Q(name="family") | Q(is_required=True), name="deskfield_family_required"
            ),
            models.CheckConstraint(
                condition=Q(is_required=False) | Q(at_registration=True), name="deskfield_required_is_shown"
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most")),
                name="deskfield_range_in_order",
            ),
            models.CheckConstraint(condition=Q(own=None) | ~Q(label=""), name="deskfield_own_has_label"),
        ]

    @property
    def told_label(self) -> str:
        """The clinic's own label; empty for one that is shipped."""
        return told(self.label, self.label_es)

    @property
    def told_hint(self) -> str:
        return told(self.hint, self.hint_es)

    @property
    def told_shape(self) -> str:
        return told(self.shape_words, self.shape_words_es)

    @property
    def choices(self) -> list[Choice]:
        """The answers to choose from: a line for each, code, words, Spanish words."""
        lines = (line.split("|") for line in self.options.splitlines() if line.strip())
        return [Choice(*(part.strip() for part in line[:3])) for line in lines if len(line) > 1]


class OwnValue(Row):
    """What one of the clinic's own fields says of a patient, in the column of its kind; the code of a choice
    is a text. What was replaced or taken away stays, not `is_current`.

    It lies open as the patient's other particulars do, behind the same walls: numbers that a state or a
    payer gives have types (IdentifierType), and lie sealed.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="own_values")
    field = models.ForeignKey(OwnField, models.PROTECT, related_name="+")
    text = models.CharField(max_length=500, null=True)
    number = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    day = models.DateField(null=True)
    is_so = models.BooleanField(null=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "field"], condition=Q(is_current=True), name="ownvalue_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=(
                    Q(text__isnull=False, number=None, day=None, is_so=None)
                    | Q(text=None, number__isnull=False, day=None, is_so=None)
                    | Q(text=None, number=None, day__isnull=False, is_so=None)
                    | Q(text=None, number=None, day=None, is_so__isnull=False)
                ),
                name="ownvalue_says_one_thing",
            ),
        ]

    @property
    def value(self) -> "Said":
        """What it says."""
        return next(one for one in (self.text, self.number, self.day, self.is_so) if one is not None)

    @value.setter
    def value(self, said: "Said") -> None:
        column = next(name for kind, name in COLUMNS.items() if isinstance(said, kind))
        for name in COLUMNS.values():
            setattr(self, name, said if name == column else None)


Said = str | Decimal | datetime.date | bool
COLUMNS: dict[type, str] = {bool: "is_so", Decimal: "number", datetime.date: "day", str: "text"}
