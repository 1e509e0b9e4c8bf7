"""Forms of families: a patient here who joins, and a new one who is registered from another's page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.models import FamilyMember, Patient
from osler.foundation.ui.dates import born_text
from osler.foundation.ui.fields import SegmentedSelect
from osler.web.workspace.patients.forms import RegistrationForm

PARTS = FamilyMember.Part.choices


class JoinForm(forms.Form):
    """Somebody who is a patient here, and what both are in the family."""

    other = forms.ChoiceField(label=_("Who"), widget=forms.RadioSelect)
    other_part = forms.ChoiceField(
        label=_("In the family, that one is"), choices=PARTS, widget=SegmentedSelect
    )
    part = forms.ChoiceField(label=_("This patient is"), choices=PARTS, widget=SegmentedSelect)

    def __init__(self, *args: Any, offered: Iterable[Patient], is_child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = choices = [(str(one.id), _person_word(one)) for one in offered]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]
        self.fields["other"].initial = choices[0][0] if len(choices) == 1 else None
        self.fields["part"].initial = "child" if is_child else "parent"
        self.fields["other_part"].initial = "parent" if is_child else "child"


class MemberForm(RegistrationForm):
    """A new patient of a family that is here: what the family has in common is filled in, and insurance is
    that of the family's cards."""

    BESIDE = frozenset({"part", "guarantor", "coverages"})

    part = forms.ChoiceField(label=_("In the family"), choices=PARTS, widget=SegmentedSelect)
    guarantor = forms.ChoiceField(label=_("Who pays the bills"), required=False)
    coverages = forms.MultipleChoiceField(
        label=_("Insured through"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        guarantors: list[tuple[str, str]],
        coverages: Iterable[Coverage],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guarantor"].choices = [("", _("The patient")), *guarantors]  # type: ignore[attr-defined]
        self.cards = {str(one.id): one for one in coverages}
        if self.cards:
            choices = [(key, _card_word(one)) for key, one in self.cards.items()]
            self.fields["coverages"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["coverages"]

    def chosen(self) -> list[Coverage]:
        """The cards that the new patient is insured through."""
        return [self.cards[key] for key in self.cleaned_data.get("coverages", ())]


def _person_word(patient: Patient) -> str:
    return f"{patient.list_name}, {born_text(patient.birth_date)}, {patient.mrn}"


def _card_word(coverage: Coverage) -> str:
    words = filter(None, (coverage.payer.name, coverage.plan_words, coverage.member_id))
    return " · ".join(words)
