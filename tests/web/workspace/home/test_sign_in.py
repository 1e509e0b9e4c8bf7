"""The door: an ended page signs its person out, and the way back is a page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from osler.foundation.accounts.models import Session, User
from osler.web.workspace.home.sign_in import DEMO_SIGN_INS
from tests.access.matrix import reviewed
from tests.conftest import PASSWORD

HERE = "http://testserver"
OURS = [line for line in reviewed() if not (line.is_machines or line.is_library or "everybody" in line.roles)]
FORMS = [line.address for line in OURS if "POST" in line.methods]
ONLY_FORMS = [line for line in OURS if line.methods == {"POST"}]


def next_of(answer) -> str:
    target = answer.headers.get("HX-Redirect") or answer.headers["Location"]
    return parse_qs(urlsplit(target).query)["next"][0]


@pytest.mark.parametrize(
    ("who", "page"), [("bob", "/home/"), ("bob", "/board/?day=2026-03-02"), ("dana", "/portal/")]
)
def test_a_page_whose_time_is_over_signs_its_person_out(request, client_of, who, page):
    client = client_of(request.getfixturevalue(who))
    answer = client.get("/", {"ended": 1, "next": page}, headers={"Sec-Fetch-Site": "same-origin"})

    assert not Session.objects.exists()
    assert "ended" not in answer.headers["Location"]
    form = client.get(answer.headers["Location"])
    assert form.context["session_ended"]
    assert f'name="next" value="{page}"' in form.content.decode().replace("&amp;", "&")
    assert client.get(page).headers["Location"].startswith("/?next=")


def test_going_back_to_the_ended_page_ends_no_newer_session(client_of, bob):
    client = client_of(bob)
    shown = client.get("/?ended=1&next=/home/").headers["Location"]
    fields = {"login": User.objects.get(pk=bob.user_id).email, "password": PASSWORD, "next": "/home/"}
    assert client.post("/", fields).headers["Location"] == "/home/"
    assert client.get(shown).headers["Location"] == "/home/"
    assert client.get("/home/").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_link_elsewhere_signs_nobody_out(client_of, bob, site):
    client = client_of(bob)
    client.get("/?ended=1&next=/home/", headers={"Sec-Fetch-Site": site})
    assert client.get("/home/").status_code == 200


def test_each_realm_is_ended_alone(client_of, bob, dana):
    client = client_of(bob)
    client.cookies["osler_portal"] = client_of(dana).cookies["osler_portal"].value
    client.get("/?ended=1&next=/portal/")
    assert client.get("/home/").status_code == 200
    assert client.get("/portal/").headers["Location"].startswith("/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
def test_after_a_form_on_an_ended_session_the_way_back_is_a_page(path):
    home = "/portal/" if path.startswith("/portal/") else "/home/"
    for referer, wanted in [
        (f"{HERE}/board/?day=2026-03-02#row", "/board/?day=2026-03-02"),
        ("https://elsewhere.example/board/", home),
        ("http://testserver.elsewhere.example/board/", home),
        (f"{HERE}{ONLY_FORMS[0].address}", home),
        (f"{HERE}/nowhere/at/all/", home),
        ("http://[", home),
        ("", home),
    ]:
        plain = Client().post(path, headers={"Referer": referer} if referer else {})
        part = Client().post(path, headers={"HX-Request": "true", "HX-Current-URL": referer})
        assert (plain.status_code, next_of(plain)) == (302, wanted)
        assert (part.status_code, next_of(part)) == (401, wanted)


def test_a_page_itself_is_its_own_way_back(db):
    answer = Client().get("/board/?day=2026-03-02", headers={"Referer": f"{HERE}/home/"})
    assert next_of(answer) == "/board/?day=2026-03-02"


def test_signing_in_again_leads_to_the_page_of_the_form(client, bob):
    answer = client.post("/patients/new/", headers={"Referer": f"{HERE}/patients/new/"})
    fields = {"login": User.objects.get(pk=bob.user_id).email, "password": PASSWORD, "next": next_of(answer)}
    assert client.post("/", fields, follow=True).redirect_chain[-1] == ("/patients/new/", 302)


@pytest.mark.parametrize("line", ONLY_FORMS, ids=lambda line: line.route)
def test_what_takes_forms_alone_says_so_on_a_page_of_ours(db, line):
    answer = Client().get(line.address)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This address is not a page" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_the_demo_shows_who_may_sign_in_and_the_password(db, settings):
    page = Client().get("/").content.decode()
    assert settings.DEMO_PASSWORD in page
    for email, _label in DEMO_SIGN_INS:
        assert f"?as={email}" in page


def test_elsewhere_the_door_knows_of_no_demo(db, settings):
    password, settings.DEMO = settings.DEMO_PASSWORD, False
    page = Client().get("/?as=doctor@demo.test").content.decode()
    assert "demo" not in page.casefold()
    assert password not in page
