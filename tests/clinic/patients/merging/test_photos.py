"""Photos in a merge: one is shown, the other is a former one, and both are as they were when it is undone."""

import pytest

from osler.clinic.patients.following import PHOTO, Joining, clashes
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import PatientPhoto
from osler.clinic.patients.photos import shown_photo, take_photo
from tests.conftest import new_patient
from tests.foundation.files.painting import face, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def charts(act, bob, organization):
    one = new_patient(organization, given="Dana", family="Rivera")
    other = new_patient(organization, given="Dayna", family="Rivera")
    return one, other


def merged(act, adam, survivor, duplicate, taken=()):
    with act(adam):
        link = propose_merge(duplicate, into=survivor, taken=taken, reason="Same person", actor=adam)
        return merge_patients(link, version=link.version, actor=adam)


@pytest.mark.parametrize("taken", [(), (PHOTO,)], ids=["own stays", "the duplicate's is taken"])
def test_of_two_photos_one_is_shown_and_both_come_back(act, bob, adam, charts, taken):
    survivor, duplicate = charts
    with act(bob):
        own = take_photo(survivor, written(face()), actor=bob)
        other = take_photo(duplicate, written(face(ground="#7f3f3f")), actor=bob)
        words = [str(clash.words) for clash in clashes(Joining(survivor, duplicate, frozenset(taken)))]
        before = {one.id: (one.patient_id, one.ended_at, one.content) for one in PatientPhoto.objects.all()}
    assert len(words) == 1

    link = merged(act, adam, survivor, duplicate, taken)

    with act(bob):
        shown = other if taken else own
        assert shown_photo(survivor, actor=bob) == shown
        assert {one.patient_id for one in PatientPhoto.objects.all()} == {survivor.id}
        assert PatientPhoto.objects.get(ended_at=None) == shown
    with act(adam):
        unmerge_patients(link, reason="Two people", version=link.version, actor=adam)
    with act(bob):
        after = {one.id: (one.patient_id, one.ended_at, one.content) for one in PatientPhoto.objects.all()}
    assert after == before


def test_the_only_photo_moves_and_is_shown(act, bob, adam, charts):
    survivor, duplicate = charts
    with act(bob):
        other = take_photo(duplicate, written(face()), actor=bob)

    merged(act, adam, survivor, duplicate)

    with act(bob):
        assert shown_photo(survivor, actor=bob) == other
        assert shown_photo(duplicate, actor=bob) is None
        assert PatientPhoto.objects.get().content == other.content
