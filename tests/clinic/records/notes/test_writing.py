"""Notes: every saved state is kept, two editors are told, signed is closed."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from osler.clinic.records.errors import EmptyNote, NoteClosed, NoteConflict, NotYourNote
from osler.clinic.records.models import ClinicalNote
from osler.clinic.records.notes.digest import is_genuine, note_digest
from osler.clinic.records.notes.versions import note_versions
from osler.clinic.records.notes.writing import (
    amend_note,
    autosave_note,
    compare_note,
    open_note,
    sign_note,
)
from osler.kernel import clock
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, Missing
from osler.kernel.keys import uuid7


@pytest.fixture
def note(act, alice, visit) -> ClinicalNote:
    with act(alice):
        draft = open_note(visit, actor=alice)
        return autosave_note(draft, parts={"subjective": "Cough."}, version=1, actor=alice)


def test_opening_again_gives_the_same_draft_and_each_author_his_own(act, alice, nina, visit, note):
    with act(alice):
        assert open_note(visit, actor=alice).id == note.id
    with act(nina):
        assert open_note(visit, actor=nina).id != note.id


def test_every_acknowledged_autosave_can_be_had_again(act, alice, note):
    with act(alice):
        for words in ("Cough for", "Cough for a week", "Cough for a week, no fever"):
            autosave_note(note, parts={"subjective": words}, version=note.version, actor=alice)

        kept = [(one.version, one.parts["subjective"]) for one in note_versions(note, actor=alice)]

    assert kept == [
        (1, ""),
        (2, "Cough."),
        (3, "Cough for"),
        (4, "Cough for a week"),
        (5, "Cough for a week, no fever"),
    ]


def test_same_words_make_no_new_version(act, alice, note):
    with act(alice):
        autosave_note(note, parts={"subjective": "Cough.\r\n"}, version=1, actor=alice)
        note.refresh_from_db()

    assert (note.version, note.subjective) == (2, "Cough.")


def test_second_editor_is_refused_and_compares(act, alice, note):
    with act(alice):
        other = ClinicalNote.objects.get(id=note.id)
        autosave_note(note, parts={"plan": "Rest."}, version=2, actor=alice)
        with pytest.raises(NoteConflict):
            autosave_note(other, parts={"plan": "Antibiotics."}, version=2, actor=alice)

        stored = ClinicalNote.objects.get(id=note.id)
        assert (stored.plan, stored.version) == ("Rest.", 3)
        compared = compare_note(stored, parts={"subjective": "Cough.", "plan": "Antibiotics."})
        assert [(one.part, one.stored, one.offered) for one in compared if one.differs] == [
            ("plan", "Rest.", "Antibiotics.")
        ]


def test_only_the_author_writes_and_signs(act, nina, alice, note):
    with act(nina):
        with pytest.raises(NotYourNote):
            autosave_note(note, parts={"plan": "Mine now."}, version=2, actor=nina)
        with pytest.raises(NotYourNote):
            sign_note(note, actor=nina)
    with act(alice):
        assert ClinicalNote.objects.get(id=note.id).plan == ""


def test_lab_reads_no_note_and_strangers_do_not_know_of_it(act, lena, charlie, note):
    with act(lena), pytest.raises(Denied):
        sign_note(note, actor=lena)
    with act(charlie), pytest.raises(Missing):
        sign_note(note, actor=charlie)


def test_signing_closes_and_seals(act, alice, note, announced):
    with act(alice):
        signed = sign_note(note, actor=alice, version=2)
        stored = ClinicalNote.objects.get(id=note.id)

        assert (stored.status, is_genuine(stored), len(stored.digest)) == ("final", True, 64)
        assert signed.digest == stored.digest
        with pytest.raises(NoteClosed):
            autosave_note(stored, parts={"plan": "Later."}, version=stored.version, actor=alice)
        with pytest.raises(NoteClosed):
            sign_note(stored, actor=alice)
        assert announced()[-1] == "NoteSigned"


@pytest.mark.parametrize("column", ["subjective", "objective", "assessment", "plan", "title", "digest"])
def test_database_refuses_any_change_of_a_signed_note(act, alice, note, column):
    with act(alice):
        sign_note(note, actor=alice)
        with (
            pytest.raises(IntegrityError) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE records_clinicalnote SET {column} = 'forged' WHERE id = %s", [note.id])

        assert constraint_of(caught.value) == "clinicalnote_signed_is_closed"
        assert is_genuine(ClinicalNote.objects.get(id=note.id))


def test_database_refuses_a_signature_without_seal(act, alice, note):
    with act(alice), pytest.raises(IntegrityError) as caught, transaction.atomic():
        ClinicalNote.objects.filter(id=note.id).update(status="final")

    assert constraint_of(caught.value) == "clinicalnote_signed_has_signature"


def test_note_without_words_is_not_signed(act, alice, visit):
    with act(alice):
        note = open_note(visit, actor=alice)
        with pytest.raises(EmptyNote):
            sign_note(note, actor=alice)
        assert ClinicalNote.objects.get(id=note.id).status == "preliminary"


def test_addendum_is_a_signed_note_of_its_own(act, alice, nina, note):
    with act(alice):
        with pytest.raises(NoteClosed):
            amend_note(note, words="Too early.", actor=alice)
        sign_note(note, actor=alice)
    with act(nina):
        addendum = amend_note(note, words="Called: better.", actor=nina)

        assert (addendum.status, addendum.amends_id, addendum.author_id) == (
            "final",
            note.id,
            nina.practitioner_id,
        )
        stored = ClinicalNote.objects.get(id=note.id)
        assert (stored.status, stored.subjective, is_genuine(stored)) == ("amended", "Cough.", True)
        with pytest.raises(EmptyNote):
            amend_note(stored, words="  ", actor=nina)
        assert ClinicalNote.objects.count() == 2


@given(
    part=st.sampled_from(["subjective", "objective", "assessment", "plan"]),
    words=st.text(min_size=1, max_size=40),
)
def test_any_other_word_author_patient_or_time_breaks_the_seal(part, words):
    note = ClinicalNote(patient_id=uuid7(), encounter_id=uuid7(), author_id=uuid7(), signed_at=clock.now())
    note.digest = note_digest(note)
    assert is_genuine(note)

    setattr(note, part, words)
    assert not is_genuine(note)
    setattr(note, part, "")
    for field in ("patient_id", "author_id", "encounter_id"):
        kept = getattr(note, field)
        setattr(note, field, uuid7())
        assert not is_genuine(note)
        setattr(note, field, kept)
    assert is_genuine(note)
