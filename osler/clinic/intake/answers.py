"""Answers to a questionnaire: which questions count, what is missing, how an answer reads."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from osler.clinic.intake.models import ConsentForm, QuestionnaireItem
from osler.foundation.terminology.ages import age_on
from osler.foundation.ui.dates import clinic_date
from osler.kernel import clock

Answers = Mapping[str, Any]
OTHER = "other:"
"""What stands before the words of an answer that was none of those offered."""


def counts(item: QuestionnaireItem, answers: Answers) -> bool:
    """Whether a question is asked at all, after what was answered to another one."""
    name, sign, wanted = item.asked_if.partition("=")
    return not sign or answers.get(name) == wanted


def is_answered(item: QuestionnaireItem, answers: Answers) -> bool:
    """Whether there is an answer; an empty list is none."""
    return answers.get(item.link_id) not in (None, "", [], ())


def unanswered(items: Iterable[QuestionnaireItem], answers: Answers) -> list[QuestionnaireItem]:
    """The questions that must be answered and are not."""
    return [
        item for item in items if item.required and counts(item, answers) and not is_answered(item, answers)
    ]


def unsigned(forms: Iterable[ConsentForm], signatures: Answers) -> list[ConsentForm]:
    """The texts that must be signed and are not; another edition's signature does not count."""
    return [form for form in forms if form.is_required and str(form.id) not in signatures]


def words_of(item: QuestionnaireItem, answer: Any) -> list[str]:
    """An answer as it is read, in the reader's language."""
    if answer in (None, "", []):
        return []
    if isinstance(answer, list):
        return [word for one in answer for word in words_of(item, one)]
    text = str(answer)
    if item.kind == QuestionnaireItem.Kind.BOOLEAN:
        return [_("Yes") if text in ("yes", "True") else _("No")]
    if item.kind == QuestionnaireItem.Kind.DATE:
        return [clinic_date(date.fromisoformat(text))]
    known = {option.code: option.told_text for option in item.choices}
    return [known.get(text, text.removeprefix(OTHER))]


def answer_to(definition: str, items: Iterable[QuestionnaireItem], answers: Answers) -> Any:
    """What was answered to the question that becomes this part of the record; None if it was not."""
    for item in items:
        if item.definition == definition and counts(item, answers):
            return answers.get(item.link_id)
    return None


def birth_date_in(items: Iterable[QuestionnaireItem], answers: Answers) -> date | None:
    """The birth date that was said."""
    said = answer_to("Patient.birth_date", items, answers)
    return date.fromisoformat(said) if said else None


def registers_too_young(born: date | None, *, own_age: int) -> bool:
    """Whether somebody is too young to register himself, on the day that it is at the clinic."""
    age = age_on(born, clock.today()) if born else None
    return age is not None and age.years < own_age
