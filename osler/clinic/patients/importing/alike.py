"""Whom the people of a batch resemble: in the clinic, and in earlier rows of the same file.

The scorer is that of the desk (`likeness_of`), and so is who is found (`probes`). What makes it quick for
many: one statement finds the candidates of a whole batch and leaves those behind who cannot be likely.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from osler.clinic.patients.candidates import MOST_FOR_TOKEN, Person, Probe
from osler.clinic.patients.identifiers import NONE, Numbers
from osler.clinic.patients.matching import (
    LEAST_WEIGHT,
    Likeness,
    Strength,
    likeness_of,
    numbers_of_patients,
)
from osler.clinic.patients.models import Patient
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
# Births that are the same, swapped, or differ in a digit or a part are alike as `can_be_alike` has it: all
# others are "different", and their people are asked for only where that leaves them a chance. Each patient is
# read once, however many of the batch share a token with him.
_FOUND = """
WITH sharing AS MATERIALIZED (
    SELECT born.place, asked.kind = 'i' AS is_number, found.patient_id, born.year, born.month, born.day
    FROM ROWS FROM (json_array_elements_text(%s), json_array_elements_text(%s), json_array_elements_text(%s))
        AS asked(place, kind, token)
    JOIN unnest(%s::int[], %s::int[], %s::int[], %s::int[]) AS born(place, year, month, day)
        ON born.place = asked.place::int
    CROSS JOIN LATERAL (
        SELECT t.patient_id FROM patients_searchtoken t
        WHERE t.organization_id = %s AND t.kind = asked.kind AND t.token = asked.token LIMIT %s
    ) AS found
), known AS MATERIALIZED (
    SELECT id, birth_date IS NULL OR birth_date_estimated OR birth_date < '1901-01-02' AS is_open,
           extract(year FROM birth_date)::int AS year, extract(month FROM birth_date)::int AS month,
           extract(day FROM birth_date)::int AS day
    FROM patients_patient WHERE id IN (SELECT patient_id FROM sharing)
), likely AS MATERIALIZED (
    SELECT s.place, s.patient_id, bool_or(s.is_number) AS is_number
    FROM sharing s JOIN known k ON k.id = s.patient_id
    WHERE %s OR s.is_number OR s.year IS NULL OR k.is_open
       OR s.year = k.year AND (s.month = k.month OR s.day %% 10 = k.day %% 10
                               OR s.month = k.day AND s.day = k.month)
       OR s.day = k.day AND s.month %% 10 = k.month %% 10
    GROUP BY 1, 2
)
SELECT likely.place, likely.is_number, {columns}
FROM likely JOIN patients_patient p ON p.id = likely.patient_id
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


def can_be_alike(one: date, other: date) -> bool:
    """Whether two births may be the same, swapped, or differ in a digit or a part; surely so if they are."""
    if one.year == other.year:
        is_swapped = (one.month, one.day) == (other.day, other.month)
        return one.month == other.month or one.day % 10 == other.day % 10 or is_swapped
    return one.day == other.day and one.month % 10 == other.month % 10


@dataclass(frozen=True, slots=True)
class Probed:
    """Somebody of a row, with the tokens that find whom he resembles; a pair of words in one order."""

    number: int
    person: Person
    tokens: tuple[tuple[str, str], ...]
    birth: date | None

    def can_be(self, other: "Probed") -> bool:
        """Whether births, as far as they are known, or a number leave two a chance (see `_FOUND`)."""
        if self.birth is None or other.birth is None or can_be_alike(self.birth, other.birth):
            return True
        return bool(self.person.numbers.forms & other.person.numbers.forms)


class Sounds(dict[str, str]):
    """How words sound; the database computes it as in the search tokens, each word once."""

    def probed(self, people: Sequence[tuple[int, Person, Sequence[Probe]]]) -> list[Probed]:
        """The people of some rows, each with the number of the row and what finds whom he resembles."""
        said = (probe for _number, _person, looked_for in people for probe in looked_for)
        self._hear(word for kind, *pair in said if kind == "t" for word in pair)
        return [
            Probed(number, person, self._tokens(looked_for), _birth_of(person))
            for number, person, looked_for in people
        ]

    def _hear(self, words: Iterable[str]) -> None:
        if new := {word for word in words if word not in self}:
            with connection.cursor() as cursor:
                cursor.execute("SELECT word, dmetaphone(word) FROM unnest(%s::text[]) AS word", [list(new)])
                self.update(cursor.fetchall())

    def _tokens(self, looked_for: Iterable[Probe]) -> tuple[tuple[str, str], ...]:
        found = []
        for kind, first, second in looked_for:
            token = first
            if kind == "t":
                one, other = self[first], self[second]
                if not (one and other):
                    continue
                token = f"{one} {other}" if one < other else f"{other} {one}"
            elif kind == "w":
                one, _blank, other = first.partition(" ")
                token = first if one < other else f"{other} {one}"
            found.append((kind, token))
        return tuple(found)


def _birth_of(person: Person) -> date | None:
    """The birth that another one must resemble; a number for life that differs by a slip makes up for any."""
    return None if person.numbers.for_life else person.traits.birth_date


def alike_in_clinic(people: Sequence[Probed], *, weights: Weights, actor: Actor) -> list[Likeness | None]:
    """For each person the likeliest patient, if one is likely at all."""
    rows = _candidates(people, weights=weights, actor=actor)
    numbers = _numbers_wanted(people, rows, actor)
    others = {one.id: Person(one, numbers.get(one.id, NONE)) for _place, _is_number, one in rows}
    found: list[Likeness | None] = [None] * len(people)
    for place, _is_number, patient in rows:
        likeness = likeness_of(people[place].person, others[patient.id], weights=weights)
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
    asked = [(place, kind, token) for place, one in enumerate(people) for kind, token in one.tokens]
    if not asked:
        return []
    columns = ", ".join(f"p.{name}" for name in COMPARED)
    # As JSON: the driver takes longer to write an array of thousands than the database to read it.
    said = [json.dumps(column) for column in zip(*asked, strict=True)]
    births = [one.birth for one in people]
    born = [[birth and getattr(birth, part) for birth in births] for part in ("year", "month", "day")]
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND.format(columns=columns),
            [*said, [*range(len(people))], *born, actor.organization_id, MOST_FOR_TOKEN, can_differ(weights)],
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


class Index:
    """People of earlier rows, by the same tokens as patients."""

    def __init__(self, weights: Weights) -> None:
        self.weights, self.can_differ = weights, can_differ(weights)
        self.by_token: dict[tuple[str, str], list[Probed]] = {}

    def add(self, one: Probed) -> None:
        """A row that later ones are compared with."""
        for token in one.tokens:
            held = self.by_token.setdefault(token, [])
            if len(held) < MOST_FOR_TOKEN:
                held.append(one)

    def likeliest(self, one: Probed) -> tuple[int, Likeness] | None:
        """The earlier row that is likeliest the same person, if one is likely."""
        tried: set[int] = set()
        best: tuple[int, Likeness] | None = None
        for token in one.tokens:
            for earlier in self.by_token.get(token, ()):
                if earlier.number in tried:
                    continue
                tried.add(earlier.number)
                if self.can_differ or one.can_be(earlier):
                    likeness = likeness_of(one.person, earlier.person, weights=self.weights)
                    if likelier(best[1] if best else None, likeness) is likeness:
                        best = earlier.number, likeness
        return best


def told(likeness: Likeness) -> tuple[int, bool, str]:
    """What is kept of a likeness: percent, whether it is almost certain, its levels."""
    levels = " ".join(likeness.levels)[:400]
    return likeness.percent, likeness.strength == Strength.ALMOST_CERTAIN, levels
