"""Registering and amending under the rules of the desk's page, with fields of the clinic's own."""

import json
from datetime import date
from decimal import Decimal

import pytest

from osler.clinic.patients.at_the_desk import amend_at_desk, register_at_desk
from osler.clinic.patients.desk_page import (
    amend_desk_field,
    begin_draft,
    publish_desk_page,
)
from osler.clinic.patients.errors import (
    DeskRuleBroken,
    NumberMissing,
)
from osler.clinic.patients.models import (
    IdentifierType,
    OwnField,
    OwnValue,
    Patient,
)
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel.errors import StaleVersion
from tests.clinic.patients.conftest import unsaved
from tests.clinic.patients.desk_pages import ADA, applied, change, draft, own, refused

pytestmark = pytest.mark.django_db
__all__ = ["applied", "change", "draft"]


@pytest.mark.parametrize(
    ("changes", "typed", "said"),
    [
        ({"is_required": True}, {}, "required"),
        ({"shape": "(###) ###-####"}, {"line": "212"}, "“(”, 3 digits"),
        ({"shape": "##", "shape_words": "Two digits"}, {"line": "212"}, "Two digits"),
        ({"least": 3}, {"line": "ab"}, "from 3 to …"),
        ({"most": 3}, {"line": "abcd"}, "from … to 3"),
    ],
)
def test_a_rule_holds_at_registration_and_names_its_field(act, bob, change, applied, changes, typed, said):
    change("line", **changes)
    applied()
    with act(bob):
        with pytest.raises(DeskRuleBroken) as refused:
            register_at_desk(unsaved(**typed), typed={**ADA, **typed}, seen=[], actor=bob)

        assert (refused.value.field, said in str(refused.value)) == ("line", True)
        assert not Patient.objects.exists()
        assert not OutboxEvent.objects.exists()


def test_what_was_there_before_a_rule_may_stay(act, bob, enrolled, change, applied):
    ada = enrolled(line="Old street")
    change("line", shape="##", is_required=True)
    applied()
    with act(bob):
        said = {"line": "Old street", "city": "Troy", "given": "Ada", "family": "Okafor"}
        amend_at_desk(ada, typed=said, version=1, actor=bob)
        with pytest.raises(DeskRuleBroken):
            amend_at_desk(ada, typed={**said, "line": "New street"}, version=2, actor=bob)
        amend_at_desk(ada, typed={**said, "line": ""}, version=2, actor=bob)

        ada.refresh_from_db()
        assert (ada.line, ada.city, ada.version) == ("", "Troy", 3)


def test_a_required_number_must_be_there_at_its_site(act, adam, bob, site):
    with act(adam):
        IdentifierType(name="File", system="urn:file", asked="required", location=site).save()
    with act(bob):
        with pytest.raises(NumberMissing) as refused:
            register_at_desk(unsaved(), typed=ADA, seen=[], site=site, actor=bob)
        assert (refused.value.system, Patient.objects.count()) == ("urn:file", 0)
        register_at_desk(unsaved(), typed=ADA, seen=[], actor=bob)


# The clinic's own fields

KINDS = {
    "village": ("text", "Upper  Valley ", "Upper Valley", "valueString"),
    "shoes": ("number", Decimal("42.50"), Decimal("42.5"), "valueDecimal"),
    "since": ("date", date(2020, 2, 29), date(2020, 2, 29), "valueDate"),
    "veteran": ("boolean", False, False, "valueBoolean"),
    "parish": ("choice", "n", "n", "valueString"),
}


@pytest.fixture
def asked(act, adam, draft, applied):
    """A page with a field of each kind."""
    with act(adam):
        for label, (kind, *_rest) in KINDS.items():
            options = "n | North | Norte\ns | South | Sur" if kind == "choice" else ""
            own(draft, adam, kind=kind, label=label, options=options)
    return applied()


def said_of(patient) -> dict:
    rows = OwnValue.objects.filter(patient=patient, is_current=True).select_related("field")
    return {one.field.key: one.value for one in rows}


def test_each_kind_is_kept_in_its_column_and_told_to_other_systems(act, bob, asked):
    typed = {f"own_{label}": value for label, (_kind, value, *_rest) in KINDS.items()}
    with act(bob):
        patient = register_at_desk(unsaved(), typed=ADA | typed, seen=[], actor=bob)

        assert said_of(patient) == {label: kept for label, (_kind, _typed, kept, _name) in KINDS.items()}
        told = json.loads(Patient.objects.get().resource)["extension"]
        assert {one["url"]: next(name for name in one if name != "url") for one in told} == {
            f"urn:osler:own-field:{label}": name for label, (*_rest, name) in KINDS.items()
        }
        assert patient.version == 1


def test_a_value_is_replaced_and_taken_away_and_the_chart_has_a_new_version(act, bob, asked):
    with act(bob):
        patient = register_at_desk(unsaved(), typed=ADA | {"own_village": "A"}, seen=[], actor=bob)
        amend_at_desk(patient, typed={"own_village": "B"}, version=1, actor=bob)
        assert (said_of(patient), patient.version) == ({"village": "B"}, 2)
        assert "valueString" in Patient.objects.get().resource
        with pytest.raises(StaleVersion):
            amend_at_desk(patient, typed={"own_village": "C"}, version=1, actor=bob)
        amend_at_desk(patient, typed={"own_village": "B"}, version=2, actor=bob)
        assert patient.version == 2
        amend_at_desk(patient, typed={"own_village": ""}, version=2, actor=bob)
        assert (said_of(patient), OwnValue.objects.count(), patient.version) == ({}, 1, 3)
        assert "valueString" not in Patient.objects.get().resource


def test_an_answer_that_is_offered_no_more_stays_until_it_is_changed(act, adam, bob, asked):
    with act(bob):
        patient = register_at_desk(unsaved(), typed=ADA | {"own_parish": "n"}, seen=[], actor=bob)
    with act(adam):
        draft = begin_draft(actor=adam)
        field = draft.fields.get(name="own_parish")
        amend_desk_field(field, changes={"options": "s | South\nw | West"}, version=1, actor=adam)
        publish_desk_page(draft, version=1, actor=adam)
    with act(bob):
        amend_at_desk(patient, typed={"own_parish": "n", "city": "Troy"}, version=1, actor=bob)
        assert (said_of(patient), patient.city) == ({"parish": "n"}, "Troy")
        amend_at_desk(patient, typed={"own_parish": "w"}, version=2, actor=bob)
        with pytest.raises(DeskRuleBroken):
            amend_at_desk(patient, typed={"own_parish": "n"}, version=3, actor=bob)
        assert said_of(patient) == {"parish": "w"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("own_parish", "x"),
        ("own_shoes", "42"),
        ("own_shoes", Decimal("1e11")),
        ("own_shoes", Decimal("0.00001")),
        ("own_since", "yesterday"),
        ("own_veteran", "yes"),
        ("own_village", 3),
    ],
)
def test_a_value_of_another_kind_is_refused(act, bob, asked, name, value):
    with act(bob):
        with pytest.raises(DeskRuleBroken) as refused:
            register_at_desk(unsaved(), typed=ADA | {name: value}, seen=[], actor=bob)

        assert refused.value.field == name
        assert (Patient.objects.count(), OwnValue.objects.count()) == (0, 0)


# What the database refuses, as the web role

VALUE = (
    "INSERT INTO patients_ownvalue (id, version, patient_id, field_id, text, number, day, is_so, is_current)"
)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("NULL, 1, NULL, NULL", "ownvalue_of_its_kind"),
        ("NULL, NULL, '2020-01-01', NULL", "ownvalue_of_its_kind"),
        ("NULL, NULL, NULL, true", "ownvalue_of_its_kind"),
        ("'A', 1, NULL, NULL", "ownvalue_says_one_thing"),
        ("'B', NULL, NULL, NULL", "ownvalue_one_at_a_time"),
    ],
)
def test_what_no_value_may_be(act, bob, asked, values, rule):
    with act(bob):
        patient = register_at_desk(unsaved(), typed=ADA | {"own_village": "A"}, seen=[], actor=bob)
        village = OwnField.objects.get(key="village").id
        assert refused(f"{VALUE} VALUES (uuidv7(), 1, %s, %s, {values}, true)", patient.id, village) == rule
        assert refused("DELETE FROM patients_ownvalue").startswith("permission denied")
        assert said_of(patient) == {"village": "A"}
