"""Results sorted into the areas that a clinician thinks in: blood count, lipids, liver."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.observations.trends import Line
from osler.foundation.terminology.laboratory import find_analyte, find_test


@dataclass(frozen=True)
class Area:
    """A part of the laboratory: the catalogue's tests in it, and the first words of what it has not."""

    name: str | Promise
    tests: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


AREAS = (
    Area(
        _("Blood count"),
        ("Complete blood count with differential",),
        ("platelet", "erythrocyte", "leukocyte"),
    ),
    Area(_("Liver"), ("Liver panel",), ("globulin",)),
    Area(_("Lipids"), ("Lipid panel",), ("low density", "high density")),
    Area(
        _("Metabolism and kidneys"), ("Kidney panel", "Basic metabolic panel", "Hemoglobin A1c", "Uric acid")
    ),
    Area(_("Coagulation"), ("Prothrombin time with INR", "Partial thromboplastin time", "D-dimer")),
    Area(_("Urine"), ("Urinalysis", "Albumin to creatinine ratio, urine")),
)
OTHER = _("Other tests")


@cache
def _by_analyte() -> dict[str, Area]:
    found: dict[str, Area] = {}
    for area in AREAS:
        for name in area.tests:
            test = find_test(name)
            for analyte in test.analytes if test else ():
                found.setdefault(analyte.code, area)
    return found


def area_of(line: Line) -> Area | None:
    """The area of a measurement; None where it stands in none."""
    analyte = find_analyte(line.code)
    if analyte is not None:
        return _by_analyte().get(analyte.code)
    name = line.name.lower()
    return next((area for area in AREAS if name.startswith(area.words or "\0")), None)


def in_areas(lines: Iterable[Line]) -> list[tuple[str | Promise, Sequence[Line]]]:
    """The lines area by area, in the order in which they come; what stands in no area comes last."""
    sorted_in: dict[Area | None, list[Line]] = {area: [] for area in (*AREAS, None)}
    for line in lines:
        sorted_in[area_of(line)].append(line)
    return [(area.name if area else OTHER, those) for area, those in sorted_in.items() if those]
