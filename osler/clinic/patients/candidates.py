"""Who may be meant: patients that share a search token with somebody, few for each token.

The database is asked for `=` on tokens only, which keep their index under row-level security
(PROMISES D2). Each token is a narrow range of its own, so that a common name cannot crowd out the
neighbor with the same birth date. What is empty or a placeholder finds nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from django.db import connection

from osler.clinic.patients.identifiers import NONE, Numbers
from osler.clinic.patients.likeness import swapped
from osler.clinic.patients.models import Patient, SearchToken
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.placeholders import (
    real_birth_date,
    real_email,
    real_line,
    real_names,
    real_phone,
    real_postal_code,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

MOST_FOR_TOKEN = 80
_HOUSE = re.compile(r"(?:^| )([0-9]+)(?: |$)")
_STREET = re.compile(r"(?:^| )([0-9]*[a-z][0-9a-z]{2,})")

_SHARING = """
WITH asked AS MATERIALIZED (
    SELECT number, kind, CASE WHEN kind <> 't' THEN one
        ELSE least(dmetaphone(one), dmetaphone(other)) || ' ' || greatest(dmetaphone(one), dmetaphone(other))
        END AS token
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS asked(number, kind, one, other)
)
SELECT DISTINCT asked.number, found.patient_id FROM asked CROSS JOIN LATERAL (
    SELECT t.patient_id FROM patients_searchtoken t
    WHERE t.organization_id = %s AND t.kind = asked.kind AND t.token = asked.token LIMIT %s
) AS found
"""


@dataclass(frozen=True)
class Person:
    """Somebody as far as known: a patient, stored or only typed, and the numbers."""

    patient: Patient
    numbers: Numbers = NONE


def candidates(people: Sequence[Person], *, actor: Actor) -> list[set[UUID]]:
    """For each person the patients who share a token: one statement for all."""
    decide(actor, "read", SearchToken)
    asked = [(number, *probe) for number, person in enumerate(people) for probe in probes(person)]
    found: list[set[UUID]] = [set() for _ in people]
    if asked and actor.organization_id is not None:
        columns = [list(column) for column in zip(*asked, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_SHARING, [*columns, actor.organization_id, MOST_FOR_TOKEN])
            for number, patient_id in cursor.fetchall():
                found[number].add(patient_id)
    for number, person in enumerate(people):
        found[number].discard(person.patient.id)
    return found


def probes(person: Person) -> Iterator[tuple[str, str, str]]:
    """The tokens by which a duplicate would be found: kind, word, and the second word of a sound."""
    patient = person.patient
    birth_date = real_birth_date(patient.birth_date, is_estimated=patient.birth_date_estimated)
    for day in (birth_date, birth_date and swapped(birth_date)):
        if day:
            yield "b", f"{day:%Y%m%d}", ""
    if phone := real_phone(patient.phone):
        yield "p", phone, ""
    if email := real_email(patient.email):
        yield "e", email, ""
    for form in sorted(person.numbers.forms):
        yield "i", form, ""
    for key in address_keys(patient.line, patient.postal_code):
        yield "a", key, ""
    given, family = real_names(patient.given, patient.family)
    if given and family:
        called = sorted({other for word in given for other in (word, *other_names(word))})
        for one, other in product(called, family):
            yield "w", f"{one} {other}", ""
        yield "t", given[0], family[-1]


def address_keys(line: str, postal_code: str) -> list[str]:
    """House number, and postal code, each with the beginning of the street: as the tokens have them."""
    street = _STREET.search(real_line(line))
    if street is None:
        return []
    house, place = _HOUSE.search(real_line(line)), real_postal_code(postal_code)
    return [f"{one} {street[1][:4]}" for one in (house and house[1], place) if one]
