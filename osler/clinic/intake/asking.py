"""What is asked and signed online: shipped, changed by the administrator, opened and closed."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db.models import F, Max
from django.utils.text import slugify

from osler.clinic.intake.errors import ItemUnfit
from osler.clinic.intake.models import ConsentForm, Questionnaire, QuestionnaireItem
from osler.clinic.patients.errors import NotAmendable
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import Organization
from osler.kernel import clock
from osler.kernel.constraints import refusals

DATA = Path(__file__).parent / "data"
WORDS = frozenset(
    {
        "address",
        "title",
        "title_es",
        "welcome",
        "welcome_es",
        "next_steps",
        "next_steps_es",
        "own_age",
        "kept_days",
    }
)
ITEM = frozenset({"text", "text_es", "hint", "hint_es", "options", "required", "hidden", "position", "page"})
WELCOME = "You can do this on your phone, before you come. It takes about ten minutes."
WELCOME_ES = "Puede hacerlo en su teléfono antes de venir. Toma unos diez minutos."
NEXT = "We look at what you sent within two working days. Please bring an ID and your insurance card."
NEXT_ES = "Revisamos lo que envió en dos días hábiles. Traiga una identificación y su tarjeta del seguro."


def prepare_registration(*, actor: Actor) -> Questionnaire:
    """Lay out what is shipped: questions and texts, still closed; what is there already stays."""
    decide(actor, "amend", Questionnaire)
    found = questionnaire_of(actor=actor)
    if found is not None:
        return found
    clinic = Organization.objects.get(pk=F("organization_id"))
    made = Questionnaire(
        address=(slugify(clinic.name)[:50].strip("-") or clinic.id.hex[-8:]),
        title="Register before your visit",
        title_es="Regístrese antes de su visita",
        welcome=WELCOME,
        welcome_es=WELCOME_ES,
        next_steps=NEXT,
        next_steps_es=NEXT_ES,
    )
    with refusals():
        made.save(force_insert=True)
    for place, row in enumerate(_rows("questionnaire")):
        flags = {name: row.pop(name) == "1" for name in ("always", "required")}
        QuestionnaireItem(questionnaire=made, position=10 * (place + 1), **flags, **row).save(
            force_insert=True
        )
    for row in _rows("consent_forms"):
        required = row.pop("is_required") == "1"
        publish_consent_form(ConsentForm(is_required=required, **row), actor=actor)
    made.refresh_from_db()
    return made


def amend_questionnaire(
    questionnaire: Questionnaire, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> Questionnaire:
    """Change the words around the questions, the address, or how long things are kept."""
    decide(actor, "amend", questionnaire)
    questionnaire.require_version(version)
    _set(questionnaire, changes, WORDS)
    with refusals():
        questionnaire.save()
    return questionnaire


def open_registration(questionnaire: Questionnaire, *, version: int | None, actor: Actor) -> Questionnaire:
    """Let everybody register online."""
    return _switch(questionnaire, Questionnaire.Status.ACTIVE, version=version, actor=actor)


def close_registration(questionnaire: Questionnaire, *, version: int | None, actor: Actor) -> Questionnaire:
    """The page says that registering online is not possible; what is waiting stays."""
    return _switch(questionnaire, Questionnaire.Status.RETIRED, version=version, actor=actor)


def add_item(item: QuestionnaireItem, *, actor: Actor) -> QuestionnaireItem:
    """Ask another question; its answers stay with the patient's answers."""
    decide(actor, "amend", item.questionnaire)
    item.link_id = _free_name(item)
    with refusals():
        item.save(force_insert=True)
    return item


def amend_item(
    item: QuestionnaireItem, *, changes: Mapping[str, Any], version: int | None, actor: Actor
) -> QuestionnaireItem:
    """Reword, move, require or hide a question; those that tell people apart are always asked."""
    decide(actor, "amend", item)
    item.require_version(version)
    _set(item, changes, ITEM)
    if item.always and (item.hidden or not item.required):
        raise ItemUnfit
    with refusals():
        item.save()
    return item


def publish_consent_form(form: ConsentForm, *, actor: Actor) -> ConsentForm:
    """Offer a text for signing from now on; an edition of the same key before it is offered no more.

    What was signed of the older edition stays signed.
    """
    decide(actor, "amend", ConsentForm)
    form.key = form.key or slugify(form.title)[:40].strip("-") or "form"
    standing = scoped(ConsentForm, actor).filter(key=form.key)
    latest = standing.aggregate(latest=Max("edition"))["latest"] or 0
    form.edition, form.published_at = latest + 1, clock.now()
    with refusals():
        for older in standing.filter(retired_at=None).select_for_update():
            older.retired_at = form.published_at
            older.save()
        form.save(force_insert=True)
    return form


def retire_consent_form(form: ConsentForm, *, version: int | None, actor: Actor) -> ConsentForm:
    """Ask nobody for it any more."""
    decide(actor, "amend", form)
    form.require_version(version)
    form.retired_at = form.retired_at or clock.now()
    form.save()
    return form


def questionnaire_of(*, actor: Actor) -> Questionnaire | None:
    """The clinic's, if it was ever prepared."""
    return scoped(Questionnaire, actor).first()


def asked_items(questionnaire: Questionnaire) -> list[QuestionnaireItem]:
    """The questions that are asked now, in order."""
    pages = {page: place for place, page in enumerate(QuestionnaireItem.Page.values)}
    items = questionnaire.items.filter(hidden=False).order_by("position", "id")
    return sorted(items, key=lambda item: pages[item.page])


def offered_forms() -> list[ConsentForm]:
    """The texts that are signed now, the required ones first."""
    return list(ConsentForm.objects.filter(retired_at=None).order_by("-is_required", "published_at", "id"))


def _switch(row: Questionnaire, status: str, *, version: int | None, actor: Actor) -> Questionnaire:
    decide(actor, "amend", row)
    row.require_version(version)
    row.status = status
    with refusals():
        row.save()
    return row


def _free_name(item: QuestionnaireItem) -> str:
    """A name of its own for a question; an administrator never sees it."""
    stem = slugify(item.text)[:30].strip("-") or "question"
    taken = set(item.questionnaire.items.values_list("link_id", flat=True))
    names = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _set(row: Any, changes: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = sorted(set(changes) - allowed)
    if unknown:
        raise NotAmendable(field=unknown[0])
    for name, value in changes.items():
        setattr(row, name, value)


def _rows(name: str) -> list[dict[str, Any]]:
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
