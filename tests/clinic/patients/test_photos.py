"""take_photo, remove_photo, restore_photo, and what the database refuses of photos."""

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from osler.clinic.patients.errors import PhotoChanged
from osler.clinic.patients.models import PatientPhoto
from osler.clinic.patients.photos import (
    faces,
    photos_of,
    remove_photo,
    restore_photo,
    shown_photo,
    take_photo,
)
from osler.foundation.files.drawing import Crop
from osler.foundation.files.errors import PhotoUnfit
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.foundation.files.painting import face, seen, written

pytestmark = pytest.mark.django_db
BLUE, GREEN = written(face()), written(face(ground="#3f7f3f"))


def kept(patient):
    """Each photo and whether it is shown, in the order in which they were taken."""
    return [
        (one.id, one.ended_at is None) for one in PatientPhoto.objects.filter(patient=patient).order_by("id")
    ]


def test_a_photo_is_kept_sealed_and_square(act, bob, dana_patient):
    with act(bob):
        photo = take_photo(dana_patient, BLUE, crop=Crop(0, 0, 0.5), actor=bob)

        found = PatientPhoto.objects.get()
        assert found == photo == shown_photo(dana_patient, actor=bob)
        assert seen(found.content).size == (200, 200)
        assert seen(found.small).size == (96, 96)
        assert (found.content_type, found.size) == ("image/jpeg", len(found.content))
        assert found.sha256 == hashlib.sha256(found.content).hexdigest()
        assert b"JFIF" not in bytes(found.content_sealed) + bytes(found.small_sealed)


def test_a_new_photo_takes_the_place_of_the_one_that_was_seen(act, bob, dana_patient):
    with act(bob):
        first = take_photo(dana_patient, BLUE, actor=bob)
        second = take_photo(dana_patient, GREEN, instead_of=first, version=1, actor=bob)

        assert kept(dana_patient) == [(first.id, False), (second.id, True)]
        assert list(photos_of(dana_patient, actor=bob)) == [second, first]
        with pytest.raises(StaleVersion):
            take_photo(dana_patient, BLUE, instead_of=first, version=1, actor=bob)
        with pytest.raises(PhotoChanged):
            take_photo(dana_patient, BLUE, actor=bob)
        assert kept(dana_patient) == [(first.id, False), (second.id, True)]


def test_a_photo_is_removed_and_brought_back(act, bob, dana_patient):
    with act(bob):
        first = take_photo(dana_patient, BLUE, actor=bob)
        remove_photo(first, version=1, actor=bob)
        assert shown_photo(dana_patient, actor=bob) is None
        with pytest.raises(PhotoChanged):
            remove_photo(first, version=2, actor=bob)
        second = take_photo(dana_patient, GREEN, actor=bob)

        restore_photo(first, version=2, actor=bob)

        assert kept(dana_patient) == [(first.id, True), (second.id, False)]
        with pytest.raises(PhotoChanged):
            restore_photo(first, version=3, actor=bob)
        second.refresh_from_db()
        with pytest.raises(StaleVersion):
            restore_photo(second, version=1, actor=bob)
        assert kept(dana_patient) == [(first.id, True), (second.id, False)]


def test_what_is_no_picture_changes_nothing(act, bob, dana_patient):
    with act(bob):
        first = take_photo(dana_patient, BLUE, actor=bob)

        with pytest.raises(PhotoUnfit):
            take_photo(dana_patient, b"<svg/>", instead_of=first, version=1, actor=bob)

        assert kept(dana_patient) == [(first.id, True)]


@pytest.mark.parametrize("who", ["alice", "bill", "lena", "adam", "petra", "charlie", "dana", "dora"])
def test_who_takes_and_removes_no_photo(act, bob, dana_patient, request, who):
    actor = request.getfixturevalue(who)
    with act(bob):
        photo = take_photo(dana_patient, BLUE, actor=bob)
    for deed in (
        lambda: take_photo(dana_patient, GREEN, instead_of=photo, version=1, actor=actor),
        lambda: remove_photo(photo, version=1, actor=actor),
        lambda: restore_photo(photo, version=1, actor=actor),
    ):
        with act(actor), pytest.raises((Denied, Missing)):
            deed()
    with act(bob):
        assert kept(dana_patient) == [(photo.id, True)]


def test_faces_are_known_by_one_statement_without_content(
    act, bob, charlie, dana, dana_patient, organization, django_assert_num_queries
):
    from tests.conftest import new_patient

    other, bare = new_patient(organization, given="Ada"), new_patient(organization, given="Bo")
    with act(bob):
        one, two = take_photo(dana_patient, BLUE, actor=bob), take_photo(other, GREEN, actor=bob)
        with django_assert_num_queries(1) as asked:
            assert faces([dana_patient.id, other.id, bare.id], actor=bob) == {
                dana_patient.id: one.id,
                other.id: two.id,
            }
        assert "sealed" not in asked[0]["sql"]
        assert faces([], actor=bob) == {}
    with act(charlie):
        assert faces([dana_patient.id], actor=charlie) == {}
    with act(dana):
        assert faces([dana_patient.id, other.id], actor=dana) == {dana_patient.id: one.id}


# What the database refuses


def row(patient, **fields):
    photo = PatientPhoto(patient=patient, organization_id=patient.organization_id)
    photo.keep(b"x", "image/jpeg")
    photo.small = b"x"
    for name, value in fields.items():
        setattr(photo, name, value)
    return photo


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "patientphoto_one_shown"),
        ({"content_type": "image/svg+xml"}, "patientphoto_is_jpeg"),
        ({"size": 0}, "patientphoto_size_sane"),
        ({"size": 1_048_577}, "patientphoto_size_sane"),
    ],
)
def test_what_the_database_refuses(act, bob, dana_patient, enrolled, fields, name):
    other = enrolled()
    with act(bob):
        row(dana_patient).save(force_insert=True)
        whose = other if fields else dana_patient
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            PatientPhoto.objects.bulk_create([row(whose, **fields)])
        assert constraint_of(error.value) == name
        assert PatientPhoto.objects.count() == 1
        row(other).save(force_insert=True)


def test_the_web_role_erases_no_photo(act, bob, dana_patient):
    with act(bob):
        row(dana_patient).save(force_insert=True)
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM patients_patientphoto")
        assert PatientPhoto.objects.count() == 1
