"""The privacy officer: who opened this chart, what did this person open, and both as CSV."""

import csv
import io
from datetime import UTC, datetime

import pytest

from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from osler.web.workspace.privacy import views
from tests.conftest import new_patient


@pytest.fixture
def opened(client_of, alice, nina, dana_patient) -> None:
    """A physician and a nurse have opened Dana's chart."""
    for actor in (alice, nina):
        assert client_of(actor).get(f"/patients/{dana_patient.id}/").status_code == 200


@pytest.fixture
def page(client_of, petra):
    client = client_of(petra)

    def get(address: str, status: int = 200) -> str:
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode()

    return get


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_chart_is_found_and_its_readers_named(page, dana_patient, opened):
    assert f"/privacy/patients/{dana_patient.id}/" in page("/privacy/?q=rivera dana")
    assert "Nobody found by these words." in page("/privacy/?q=zzzz")
    text = page(f"/privacy/patients/{dana_patient.id}/")
    assert "Who opened the chart of Rivera, Dana" in text
    assert "Alice Bell" in text
    assert "Physician" in text
    assert "Nina Cole" in text


def test_changes_are_shown_when_asked_for(page, dana_patient, opened):
    address = f"/privacy/patients/{dana_patient.id}/"
    assert "Added: Record" not in page(address)
    assert "Added: Record" in page(f"{address}?all=1")


def test_what_one_person_opened(page, alice, nina, opened):
    text = page(f"/privacy/people/{alice.user_id}/")
    assert "What Alice Bell opened" in text
    assert "Rivera, Dana" in text
    assert "Nina Cole" not in text


def test_the_officers_own_looks_are_recorded(act, organization, page, petra, dana_patient):
    page(f"/privacy/patients/{dana_patient.id}/")
    text = page(f"/privacy/patients/{dana_patient.id}/")
    assert "Petra Hill" in text
    with act(SystemActor(organization.id)):
        seen = AuditEvent.objects.filter(actor_id=petra.user_id, patient_id=dana_patient.id, action="R")
        assert seen.count() == 2


def test_a_period_narrows_the_list(page, client_of, alice, dana_patient):
    today = datetime.now(UTC).date()
    client_of(alice).get(f"/patients/{dana_patient.id}/")
    address = f"/privacy/patients/{dana_patient.id}/"
    assert "Alice Bell" in page(f"{address}?from={today.replace(year=today.year - 1)}")
    assert "Nobody has opened anything in this period." in page(f"{address}?to=2020-01-01")
    assert "Nobody has opened anything in this period." in page(f"{address}?from={today.year + 1}-01-01")


@pytest.mark.parametrize(
    "wrong", ["from=x", "to=2026-13-45", "from=9999-12-31", "before=x", "before=" + "9" * 30]
)
def test_a_period_that_is_none_is_left_out(page, dana_patient, opened, wrong):
    assert "Alice Bell" in page(f"/privacy/patients/{dana_patient.id}/?{wrong}")


def test_a_sheet_to_take_away(page, dana_patient, opened):
    rows = sheet(page(f"/privacy/patients/{dana_patient.id}/?format=csv"))
    assert {row["who"] for row in rows} >= {"Alice Bell", "Nina Cole"}
    assert {row["patient"] for row in rows if row["who"] == "Alice Bell"} == {str(dana_patient.id)}
    assert all(datetime.fromisoformat(row["when"]).tzinfo for row in rows)


@pytest.mark.parametrize("start", list("=+-@"))
def test_no_cell_is_a_formula(act, client_of, organization, alice, page, start, dana_patient):
    from osler.foundation.accounts.models import User

    User.objects.filter(id=alice.user_id).update(name=f"{start}1+1")
    client_of(alice).get(f"/patients/{dana_patient.id}/")
    rows = sheet(page(f"/privacy/patients/{dana_patient.id}/?format=csv"))
    assert f"'{start}1+1" in {row["who"] for row in rows}


def test_a_long_list_goes_on_where_it_ended(monkeypatch, client_of, alice, page, dana_patient):
    monkeypatch.setattr(views, "PAGE", 2)
    for _ in range(4):
        client_of(alice).get(f"/patients/{dana_patient.id}/")
    address = f"/privacy/people/{alice.user_id}/"
    everything = sheet(page(f"{address}?format=csv"))
    seen, following = 0, address
    while following:
        text = page(following)
        seen += text.count('<td class="nowrap">')
        found = [part.split('"')[0] for part in text.split('href="') if "before=" in part.split('"')[0]]
        found = [part for part in found if "format=csv" not in part]
        following = f"{address}{found[0].replace('&amp;', '&')}" if found else ""
    assert seen == len(everything) >= 4


@pytest.mark.parametrize("role", ["alice", "nina", "bob", "lena", "bill", "adam"])
def test_nobody_else_may_look(request, client_of, role, alice, dana_patient):
    client = client_of(request.getfixturevalue(role))
    for address in (
        "/privacy/",
        f"/privacy/patients/{dana_patient.id}/",
        f"/privacy/people/{alice.user_id}/",
    ):
        assert client.get(address).status_code == 403


def test_strangers_are_not_found(client_of, petra, organization, charlie, page):
    other = new_patient(organization)
    page(f"/privacy/patients/{uuid7()}/", status=404)
    page(f"/privacy/people/{uuid7()}/", status=404)
    page(f"/privacy/people/{charlie.user_id}/", status=404)
    page(f"/privacy/patients/{other.id}/")
