"""Reading a card at the desk: sent, waited for, ticked, put into the form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.models import CardPhoto, CardReading
from osler.clinic.patients.models import Patient
from osler.foundation.files.reading import Reading
from tests.clinic.intake.test_card_reading import FRONT, licence_card
from tests.clinic.patients.documents.test_licences import barcode
from tests.conftest import new_patient
from tests.foundation.files.painting import face, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_of, bob):
    return client_of(bob)


def upload(content):
    return SimpleUploadedFile("card.jpeg", content, "image/jpeg")


def read(act, actor, reading):
    with act(actor):
        row = CardReading.objects.get()
        row.write(reading)
        row.save()
        return row


def test_an_insurance_card_fills_the_form_with_what_was_ticked(act, bob, desk, dana_patient):
    base = f"/patients/{dana_patient.id}/insurance/"
    with act(bob):
        payer = Payer.objects.create(name="Harbor Health")
    sent = {"patient": str(dana_patient.id), "front": upload(written(face()))}
    assert desk.post(f"{base}card/", sent).status_code == 302
    assert b"The card is being read" in desk.get(base).content
    live = desk.get(f"{base}card/reading/")
    assert b"hx-get" in live.content and b"<html" not in live.content

    row = read(act, bob, FRONT)
    page = desk.get(base)
    assert b"XYZ123456" in page.content
    assert b'value="XYZ123456"' not in page.content
    assert b"hx-get" not in desk.get(f"{base}card/reading/").content
    accepted = desk.get(base, {"take": ["member_id", "payer"]})
    assert b'value="XYZ123456"' in accepted.content
    assert desk.get(f"/card-readings/{row.id}/").headers["Cache-Control"] == "no-store"

    form = {"payer": str(payer.id), "member_id": "XYZ123456", "priority": "1", "relationship": "self"}
    assert desk.post(base, form).status_code == 302
    with act(bob):
        assert Coverage.objects.get().member_id == "XYZ123456"
        assert CardPhoto.objects.get().coverage == Coverage.objects.get()
        assert not CardReading.objects.exists()


def test_a_licence_fills_the_registration_with_what_was_ticked(act, bob, desk):
    assert desk.post("/patients/new/document/", {"back": upload(licence_card())}).status_code == 302
    read(act, bob, Reading(barcodes=(barcode(),)))

    page = desk.get("/patients/new/")
    assert b"14-Mar-1985" in page.content
    assert b'value="Sample"' not in page.content
    accepted = desk.get("/patients/new/", {"take": ["family", "birth_date", "gender"]}).content
    assert b'value="Sample"' in accepted
    assert b'value="Pat Quinn"' not in accepted

    form = {
        "given": "Pat",
        "family": "Sample",
        "birth_date": "1985-03-14",
        "gender": "female",
        "phone": "5552010000",
    }
    assert desk.post("/patients/new/", form).status_code == 302
    with act(bob):
        assert Patient.objects.get().family == "Sample"
        assert not CardReading.objects.exists()


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"%PDF-1.7"])
def test_what_is_no_picture_is_not_kept(act, bob, desk, dana_patient, content):
    base = f"/patients/{dana_patient.id}/insurance/card/"
    desk.post(base, {"patient": str(dana_patient.id), "front": upload(content)})
    desk.post(base, {"patient": str(dana_patient.id)})
    assert desk.post(base, {"front": upload(written(face()))}).status_code == 409
    with act(bob):
        assert not CardReading.objects.exists()


def test_nobody_else_sees_what_was_laid_before_the_reader(
    client_of, act, bob, bill, charlie, desk, dana_patient
):
    desk.post(
        f"/patients/{dana_patient.id}/insurance/card/",
        {"patient": str(dana_patient.id), "front": upload(written(face()))},
    )
    row = read(act, bob, FRONT)
    for stranger in (bill, charlie):
        assert client_of(stranger).get(f"/card-readings/{row.id}/").status_code in {403, 404}
    assert b"XYZ123456" not in client_of(bill).get(f"/patients/{dana_patient.id}/insurance/").content


def test_another_patients_form_shows_nothing_of_it(act, bob, desk, dana_patient, organization):
    other = new_patient(organization, given="Ada")
    desk.post(
        f"/patients/{dana_patient.id}/insurance/card/",
        {"patient": str(dana_patient.id), "front": upload(written(face()))},
    )
    read(act, bob, FRONT)
    assert b"XYZ123456" not in desk.get(f"/patients/{other.id}/insurance/", {"take": "member_id"}).content
