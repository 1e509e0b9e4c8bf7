"""A row of a file as a person, or the reason why not: which column, and what is wrong with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from osler.clinic.patients.candidates import Person
from osler.clinic.patients.errors import NumberRefused
from osler.clinic.patients.identifiers import NONE, Identifier, numbers_of
from osler.clinic.patients.importing.columns import NUMBER, Column
from osler.clinic.patients.importing.mapping import Mapping
from osler.clinic.patients.importing.values import (
    Unclear,
    birth_date_of,
    born_at_age,
    gender_of,
    language_of,
    marital_of,
    names_of,
    plain_number,
    relationship_of,
    yes_of,
)
from osler.clinic.patients.models import IdentifierType, Patient, PatientIdentifier, RelatedPerson
from osler.clinic.patients.national import is_protected
from osler.clinic.patients.numbering import written
from osler.foundation.audit.writing import made
from osler.foundation.sheets.sheet import Row
from osler.foundation.ui.dates import Around
from osler.foundation.vault.sealing import blind_index
from osler.kernel import clock
from osler.kernel.names import fold

MRN = "urn:osler:mrn"
SSN = Identifier("http://hl7.org/fhir/sid/us-ssn", "", "SS")
PLAIN = (
    "given",
    "family",
    "suffix",
    "name_used",
    "gender_identity",
    "pronouns",
    "phone",
    "email",
    "line",
    "city",
    "state",
    "postal_code",
)
_FEWEST_DIGITS = 7


@dataclass(slots=True)
class Arriving:
    """A row on its way: the person it names, and what is found out about it."""

    number: int
    person: Person
    identifiers: list[Identifier] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    """System and value of each number that came with the row, as they are stored."""
    contact: RelatedPerson | None = None
    reason: str = ""
    place: int | None = None
    notes: list[str] = field(default_factory=list)
    fate: str = ""
    made_id: UUID | None = None
    like_id: UUID | None = None
    like_number: int | None = None
    likeness: Any = None

    @property
    def patient(self) -> Patient:
        return self.person.patient


class Cleaning:
    """Reads rows by a mapping, for one organization."""

    def __init__(
        self,
        mapping: Mapping,
        header: list[str],
        organization: UUID,
        kinds: Iterable[IdentifierType] = (),
    ) -> None:
        self.mapping, self.organization, self.width = mapping, organization, len(header)
        self.kinds = {name: kind for kind in kinds for name in _names_of(kind)}
        self.places = {column.field: place for place, column in mapping.columns.items()}
        self.columns = sorted((place, column) for place, column in mapping.columns.items())
        self.numbered = [
            (place, *self._kind_of(column))
            for place, column in self.columns
            if column.field in (NUMBER, "ssn")
        ]
        self.today = clock.today()

    def _kind_of(self, column: Column) -> tuple[Identifier, IdentifierType | None]:
        one = number_of(column.issuer) if column.field == NUMBER else SSN
        return one, self.kinds.get(fold(column.issuer)) or self.kinds.get(one.system)

    def read(self, rows: Iterable[Row]) -> list[Arriving]:
        """The person of each row, or the row with a reason."""
        self.today = clock.today()
        return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Arriving:
        arriving = Arriving(row.number, _nobody())
        try:
            self._fill(arriving, row.cells)
        except _Refused as refused:
            arriving.reason, arriving.place = refused.reason, self.places.get(refused.field)
            if refused.place is not None:
                arriving.place = refused.place
        return arriving

    def _fill(self, arriving: Arriving, cells: list[str]) -> None:
        if len(cells) > self.width and any(cells[self.width :]):
            raise _Refused("too-wide", place=self.width)
        given = [(place, column) for place, column in self.columns if place < len(cells) and cells[place]]
        said = {column.field: " ".join(cells[place].split()) for place, column in given}
        values: dict[str, Any] = {name: said[name] for name in PLAIN if said.get(name)}
        self._name(said, values)
        for name, read in _READ.items():
            if said.get(name):
                try:
                    read(self, said[name], values, arriving)
                except Unclear as unclear:
                    raise _Refused(str(unclear), name) from None
        if "line" in values and said.get("line_2"):
            values["line"] = f"{values['line']}, {said['line_2']}"
        _require_short(values)
        if not values.get("email"):
            values["contact_by"] = Patient.ContactBy.PHONE
        patient = made(Patient, **values)
        numbers = NONE
        if found := self._numbers(cells):
            arriving.identifiers = found
            arriving.numbers = [(one.system, stored_value(one, self.organization)) for one in found]
            numbers = numbers_of(found, organization=self.organization)
        arriving.person = Person(patient, numbers)
        arriving.contact = _contact(said, patient)

    def _name(self, said: dict[str, str], values: dict[str, Any]) -> None:
        if said.get("full_name") and not (said.get("given") or said.get("family")):
            values["given"], values["family"] = names_of(said["full_name"])
        for name, more in (("given", "middle"), ("family", "second_family")):
            if said.get(more):
                values[name] = " ".join(filter(None, (values.get(name), said[more])))
        if not (values.get("given") or values.get("family")):
            named = (name for name in ("family", "full_name", "given") if name in self.places)
            raise _Refused("name-missing", next(named))

    def _numbers(self, cells: list[str]) -> list[Identifier]:
        found = []
        for place, one, kind in self.numbered:
            if place < len(cells) and (value := plain_number(cells[place].strip())):
                if len(value) > 200:
                    raise _Refused("too-long", place=place)
                untyped = Identifier(one.system, value, one.type_code)
                found.append(_typed(kind, value, place) if kind else untyped)
        return found


@lru_cache(maxsize=1)
def _nobody() -> Person:
    """Whom a row names that cannot be read."""
    return Person(Patient())


class _Refused(Exception):
    """A row that says something that cannot be."""

    def __init__(self, reason: str, field: str = "", *, place: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.place = reason, field, place


def _names_of(kind: IdentifierType) -> set[str]:
    """By what a column may name a kind of number: its system, or what the clinic calls it."""
    return {kind.system, fold(kind.name), fold(kind.name_es)} - {""}


def _typed(kind: IdentifierType, value: str, place: int) -> Identifier:
    """A number of a kind that the clinic knows, as it is written; the row is refused if it does not fit."""
    try:
        return Identifier(kind.system, written(kind, value), kind.type_code)
    except NumberRefused:
        raise _Refused("number-unfit", place=place) from None


def number_of(issuer: str) -> Identifier:
    """A number that another system gives, as the desk would note it; its value is left open."""
    return Identifier(f"{MRN}:{fold(issuer).replace(' ', '-')}"[:200], "", "MR")


def _birth_date(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    found = birth_date_of(text, cleaning.mapping.dates, cleaning.today)
    if found is not None:
        values["birth_date"], values["birth_date_estimated"] = found, isinstance(found, Around)


def _age(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    if "birth_date" not in values:
        values["birth_date"], values["birth_date_estimated"] = born_at_age(text), True
        arriving.notes.append("age-estimated")


def _gender(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    values["gender"] = gender_of(text, cleaning.mapping.genders)


def _phone(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    number = plain_number(text)
    if sum(letter.isdecimal() for letter in number) < _FEWEST_DIGITS:
        raise Unclear("phone-unreadable")
    values["phone"] = number


def _email(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    values["email"] = text.lower()
    if not _is_email(values["email"]):
        raise Unclear("email-unreadable")


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    """Where ZIP codes begin with a zero."""
    words = "ct ma me nh nj ri vt pr vi connecticut massachusetts maine vermont"
    return frozenset([*words.split(), "new hampshire", "new jersey", "rhode island", "puerto rico"])


def _postal_code(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    code = plain_number(text)
    if code.isdecimal() and len(code) in (3, 4) and fold(values.get("state", "")) in _states():
        code = code.zfill(5)
        arriving.notes.append("zip-padded")
    values["postal_code"] = code


def _language(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    values["language"] = language_of(text)


def _interpreter(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    values["needs_interpreter"] = yes_of(text)


def _marital(cleaning: Cleaning, text: str, values: dict[str, Any], arriving: Arriving) -> None:
    values["marital_status"] = marital_of(text)


_READ: dict[str, Callable[[Cleaning, str, dict[str, Any], Arriving], None]] = {
    "birth_date": _birth_date,
    "age": _age,
    "gender": _gender,
    "phone": _phone,
    "email": _email,
    "postal_code": _postal_code,
    "language": _language,
    "needs_interpreter": _interpreter,
    "marital_status": _marital,
}


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    fields = {one.name: one for one in Patient._meta.concrete_fields}
    return {name: fields[name].max_length or 0 for name in PLAIN}


def _require_short(values: dict[str, Any]) -> None:
    for name, most in _longest().items():
        if name in values and len(values[name]) > most:
            raise _Refused("too-long", name)


def _contact(said: dict[str, str], patient: Patient) -> RelatedPerson | None:
    name = said.get("contact_name", "")
    if not name:
        return None
    phone = plain_number(said.get("contact_phone", ""))
    for column, value, most in (("contact_name", name, 300), ("contact_phone", phone, 40)):
        if len(value) > most:
            raise _Refused("too-long", column)
    return RelatedPerson(
        patient=patient,
        name=name,
        phone=phone,
        relationship=relationship_of(said.get("contact_relationship", "")),
        is_emergency_contact=True,
    )


def stored_value(one: Identifier, organization: UUID) -> str:
    """What a number is looked for by, once it is stored."""
    if is_protected(one.system, [one.type_code]):
        return blind_index(one.value, organization=organization, column=PatientIdentifier.VALUES)
    return one.value
