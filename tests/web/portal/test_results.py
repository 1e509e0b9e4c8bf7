"""Results in plain words, medications."""

from decimal import Decimal

import pytest

from osler.clinic.communication.models import Thread
from osler.clinic.records.medications.prescribing import prescribe_medication
from osler.clinic.records.models import Observation
from osler.clinic.records.results.acknowledging import acknowledge_report
from osler.foundation.terminology.laboratory import explanation_of
from osler.web.portal.templatetags.portal import is_usual
from tests.conftest import new_patient, new_portal_actor


def test_a_result_says_what_it_is_and_whether_it_is_usual(page, resulted, home):
    report = resulted()
    assert f"{home}results/{report.id}/" in page("results/")
    text = page(f"results/{report.id}/")
    assert explanation_of("4548-4", "en") in text
    assert "9.9" in text
    assert "High" in text
    assert ">4–5.6<" in text
    assert f"{home}messages/new/?report={report.id}" in text


@pytest.mark.parametrize(("value", "is_said"), [("5.2", True), ("9.9", False)])
def test_what_lies_within_the_range_is_said_so(page, resulted, value, is_said):
    assert ("In the usual range" in page(f"results/{resulted(value).id}/")) is is_said


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": Decimal(5), "range_low": Decimal(4), "range_high": Decimal(6)}, True),
        ({"value": Decimal(5), "range_high": Decimal(6)}, True),
        ({"value": Decimal(7), "range_high": Decimal(6)}, False),
        ({"value": Decimal(5), "range_high": Decimal(6), "interpretation": "H"}, False),
        ({"value": Decimal(5)}, False),
        ({"value_text": "clear", "range_high": Decimal(6)}, False),
    ],
    ids=["between", "below", "above", "judged otherwise", "no range", "no number"],
)
def test_only_what_was_judged_is_called_usual(fields, expected):
    assert is_usual(Observation(**fields)) is expected


def test_the_clinicians_word_on_it_is_shown(act, alice, page, resulted):
    report = resulted()
    with act(alice):
        acknowledge_report(report, note="Let us talk about it.", actor=alice)
    assert "Let us talk about it." in page(f"results/{report.id}/")


def test_a_course_is_drawn_when_there_is_one(page, resulted):
    report = resulted("7.0")
    assert 'class="spark' not in page(f"results/{report.id}/")
    resulted("9.9")
    assert 'class="spark' in page(f"results/{report.id}/")


def test_a_held_result_is_not_there(page, resulted):
    report = resulted(hold=True)
    assert "No results yet" in page("results/")
    page(f"results/{report.id}/", status=404)
    page(f"messages/new/?report={report.id}", status=404)


def test_asking_about_a_result_goes_to_who_answers_for_it(act, alice, portal_of, dana, page, resulted, home):
    report = resulted()
    assert "Ask about this result" in page(f"messages/new/?report={report.id}")
    answer = portal_of(dana).post("messages/new/", {"report": str(report.id), "body": "Is this bad?"})
    with act(alice):
        thread = Thread.objects.get()
        assert (thread.report_id, thread.subject) == (report.id, report.display)
        assert thread.owner_id == alice.practitioner_id
    assert answer.url == f"{home}messages/{thread.id}/"
    assert f"{home}results/{report.id}/" in page(f"messages/{thread.id}/")


def test_results_of_others_are_not_there(organization, portal_of, resulted):
    report = resulted()
    ann = new_portal_actor(new_patient(organization, given="Ann", family="Other"), "Ann Other")
    client = portal_of(ann)
    assert client.get(f"results/{report.id}/").status_code == 404
    data = {"report": str(report.id), "body": "Hm"}
    assert client.post("messages/new/", data).status_code == 404
    assert "No results yet" in client.get("results/").content.decode()


@pytest.mark.parametrize("wrong", ["x", "123", "%2e%2e"])
def test_a_report_that_is_none_is_not_found(page, wrong):
    page(f"messages/new/?report={wrong}", status=404)


def test_medications_with_how_to_take_them(act, alice, page, visit):
    assert "No medications listed" in page("medications/")
    with act(alice):
        prescribe_medication(
            visit, drug="314076", sig="1 tablet each morning", quantity=Decimal(30), actor=alice
        )
    text = page("medications/")
    assert "lisinopril" in text.lower()
    assert "1 tablet each morning" in text
