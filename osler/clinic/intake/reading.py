"""What a proposal says, sorted by what it would become in the record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from osler.clinic.intake.answers import OTHER, Answers, counts, is_answered, words_of
from osler.clinic.intake.asking import asked_items
from osler.clinic.intake.models import Proposal, ProposalContent, QuestionnaireItem
from osler.clinic.patients.models import Patient
from osler.clinic.records.reported import Told
from osler.foundation.terminology.allergens import find_allergen

HISTORY = QuestionnaireItem.Page.HISTORY


@dataclass(frozen=True)
class Said:
    """A proposal in parts; every part may be empty."""

    for_whom: str = "self"
    by: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, str] = field(default_factory=dict)
    guardian: dict[str, str] = field(default_factory=dict)
    coverage: dict[str, str] = field(default_factory=dict)
    conditions: list[Told] = field(default_factory=list)
    medications: list[Told] = field(default_factory=list)
    allergies: list[Told] = field(default_factory=list)
    has_no_allergies: bool = False
    items: list[dict[str, Any]] = field(default_factory=list)
    signatures: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Family name first, as lists have it."""
        names = (self.person.get("family", ""), self.person.get("given", ""))
        return ", ".join(filter(None, names))

    def as_patient(self) -> Patient:
        """The person unsaved: for the look at likely duplicates."""
        known = {name: value for name, value in self.person.items() if value not in (None, "")}
        return Patient(**known)

    @property
    def is_forgotten(self) -> bool:
        """Whether what was said has been deleted."""
        return not (self.person or self.coverage or self.items)


def said_in(proposal: Proposal) -> Said:
    """The parts of a proposal; all empty once it is forgotten."""
    content: ProposalContent | None = getattr(proposal, "content", None)
    if content is None:
        return Said()
    said = content.read()
    if not proposal.is_registration:
        return _of_change(said)
    items = asked_items(proposal.questionnaire) if proposal.questionnaire else []
    return _of_registration(said, [item for item in items if counts(item, said["answers"])])


def _of_change(said: dict[str, Any]) -> Said:
    answers = said["answers"]
    return Said(
        by=said.get("by", ""),
        person=_typed(_part("Patient.", answers.items())),
        coverage=_part("Coverage.", answers.items()),
    )


def _of_registration(said: dict[str, Any], items: list[QuestionnaireItem]) -> Said:
    answers: Answers = said["answers"]
    by_definition = [(item.definition, answers[item.link_id]) for item in items if is_answered(item, answers)]
    known = dict(by_definition)
    is_insured = known.get("Coverage") != "no"
    return Said(
        for_whom=answers.get("for", "self"),
        person=_typed(_part("Patient.", by_definition)),
        contact=_part("RelatedPerson.", by_definition),
        guardian=answers.get("guardian") or {},
        coverage=_part("Coverage.", by_definition) if is_insured else {},
        conditions=[Told(*pair) for item in items for pair in _conditions(item, answers)],
        medications=[Told(*_halves(line)) for line in known.get("MedicationStatement") or []],
        allergies=[_allergy(line) for line in known.get("AllergyIntolerance") or []],
        has_no_allergies=known.get("AllergyIntolerance.known") == "no",
        items=[
            {
                "link_id": item.link_id,
                "text": item.told_text,
                "answers": words_of(item, answers[item.link_id]),
            }
            for item in items
            if item.page == HISTORY and is_answered(item, answers)
        ],
        signatures=said["signatures"],
    )


def _part(kind: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name.removeprefix(kind): value for name, value in pairs if name.startswith(kind)}


def _typed(person: dict[str, Any]) -> dict[str, Any]:
    """The values as the fields of a patient hold them."""
    found = dict(person)
    if found.get("birth_date"):
        found["birth_date"] = date.fromisoformat(found["birth_date"])
    if "needs_interpreter" in found:
        found["needs_interpreter"] = found["needs_interpreter"] == "yes"
    return found


def _conditions(item: QuestionnaireItem, answers: Answers) -> list[tuple[str, str, str]]:
    """Words, detail and code of each condition that was ticked or written."""
    if item.definition != "Condition":
        return []
    words = {option.code: option.text for option in item.choices}
    said = answers.get(item.link_id) or []
    return [
        (words.get(one, one.removeprefix(OTHER)), "", one if one in words else "")
        for one in said
        if one != OTHER
    ]


def _halves(line: str) -> tuple[str, str]:
    """What stands before the first comma, and behind it."""
    head, _comma, rest = line.partition(",")
    return head.strip(), rest.strip()


def _allergy(line: str) -> Told:
    substance, reaction = _halves(line)
    found = find_allergen(substance)
    return Told(found.display if found else substance, reaction, found.code if found else "")
