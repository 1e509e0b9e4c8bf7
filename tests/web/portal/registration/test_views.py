"""The public door: nobody is told who is known here, nothing entered is lost, and a machine is held off."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of
from osler.clinic.intake.asking import close_registration
from osler.clinic.intake.models import ConsentForm, Proposal
from osler.foundation.accounts.models import Attempt
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from osler.web.portal.registration import limits
from tests.clinic.intake.staging import ANSWERS, PNG, prepared
from tests.conftest import new_patient

PAGES = {
    "person": ("given", "family", "birth-date", "sex"),
    "contact": ("phone", "email", "city", "language"),
    "insurance": ("insured", "insurer", "member-id", "group-number"),
    "history": ("reason", "has-allergies", "smoking"),
}


@pytest.fixture
def door(organization, adam, each_on_its_own):
    questionnaire = prepared(organization, adam)
    client = each_on_its_own(Client(), organization)
    client.home = f"/register/{questionnaire.address}/"
    client.questionnaire = questionnaire
    return client


def begin(door, for_whom="self", **more):
    return door.post(door.home, {"for_whom": for_whom, **more})


def fill(door, page, **more):
    answers = {name: ANSWERS[name] for name in PAGES[page]} | more
    answers = {name: value for name, value in answers.items() if value is not None}
    return door.post(f"{door.home}{page}/", answers)


def fill_all(door, **more):
    begin(door)
    for page in PAGES:
        extra = {"allergies": "Penicillin, rash", "medications": "Fish oil"} if page == "history" else {}
        answer = fill(door, page, **extra)
        assert answer.status_code == 302, answer.content.decode()
    texts = re.findall(r'name="(agree-[0-9a-f-]+)"', door.get(f"{door.home}consents/").content.decode())
    signed = {name: "on" for name in texts} | {"signer_name": "Lucía Ortega", "drawn": "M1 2L3 4"} | more
    return door.post(f"{door.home}consents/", signed)


def the_proposal(act, organization):
    with act(SystemActor(organization.id)):
        return Proposal.objects.select_related("content").get()


def test_the_whole_way(door, act, organization, monkeypatch):
    monkeypatch.setattr("osler.clinic.intake.registering.LEAST_TIME", timedelta(0))
    assert door.get("/register/").url == door.home
    assert fill_all(door).url == f"{door.home}review/"
    page = door.get(f"{door.home}review/").content.decode()
    assert all(
        word in page for word in ("Ortega", "20-May-1985", "NM-4471", "Penicillin, rash", "Lucía Ortega")
    )

    answer = door.post(f"{door.home}review/", {})

    assert answer.url == f"{door.home}done/"
    row = the_proposal(act, organization)
    assert (row.status, row.reference in door.get(answer.url).content.decode()) == ("proposed", True)
    assert door.get(f"{door.home}person/").url == f"{door.home}done/"
    assert door.post(f"{door.home}review/", {}).url == f"{door.home}done/"
    assert "Ortega" not in door.get(f"{door.home}done/").content.decode()


def test_known_and_unknown_get_the_same_answers(door, organization, monkeypatch):
    """A21: not by a page, a status, a length or a header does the door tell whether somebody is known."""
    monkeypatch.setattr("osler.clinic.intake.registering.LEAST_TIME", timedelta(0))

    def answers():
        door.cookies.clear()
        fill_all(door)
        found = [
            door.get(f"{door.home}review/"),
            door.post(f"{door.home}review/", {}),
            door.get(f"{door.home}done/"),
        ]
        return [
            (one.status_code, one.get("Location"), len(blank(one.content.decode())), sorted(one.headers))
            for one in found
        ]

    unknown = answers()
    new_patient(
        organization, given="Lucía", family="Ortega", phone=ANSWERS["phone"], email="lucia@home.test",
        birth_date=timezone.datetime(1985, 5, 20).date(),
    )  # fmt: skip

    assert answers() == unknown


def blank(page: str) -> str:
    """A page without what differs each time."""
    return re.sub(
        r'(csrf" content|csrfmiddlewaretoken" value|words" content)="[^"]*"|[0-9A-F]{4}-[0-9A-F]{4}', "", page
    )


def test_an_incomplete_page_keeps_what_was_typed(door, act, organization):
    begin(door)
    answer = fill(door, "person", family="", **{"birth-date": "31 Feb 1985"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_family"' in page
    assert 'href="#id_birth-date"' in page
    assert the_proposal(act, organization).content.read()["answers"]["given"] == "Lucía"
    again = door.get(f"{door.home}person/").content.decode()
    assert 'value="Lucía"' in again
    assert 'value="31 Feb 1985"' in again


def test_back_never_loses(door, act, organization):
    begin(door)
    fill(door, "person")
    answer = door.post(f"{door.home}contact/", {"phone": "413", "email": "not an address", "go": "back"})

    assert answer.url == f"{door.home}person/"
    page = door.get(f"{door.home}contact/").content.decode()
    assert 'value="413"' in page
    assert 'value="not an address"' in page


def test_without_a_draft_one_begins(door):
    for path in ("person/", "review/", "later/", "stop/", "done/"):
        assert door.get(door.home + path).url == door.home
    begin(door)
    assert door.get(f"{door.home}nowhere/").status_code == 404


def test_a_forged_key_opens_nothing(door):
    begin(door)
    key = door.cookies["osler_registration"].value
    door.cookies["osler_registration"] = key[:-6] + ("AAAAAA" if not key.endswith("AAAAAA") else "BBBBBB")

    assert door.get(f"{door.home}person/").url == door.home


def test_a_closed_clinic_and_none_look_the_same(door, act, adam):
    with act(adam):
        close_registration(door.questionnaire, version=None, actor=adam)

    closed, none = door.get(door.home), door.get("/register/nowhere/")
    assert (closed.status_code, none.status_code, door.get("/register/").status_code) == (404, 404, 404)
    assert blank(closed.content.decode()) == blank(none.content.decode())


def test_a_machine_fills_the_field_that_nobody_sees(door, act, organization):
    answer = begin(door, website="http://spam.test")

    assert answer.status_code == 422
    with act(SystemActor(organization.id)):
        assert Proposal.objects.count() == 0


def test_too_many_from_one_network(door, act, organization, monkeypatch):
    with act(SystemActor(organization.id)):
        Attempt.objects.create(
            key_hash=limits.BEGIN._key("127.0.0.1"),
            tries=limits.BEGIN.tries,
            since=timezone.now(),
            latest_at=timezone.now(),
        )
    answer = begin(door)

    assert answer.status_code == 429
    assert "call the clinic" in answer.content.decode()
    with act(SystemActor(organization.id)):
        assert Proposal.objects.count() == 0


def test_a_photo_is_taken_shown_and_removed(door, act, organization):
    begin(door)
    answers = {name: ANSWERS[name] for name in PAGES["insurance"]}
    sent = door.post(f"{door.home}insurance/", answers | {"photo-front": io.BytesIO(PNG), "go": "photo"})
    assert sent.url == f"{door.home}insurance/"

    photo = door.get(f"{door.home}photo/front/")
    assert (photo.status_code, photo.content, photo["Content-Type"]) == (200, PNG, "image/png")
    assert photo["Content-Disposition"].startswith("attachment")
    assert photo["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert photo["X-Content-Type-Options"] == "nosniff"
    assert Client().get(f"{door.home}photo/front/").status_code == 302
    door.post(f"{door.home}insurance/", answers | {"drop-front": "1"})
    assert door.get(f"{door.home}photo/front/").status_code == 404


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"\xff\xd8\xff", PNG[:40], b"GIF89a", b"%PDF-1.7"]
)
def test_what_is_no_picture_is_refused_with_words(door, act, organization, content):
    begin(door)
    answers = {name: ANSWERS[name] for name in PAGES["insurance"]}
    answer = door.post(f"{door.home}insurance/", answers | {"photo-back": io.BytesIO(content)})

    assert answer.status_code == 422
    assert "JPEG or PNG" in answer.content.decode()
    row = the_proposal(act, organization)
    with act(SystemActor(organization.id)):
        assert row.photos.count() == 0
    assert row.content.read()["answers"]["member-id"] == "NM-4471"


def test_after_a_break_the_birth_date_is_asked(door):
    begin(door)
    fill(door, "person")
    del door.cookies["osler_registration_seen"]

    assert door.get(f"{door.home}contact/").url == f"{door.home}again/?page=contact"
    wrong = door.post(f"{door.home}again/?page=contact", {"birth_date": "21 May 1985"})
    assert wrong.status_code == 422
    assert "Ortega" not in wrong.content.decode()
    assert door.get(f"{door.home}photo/front/").status_code == 404
    right = door.post(f"{door.home}again/?page=contact", {"birth_date": "20 May 1985"})
    assert right.url == f"{door.home}contact/"
    assert door.get(right.url).status_code == 200


def test_a_link_goes_on_elsewhere(door, act, organization, each_on_its_own):
    begin(door)
    fill(door, "person")
    answer = door.post(f"{door.home}later/", {"email": "Lucia@home.test"})
    assert "lucia@home.test" in answer.content.decode()
    deliver_events(str(organization.id))
    with act(SystemActor(organization.id)):
        notice = Notice.objects.get(kind="registration-link")
        assert (notice.to_address, notice.patient_id, "Ortega" in notice.body) == (
            "lucia@home.test",
            None,
            False,
        )
        link = re.search(r"/register/resume/\S+/", body_of(notice))[0]
        assert "resume" not in notice.body

    other = each_on_its_own(Client(), organization)
    assert "Ortega" not in other.get(link).content.decode()
    assert other.post(link, {"birth_date": "1 Jan 1980"}).status_code == 422
    assert other.post(link, {"birth_date": "20 May 1985"}).url == f"{door.home}contact/"
    assert 'value="Ortega"' in other.get(f"{door.home}person/").content.decode()
    assert other.get(link).status_code == 404
    assert door.get(f"{door.home}person/").url == door.home


def test_a_draft_ends_after_a_week(door):
    begin(door)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert door.get(f"{door.home}person/").url == door.home


def test_delete_what_i_entered(door, act, organization):
    begin(door)
    assert door.post(f"{door.home}stop/").status_code == 200
    with act(SystemActor(organization.id)):
        assert Proposal.objects.count() == 0
    assert door.cookies["osler_registration"].value == ""


def test_a_child_needs_somebody_who_registers(door, act, organization):
    begin(door, for_whom="child")
    birth = (timezone.now() - timedelta(days=2000)).strftime("%d %b %Y")
    assert fill(door, "person", **{"birth-date": birth}).status_code == 422
    guardian = {
        "guardian-name": "Ana Ortega",
        "guardian-relationship": "MTH",
        "guardian-phone": "413-555-0199",
    }
    assert fill(door, "person", **{"birth-date": birth}, **guardian).url == f"{door.home}contact/"
    assert 'value="413-555-0199"' in door.get(f"{door.home}contact/").content.decode()
    assert the_proposal(act, organization).content.read()["answers"]["guardian"]["name"] == "Ana Ortega"


@pytest.mark.parametrize(("days", "status"), [(-1, 422), (0, 302), (1, 302)])
def test_one_registers_oneself_from_the_birthday_on(door, days, status):
    today = timezone.localdate()
    eighteen = today.replace(year=today.year - 18) - timedelta(days=days)
    begin(door)

    assert fill(door, "person", **{"birth-date": eighteen.strftime("%d %b %Y")}).status_code == status


@pytest.mark.parametrize("drawn", ["M1 2", "<path>", "M1 2L3 4Z", 'M1 2L3 4"/><script>', "M" + "1 2L" * 9000])
def test_a_hostile_signature_is_refused(door, act, organization, drawn):
    answer = fill_all(door, drawn=drawn)

    assert answer.status_code == 422
    assert the_proposal(act, organization).content.read()["signatures"] == {}


def test_nothing_is_agreed_to_by_default(door, act, organization):
    fill_all(door)
    texts = re.findall(r'name="(agree-[0-9a-f-]+)"', door.get(f"{door.home}consents/").content.decode())
    answer = door.post(f"{door.home}consents/", {"signer_name": "Lucía"})

    assert answer.status_code == 422
    with act(SystemActor(organization.id)):
        assert len(texts) == ConsentForm.objects.count() == 3


def test_spanish_is_a_word_away(door):
    page = door.get(f"{door.home}?language=es").content.decode()
    assert "¿Quién se registra?" in page
    begin(door)
    assert "Fecha de nacimiento" in door.get(f"{door.home}person/").content.decode()


def test_a_choice_that_is_not_offered_is_refused(door):
    begin(door)
    assert fill(door, "person", sex="<b>x</b>").status_code == 422
    assert "<b>x</b>" not in door.get(f"{door.home}person/").content.decode()


def test_whoever_is_signed_in_here_is_nobody_there(door, client_of, bob, each_on_its_own, organization):
    staff = each_on_its_own(client_of(bob), organization)
    page = staff.get(door.home).content.decode()

    assert "Bob Diaz" not in page
    assert staff.post(door.home, {"for_whom": "self"}).url == f"{door.home}person/"
