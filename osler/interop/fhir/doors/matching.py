"""Patient/$match: who of those registered may be the person of a resource, and how sure one may be.

The same look-up and the same weights as at the desk; the grades are those of FHIR R4's
match-grade. Nobody is returned who is not at least possible: `certainly-not` is never said.
"""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.matching import Likeness, Strength, likely_duplicates
from osler.clinic.patients.models import Patient
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.interop.fhir.doors.chain import BASE, body_of_request, json_response
from osler.interop.fhir.doors.including import texts_by_id
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.placing import judged
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.resources.patient import Identifiers
from osler.interop.fhir.tables import TABLES

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
GRADES = {
    Strength.ALMOST_CERTAIN: "certain",
    Strength.LIKELY: "probable",
    Strength.POSSIBLE: "possible",
}
USUAL_COUNT, MOST = 10, 50


class Asked(NamedTuple):
    """The parameters of the operation."""

    resource: dict[str, Any]
    only_certain: bool
    most: int


def match(request: HttpRequest, caller: Caller) -> HttpResponse:
    """POST [base]/Patient/$match with Parameters: a searchset Bundle, the likeliest first."""
    caller.need("Patient", "s")
    asked = asked_in(judged(body_of_request(request), "Parameters"))
    with acting(caller.actor, request_id=caller.request_id):
        found = matches(asked, caller)
        record_access(Patient, patients=[one.patient.id for one in found], detail="FHIR $match")
    texts = texts_by_id(caller, "Patient", [one.patient.id for one in found])
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    entries = [
        entry_text(one, texts[f"Patient/{one.patient.id}"], base)
        for one in found
        if f"Patient/{one.patient.id}" in texts
    ]
    link = write_text([{"relation": "self", "url": f"{base}/Patient/$match"}])
    listed = f',"entry":[{",".join(entries)}]' if entries else ""
    total = len(entries)
    return json_response(
        f'{{"resourceType":"Bundle","type":"searchset","total":{total},"link":{link}{listed}}}'
    )


def asked_in(parameters: dict[str, Any]) -> Asked:
    """What is asked for, or 400 with the place of what is wrong."""
    given = {one["name"]: one for one in parameters.get("parameter") or ()}
    resource = given.get("resource", {}).get("resource")
    if not isinstance(resource, dict) or resource.get("resourceType") != "Patient":
        words = "name the person as a parameter “resource” that holds a Patient"
        raise Trouble(400, words, path="Parameters.parameter", code="required")
    only_certain = given.get("onlyCertainMatches", {"valueBoolean": False}).get("valueBoolean")
    count = given.get("count", {"valueInteger": USUAL_COUNT}).get("valueInteger")
    if not isinstance(only_certain, bool) or not isinstance(count, int) or count < 1:
        words = "“onlyCertainMatches” is a valueBoolean and “count” a valueInteger from 1 on"
        raise Trouble(400, words, path="Parameters.parameter", code="value")
    return Asked(resource, only_certain, min(count, MOST))


def matches(asked: Asked, caller: Caller) -> list[Likeness]:
    """The likeliest patients. Of certain ones alone, the only one: two cannot both be certain."""
    person = Patient(**TABLES["Patient"].columns_of(asked.resource))
    rows = Identifiers().rows(asked.resource, person.id, person.id)
    numbers = [Identifier(each["system"], each["value"], each["type_code"]) for each in rows]
    found = likely_duplicates(person, numbers=numbers, limit=asked.most, actor=caller.actor)
    if not asked.only_certain:
        return found
    certain = [one for one in found if one.strength == Strength.ALMOST_CERTAIN]
    return certain if len(certain) == 1 else []


def entry_text(one: Likeness, text: str, base: str) -> str:
    """An entry: the stored text, its score and its grade."""
    grade = {"url": GRADE, "valueCode": GRADES[one.strength]}
    search = write_text({"extension": [grade], "mode": "match", "score": score_of(one)})
    return f'{{"fullUrl":"{base}/Patient/{one.patient.id}","resource":{text},"search":{search}}}'


def score_of(one: Likeness) -> float:
    """The chance that both are one person; what leaves a doubt never scores as a certainty."""
    highest = 1.0 if one.strength == Strength.ALMOST_CERTAIN else 0.99
    return min(highest, round(1 / (1 + 2**-one.weight), 4))
