"""Numbers of two people beside each other."""

import pytest

from osler.clinic.patients.identifiers import Identifier, compare_numbers, numbers_of, stored_numbers
from osler.clinic.patients.models import PatientIdentifier
from osler.clinic.patients.registration import add_identifier
from osler.kernel.keys import uuid7

HERE = uuid7()


def typed(*given: tuple[str, str, str]):
    return numbers_of([Identifier(*one) for one in given], organization=HERE)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        pytest.param(("urn:a", "D-123", ""), ("urn:b", "d123", ""), "number.same", id="whoever gave it"),
        pytest.param(
            ("urn:a", "987-65-4320", "SS"), ("urn:b", "987654320", "SS"), "number.same", id="spelling"
        ),
        pytest.param(
            ("urn:a", "987-65-4320", "SS"), ("urn:b", "987-65-4329", "SS"), "number.close", id="a slip"
        ),
        pytest.param(
            ("urn:a", "987-65-4320", "SS"), ("urn:b", "987-65-3420", "SS"), "number.close", id="two turned"
        ),
        pytest.param(
            ("urn:a", "987-65-4320", "SS"), ("urn:b", "123-54-6789", "SS"), "number.different", id="another"
        ),
        pytest.param(("urn:a", "987-65-4320", "SS"), ("urn:b", "4321", "SS"), None, id="its end alone"),
        pytest.param(("urn:a", "X100200", "MR"), ("urn:a", "X900800", "MR"), None, id="of another hospital"),
        pytest.param(("urn:a", "X100200", "PPN"), ("urn:a", "X900800", "PPN"), None, id="a new passport"),
        pytest.param(("urn:a", "NO100200", "NI"), ("urn:b", "NO900800", "NI"), None, id="of two countries"),
        pytest.param(("urn:a", "000-00-0000", "SS"), ("urn:b", "000-00-0000", "SS"), None, id="nobody's"),
    ],
)
def test_what_two_numbers_say(one, other, level):
    assert compare_numbers(typed(one), typed(other)) == level
    assert compare_numbers(typed(other), typed(one)) == level


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "level"),
    [("987654320", "number.same"), ("987654329", "number.close"), ("123456780", "number.different")],
)
def test_a_sealed_number_is_compared_as_an_open_one(act, bob, enrolled, number, level):
    known = enrolled()
    with act(bob):
        add_identifier(known, identifier=Identifier("urn:ssn", "987-65-4320", "SS"), actor=bob)
        rows = PatientIdentifier.objects.all()
        stored = stored_numbers([known.id], rows, organization=bob.organization_id)[known.id]
        asked = numbers_of([Identifier("urn:b", number, "SS")], organization=bob.organization_id)

    assert [row.is_sealed for row in rows] == [True]
    assert compare_numbers(asked, stored) == level


@pytest.mark.django_db
def test_placeholders_that_were_sealed_make_nobody_alike(act, bob, enrolled):
    with act(bob):
        for number, system in (("000-00-0000", "urn:a"), ("000000000", "urn:b")):
            add_identifier(enrolled(), identifier=Identifier(system, number, "SS"), actor=bob)
        rows = list(PatientIdentifier.objects.all())
        one, other = stored_numbers(
            [row.patient_id for row in rows], rows, organization=bob.organization_id
        ).values()

    assert rows[0].value == rows[1].value
    assert compare_numbers(one, other) is None
