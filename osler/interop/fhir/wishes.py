"""What a caller of the FHIR door wants done with a resource whose type has deeds."""

from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from osler.clinic.records.errors import OtherPatient
from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.interop.fhir.elements import Json
from osler.interop.fhir.representing import body_of
from osler.kernel.constraints import refusals
from osler.kernel.errors import Invalid


class AgainstRule(Invalid):
    """What the resource asks for is no step that the clinic has."""

    code = "business-rule"


class Wanting(Invalid):
    """The deed needs something that R4 leaves open."""

    code = "required"


@dataclass
class Wish:
    """A create or an update: who asks, what the resource says, and the row.

    For a create `row` is a draft, unsaved, that says what the resource says; for an update it is the
    stored row, locked, as it was. A type without deeds is only weighed: a new one has no row yet.
    """

    actor: Actor
    body: Json
    columns: dict[str, Any]
    row: Any = None
    visit: Encounter | None = None
    """The encounter that a weighed row names: its id, patient and status."""
    report_id: UUID | None = None
    """The report, of the same Bundle, that a weighed row is a value of."""

    def changes(self, *columns: str) -> bool:
        """Whether the resource says otherwise than the stored row."""
        return any(self.columns[name] != getattr(self.row, name) for name in columns)

    def keep(self, element: str, *columns: str) -> None:
        """Refuse to rewrite what an entry is about."""
        if self.changes(*columns):
            refuse("this is never rewritten: end this entry and make a new one", element)

    def fill(self, *besides: str) -> Any:
        """The stored row, saying what the resource says, except what a deed will say; unsaved."""
        for name, value in self.columns.items():
            if name not in besides:
                setattr(self.row, name, value)
        self.row.resource = body_of(self.body, self.row.pk)
        return self.row

    def write(self) -> None:
        """Store the row as the resource has it: a change without consequences."""
        row = self.fill()
        with refusals():
            row.save(force_insert=row._state.adding)

    @property
    def encounter(self) -> Encounter:
        """The visit that the resource must name."""
        if self.row.encounter_id is None:
            raise Wanting("is made in a visit: name the encounter", field="encounter")
        visit = self.any_encounter
        assert visit is not None
        return visit

    @property
    def any_encounter(self) -> Encounter | None:
        """The visit that the resource names, if it names one; it must be the patient's."""
        visit: Encounter | None = self.row.encounter
        if visit is not None and visit.patient_id != self.row.patient_id:
            raise OtherPatient(field="encounter")
        return visit

    def words_of(self, name: str) -> str:
        """A CodeableConcept in words."""
        concept = self.body.get(name) or {}
        shown = (coding.get("display") for coding in concept.get("coding") or ())
        return str(concept.get("text") or next((words for words in shown if words), ""))

    def extension(self, url: str, kind: str) -> Any:
        """The value of an extension of ours."""
        return next(iter(self.extensions(url, kind)), None)

    def extensions(self, url: str, kind: str) -> list[Any]:
        """The values of all extensions of one url."""
        found = self.body.get("extension") or ()
        return [each[kind] for each in found if each.get("url") == url and kind in each]


def refuse(words: str, element: str) -> NoReturn:
    """Say that this is no step that the clinic has."""
    raise AgainstRule(words, field=element)
