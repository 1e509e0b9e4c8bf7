"""Types of numbers: added, amended, retired and restored by the administrator; what is refused."""

import pytest

from osler.clinic.patients.errors import IdentifierTypeKnown, IdentifierTypeUnfit, NotAmendable
from osler.clinic.patients.models import IdentifierType
from osler.clinic.patients.number_types import (
    add_identifier_type,
    amend_identifier_type,
    example_of,
    restore_identifier_type,
    retire_identifier_type,
)
from osler.clinic.patients.shapes import ShapeWrong
from osler.foundation.directory.models import Location
from osler.kernel.errors import Denied, Missing, StaleVersion

pytestmark = pytest.mark.django_db


def kind_of(**fields) -> IdentifierType:
    return IdentifierType(**{"name": " Facility  number ", "system": "urn:a", "shape": "a-######-#"} | fields)


def state():
    return list(IdentifierType.objects.order_by("system").values_list("name", "system", "shape", "active"))


def test_a_type_is_added_amended_retired_and_restored(act, adam):
    with act(adam):
        kind = add_identifier_type(kind_of(check_digit="luhn", is_allotted=True), actor=adam)
        assert state() == [("Facility number", "urn:a", "A-######-#", True)]
        assert str(kind.shape_words) == "“A-”, 6 digits, “-”, 1 digit"
        assert example_of(kind, "a0001230") == "A-000123-0"

        amend_identifier_type(kind, changes={"name": "Site number"}, version=1, actor=adam)
        retire_identifier_type(kind, version=2, actor=adam)
        assert state() == [("Site number", "urn:a", "A-######-#", False)]
        restore_identifier_type(kind, version=3, actor=adam)
        assert state() == [("Site number", "urn:a", "A-######-#", True)]


ROOM = "a room"


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"shape": "#{"}, ShapeWrong, "shape"),
        ({"name": " "}, IdentifierTypeUnfit, ""),
        ({"system": "urn:osler:mrn"}, IdentifierTypeUnfit, ""),
        ({"location": ROOM}, IdentifierTypeUnfit, "location"),
        ({"is_allotted": True, "shape": ""}, IdentifierTypeUnfit, "shape"),
        ({"is_allotted": True, "shape": "A-@##"}, IdentifierTypeUnfit, "shape"),
        ({"is_allotted": True, "shape": "#{2,4}"}, IdentifierTypeUnfit, "shape"),
        ({"is_allotted": True, "shape": "##", "check_digit": "luhn"}, IdentifierTypeUnfit, "shape"),
        ({"is_allotted": True, "shape": "####", "check_digit": "mod-11-2"}, IdentifierTypeUnfit, "shape"),
        ({"is_allotted": True, "type_code": "SS"}, IdentifierTypeUnfit, "is_allotted"),
    ],
)
def test_a_type_that_contradicts_itself_is_refused(act, adam, site, fields, refusal, field):
    with act(adam):
        if fields.get("location") == ROOM:
            fields = {"location": Location.objects.create(name="Room", form=Location.Form.ROOM)}
        with pytest.raises(refusal) as refused:
            add_identifier_type(kind_of(**fields), actor=adam)

        assert refused.value.field == field
        assert state() == []


def test_a_type_without_a_system_gets_one_of_its_name(act, adam):
    with act(adam):
        assert (
            add_identifier_type(kind_of(system=" "), actor=adam).system == "urn:osler:number:facility-number"
        )


def test_two_types_have_two_systems(act, adam):
    with act(adam):
        add_identifier_type(kind_of(), actor=adam)
        with pytest.raises(IdentifierTypeKnown):
            add_identifier_type(kind_of(name="Other"), actor=adam)

        assert len(state()) == 1


def test_what_is_not_amended(act, adam):
    with act(adam):
        kind = add_identifier_type(kind_of(), actor=adam)
        for changes, refusal in (
            ({"system": "urn:b"}, NotAmendable),
            ({"type_code": "DL"}, IdentifierTypeUnfit),
        ):
            with pytest.raises(refusal):
                amend_identifier_type(IdentifierType.objects.get(), changes=changes, version=1, actor=adam)
        with pytest.raises(StaleVersion):
            amend_identifier_type(kind, changes={"name": "B"}, version=7, actor=adam)

        assert state() == [("Facility number", "urn:a", "A-######-#", True)]


@pytest.mark.parametrize("who", ["bob", "alice", "petra", "dana"])
def test_only_the_administrator_sets_them(act, adam, request, who):
    with act(adam):
        kind = add_identifier_type(kind_of(), actor=adam)
    actor = request.getfixturevalue(who)
    with act(actor):
        with pytest.raises((Denied, Missing)):
            add_identifier_type(kind_of(system="urn:b"), actor=actor)
        with pytest.raises((Denied, Missing)):
            retire_identifier_type(kind, version=1, actor=actor)
    with act(adam):
        assert state() == [("Facility number", "urn:a", "A-######-#", True)]
