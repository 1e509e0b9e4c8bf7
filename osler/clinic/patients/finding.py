"""One box that finds patients: names in any order, birth date in any format, MRN, phone.

Only `=`, `>=` and `<` on search tokens are asked of the database, which keep their index under
row-level security (PROMISES D2); each statement reads one narrow range.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from osler.clinic.patients.asked import Asked, Number, read_query
from osler.clinic.patients.models import Patient, PatientIdentifier, SearchToken
from osler.clinic.patients.names_asked import Fit, begins, fit_of, longest_begun, name_stages, sounding_like
from osler.clinic.patients.nearly import is_near, ranges_of, wider
from osler.clinic.patients.places import read_key, read_place, write_place
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.vault.sealing import blind_index
from osler.kernel.errors import Invalid

MOST_CANDIDATES = 400
MOST_SIMILAR = 80
MOST_WIDER = 40
MOST_LOOKED = 800
ENOUGH = 5
NEVER = date.max

Tokens = QuerySet[SearchToken]


@dataclass(frozen=True)
class Found:
    """Patients found, best first; `similar` are those whose names only sound like it; `after`
    is where the next page begins, or empty."""

    patients: list[Patient]
    similar: frozenset[UUID] = frozenset()
    after: str = ""

    def __iter__(self) -> Iterator[Patient]:
        return iter(self.patients)

    def __len__(self) -> int:
        return len(self.patients)


def find_patients(query: str, *, actor: Actor, limit: int = 20, after: str = "") -> Found:
    """Patients whom a query may mean; `after` continues where an earlier page ended."""
    asked = read_query(query)
    place = read_place(after, length=3) if after else []
    tokens = scoped(SearchToken, actor)
    if asked.numbers or asked.birth_dates or (asked.birth_years and not asked.words):
        return _found_by_number(tokens, asked, actor=actor, limit=limit, place=place)
    if asked.words:
        return _found_by_name(tokens, asked, actor=actor, limit=limit, place=place)
    return Found([])


def patients_with_number(code: str, *, actor: Actor) -> list[Patient]:
    """Those who have exactly this number, as it stands on a wristband, a label or a card; two at most."""
    plain = code.strip().lower()
    if not plain or actor.organization_id is None:
        return []
    blind = blind_index(plain, organization=actor.organization_id, column=PatientIdentifier.VALUES)
    ids = _patients_in(scoped(SearchToken, actor), [Q(kind="i", token=one) for one in (plain, blind)], 2)
    return list(scoped(Patient, actor).filter(id__in=ids).defer("resource").order_by("id")[:2])


def _found_by_number(tokens: Tokens, asked: Asked, *, actor: Actor, limit: int, place: list[str]) -> Found:
    """Numbers and dates mean few people: these are looked at one by one."""
    ranges = [
        *(_ranges_of_number(number, actor) for number in asked.numbers),
        *map(_ranges_of_dates, asked.birth_dates),
        *map(_ranges_of_year, asked.birth_years),
    ]
    ids = set.intersection(*(_patients_in(tokens, one) for one in ranges))
    fits = [
        (one, fit)
        for one in scoped(Patient, actor).defer("resource").filter(id__in=ids)
        if (fit := fit_of(one, asked.words)) is not Fit.NONE
    ]
    if not fits and not place:
        near = _near(tokens, asked, actor=actor)[:limit]
        return Found(near, frozenset(one.id for one in near))
    people = sorted(fits, key=lambda pair: _order(*pair))
    if place:
        people = [pair for pair in people if _order(*pair) > tuple(place)]
    shown = people[:limit]
    return Found(
        [one for one, _fit in shown],
        frozenset(one.id for one, fit in shown if fit is Fit.SOUND),
        write_place(*_order(*shown[-1])) if len(people) > limit else "",
    )


def _near(tokens: Tokens, asked: Asked, *, actor: Actor) -> list[Patient]:
    """People who fit but for a slip in a date or a phone number."""
    people = _people_in(tokens, ranges_of(asked), MOST_SIMILAR, actor=actor)
    return sorted(
        (one for one in people if is_near(one, asked)), key=lambda one: (one.list_name.casefold(), one.id)
    )


def _order(patient: Patient, fit: Fit) -> tuple[str, str, str]:
    return (str(fit.value), patient.list_name.casefold(), str(patient.id))


def _found_by_name(tokens: Tokens, asked: Asked, *, actor: Actor, limit: int, place: list[str]) -> Found:
    """First whose two names begin exactly so, then whose names begin so, then whose sound so."""
    stages = name_stages(tokens, asked.words)
    first, token, key = (_stage(place[0], stages), place[1], place[2]) if place else (0, "", "")
    rows: list[tuple[int, str, UUID]] = []
    for number, stage in enumerate(stages[first:], start=first):
        stage = _born_in(stage, tokens, asked.birth_years)
        if key and number == first:
            stage = stage.filter(Q(token__gt=token) | Q(token=token, patient_id__gt=read_key(key)))
        for earlier in stages[:number]:
            stage = stage.exclude(patient_id__in=earlier.values("patient_id"))
        if number and len(asked.words) > 1:
            stage = stage.filter(_window(tokens, asked.words, place if number == first else []))
        wanted = stage.order_by("token", "patient_id").values_list("token", "patient_id")
        rows += [(number, *row) for row in wanted[: limit + 1 - len(rows)]]
        if len(rows) > limit:
            break
    patients = _by_place(rows[:limit], actor=actor)
    if len(rows) > limit:
        return Found(patients, after=write_place(*rows[limit - 1]))
    similar = _similar(tokens, asked, actor=actor) if len(patients) < ENOUGH else []
    similar = [one for one in similar if one not in patients]
    return Found(patients + similar, frozenset(one.id for one in similar))


def _window(tokens: Tokens, words: list[str], place: list[str]) -> Q:
    """As far as is looked for two names that both only begin so: in a large clinic thousands begin like
    one of them, and hardly any like both."""
    begun = tokens.filter(longest_begun(words))
    if place:
        begun = begun.filter(Q(token__gt=place[1]) | Q(token=place[1], patient_id__gt=read_key(place[2])))
    ends = begun.order_by("token", "patient_id").values_list("token", "patient_id")
    end = next(iter(ends[MOST_LOOKED : MOST_LOOKED + 1]), None)
    return Q(token__lt=end[0]) | Q(token=end[0], patient_id__lt=end[1]) if end else Q()


def _stage(text: str, stages: list[Tokens]) -> int:
    if text not in {str(number) for number in range(len(stages))}:
        raise Invalid
    return int(text)


def _by_place(rows: list[tuple[int, str, UUID]], *, actor: Actor) -> list[Patient]:
    """The patients of the rows, each once; those found by the same word stand by name."""
    place = {patient_id: (stage, token) for stage, token, patient_id in reversed(rows)}
    people = scoped(Patient, actor).defer("resource").filter(id__in=place)
    return sorted(people, key=lambda one: (*place[one.id], one.list_name.casefold(), one.birth_date or NEVER))


def _similar(tokens: Tokens, asked: Asked, *, actor: Actor) -> list[Patient]:
    """People whose names sound like the words, when few fit better; then those who have one of them."""
    for ranges, most in ((sounding_like(asked.words), MOST_SIMILAR), (wider(asked.words), MOST_WIDER)):
        people = _people_in(tokens, ranges, most, actor=actor)
        near = [
            one
            for one in people
            if fit_of(one, asked.words) is Fit.SOUND and _is_born_in(one, asked.birth_years)
        ]
        if near:
            return sorted(near, key=lambda one: (one.list_name.casefold(), one.id))
    return []


def _is_born_in(patient: Patient, years: list[int]) -> bool:
    return not years or (patient.birth_date is not None and patient.birth_date.year in years)


def _people_in(tokens: Tokens, ranges: list[Q], most: int, *, actor: Actor) -> list[Patient]:
    ids = set[UUID]().union(*(_patients_in(tokens, [one], most) for one in ranges))
    return list(scoped(Patient, actor).defer("resource").filter(id__in=ids)) if ids else []


def _patients_in(tokens: Tokens, ranges: list[Q], most: int = MOST_CANDIDATES) -> set[UUID]:
    """The patients with a token in any of some ranges, each read by itself along the index."""
    each = [tokens.filter(one).order_by("token", "patient_id").values_list("patient_id") for one in ranges]
    first, *more = (one[:most] for one in each)
    return {row[0] for row in (first.union(*more, all=True) if more else first)}


def _born_in(stage: Tokens, tokens: Tokens, years: list[int]) -> Tokens:
    for year in years:
        born = tokens.filter(_year(year)).values("patient_id")
        stage = stage.filter(patient_id__in=born)
    return stage


def _year(year: int) -> Q:
    return Q(kind="b", token__gte=str(year), token__lt=str(year + 1))


def _ranges_of_year(year: int) -> list[Q]:
    return [_year(year), begins("i", str(year))]


def _ranges_of_dates(days: frozenset[date]) -> list[Q]:
    return [Q(kind="b", token=f"{day:%Y%m%d}") for day in sorted(days)]


def _ranges_of_number(number: Number, actor: Actor) -> list[Q]:
    whole = Q(kind="i", token=number.text)
    ranges = [begins("i", number.text) if len(number.text) > 3 else whole]
    if number.digits:
        ranges.append(Q(kind="p", token=number.digits[-10:]))
    if number.digits and number.digits != number.text:
        ranges.append(Q(kind="i", token=number.digits))
    if actor.organization_id is not None:  # a number that is sealed is found whole or not at all
        blind = blind_index(number.text, organization=actor.organization_id, column=PatientIdentifier.VALUES)
        ranges.append(Q(kind="i", token=blind))
    return ranges
