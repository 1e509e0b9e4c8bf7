"""The unidentified patient at the desk, and what a scanner reads."""

import pytest

from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.models import Patient
from osler.clinic.patients.registration import add_identifier
from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.orders.ordering import order_test
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db
ADA = {"given": "Ada", "family": "Okafor", "birth_date": "81 y", "gender": "female", "phone": "2125550142"}


@pytest.fixture
def nameless(act, client_of, bob, organization) -> Patient:
    answer = client_of(bob).post("/patients/unidentified/", {})
    with act(bob):
        patient = Patient.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{patient.id}/")
    return patient


def test_one_action_makes_the_chart_and_its_banner_says_so(client_of, bob, alice, nameless):
    page = client_of(bob).get(f"/patients/{nameless.id}/").content.decode()

    assert "Alfa Unidentified" in page
    assert f'href="/patients/{nameless.id}/identify/"' in page
    chart = client_of(alice).get(f"/patients/{nameless.id}/").content.decode()
    assert "Unidentified" in chart
    assert "/identify/" not in chart
    assert nameless.mrn in client_of(bob).get(f"/patients/{nameless.id}/wristband/").content.decode()


def test_who_it_is_is_said_on_one_page(act, client_of, bob, nameless):
    address = f"/patients/{nameless.id}/identify/"
    page = client_of(bob).get(address)
    answer = client_of(bob).post(address, ADA | {"version": page.context["version"]})

    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{nameless.id}/")
    with act(bob):
        stored = Patient.objects.get()
    assert (str(stored), stored.birth_date_estimated, stored.is_unidentified) == ("Ada Okafor", True, False)
    assert "about 81 y" in client_of(bob).get(answer["Location"]).content.decode()
    assert client_of(bob).post(address, ADA | {"version": 2}).status_code == 409


def test_somebody_very_like_is_shown_before_it_is_saved(act, client_of, bob, organization, nameless):
    known = new_patient(organization, given="Ada", family="Okafor", phone="2125550142")
    address, typed = f"/patients/{nameless.id}/identify/", ADA | {"birth_date": "14-Mar-1980", "version": "1"}
    warned = client_of(bob).post(address, typed)

    assert warned.status_code == 409
    assert [one.patient.id for one in warned.context["likenesses"]] == [known.id]
    with act(bob):
        assert Patient.objects.get(id=nameless.id).is_unidentified
    assert client_of(bob).post(address, typed | {"seen": str(known.id)}).status_code == 302


def test_a_scanned_number_opens_the_chart(act, client_of, bob, organization, nameless):
    card = Identifier("urn:card", "AB-77-1", "OTH")
    known = new_patient(organization)
    with act(bob):
        known.refresh_from_db()
        add_identifier(known, identifier=card, actor=bob)
    went = [
        client_of(bob).get("/scan/", {"code": code})["Location"] for code in (known.mrn, "ab-77-1", "AB-77")
    ]

    assert went == [f"/patients/{known.id}/"] * 2 + ["/patients/?q=AB-77"]
    assert client_of(bob).get("/scan/", {"code": " "})["Location"] == "/patients/?q="


def test_a_specimens_code_opens_its_order_in_the_laboratory(act, client_of, alice, lena, bob, dana_patient):
    with act(alice):
        order = order_test(start_encounter(dana_patient, actor=alice), test="24321-2", actor=alice)
    assert client_of(lena).get("/scan/", {"code": str(order.id)})["Location"] == f"/lab/orders/{order.id}/"
    assert client_of(bob).get("/scan/", {"code": str(order.id)})["Location"] == f"/patients/?q={order.id}"
