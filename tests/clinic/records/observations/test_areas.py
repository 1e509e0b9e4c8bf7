"""Results by area."""

from osler.clinic.records.observations.areas import AREAS, area_of, in_areas
from osler.clinic.records.observations.trends import Line
from osler.foundation.terminology.laboratory import find_test


def line(code, name=""):
    return Line(code=code, name=name, full_name=name, category="laboratory", readings=())


def test_every_area_names_tests_of_the_catalogue():
    assert [name for area in AREAS for name in area.tests if find_test(name) is None] == []


def test_a_measurement_stands_in_its_area_whatever_code_the_sender_used():
    names = {code: str(area_of(line(code)).name) for code in ("6690-2", "6298-4", "2093-3", "1742-6")}

    assert names == {
        "6690-2": "Blood count",
        "6298-4": "Metabolism and kidneys",
        "2093-3": "Lipids",
        "1742-6": "Liver",
    }


def test_what_the_catalogue_has_not_is_placed_by_its_name_or_last():
    lines = [
        line("", "Something else"),
        line("32207-3", "Platelet distribution width"),
        line("6298-4", "Potassium"),
    ]

    found = [(str(name), [each.name for each in those]) for name, those in in_areas(lines)]

    assert found == [
        ("Blood count", ["Platelet distribution width"]),
        ("Metabolism and kidneys", ["Potassium"]),
        ("Other tests", ["Something else"]),
    ]
