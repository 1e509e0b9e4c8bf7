"""Patient and its identifiers."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import IdentifierType, OwnValue, Patient, PatientIdentifier
from osler.clinic.patients.national import is_protected
from osler.clinic.patients.numbering import number_charts
from osler.clinic.patients.queries import ids_of
from osler.clinic.patients.registration import amend_patient, register_patient
from osler.interop.fhir.concepts import FixedConcept
from osler.interop.fhir.conditions import Condition, Number, either
from osler.interop.fhir.elements import (
    Code,
    Day,
    Element,
    Json,
    Link,
    Switch,
    Values,
    instant_of,
    instant_text,
    put,
)
from osler.interop.fhir.parameters import Instant, Text, Token
from osler.interop.fhir.people import Address, Name, NameUsed, Telecom
from osler.interop.fhir.representing import body_of
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Columns, Resource
from osler.interop.fhir.wishes import Wish
from osler.kernel.coding import V2_IDENTIFIER_TYPE
from osler.kernel.names import fold

MRN_SYSTEM = "urn:osler:mrn"
OWN_FIELD = "urn:osler:own-field:"
NOT_SAME = "urn:osler:not-same-as"
OTHER_PATIENT = Link("", "", "Patient")
MARITAL_STATUS = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
LANGUAGES = "urn:ietf:bcp:47"


class Deceased(Element):
    """The instant of death; `deceasedBoolean` true alone has none."""

    columns = ("deceased_at",)

    def read(self, resource: Json) -> Values:
        return (instant_of(resource.get("deceasedDateTime")),)

    def write(self, resource: Json, values: Values) -> None:
        put(resource, "deceasedBoolean", None)
        put(resource, "deceasedDateTime", instant_text(values[0]))


class SpokenLanguage(Element):
    """The preferred language, by its primary subtag."""

    columns = ("language",)

    def read(self, resource: Json) -> Values:
        spoken = resource.get("communication") or ()
        first: Any = next((each for each in spoken if each.get("preferred")), spoken[0] if spoken else {})
        coding: Json = next(iter((first.get("language") or {}).get("coding") or ()), {})
        code = coding.get("code")
        return (self.fit(0, code.partition("-")[0] if isinstance(code, str) else "") or "en",)

    def write(self, resource: Json, values: Values) -> None:
        language = {"coding": [{"system": LANGUAGES, "code": values[0]}]}
        put(resource, "communication", [{"language": language, "preferred": True}] if values[0] else [])


class Identifiers:
    """Numbers that other systems gave the patient; ours, the MRN, stands first in resources of ours, and
    what the clinic has a type for stands in every one."""

    model: type[models.Model] = PatientIdentifier

    def rows(self, resource: Json, row_id: UUID, patient_id: UUID | None) -> list[Columns]:
        found: dict[tuple[str, str], Columns] = {}
        for identifier in resource.get("identifier") or ():
            system, value = identifier.get("system") or "", identifier.get("value") or ""
            if not value or len(system) > 200 or len(value) > 200 or system == MRN_SYSTEM:
                continue
            kinds = [each.get("code") or "" for each in (identifier.get("type") or {}).get("coding") or ()]
            # Of several, the one that says that it is to be sealed.
            code = next((each for each in kinds if is_protected("", [each])), "".join(kinds[:1]))
            row: Columns = {"patient_id": row_id, "system": system, "value": value}
            found.setdefault((system, value), {**row, "type_code": code[:20]})
        return list(found.values())

    def write(self, resource: Json, row: Any) -> None:
        said = resource.get("identifier") or [mrn_of(row)]
        known = {(one.get("system"), one.get("value")) for one in said}
        more = [number_of(*one) for one in typed_numbers(row)]
        resource["identifier"] = [*said, *(one for one in more if (one["system"], one["value"]) not in known)]


class OwnFields(Element):
    """What the clinic's own fields say, as extensions; written alone: others know nothing of them."""

    def values(self, row: Any) -> Values:
        if row._state.adding:
            said = list((row.noted_own or {}).items())
        else:
            rows = OwnValue.objects.filter(patient_id=row.pk, is_current=True).select_related("field")
            said = [(one.field.key, one.value) for one in rows.order_by("field__key")]
        return tuple(_own_extension(key, value) for key, value in said)

    def read(self, resource: Json) -> Values:
        return tuple(one for one in resource.get("extension") or () if _is_own(one))

    def write(self, resource: Json, values: Values) -> None:
        others = [one for one in resource.get("extension") or () if not _is_own(one)]
        put(resource, "extension", [*others, *values])


def _is_own(extension: Any) -> bool:
    return isinstance(extension, dict) and str(extension.get("url", "")).startswith(OWN_FIELD)


def _own_extension(key: str, said: Any) -> Json:
    match said:
        case bool():
            return {"url": OWN_FIELD + key, "valueBoolean": said}
        case Decimal():
            return {"url": OWN_FIELD + key, "valueDecimal": said.normalize()}
        case date():
            return {"url": OWN_FIELD + key, "valueDate": said.isoformat()}
    return {"url": OWN_FIELD + key, "valueString": said}


class Merged(Element):
    """That the chart was merged, or has taken others in: the links both ways (R4 Patient.link), and what
    the person was called and numbered there. Parting the charts restores the text from before."""

    def values(self, row: Any) -> Values:
        if row.replaced_by_id is not None:
            return (("link", linked(row.replaced_by_id, "replaced-by")),)
        if row._state.adding:
            return ()
        others = list(Patient.objects.filter(id__in=ids_of(row.pk)).exclude(id=row.pk).defer("resource"))
        names = [("name", {"use": "old", "text": name}) for name in row.former_names if others]
        numbers = [("identifier", mrn_of(other, use="old")) for other in others]
        direct = [other for other in others if other.replaced_by_id == row.pk]
        return (*[("link", linked(other.pk, "replaces")) for other in direct], *numbers, *names)

    def read(self, resource: Json) -> Values:
        return ()

    def write(self, resource: Json, values: Values) -> None:
        for name, part in values:
            said = resource.get(name) or []
            resource[name] = said if part in said else [*said, part]


def linked(patient_id: UUID, kind: str) -> Json:
    """A link to another chart of the same person."""
    return {"other": {"reference": f"Patient/{patient_id}"}, "type": kind}


def mrn_of(row: Any, *, use: str = "usual") -> Json:
    """Our own number of a patient."""
    kind = {"coding": [{"system": V2_IDENTIFIER_TYPE, "code": "MR"}], "text": "Medical record number"}
    return {"use": use, "type": kind, "system": MRN_SYSTEM, "value": row.mrn}


def typed_numbers(row: Any) -> list[tuple[str, IdentifierType, bool]]:
    """The numbers for which the clinic has a type, as they are: number, type, whether it is an old one."""
    if row._state.adding:
        return [(number, kind, False) for number, kind in row.noted]
    kinds = {kind.system: kind for kind in IdentifierType.objects.all()}
    if not kinds:
        return []
    rows = list(PatientIdentifier.objects.filter(patient_id=row.pk, system__in=kinds).order_by("id"))
    sole = {each.system for each in rows if each.is_sole}
    return [(each.number, kinds[each.system], each.system in sole and not each.is_sole) for each in rows]


def number_of(number: str, kind: IdentifierType, is_old: bool) -> Json:
    """A number with its system and type."""
    coding = [{"system": V2_IDENTIFIER_TYPE, "code": kind.type_code}] if kind.type_code else []
    said = {"coding": coding, "text": kind.name} if coding else {"text": kind.name}
    return {"use": "old" if is_old else "usual", "type": said, "system": kind.system, "value": number}


class PatientName(Text):
    """Any part of any name, by the tokens that the patient search of the pages uses as well."""

    def matched(self, resource_type: str, value: str, modifier: str) -> Condition:
        words = fold(value).split()
        if not words or modifier:
            return super().matched(resource_type, value, modifier)
        found = (
            "t.id IN (SELECT k.patient_id FROM patients_searchtoken k WHERE k.organization_id ="
            " (SELECT nullif(current_setting('app.org', true), '')::uuid)"
            " AND k.kind = 'n' AND k.token >= %s AND k.token < %s)"
        )
        tests = [Condition(found, (word, word + "~")) for word in words]
        if self.columns:
            begins = [
                Condition(f"' ' || patients_fold(t.{name}) LIKE %s", (f"% {words[0]}%",))
                for name in self.columns
            ]
            tests.append(either(begins))
        together = " AND ".join(each.sql for each in tests)
        known = Condition(together, tuple(value for each in tests for value in each.values))
        return either([known, self.stored(resource_type, "patients_fold(v.code) LIKE %s", fold(value) + "%")])


class PatientIdentifierToken(Token):
    """Any identifier of the patient, the MRN among them."""

    def one(self, resource_type: str, value: str) -> Condition:
        system, bar, code = value.rpartition("|")
        tests = (["n.value = ANY(%s)"] if code else []) + (["n.system = %s"] if bar else [])
        given = ([Number(code, PatientIdentifier.VALUES)] if code else []) + ([system] if bar else [])
        numbers = f"SELECT n.patient_id FROM patients_patientidentifier n WHERE {' AND '.join(tests)}"
        found = [Condition(f"t.id IN ({numbers})", tuple(given))]
        if code and (not bar or system == MRN_SYSTEM):
            found.append(Condition("t.mrn = %s", (code,)))
            merged = "SELECT patients_survivor(m.id) FROM patients_patient m WHERE m.mrn = %s"
            found.append(Condition(f"t.id IN ({merged})", (code,)))
        return either([*found, super().one(resource_type, value)])


def patient_from_fhir(wish: Wish) -> None:
    """Register; likely duplicates refuse it until the resource names them as other people."""
    references = wish.extensions(NOT_SAME, "valueReference")
    seen = {found for each in references if (found := OTHER_PATIENT.target(each)) is not None}
    numbers = Identifiers().rows(wish.body, wish.row.id, wish.row.id)
    identifiers = [Identifier(each["system"], each["value"], each["type_code"]) for each in numbers]
    register_patient(wish.row, identifiers=identifiers, seen=seen, actor=wish.actor)


def patient_amended(wish: Wish) -> None:
    """Amend what the columns hold; the rest is text."""
    wish.row.resource = body_of(wish.body, wish.row.pk)
    amend_patient(wish.row, changes=wish.columns, version=None, actor=wish.actor)


class PatientResource(Resource):
    type, model = "Patient", Patient
    patient = "id"
    required = ()
    profiles = (f"{chart.US_CORE}patient",)
    elements = (
        Switch("active", "active", default=True),
        Name("given", "family", "suffix"),
        NameUsed("name_used"),
        Day("birthDate", "birth_date", "birth_date_estimated"),
        Code("gender", "gender", default="unknown"),
        Deceased(),
        FixedConcept("maritalStatus", "marital_status", MARITAL_STATUS),
        SpokenLanguage(),
        Telecom("phone", "phone"),
        Telecom("email", "email"),
        Address(),
        OwnFields(),
        Merged(),
    )
    parts = (Identifiers(),)
    search = (
        PatientIdentifierToken("identifier"),
        PatientName("name"),
        PatientName("family", "family", paths=["name.family"]),
        PatientName("given", "given", paths=["name.given"]),
        Instant("birthdate", "birth_date", paths=["birthDate"], day=True),
        Token("gender", "gender", "*"),
        Instant("death-date", "deceased_at", paths=["deceasedDateTime"]),
        Token("active", paths=["active"]),
        Text("address", "line", "city", "state", "postal_code"),
        Text("address-city", "city", paths=["address.city"]),
        Text("address-state", "state", paths=["address.state"]),
        Text("address-postalcode", "postal_code", paths=["address.postalCode"]),
        Token("phone", "phone", paths=["telecom"]),
    )
    writes: ClassVar = {"create": ("register",), "update": ("amend",)}
    create, update = patient_from_fhir, patient_amended
    places: ClassVar = {"birth_date": "birthDate", "family": "name", "identifier": "identifier"}

    @classmethod
    def prepare(cls, row: Any) -> None:
        """The database allots the MRN; the text names it, so it is asked for before the first write."""
        number_charts([row])
