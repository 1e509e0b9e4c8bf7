"""The chart: its sections, who sees it, and how many statements it takes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    Immunization,
    MedicationRequest,
    Observation,
    Procedure,
)
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.audit.models import AuditEvent
from osler.kernel import clock
from osler.web.workspace.records.sections import SECTIONS
from tests.conftest import new_patient


def fill(patient, *, times: int) -> None:
    """A chart with so many rows of each kind."""
    for number in range(times):
        at = clock.now() - timedelta(days=30 * number + 1)
        Condition.objects.create(patient=patient, code=f"C{number}", display=f"Problem {number}", onset_at=at)
        AllergyIntolerance.objects.create(patient=patient, code=f"A{number}", display=f"Allergen {number}")
        MedicationRequest.objects.create(patient=patient, display=f"Drug {number}", authored_at=at)
        Immunization.objects.create(patient=patient, code=f"I{number}", display="Vaccine", occurred_at=at)
        Procedure.objects.create(patient=patient, code=f"P{number}", display="Deed", performed_at=at)
        Observation.objects.create(
            patient=patient,
            category="laboratory",
            code="2823-3",
            display="Potassium [Moles/volume] in Serum or Plasma",
            value=Decimal("5.9"),
            unit="mmol/L",
            effective_at=at,
        )


@pytest.fixture
def url(dana_patient) -> str:
    return f"/patients/{dana_patient.id}/chart/summary/"


@pytest.mark.parametrize("key", [section.key for section in SECTIONS])
def test_each_section_opens_empty_and_filled_as_page_and_as_middle(act, alice, client_of, dana_patient, key):
    client = client_of(alice)
    address = f"/patients/{dana_patient.id}/chart/{key}/"
    assert client.get(address).status_code == 200
    with act(alice):
        fill(dana_patient, times=2)
        start_encounter(dana_patient, actor=alice)

    page = client.get(address)
    middle = client.get(address, headers={"HX-Request": "true", "HX-Target": "chart"})

    assert (page.status_code, middle.status_code) == (200, 200)
    assert b"<html" in page.content
    assert b"<html" not in middle.content
    assert b'id="chart-sections"' in middle.content


def test_summary_says_what_matters(act, alice, client_of, dana_patient, url):
    with act(alice):
        fill(dana_patient, times=2)

    text = client_of(alice).get(url).content.decode()

    for words in ("Dana Rivera", "14-Mar-1980", "Problem 1", "Drug 1", "Allergen 1", "Potassium", "High"):
        assert words in text
    assert "[Moles/volume]" not in text.split("<tbody>")[1].split('title="')[0]


def test_nobody_asked_differs_from_none_known(act, alice, client_of, dana_patient, url):
    client = client_of(alice)
    assert "Not recorded" in client.get(url).content.decode()
    with act(alice):
        AllergyIntolerance.objects.create(patient=dana_patient, code=NO_KNOWN_ALLERGY, display="None")
    assert "No known allergies" in client.get(url).content.decode()


def test_one_row_and_three_take_the_same_statements(act, alice, client_of, dana_patient, organization):
    other = new_patient(organization, given="Ann", family="Other")
    with act(alice):
        fill(dana_patient, times=1)
        fill(other, times=3)
    client = client_of(alice)
    counts = []
    for patient in (dana_patient, other):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(f"/patients/{patient.id}/chart/summary/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 40


def test_opening_a_chart_is_written_down(act, alice, client_of, dana_patient, url):
    client_of(alice).get(url)
    with act(alice):
        read = AuditEvent.objects.filter(action="R", patient_id=dana_patient.id, detail="chart: summary")
        assert [event.actor_id for event in read] == [alice.user_id]


def test_stranger_finds_nothing_and_other_roles_are_refused(
    client_of, charlie, bob, lena, bill, adam, petra, dana, url
):
    assert client_of(charlie).get(url).status_code == 404
    for actor in (bob, lena, bill, adam, petra):
        assert client_of(actor).get(url).status_code == 403
    assert client_of(dana).get(url).status_code in (302, 404)


def test_unknown_section_is_not_there(alice, client_of, dana_patient):
    assert client_of(alice).get(f"/patients/{dana_patient.id}/chart/nosuch/").status_code == 404


def test_words_are_found_in_the_chart(act, alice, client_of, dana_patient, url):
    with act(alice):
        fill(dana_patient, times=1)
    text = client_of(alice).get(url, {"find": "potas"}).content.decode()
    assert "Potassium" in text
    assert "Nothing found" in client_of(alice).get(url, {"find": "zzz"}).content.decode()
