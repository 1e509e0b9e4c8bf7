"""The pages of a registration in their order, and where one stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.intake.asking import asked_items, offered_forms
from osler.clinic.intake.models import Proposal, QuestionnaireItem
from osler.clinic.intake.registering import missing_in
from osler.kernel.errors import Missing

CONSENTS, REVIEW = "consents", "review"
LABELS: dict[str, str | Promise] = {
    "person": _("Person"),
    "contact": _("Contact"),
    "insurance": _("Insurance"),
    "history": _("Health"),
    CONSENTS: _("Signature"),
    REVIEW: _("Check and send"),
}
TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "person": (_("About you"), _("About the person who is registered")),
    "contact": (_("How we reach you"), _("How we reach the person or you")),
    "insurance": (_("Insurance"), _("Insurance")),
    "history": (_("Your health"), _("The person's health")),
}


@dataclass(frozen=True)
class Step:
    """A page: its name, the questions on it, and its neighbors."""

    name: str
    items: list[QuestionnaireItem]
    pages: list[str]

    @property
    def place(self) -> int:
        """Counted from 1."""
        return self.pages.index(self.name) + 1

    @property
    def before(self) -> str:
        return self.pages[self.place - 2] if self.place > 1 else ""

    @property
    def after(self) -> str:
        return self.pages[min(self.place, len(self.pages) - 1)]

    @property
    def labels(self) -> list[str | Promise]:
        return [LABELS[page] for page in self.pages]

    def title(self, answers: Mapping[str, Any]) -> str | Promise:
        own, of_another = TITLES.get(self.name, (LABELS[self.name],) * 2)
        return own if answers.get("for") == "self" else of_another


def go_page(draft: Proposal) -> str:
    """Where to go on: the first page on which something is missing."""
    return next(iter(missing_in(draft, draft.content.read())), REVIEW)


def step_of(draft: Proposal, name: str) -> Step:
    """The page of this name, as this clinic has it; there is no other."""
    items = asked_items(draft.questionnaire) if draft.questionnaire else []
    pages = [
        page
        for page in QuestionnaireItem.Page.values
        if page == "person" or any(i.page == page for i in items)
    ]
    pages += [CONSENTS, REVIEW] if offered_forms() else [REVIEW]
    if name not in pages:
        raise Missing
    return Step(name, [item for item in items if item.page == name], pages)
