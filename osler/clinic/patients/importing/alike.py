"""Whom the people of a batch resemble: in the clinic, and in earlier rows of the same file.

The scorer is that of the desk (`likeness_of`), and so is who is found (`probes`). What makes it quick for
many: one statement finds the candidates of a whole batch and leaves those behind who cannot be likely.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from osler.clinic.patients.candidates import MOST_FOR_TOKEN, Person, probes
from osler.clinic.patients.identifiers import NONE, Numbers
from osler.clinic.patients.matching import (
    LEAST_WEIGHT,
    Likeness,
    Strength,
    likeness_of,
    numbers_of_patients,
)
from osler.clinic.patients.models import Patient
from osler.clinic.patients.placeholders import real_birth_date
from osler.clinic.patients.weights import HOUSEHOLD, PRIOR, Weights
from osler.foundation.access.actors import Actor

COMPARED = (
    "id",
    "organization_id",
    "mrn",
    "given",
    "family",
    "suffix",
    "name_used",
    "birth_date",
    "birth_date_estimated",
    "gender",
    "phone",
    "email",
    "line",
    "city",
    "postal_code",
)
"""In the order of the model's fields, as `from_db` takes them."""
# Births that are the same, swapped, or differ in a digit or a part share the year or the day of the month:
# all others are "different", and their people are asked for only where that leaves them a chance.
_FOUND = """
WITH asked AS MATERIALIZED (
    SELECT number, kind, CASE WHEN kind <> 't' THEN one
        ELSE least(dmetaphone(one), dmetaphone(other)) || ' ' || greatest(dmetaphone(one), dmetaphone(other))
        END AS token
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS asked(number, kind, one, other)
), born AS MATERIALIZED (
    SELECT * FROM unnest(%s::int[], %s::int[], %s::int[]) AS born(number, year, day)
), found AS MATERIALIZED (
    SELECT asked.number, sharing.patient_id, bool_or(asked.kind = 'i') AS is_number
    FROM asked CROSS JOIN LATERAL (
        SELECT t.patient_id FROM patients_searchtoken t
        WHERE t.organization_id = %s AND t.kind = asked.kind AND t.token = asked.token LIMIT %s
    ) AS sharing GROUP BY 1, 2
)
SELECT found.number, found.is_number, {columns}
FROM found JOIN born USING (number) JOIN patients_patient p ON p.id = found.patient_id
WHERE %s OR found.is_number OR born.year IS NULL OR p.birth_date IS NULL OR p.birth_date_estimated
   OR p.birth_date < '1901-01-02'
   OR extract(year FROM p.birth_date) = born.year OR extract(day FROM p.birth_date) = born.day
"""


def most_without_birth(weights: Weights) -> float:
    """What a pair of different birth dates, without a number in common, weighs at most."""
    best: dict[str, float] = defaultdict(float)
    for level, weight in weights.items():
        field, _dot, _way = level.partition(".")
        if level != PRIOR and field not in ("birth_date", "number"):
            best[field] = max(best[field], weight)
    household = max((best.pop(field, 0.0) for field in HOUSEHOLD), default=0.0)
    swapped = best.pop("names", 0.0)
    names = max(best.pop("given", 0.0) + best.pop("family", 0.0), swapped)
    different = weights.get("birth_date.different", 0.0)
    return weights[PRIOR] + different + names + household + sum(best.values())


@dataclass(frozen=True, slots=True)
class Probed:
    """Somebody of a row, with what he is looked for by."""

    number: int
    person: Person
    probes: tuple[tuple[str, str, str], ...]
    birth: date | None

    @classmethod
    def of(cls, number: int, person: Person) -> "Probed":
        """Look at a person once."""
        patient = person.patient
        birth = real_birth_date(patient.birth_date, is_estimated=patient.birth_date_estimated)
        if person.numbers.for_life:  # one that differs by a slip makes up for births that differ
            birth = None
        return cls(number, person, tuple(probes(person)), birth)

    def can_be(self, other: "Probed") -> bool:
        """Whether births, as far as they are known, or a number leave two a chance (see `_FOUND`)."""
        mine, theirs = self.birth, other.birth
        if mine is None or theirs is None or mine.year == theirs.year or mine.day == theirs.day:
            return True
        return bool(self.person.numbers.forms & other.person.numbers.forms)


def alike_in_clinic(people: Sequence[Probed], *, weights: Weights, actor: Actor) -> list[Likeness | None]:
    """For each person the likeliest patient, if one is likely at all."""
    rows = _candidates(people, weights=weights, actor=actor)
    numbers = _numbers_wanted(people, rows, actor)
    found: list[Likeness | None] = [None] * len(people)
    for place, is_number, patient in rows:
        person = people[place].person
        known = numbers.get(patient.id, NONE) if is_number or person.numbers.for_life else NONE
        likeness = likeness_of(person, Person(patient, known), weights=weights)
        found[place] = likelier(found[place], likeness)
    return found


def likelier(one: Likeness | None, other: Likeness) -> Likeness | None:
    """The likelier of two, as long as it is likely."""
    if other.weight < LEAST_WEIGHT[Strength.LIKELY]:
        return one
    return other if one is None or other.weight > one.weight else one


def _candidates(
    people: Sequence[Probed], *, weights: Weights, actor: Actor
) -> list[tuple[int, bool, Patient]]:
    asked = [(place, *probe) for place, one in enumerate(people) for probe in one.probes]
    if not asked:
        return []
    born = [
        (place, one.birth and one.birth.year, one.birth and one.birth.day) for place, one in enumerate(people)
    ]
    columns = ", ".join(f"p.{name}" for name in COMPARED)
    arrays = [list(column) for table in (asked, born) for column in zip(*table, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND.format(columns=columns),
            [*arrays, actor.organization_id, MOST_FOR_TOKEN, can_differ(weights)],
        )
        rows = cursor.fetchall()
    made: dict[UUID, Patient] = {}
    for _place, _is_number, *values in rows:
        if values[0] not in made:
            made[values[0]] = Patient.from_db("default", COMPARED, values)
    return [(place, is_number, made[values[0]]) for place, is_number, *values in rows]


def can_differ(weights: Weights) -> bool:
    """Whether two of different birth dates can be likely at all without a number in common."""
    return most_without_birth(weights) >= LEAST_WEIGHT[Strength.LIKELY]


def _numbers_wanted(
    people: Sequence[Probed], rows: Sequence[tuple[int, bool, Patient]], actor: Actor
) -> Mapping[UUID, Numbers]:
    wanted = {one.id for place, is_number, one in rows if is_number or people[place].person.numbers.for_life}
    return numbers_of_patients(wanted, actor=actor) if wanted else {}


class Sounds(dict[str, str]):
    """How words sound; the database computes it as in the search tokens, each word once."""

    def hear(self, people: Sequence[Probed]) -> None:
        """Learn how the names of some people sound."""
        pairs = [pair for one in people for kind, *pair in one.probes if kind == "t"]
        words = {word for pair in pairs for word in pair if word not in self}
        if words:
            with connection.cursor() as cursor:
                cursor.execute("SELECT word, dmetaphone(word) FROM unnest(%s::text[]) AS word", [list(words)])
                self.update(cursor.fetchall())


class Index:
    """People of earlier rows, by the same tokens as patients."""

    def __init__(self, weights: Weights, sounds: Sounds) -> None:
        self.weights, self.sounds, self.can_differ = weights, sounds, can_differ(weights)
        self.by_token: dict[tuple[str, str], list[Probed]] = {}

    def add(self, one: Probed) -> None:
        """A row that later ones are compared with."""
        for token in self._tokens(one):
            held = self.by_token.setdefault(token, [])
            if len(held) < MOST_FOR_TOKEN:
                held.append(one)

    def likeliest(self, one: Probed) -> tuple[int, Likeness] | None:
        """The earlier row that is likeliest the same person, if one is likely."""
        tried: set[int] = set()
        best: tuple[int, Likeness] | None = None
        for token in self._tokens(one):
            for earlier in self.by_token.get(token, ()):
                if earlier.number in tried:
                    continue
                tried.add(earlier.number)
                if self.can_differ or one.can_be(earlier):
                    likeness = likeness_of(one.person, earlier.person, weights=self.weights)
                    if likelier(best[1] if best else None, likeness) is likeness:
                        best = earlier.number, likeness
        return best

    def _tokens(self, one: Probed) -> Iterator[tuple[str, str]]:
        """As the probes; a pair of words, and one of sounds, is found in either order."""
        for kind, first, second in one.probes:
            if kind == "t":
                sounds = sorted((self.sounds.get(first, ""), self.sounds.get(second, "")))
                if all(sounds):
                    yield kind, " ".join(sounds)
            elif kind == "w":
                yield kind, " ".join(sorted(first.split(" ", 1)))
            else:
                yield kind, first


def told(likeness: Likeness) -> tuple[int, bool, str]:
    """What is kept of a likeness: percent, whether it is almost certain, its levels."""
    levels = " ".join(one.level for one in likeness.levels)[:400]
    return likeness.percent, likeness.strength == Strength.ALMOST_CERTAIN, levels
