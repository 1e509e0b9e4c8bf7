"""Plans in the administration: added, corrected, retired and offered again."""

from decimal import Decimal

import pytest

from osler.clinic.insurance.models import InsurancePlan, Payer

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer(act, adam):
    with act(adam):
        return Payer.objects.create(name="Harbor Health")


@pytest.fixture
def office(client_of, adam):
    return client_of(adam)


def state(act, adam):
    with act(adam):
        rows = InsurancePlan.objects.order_by("name")
        return list(rows.values_list("name", "kind", "office_copay_amount", "active"))


def test_a_plan_is_kept_from_beginning_to_end(act, adam, office, payer):
    base = f"/administration/payers/{payer.id}/plans/"
    assert "No plans yet" in office.get(base).content.decode()
    form = {"name": "Choice", "kind": "HM", "office_copay_amount": "20"}
    assert office.post(f"{base}new/", form).status_code == 302
    assert office.post(f"{base}new/", form).status_code == 409
    with act(adam):
        plan = InsurancePlan.objects.get()
    assert "1 plan" in office.get("/administration/payers/").content.decode()
    assert office.post(f"{base}{plan.id}/", {**form, "name": "", "version": "1"}).status_code == 422
    assert office.post(f"{base}{plan.id}/", {**form, "kind": "12", "version": "4"}).status_code == 412
    assert office.post(f"{base}{plan.id}/", {**form, "kind": "12", "version": "1"}).status_code == 302
    office.post(f"{base}{plan.id}/retire/", {"version": "2"})
    assert state(act, adam) == [("Choice", "12", Decimal("20.00"), False)]
    office.post(f"{base}{plan.id}/restore/", {"version": "3"})
    assert state(act, adam) == [("Choice", "12", Decimal("20.00"), True)]


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e9", "x"])
def test_a_copay_that_is_none_is_refused_at_its_field(act, adam, office, payer, amount):
    page = f"/administration/payers/{payer.id}/plans/new/"
    answer = office.post(page, {"name": "Choice", "kind": "HM", "laboratory_copay_amount": amount})
    assert answer.status_code == 422
    assert state(act, adam) == []


@pytest.mark.parametrize("who", ["bob", "alice", "nina", "lena", "petra"])
def test_who_keeps_no_plans(act, adam, client_of, payer, request, who):
    client = client_of(request.getfixturevalue(who))
    assert client.get(f"/administration/payers/{payer.id}/plans/").status_code == 403
