"""Numbers by their types: whether one fits, how it is written, and the next one that the clinic allots."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import connection
from django.db.models.expressions import BaseExpression
from django.utils.translation import gettext as _

from osler.clinic.patients.check_digits import SIGNS, check_fits, check_of
from osler.clinic.patients.errors import CheckDigitWrong, NumbersExhausted, NumberUnfit
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import IdentifierType, Patient, PatientIdentifier
from osler.clinic.patients.shapes import Shape, read_shape
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.directory.models import Location
from osler.kernel.errors import Refusal


def number_charts(patients: Iterable[Patient]) -> None:
    """An MRN for each who has none yet, in one statement: the FHIR text names it before the first write."""
    without = [one for one in patients if isinstance(one.mrn, BaseExpression) or not one.mrn]
    if without:
        with connection.cursor() as cursor:
            cursor.execute("SELECT patients_next_mrn() FROM generate_series(1, %s)", [len(without)])
            for one, (mrn,) in zip(without, cursor.fetchall(), strict=True):
                one.mrn = mrn


def types_of(systems: Iterable[str], *, actor: Actor) -> dict[str, IdentifierType]:
    """The types that are in use, by the systems of their numbers."""
    rows = scoped(IdentifierType, actor).filter(active=True, system__in=set(systems))
    return {one.system: one for one in rows}


def fitted(numbers: Iterable[Identifier], *, actor: Actor) -> list[tuple[Identifier, IdentifierType | None]]:
    """Each number as it is written by its type, which stands beside it; refused with NumberUnfit or
    CheckDigitWrong. Numbers of systems without a type are as they are."""
    given = [one for one in numbers if one.value.strip()]
    kinds = types_of((one.system for one in given), actor=actor) if given else {}
    return [(_fitted(one, kinds), kinds.get(one.system)) for one in given]


def _fitted(number: Identifier, kinds: Mapping[str, IdentifierType]) -> Identifier:
    kind = kinds.get(number.system)
    if kind is None:
        return replace(number, value=number.value.strip())
    value = written(kind, number.value)
    return replace(number, value=value, type_code=kind.type_code or number.type_code)


def written(kind: IdentifierType, number: str) -> str:
    """A number as its type writes it: in capitals, with the signs that stand between."""
    text = number.strip().upper()
    if kind.shape:
        shape = read_shape(kind.shape)
        text = text if shape.fits(text) else _with_its_signs(shape, text)
        if not shape.fits(text):
            words = _("This does not look like a number of “%(type)s”: it must be %(format)s.")
            raise NumberUnfit(words % {"type": kind.told_name, "format": shape.words}, system=kind.system)
    if not check_fits(kind.check_digit, text):
        words = _("This is not a number of “%(type)s”: its check digit is wrong. Please compare each digit.")
        raise CheckDigitWrong(words % {"type": kind.told_name}, system=kind.system)
    return text


def _with_its_signs(shape: Shape, text: str) -> str:
    """The letters and digits of a text in the places of a shape that has one place for each."""
    signs = [sign for sign in text if sign.isalnum()]
    made = ""
    for piece in shape.places or ():
        if not piece.kind and not piece.signs.isalnum():
            made += piece.signs
        elif signs:
            made += signs.pop(0)
    return made if not signs else text


def unfit(rows: Iterable[Mapping[str, object]], *, patient: str = "patient_id") -> dict[int, str]:
    """Of rows that machines bring, those that their types refuse: their places in the list, and why."""
    listed = list(rows)
    kinds = {one.system: one for one in IdentifierType.objects.filter(active=True)} if listed else {}
    found: dict[int, str] = {}
    seen: set[tuple[object, object]] = set()
    single = {system for system, kind in kinds.items() if kind.is_single}
    have = PatientIdentifier.objects.filter(
        system__in=single, patient_id__in=[row[patient] for row in listed if row["system"] in single]
    )
    held = set(have.values_list("patient_id", "system")) if single else set()
    for place, row in enumerate(listed):
        kind = kinds.get(str(row["system"]))
        if kind is None:
            continue
        pair = (row[patient], row["system"])
        if kind.is_single and pair in held | seen:
            found[place] = "the patient has a number of this type already"
        elif not fits(kind, str(row["value"])):
            found[place] = "the number does not fit its type"
        else:
            seen.add(pair)
    return found


def fits(kind: IdentifierType, number: str) -> bool:
    """Whether a number stands exactly as its type writes it."""
    try:
        return written(kind, number) == number
    except Refusal:
        return False


def allotted_types(*, site: Location | None, actor: Actor) -> list[IdentifierType]:
    """The types of which whoever registers at a site gets a number: the clinic's, and the site's own."""
    rows = scoped(IdentifierType, actor).filter(active=True, is_allotted=True).order_by("system")
    return [one for one in rows if one.location_id is None or (site and one.location_id == site.id)]


def next_number(kind: IdentifierType) -> Identifier:
    """The next number of a type that the clinic allots."""
    return next_numbers(kind, 1)[0]


def next_numbers(kind: IdentifierType, count: int) -> list[Identifier]:
    """The next numbers of a type that the clinic allots. Whoever takes some holds the others up until his
    transaction ends: none is given twice, and none is lost with what fails."""
    found: list[Identifier] = []
    while (missing := count - len(found)) > 0:
        with connection.cursor() as cursor:
            cursor.execute("SELECT patients_next_number(%s) FROM generate_series(1, %s)", [kind.id, missing])
            values = [numbered(kind, counted) for (counted,) in cursor.fetchall()]
        rows = PatientIdentifier.objects.filter(system=kind.system, value__in=values)
        taken = set(rows.values_list("value", flat=True))
        found += [Identifier(kind.system, value, kind.type_code) for value in values if value not in taken]
    return found


def numbered(kind: IdentifierType, count: int) -> str:
    """The number of a type that a count makes: its digits in the places of `#`, the check digit last."""
    places = read_shape(kind.shape).places or ()
    free = [at for at, piece in enumerate(places) if piece.kind]
    checks = SIGNS[kind.check_digit]
    digits = str(count).rjust(len(free) - checks, "0")
    if len(digits) > len(free) - checks:
        raise NumbersExhausted(
            _("All numbers of “%(type)s” are taken. The administrator gives it a longer format.")
            % {"type": kind.told_name},
            system=kind.system,
        )
    signs = [piece.signs if not piece.kind else "" for piece in places]
    for at, digit in zip(free, digits, strict=False):
        signs[at] = digit
    if checks:
        for at, sign in zip(free[-checks:], check_of(kind.check_digit, "".join(signs)), strict=True):
            signs[at] = sign
    return "".join(signs)
