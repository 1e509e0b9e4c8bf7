"""The patient's photo at the desk, and everywhere the patient is shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.patients.models import PatientPhoto
from osler.clinic.patients.photos import take_photo
from osler.foundation.audit.models import AuditEvent
from tests.conftest import new_patient
from tests.foundation.files.painting import face, seen, written

pytestmark = pytest.mark.django_db
BLUE = written(face())


@pytest.fixture
def desk(client_of, bob):
    return client_of(bob)


@pytest.fixture
def photo(act, bob, dana_patient):
    with act(bob):
        return take_photo(dana_patient, BLUE, actor=bob)


def form(patient, shown=None, content=BLUE, **more):
    said = {
        "patient": str(patient.id),
        "version": str(shown.version if shown else 0),
        "instead_of": str(shown.id) if shown else "",
        "photo": SimpleUploadedFile("face.jpeg", content, "image/jpeg"),
    }
    return said | more


def kept(act, bob):
    with act(bob):
        return [(one.id, one.ended_at is None) for one in PatientPhoto.objects.order_by("id")]


def test_a_photo_is_taken_cut_replaced_removed_and_brought_back(act, bob, desk, dana_patient):
    base = f"/patients/{dana_patient.id}/portrait/"
    page = desk.get(base)
    assert page.status_code == 200
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert b"No photo yet" in page.content

    assert desk.post(base, form(dana_patient, left="0", top="0", side="0.5")).status_code == 302
    ((first, _shown),) = kept(act, bob)
    with act(bob):
        one = PatientPhoto.objects.get()
        assert seen(one.content).size == (200, 200)
    assert desk.post(base, form(dana_patient, one)).status_code == 302
    (_one, (second, _shown)) = kept(act, bob)
    assert kept(act, bob) == [(first, False), (second, True)]

    away = {"patient": str(dana_patient.id), "version": "1"}
    assert desk.post(f"{base}{second}/remove/", away).status_code == 302
    assert kept(act, bob) == [(first, False), (second, False)]
    back = f"{base}{first}/restore/?patient={dana_patient.id}&version=2"
    assert desk.post(back).status_code == 302
    assert kept(act, bob) == [(first, True), (second, False)]
    assert b"Former photos" in desk.get(base).content


def test_a_form_that_is_not_as_it_was_seen_changes_nothing(act, bob, desk, dana_patient, photo):
    base = f"/patients/{dana_patient.id}/portrait/"
    before = kept(act, bob)
    others = form(dana_patient, photo) | {"patient": str(photo.id)}
    assert desk.post(base, others).status_code == 409
    for said, status in (
        (form(dana_patient), 409),
        (form(dana_patient, photo) | {"version": "7"}, 412),
        (form(dana_patient, photo, b"<svg onload='x'/>"), 422),
        (form(dana_patient, photo, b""), 422),
        ({key: value for key, value in form(dana_patient, photo).items() if key != "photo"}, 422),
    ):
        answer = desk.post(base, said)
        assert answer.status_code == status
        assert b'role="alert"' in answer.content
    assert desk.post(f"{base}{photo.id}/remove/", {"version": "1"}).status_code == 409
    assert (
        desk.post(f"{base}{photo.id}/remove/", {"patient": dana_patient.id, "version": "4"}).status_code
        == 412
    )
    assert kept(act, bob) == before


def test_the_pictures_are_kept_by_this_browser_alone_and_recorded(act, bob, desk, dana_patient, photo):
    large = f"/patients/{dana_patient.id}/portrait/{photo.id}/large.jpeg"
    with act(bob):
        events = AuditEvent.objects.filter(entity="patients_patientphoto", action="R").count()

    answer, little = desk.get(large), desk.get(large.replace("large", "small"))

    assert seen(answer.content).size == (400, 400)
    assert seen(little.content).size == (96, 96)
    for each in (answer, little):
        assert each.headers["Content-Type"] == "image/jpeg"
        assert each.headers["Cache-Control"] == "private, max-age=3600, immutable"
        assert "Cookie" in each.headers["Vary"]
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Content-Disposition"] == 'attachment; filename="photo.jpeg"'
        assert each.headers["Permissions-Policy"].startswith("camera=()")
        again = desk.get(large, headers={"if-none-match": each.headers["ETag"]})
        assert again.status_code == (304 if each is answer else 200)
    with act(bob):
        found = AuditEvent.objects.filter(entity="patients_patientphoto", action="R")
        assert found.count() == events + 3


@pytest.mark.parametrize("who", ["charlie", "dana"])
def test_strangers_see_no_picture(client_of, request, dana_patient, photo, who):
    stranger = client_of(request.getfixturevalue(who))
    for size in ("large", "small"):
        answer = stranger.get(f"/patients/{dana_patient.id}/portrait/{photo.id}/{size}.jpeg")
        assert answer.status_code in {302, 403, 404}
        assert b"JFIF" not in answer.content


def test_a_picture_is_not_reached_through_another_patient(desk, organization, photo):
    other = new_patient(organization, given="Ada")
    for size in ("large", "small"):
        assert desk.get(f"/patients/{other.id}/portrait/{photo.id}/{size}.jpeg").status_code == 404
    gone = {"patient": str(other.id), "version": "1"}
    assert desk.post(f"/patients/{other.id}/portrait/{photo.id}/remove/", gone).status_code == 404


@pytest.mark.parametrize("who", ["alice", "bill", "lena", "adam", "petra"])
def test_who_looks_and_takes_none(client_of, request, dana_patient, photo, who):
    colleague = client_of(request.getfixturevalue(who))
    assert colleague.get(f"/patients/{dana_patient.id}/portrait/{photo.id}/small.jpeg").status_code == 200
    assert colleague.get(f"/patients/{dana_patient.id}/portrait/").status_code == 403


def test_the_face_is_everywhere_the_patient_is(
    client_of, desk, alice, adam, dana_patient, organization, photo
):
    other = new_patient(organization, given="Dayna", family=dana_patient.family)
    address = f"/patients/{dana_patient.id}/portrait/{photo.id}/small.jpeg".encode()
    pages = [
        desk.get(f"/patients/{dana_patient.id}/"),
        desk.get("/patients/"),
        desk.get(f"/patients/?q={dana_patient.family}"),
        desk.get(f"/search/?q={dana_patient.family}", headers={"hx-request": "true"}),
        desk.get(f"/patients/{dana_patient.id}/merge/{other.id}/"),
        client_of(alice).get(f"/patients/{dana_patient.id}/"),
        client_of(alice).get(f"/patients/{dana_patient.id}/chart/allergies/"),
        client_of(adam).get(f"/patients/{dana_patient.id}/"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert address in page.content, page.request["PATH_INFO"]
    assert b'<span class="face" aria-hidden="true">D' in desk.get("/patients/").content
    assert b"large.jpeg" in desk.get(f"/patients/{dana_patient.id}/wristband/?photo=1").content
    assert b"large.jpeg" not in desk.get(f"/patients/{dana_patient.id}/wristband/").content


def test_a_list_asks_once_for_all_faces(act, bob, desk, organization):
    for given in ("Ada", "Bo", "Cy"):
        patient = new_patient(organization, given=given)
        with act(bob):
            take_photo(patient, BLUE, actor=bob)

    with CaptureQueriesContext(connection) as queries:
        assert desk.get("/patients/").status_code == 200

    (statement,) = [one["sql"] for one in queries if "patientphoto" in one["sql"]]
    assert "sealed" not in statement
