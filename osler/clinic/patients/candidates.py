"""Who may be meant: patients that share a search token with somebody, few for each token.

The database is asked for `=` on tokens only, which keep their index under row-level security
(PROMISES D2). Each token is a narrow range of its own, so that a common name cannot crowd out the
neighbor with the same birth date. What is empty or a placeholder finds nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from uuid import UUID

from django.db import connection

from osler.clinic.patients.identifiers import NONE, Numbers
from osler.clinic.patients.likeness import Traits, swapped
from osler.clinic.patients.models import Patient, SearchToken
from osler.clinic.patients.nicknames import other_names
from osler.clinic.patients.placeholders import real_line, real_postal_code
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

MOST_FOR_TOKEN = 80
Probe = tuple[str, str, str]
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

    @cached_property
    def traits(self) -> Traits:
        """What is compared."""
        return Traits.of(self.patient)


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


def probes(person: Person) -> Iterator[Probe]:
    """The tokens by which a duplicate would be found: kind, word, and the second word of a sound."""
    traits = person.traits
    for day in (traits.birth_date, traits.birth_date and swapped(traits.birth_date)):
        if day:
            yield "b", f"{day:%Y%m%d}", ""
    if traits.phone:
        yield "p", traits.phone, ""
    if traits.email:
        yield "e", traits.email, ""
    for form in sorted(person.numbers.forms):
        yield "i", form, ""
    for key in address_keys(person.patient.line, person.patient.postal_code):
        yield "a", key, ""
    if traits.given and traits.family:
        called = sorted({other for word in traits.given for other in (word, *other_names(word))})
        for one, other in product(called, traits.family):
            yield "w", f"{one} {other}", ""
        yield "t", traits.given[0], traits.family[-1]


def address_keys(line: str, postal_code: str) -> list[str]:
    """House number, and postal code, each with the beginning of the street: as the tokens have them."""
    folded = real_line(line)
    street = _STREET.search(folded)
    if street is None:
        return []
    house, place = _HOUSE.search(folded), real_postal_code(postal_code)
    return [f"{one} {street[1][:4]}" for one in (house and house[1], place) if one]
