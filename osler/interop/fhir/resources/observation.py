"""Observation and its components."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from osler.clinic.patients.models import Patient
from osler.clinic.records.encounters.visit import note_triage, require_open
from osler.clinic.records.models import DiagnosticReport, Encounter, Observation, ObservationComponent
from osler.clinic.records.observations.intake import in_own_unit
from osler.clinic.records.observations.vitals import ask_about_weight
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, may
from osler.foundation.terminology.vital_signs import find_vital_sign, vital_signs
from osler.interop.fhir.concepts import Concept, FixedConcept, codings_of
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, put
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Columns, Resource
from osler.interop.fhir.wishes import Wish, refuse
from osler.kernel import clock
from osler.kernel.coding import INTERPRETATION, LOINC, OBSERVATION_CATEGORY, UCUM
from osler.kernel.errors import Denied

CONFIRMED = "urn:osler:confirmed"
SMALLEST, LARGEST = Decimal("0.000001"), Decimal(10) ** 14


def column_decimal(number: Any) -> Decimal | None:
    """A number as numeric(20, 6) holds it, or nothing if it cannot."""
    if number is None:
        return None
    value = Decimal(number) if not isinstance(number, float) else Decimal(repr(number))
    if abs(value) >= LARGEST:
        return None
    return value.quantize(SMALLEST, rounding=ROUND_HALF_EVEN)


def plain(number: Decimal) -> Decimal:
    """A number of ours without the zeros that the column adds."""
    value = number.normalize()
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else value


class Value(Element):
    """`value[x]`: a quantity with its unit, or words for everything else."""

    columns = ("value", "unit", "value_text")

    def read(self, resource: Json) -> Values:
        quantity = resource.get("valueQuantity")
        if quantity is not None:
            number = column_decimal(quantity.get("value"))
            unit = quantity.get("unit") or quantity.get("code") or ""
            words = "" if number is not None else str(quantity.get("value", ""))
            return number, self.fit(1, unit, cut=True), words
        return None, "", self.words(resource)

    def words(self, resource: Json) -> str:
        for name, value in resource.items():
            if not name.startswith("value"):
                continue
            if isinstance(value, str):
                return value
            if name == "valueCodeableConcept":
                first: Json = next(iter(codings_of(value)), {})
                return value.get("text") or first.get("display") or first.get("code") or ""
            if isinstance(value, bool):
                return "true" if value else "false"
            return self.range_words(value) if isinstance(value, dict) else str(value)
        return ""

    def range_words(self, value: Json) -> str:
        ends = [value.get(name) for name in ("low", "high", "numerator", "denominator", "start", "end")]
        texts = [str(end.get("value", "")) if isinstance(end, dict) else end for end in ends if end]
        return " - ".join(text for text in texts if text)

    def write(self, resource: Json, values: Values) -> None:
        number, unit, words = values
        comparator = (resource.get("valueQuantity") or {}).get("comparator")
        for name in [name for name in resource if name.lstrip("_").startswith("value")]:
            del resource[name]
        if number is not None:
            quantity: Json = {"value": plain(number), "comparator": comparator, "unit": unit}
            coded = {"system": UCUM, "code": unit} if unit else {}
            resource["valueQuantity"] = {
                k: v for k, v in {**quantity, **coded}.items() if v not in (None, "")
            }
            resource.pop("dataAbsentReason", None)
        elif words:
            resource["valueString"] = words
            resource.pop("dataAbsentReason", None)


class ReferenceRange(Element):
    """The first range that the value is judged by."""

    columns = ("range_low", "range_high")

    def read(self, resource: Json) -> Values:
        first: Json = next(iter(resource.get("referenceRange") or ()), {})
        ends = ((first.get(name) or {}).get("value") for name in ("low", "high"))
        low, high = (column_decimal(end) for end in ends)
        return low, high

    def write(self, resource: Json, values: Values) -> None:
        ends = zip(("low", "high"), values, strict=True)
        unit = (resource.get("valueQuantity") or {}).get("unit")
        made = {
            name: {"value": plain(end), **({"unit": unit} if unit else {})}
            for name, end in ends
            if end is not None
        }
        rest = (resource.get("referenceRange") or [])[1:]
        put(resource, "referenceRange", [made, *rest] if made else rest)


MEASURED = (
    Value(),
    FixedConcept("interpretation[]", "interpretation", INTERPRETATION, any_system=True),
    ReferenceRange(),
)


class Components:
    """Parts of an observation, such as systolic and diastolic pressure."""

    model: type[models.Model] = ObservationComponent

    def __init__(self) -> None:
        self.elements = (
            Value(),
            FixedConcept("interpretation[]", "interpretation", INTERPRETATION, any_system=True),
            ReferenceRange(),
        )
        for element in self.elements:
            element.bind(ObservationComponent)

    def rows(self, resource: Json, row_id: UUID, patient_id: UUID | None) -> list[Columns]:
        return [
            {
                "observation_id": row_id,
                "patient_id": patient_id,
                "position": position,
                **self.columns_of(component),
            }
            for position, component in enumerate(resource.get("component") or ())
        ]

    def columns_of(self, component: Json) -> Columns:
        concept = component.get("code") or {}
        first: Json = next(iter(codings_of(concept)), {})
        columns: Columns = {
            "code": (first.get("code") or "")[:100],
            "display": (concept.get("text") or first.get("display") or "")[:500],
        }
        for element in self.elements:
            columns.update(zip(element.columns, element.read(component), strict=True))
        return columns

    def write(self, resource: Json, row: Any) -> None:
        """Components of ours are given as `pending_components` before the observation is first saved."""
        pending = getattr(row, "pending_components", None)
        if pending is None:
            pending = [] if row._state.adding else row.components.order_by("position")
        old = resource.get("component") or []
        made = [self.component(old[i] if i < len(old) else {}, part) for i, part in enumerate(pending)]
        if made:
            resource["component"] = made + old[len(made) :]

    def component(self, old: Json, part: Any) -> Json:
        coding = {"system": LOINC, "code": part.code, "display": part.display}
        made = old or {
            "code": {"coding": [{k: v for k, v in coding.items() if v}], "text": part.display or part.code}
        }
        for element in self.elements:
            values = element.values(part)
            if not old or element.read(old) != values:
                element.write(made, values)
        return made


def weigh_measurement(wish: Wish) -> None:
    """Refuse a value for a visit that is over, one that no living body has, and a laboratory's own
    before its report; the first vital signs make an arrived patient a triaged one."""
    columns, actor, visit, stored = wish.columns, wish.actor, wish.visit, wish.row
    if stored is not None and stored.report_id is not None:
        decide(actor, "amend", DiagnosticReport)
        return
    if not may(actor, "record", Observation):
        if columns["category"] != "laboratory":
            raise Denied
        if wish.report_id is None and columns["status"] not in ("registered", "preliminary"):
            refuse("a laboratory's value is preliminary until its report is final", "status")
        return
    if columns["category"] == "vital-signs":
        weigh_vital_sign(wish)
    if visit is not None and (stored is None or stored.encounter_id != visit.id):
        require_open(visit)
        if columns["category"] == "vital-signs" and visit.status == Encounter.Status.ARRIVED:
            note_triage(Encounter.objects.get(id=visit.id))


def weigh_vital_sign(wish: Wish) -> None:
    """Refuse a vital sign without its unit, one that cannot be, and a weight far from the last."""
    parts = [wish.body, *(wish.body.get("component") or ())]
    for part in parts:
        quantity = part.get("valueQuantity") or {}
        codes = [coding.get("code", "") for coding in codings_of(part.get("code"))]
        sign = next(filter(None, map(find_vital_sign, codes)), None)
        value = column_decimal(quantity.get("value"))
        if sign is None or value is None:
            continue
        measured = in_own_unit(sign, value, quantity.get("code") or quantity.get("unit") or "")
        if sign.key == "weight" and not wish.extension(CONFIRMED, "valueBoolean"):
            patient = Patient.objects.get(id=wish.columns["patient_id"])
            at = wish.columns["effective_at"] or clock.now()
            ask_about_weight(patient, measured, at=at, actor=wish.actor)


class ObservationResource(Resource):
    type, model = "Observation", Observation
    profiles = (f"{chart.US_CORE}observation-lab", f"{chart.US_CORE}vital-signs")
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        FixedConcept("category[]", "category", OBSERVATION_CATEGORY, any_system=True),
        Concept("code"),
        Moment("effective_at", "effectiveDateTime", "effectivePeriod.start", "effectiveInstant"),
        Moment("issued_at", "issued"),
        Link("performer[]", "performer", "Practitioner"),
        *MEASURED,
    )
    parts = (Components(),)
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        Token("category", "category", OBSERVATION_CATEGORY),
        chart.code_parameter(),
        Instant("date", "effective_at", paths=["effective"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("record",), "update": ("record",)}
    weigh = weigh_measurement
    places: ClassVar = dict.fromkeys(vital_signs(), "valueQuantity")

    @classmethod
    def permits(cls, actor: Actor, interaction: str) -> bool:
        """Clinicians record; the laboratory brings the values of its reports."""
        right = "enter" if interaction == "create" else "amend"
        return super().permits(actor, interaction) or may(actor, right, DiagnosticReport)
