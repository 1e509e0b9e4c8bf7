"""The specimen and its values."""

from decimal import Decimal

import pytest
from django.db import transaction

from osler.clinic.records.errors import (
    IncompleteResult,
    NotALaboratoryOrder,
    NotANumber,
    NotCollected,
    UnknownCode,
)
from osler.clinic.records.models import DiagnosticReport, Observation
from osler.clinic.records.orders.follow_ups import set_follow_up
from osler.clinic.records.results.entering import collect_specimen, enter_result
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.clinic.records.conftest import NORMAL, POTASSIUM


def test_values_are_judged_by_age_and_sex(act, lena, entered):
    report = entered(**{POTASSIUM: "6.9", "2160-0": "1.4"})

    with act(lena):
        rows = {row.code: row for row in Observation.objects.filter(report=report)}
    assert {code: rows[code].interpretation for code in (POTASSIUM, "2160-0", "2951-2")} == {
        POTASSIUM: "HH",
        "2160-0": "H",
        "2951-2": "N",
    }
    assert (rows[POTASSIUM].value, rows[POTASSIUM].unit, rows[POTASSIUM].status) == (
        Decimal("6.9"),
        "mmol/L",
        "preliminary",
    )
    assert (report.status, report.is_abnormal, report.is_critical) == ("preliminary", True, True)


def test_values_can_be_entered_again_until_they_are_verified(act, lena, collected, entered):
    report = entered()
    with act(lena):
        with pytest.raises(StaleVersion), transaction.atomic():
            enter_result(collected, values={POTASSIUM: "5.0"}, version=99, actor=lena)
        again = enter_result(collected, values={POTASSIUM: "5.0"}, version=report.version, actor=lena)

        assert again.id == report.id
        assert Observation.objects.get(report=report, code=POTASSIUM).value == Decimal("5.0")
        assert Observation.objects.filter(report=report).count() == len(NORMAL)


def test_a_limit_stays_as_it_is_said(act, lena, entered):
    report = entered(**{"2160-0": "<0.2"})
    with act(lena):
        row = Observation.objects.get(report=report, code="2160-0")
    assert (row.value, row.value_text, row.unit) == (None, "<0.2", "")


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        pytest.param({}, IncompleteResult, id="nothing"),
        pytest.param({POTASSIUM: "  "}, IncompleteResult, id="blank"),
        pytest.param({POTASSIUM: "high"}, NotANumber, id="a word for a number"),
        pytest.param({"9999-9": "1"}, UnknownCode, id="another test's value"),
    ],
)
def test_what_is_no_result_is_refused_whole(act, lena, collected, values, refusal):
    with act(lena):
        with pytest.raises(refusal), transaction.atomic():
            enter_result(collected, values=values, actor=lena)
        assert (DiagnosticReport.objects.count(), Observation.objects.count()) == (0, 0)


def test_no_result_without_a_specimen(act, lena, order):
    with act(lena):
        with pytest.raises(NotCollected):
            enter_result(order, values=NORMAL, actor=lena)
        assert DiagnosticReport.objects.count() == 0


def test_only_laboratory_orders_have_a_specimen(act, alice, nina, visit):
    with act(alice):
        follow_up = set_follow_up(visit, weeks=4, actor=alice)
    with act(nina), pytest.raises(NotALaboratoryOrder):
        collect_specimen(follow_up, actor=nina)


def test_only_the_laboratory_of_this_clinic_enters(act, alice, charlie, collected):
    with act(alice), pytest.raises(Denied):
        enter_result(collected, values=NORMAL, actor=alice)
    with act(charlie), pytest.raises(Denied):
        collect_specimen(collected, actor=charlie)
    with act(alice):
        assert DiagnosticReport.objects.count() == 0


def test_the_lab_does_not_know_of_orders_that_are_not_its_own(act, lena, alice, visit):
    with act(alice):
        follow_up = set_follow_up(visit, weeks=4, actor=alice)
    with act(lena), pytest.raises((Missing, NotALaboratoryOrder)):
        collect_specimen(follow_up, actor=lena)
