"""A file is checked without a trace, and run so that each row comes to one end."""

from datetime import date

import pytest
from django.db import connection

from osler.clinic.patients.importing.errors import NotChecked
from osler.clinic.patients.importing.preparing import earlier_imports, receive_file, start_run, stop_import
from osler.clinic.patients.importing.reporting import alike_lines, refused_lines
from osler.clinic.patients.importing.taking import Taking
from osler.clinic.patients.models import (
    ImportRow,
    MatchDue,
    MatchPair,
    Patient,
    PatientIdentifier,
    PatientImport,
    RelatedPerson,
)
from osler.clinic.patients.pairs import sweep_some
from osler.kernel.errors import Denied
from tests.clinic.patients.conftest import enrolled
from tests.clinic.patients.importing.conftest import ADA, BEN, EVA, HEADER, fates, text_of

__all__ = ["enrolled"]
pytestmark = pytest.mark.django_db
_TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1
"""
OWN = {"patients_patientimport", "patients_importrow", "patients_importcontent", "patients_rowhistory"}


def row_counts() -> dict[str, int]:
    """How many rows each table shows."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [name])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT count(*) FROM "{name}"')
                counts[name] = cursor.fetchone()[0]
    return counts


def test_everybody_of_a_file_is_registered_with_what_it_says(bring, run, act, adam):
    assert run(bring(ADA, BEN, EVA)) == {"created": 3}
    with act(adam):
        ada = Patient.objects.get(given="Ada")
        ben = Patient.objects.get(given="Ben")
        assert (ada.family, ada.birth_date, ada.gender, ada.phone) == (
            "Okafor",
            date(1945, 7, 14),
            "female",
            "(212) 555-0142",
        )
        assert (ada.line, ada.city, ada.state, ada.postal_code) == (
            "12 Elm Street",
            "Boston",
            "MA",
            "02139",
        )
        assert ben.postal_code == "01970"
        assert ada.contact_by == "phone"
        assert ada.mrn in ada.resource
        assert PatientIdentifier.objects.get(patient=ada).system == "urn:osler:mrn:mrn"
        assert PatientIdentifier.objects.get(patient=ada).value == "A-1001"
        rows = ImportRow.objects.order_by("number")
        assert list(rows.values_list("number", "notes")) == [(2, ""), (3, "zip-padded"), (4, "")]
        assert rows[0].made_id == ada.id


def test_a_check_leaves_no_trace_but_its_own(bring, checked, act, adam, enrolled):
    enrolled()
    patient_import = bring(ADA, BEN, BEN.replace("A-1002", ""), EVA.replace("Eva,Lindqvist", ","))
    with act(adam):
        before = row_counts()
    found = checked(patient_import)
    assert found == {"held": 2, "created": 1, "refused": 1}
    with act(adam):
        after = row_counts()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"patients_importrow", "audit_event", "audit_rowhistory"}
    with act(adam):
        assert Patient.objects.count() == 1
        assert ImportRow.objects.get(number=3).made_id is None


def test_who_is_alike_is_held_and_told_apart_from_who_is_not(bring, run, act, adam, enrolled):
    known = enrolled()
    patient_import = bring(ADA.replace("A-1001", ""), BEN, BEN.replace("Ben", "Benn").replace("A-1002", ""))
    assert run(patient_import) == {"held": 2, "created": 1}
    with act(adam):
        one, other = ImportRow.objects.filter(fate="held").order_by("number")
        assert (one.like_id, one.like_number) == (known.id, None)
        assert one.is_almost_certain
        assert one.percent == 100
        assert (other.like_id, other.like_number) == (None, 3)
        assert "given.close" in other.levels
        lines = list(alike_lines(patient_import, actor=adam))
    assert lines[1][:4] == [2, known.mrn, "Okafor, Ada", ""]
    assert lines[2][:4] == [4, "", "", 3]


def test_whoever_was_compared_is_not_due_again_but_who_was_not_is(bring, run, act, adam, enrolled):
    enrolled()
    with act(adam):
        while sweep_some(actor=adam):
            pass
    patient_import = bring(ADA.replace("A-1001", ""), BEN, alike="register")
    assert run(patient_import) == {"created": 2}
    with act(adam):
        made = ImportRow.objects.get(number=2).made_id
        assert set(MatchDue.objects.values_list("patient_id", flat=True)) == {made}
        while sweep_some(actor=adam):
            pass
        assert MatchPair.objects.count() == 1


def test_the_same_file_again_makes_nobody_twice_and_is_recognized(bring, run, act, adam):
    first, again = bring(ADA, BEN), bring(ADA, BEN)
    run(first)
    assert run(again) == {"known": 2}
    with act(adam):
        assert Patient.objects.count() == 2
        assert [one.id for one in earlier_imports(again, actor=adam)] == [first.id]
    unnumbered = [line.rpartition(",")[0] + "," for line in (ADA, BEN)]
    assert run(bring(*unnumbered)) == {"held": 2}


def test_a_known_patient_is_left_alone_or_completed_never_changed(bring, run, act, adam):
    run(bring(ADA, BEN.replace("(617) 555-0111", "")))
    later = [ADA.replace("12 Elm", "9 New"), BEN]
    assert run(bring(*later)) == {"known": 2}
    with act(adam):
        assert Patient.objects.get(given="Ben").phone == ""
    assert run(bring(*later, known="fill")) == {"known": 1, "amended": 1}
    with act(adam):
        assert Patient.objects.get(given="Ben").phone == "(617) 555-0111"
        assert Patient.objects.get(given="Ada").line == "12 Elm Street"
        notes = ImportRow.objects.filter(fate__in=["known", "amended"]).order_by("-patient_import", "number")
        assert [row.notes for row in notes][:2] == ["differs:line", "zip-padded filled:phone"]


def test_a_row_that_repeats_a_number_is_the_same_person(bring, run, act, adam):
    patient_import = bring(ADA, EVA.replace("A-1003", "A-1001"))
    assert run(patient_import) == {"created": 1, "known": 1}
    with act(adam):
        first, second = ImportRow.objects.order_by("number")
        assert second.like_number == first.number
        assert second.made_id == first.made_id


def test_refused_rows_come_back_as_they_were_with_the_reason(bring, run, act, adam):
    lines = [
        ADA.replace("07/14/1945", "31/31/1945"),
        BEN.replace(",M,", ",Q,"),
        EVA.replace("Eva,Lindqvist", " , "),
        EVA + ",surplus",
        EVA.replace("(857) 555-0102", "none"),
        EVA.replace("11/30/1988", "11/30/2188"),
    ]
    patient_import = bring(*lines)
    assert run(patient_import) == {"refused": 6}
    with act(adam):
        assert Patient.objects.count() == 0
        found = list(refused_lines(patient_import, actor=adam))
    assert found[0] == [*HEADER.split(","), "Row", "Column", "Reason"]
    assert found[1][:10] == lines[0].split(",")
    assert [line[10:12] for line in found[1:]] == [
        [2, "DOB"],
        [3, "Sex"],
        [4, "Last"],
        [5, "11"],
        [6, "Phone"],
        [7, "DOB"],
    ]


def test_dates_that_can_be_two_are_refused_until_somebody_says_which(bring, run):
    line = ADA.replace("07/14/1945", "07/08/1945")
    assert run(bring(line, dates="")) == {"refused": 1}
    assert run(bring(line, dates="day-first")) == {"created": 1}


def test_an_import_is_stopped_and_goes_on(bring, checked, act, adam, monkeypatch):
    monkeypatch.setattr("osler.clinic.patients.importing.taking.BATCH", 2)
    patient_import = bring(ADA, BEN, EVA, "Zuri,Mbeki,02/14/1999,F,,,,,,", "Igor,Pavlov,05/19/1962,M,,,,,,")
    checked(patient_import)
    with act(adam):
        start_run(patient_import, version=patient_import.version, actor=adam)
        assert Taking(patient_import.id, actor=adam).take_some()
        patient_import.refresh_from_db()
        stop_import(patient_import, version=patient_import.version, actor=adam)
        assert not Taking(patient_import.id, actor=adam).take_some()
        assert Patient.objects.count() == 2
        start_run(patient_import, version=patient_import.version, actor=adam)
        one, other = Taking(patient_import.id, actor=adam), Taking(patient_import.id, actor=adam)
        assert one.take_some()
        assert not other.take_some()
        assert not one.take_some()
        assert Patient.objects.count() == 5
    assert fates(act, adam, patient_import) == dict.fromkeys(range(2, 7), "created")


def test_contacts_and_ages_come_along(bring, run, act, adam):
    header = "Name,Edad,Sexo,Emergency contact,Emergency phone,Relationship"
    run(bring('"García López, María",34,M,Juan García,555-201-3344,esposo', header=header))
    run(bring('"Pérez, José",50,H,,,', header=header, genders={"h": "male", "m": "female"}))
    with act(adam):
        maria = Patient.objects.get(family="García López")
        assert (maria.given, maria.birth_date_estimated) == ("María", True)
        contact = RelatedPerson.objects.get()
        assert (contact.patient_id, contact.name, contact.relationship) == (maria.id, "Juan García", "SPS")
        assert contact.is_emergency_contact


def test_who_may_not_import_cannot(act, cast_without_right):
    with act(cast_without_right), pytest.raises(Denied):
        receive_file(text_of(ADA), name="a.csv", actor=cast_without_right)


@pytest.fixture
def cast_without_right(bill):
    return bill


def test_nothing_runs_that_was_not_checked(bring, act, adam):
    patient_import = bring(ADA)
    with act(adam), pytest.raises(NotChecked):
        start_run(patient_import, version=patient_import.version, actor=adam)
    with act(adam):
        assert PatientImport.objects.get().status == "draft"
        assert Patient.objects.count() == 0
