"""A file at the desk: from the upload to the last row that somebody decides on."""

import pytest

from osler.clinic.patients.models import ImportRow, MatchPair, Patient, PatientImport
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.audit.models import AuditEvent
from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.conftest import new_actor, new_organization
from tests.web.workspace.importing.conftest import ADA, BAD, BEN, assigned, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(client_of, adam, latest, work):
    """Ada, Ben and a row that is refused, taken in by the administrator."""

    def run(*lines: str, **options: str) -> PatientImport:
        client = client_of(adam)
        upload(client, *(lines or (ADA, BEN, BAD)))
        assigned(client, latest(), **options)
        work()
        found = latest()
        client.post(f"/patients/imports/{found.id}/run/", {"version": found.version})
        work()
        return latest()

    return run


def test_a_file_is_read_its_columns_guessed_and_everybody_registered(client_of, adam, act, latest, work):
    client = client_of(adam)
    answer = upload(client, ADA, BEN, BAD)
    found = latest()
    assert answer.status_code == 302
    assert answer["Location"] == f"/patients/imports/{found.id}/columns/"
    page = client.get(answer["Location"])
    assert [one.field for one in page.context["columns"]] == [
        "given",
        "family",
        "birth_date",
        "gender",
        "phone",
        "number",
    ]
    assert "Ada" in page.content.decode()

    assert assigned(client, found).status_code == 302
    assert latest().status == "checking"
    assert b"every 2s" in client.get(f"/patients/imports/{found.id}/progress/").content
    work()
    checked = latest()
    assert checked.status == "checked"
    shown = client.get(f"/patients/imports/{found.id}/").content.decode()
    assert "Register 2 patients" in shown
    assert "cannot be undone" in shown
    with act(adam):
        assert Patient.objects.count() == 0

    client.post(f"/patients/imports/{found.id}/run/", {"version": checked.version})
    work()
    assert latest().status == "done"
    with act(adam):
        assert sorted(Patient.objects.values_list("given", flat=True)) == ["Ada", "Ben"]
        made = AuditEvent.objects.filter(entity="patients_patient", action="C")
        assert {event.actor_id for event in made} == {adam.user_id}
    listed = client.get(f"/patients/imports/{found.id}/rows/?view=new").content.decode()
    assert "Okafor, Ada" in listed


def test_refused_rows_come_back_as_a_harmless_file(client_of, adam, ran):
    found = ran()
    answer = client_of(adam).get(f"/patients/imports/{found.id}/refused.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "First,Last,DOB,Sex,Phone,MRN,Row,Column,Reason"
    assert lines[1] == (
        "Eva,Lindqvist,99/99/1988,F,(857) 555-0102,'=A-1003,4,DOB,This is no date that can be read."
    )
    assert len(lines) == 2


def test_a_held_row_is_left_out_and_taken_up_again(client_of, bob, act, ran, enrolled):
    enrolled()
    found = ran(ADA, BEN)
    client, row = client_of(bob), f"/patients/imports/{found.id}/rows/2/"
    page = client.get(row).content.decode()
    assert "Same birth date" in page
    assert "Same person: leave the row out" in page

    assert client.post(f"{row}leave-out/").status_code == 302
    with act(bob):
        assert ImportRow.objects.get(number=2).fate == "same"
        assert ImportRow.objects.get(number=2).decided_by_name == "Bob Diaz"
    assert client.post(f"{row}leave-out/").status_code == 409
    client.post(f"{row}reopen/")
    with act(bob):
        assert ImportRow.objects.get(number=2).fate == "held"
        assert Patient.objects.count() == 2


def test_another_person_is_registered_once_and_the_pair_stays_apart(client_of, adam, act, ran, enrolled):
    known = enrolled()
    found = ran(ADA, BEN)
    client, row = client_of(adam), f"/patients/imports/{found.id}/rows/2/"
    unseen = client.post(f"{row}register/")
    assert unseen.status_code == 409
    with act(adam):
        assert Patient.objects.count() == 2

    assert client.post(f"{row}register/", {"seen": str(known.id)}).status_code == 302
    with act(adam):
        made = ImportRow.objects.get(number=2)
        assert made.fate == "apart"
        patient = Patient.objects.get(id=made.made_id)
        assert (patient.given, patient.identifiers.get().value) == ("Ada", "A-1001")
        pair = MatchPair.objects.get()
        assert {pair.one_id, pair.other_id} == {known.id, patient.id}
        assert pair.status == "not-a-duplicate"
    client.post(f"{row}register/", {"seen": str(known.id)})
    with act(adam):
        assert Patient.objects.count() == 3


def test_all_that_are_almost_certain_are_left_out_at_once(client_of, adam, act, ran, enrolled):
    enrolled()
    found = ran(ADA, BEN, BEN.replace("Ben", "Benn").replace("A-1002", ""))
    client = client_of(adam)
    client.post(f"/patients/imports/{found.id}/rows/certain/")
    with act(adam):
        assert dict(ImportRow.objects.values_list("number", "fate")) == {2: "same", 3: "created", 4: "same"}


def test_who_is_alike_is_registered_at_once_where_that_was_chosen(act, adam, ran, enrolled):
    enrolled()
    ran(ADA, BEN, alike="register")
    with act(adam):
        assert Patient.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b" ", "The file is empty."),
        (b"First,Last\n", "There is no row below the headings."),
        (b"First,Last\nA,B\x00C\n", "Row 2, column 2: a character that no text has."),
        (b"First,Last\nA," + b"x" * 5000, "Row 2, column 2: a cell has more than 2,000 characters."),
        (b"%PDF-1.7 ...", "This is a file of the kind PDF."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_place(client_of, adam, act, content, words):
    answer = upload(client_of(adam), content=content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with act(adam):
        assert PatientImport.objects.count() == 0


def test_columns_without_a_name_are_refused_and_nothing_is_checked(client_of, adam, act, latest):
    client = client_of(adam)
    upload(client, ADA)
    answer = assigned(client, latest(), **{"column-0": "", "column-1": ""})
    assert answer.status_code == 422
    assert "which column is the name" in answer.content.decode()
    assert latest().status == "draft"
    stale = assigned(client, latest(), version="9")
    assert stale.status_code == 412
    with act(adam):
        assert ImportRow.objects.count() == 0


def test_an_import_is_stopped_gone_on_with_and_a_file_thrown_away(client_of, adam, act, latest, work):
    client = client_of(adam)
    upload(client, ADA, BEN)
    assigned(client, latest())
    found = latest()
    client.post(f"/patients/imports/{found.id}/stop/", {"version": found.version})
    assert latest().status == "draft"
    work()
    client.post(f"/patients/imports/{found.id}/discard/", {"version": latest().version})
    assert latest().status == "discarded"
    with act(adam):
        assert Patient.objects.count() == 0
    assert client.get(f"/patients/imports/{found.id}/columns/").status_code == 409


def test_whoever_lost_the_right_does_not_go_on(client_of, adam, act, latest, work, organization):
    client = client_of(adam)
    upload(client, ADA)
    assigned(client, latest())
    with act(adam):
        RoleAssignment.objects.filter(user_id=adam.user_id).update(ended_at=clock.now())
    work()
    assert latest().status == "draft"
    assert latest().trouble != ""
    with act(adam):
        assert Patient.objects.count() == 0


def test_others_see_nothing_of_it(client_of, ran, bill):
    found = ran()
    stranger = new_actor(new_organization("Other"), Role.ADMINISTRATOR, "Olga Other")
    client = client_of(stranger)
    for page in ("", "columns/", "rows/", "rows/2/", "refused.csv", "duplicates.csv", "progress/"):
        assert client.get(f"/patients/imports/{found.id}/{page}").status_code == 404
    for deed in ("run/", "stop/", "discard/", "rows/certain/", "rows/2/register/", "rows/2/leave-out/"):
        assert client.post(f"/patients/imports/{found.id}/{deed}").status_code == 404
    assert client.get("/patients/imports/").context["imports"] == []
    assert client_of(bill).get("/patients/imports/").status_code == 403
    assert client.get(f"/patients/imports/{uuid7()}/").status_code == 404
