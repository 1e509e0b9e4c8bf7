"""Questionnaire and its items: what the clinic asks before the first visit, as data."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.foundation.audit.rows import Row
from osler.foundation.ui.bilingual import told


class Questionnaire(Row):
    """What is asked online of whoever registers (FHIR R4 Questionnaire); one a clinic.

    While it is active its page is open to everybody at `/register/<address>/`.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Open")
        RETIRED = "retired", _("Closed")

    address = models.SlugField(_("Address"), max_length=60)
    status = models.CharField(max_length=8, choices=Status, default=Status.RETIRED)
    title = models.CharField(_("Title"), max_length=200)
    title_es = models.CharField(_("Title in Spanish"), max_length=200, blank=True, default="")
    welcome = models.TextField(_("Welcome"), blank=True, default="")
    welcome_es = models.TextField(_("Welcome in Spanish"), blank=True, default="")
    next_steps = models.TextField(_("What happens next"), blank=True, default="")
    next_steps_es = models.TextField(_("What happens next, in Spanish"), blank=True, default="")
    own_age = models.PositiveSmallIntegerField(_("Age from which one registers oneself"), default=18)
    kept_days = models.PositiveSmallIntegerField(_("Days until what was not accepted is deleted"), default=30)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id"], name="questionnaire_one_a_clinic"),
            models.UniqueConstraint(fields=["address"], name="questionnaire_address_unique"),
            models.CheckConstraint(
                condition=Q(address__regex=r"^[a-z0-9][a-z0-9-]*$"), name="questionnaire_address_plain"
            ),
            models.CheckConstraint(
                condition=Q(kept_days__gte=1, kept_days__lte=365), name="questionnaire_kept_days_sane"
            ),
            models.CheckConstraint(
                condition=Q(own_age__gte=12, own_age__lte=25), name="questionnaire_own_age_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def told_title(self) -> str:
        return told(self.title, self.title_es)

    @property
    def told_welcome(self) -> str:
        return told(self.welcome, self.welcome_es)

    @property
    def told_next_steps(self) -> str:
        return told(self.next_steps, self.next_steps_es)


@dataclass(frozen=True)
class Option:
    """An answer to choose, with its code."""

    code: str
    text: str
    text_es: str = ""

    @property
    def told_text(self) -> str:
        return told(self.text, self.text_es)


class QuestionnaireItem(Row):
    """One question. `definition` names what its answer becomes in the record; empty: it stays an answer.

    `options` has a line for each answer: code, words, Spanish words, with `|` between. `asked_if` names
    another question and an answer to it, `insured=yes`: this one counts only then (FHIR R4 enableWhen).
    """

    class Page(models.TextChoices):
        PERSON = "person", _("About you")
        CONTACT = "contact", _("How to reach you")
        INSURANCE = "insurance", _("Insurance")
        HISTORY = "history", _("Your health")

    class Kind(models.TextChoices):
        STRING = "string", _("One line")
        TEXT = "text", _("Several lines")
        DATE = "date", _("Date")
        BOOLEAN = "boolean", _("Yes or no")
        CHOICE = "choice", _("One of several")
        OPEN_CHOICE = "open-choice", _("Any of several, and others")
        LINES = "lines", _("A list, one on each line")

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="items")
    link_id = models.SlugField(max_length=40)
    page = models.CharField(_("Page"), max_length=10, choices=Page)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    kind = models.CharField(_("Kind of answer"), max_length=12, choices=Kind, default=Kind.STRING)
    definition = models.CharField(max_length=60, blank=True, default="")
    text = models.CharField(_("Question"), max_length=300)
    text_es = models.CharField(_("Question in Spanish"), max_length=300, blank=True, default="")
    hint = models.CharField(_("Hint"), max_length=300, blank=True, default="")
    hint_es = models.CharField(_("Hint in Spanish"), max_length=300, blank=True, default="")
    options = models.TextField(_("Answers to choose from"), blank=True, default="")
    asked_if = models.CharField(max_length=80, blank=True, default="")
    required = models.BooleanField(_("Must be answered"), default=False)
    hidden = models.BooleanField(_("Not asked"), default=False)
    always = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["questionnaire", "link_id"], name="questionnaireitem_one_of_a_name"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="questionnaireitem_has_words"),
            models.CheckConstraint(
                condition=Q(always=False) | Q(hidden=False, required=True),
                name="questionnaireitem_always_asked",
            ),
        ]

    def __str__(self) -> str:
        return self.told_text

    @property
    def told_text(self) -> str:
        return told(self.text, self.text_es)

    @property
    def told_hint(self) -> str:
        return told(self.hint, self.hint_es)

    @property
    def choices(self) -> list[Option]:
        """The answers to choose from."""
        lines = (line.split("|") for line in self.options.splitlines() if line.strip())
        return [Option(*(part.strip() for part in line[:3])) for line in lines if len(line) > 1]
