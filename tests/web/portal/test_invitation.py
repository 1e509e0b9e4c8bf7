"""The door into the portal, from the desk's page to the first page of the patient."""

import html
import re

import pytest
from django.test import Client

from osler.clinic.communication.invitations import link_of
from osler.clinic.communication.models import Invitation
from osler.foundation.access.models import PatientGrant
from osler.foundation.jobs.outbox import SystemActor
from tests.conftest import PASSWORD, new_patient

MAIL = "dana@home.test"


@pytest.fixture
def desk(client_of, each_on_its_own, organization, bob, dana_patient):
    """Reception at Dana's page."""
    client, home = each_on_its_own(client_of(bob), organization), f"/patients/{dana_patient.id}/"

    def send(path: str, **data):
        return client.post(home + path, {"patient": str(dana_patient.id), **data})

    send.client = client
    send.page = lambda path="": client.get(home + path).content.decode()
    return send


@pytest.fixture
def visitor(each_on_its_own, organization) -> Client:
    return each_on_its_own(Client(), organization)


@pytest.fixture
def link(act, organization):
    """The path of the latest invitation's link."""

    def read() -> str:
        with act(SystemActor(organization.id)):
            return "/" + link_of(Invitation.objects.order_by("-created_at")[0]).split("/", 3)[3]

    return read


def fields(page: str, action: str) -> dict[str, str]:
    form = re.search(rf'<form[^>]*action="[^"]*{action}.*?</form>', page, re.S)[0]
    return dict(re.findall(r'name="(patient|version)" value="([^"]*)"', form))


def test_invited_by_mail_she_sets_a_password_and_signs_in(
    desk, visitor, link, dana_patient, act, organization
):
    assert "Nobody sees this record in the portal yet." in desk.page()
    answer = desk("portal/", relationship="self", email=MAIL)
    assert (answer.status_code, answer.url) == (302, f"/patients/{dana_patient.id}/")
    assert MAIL in desk.page()

    text = visitor.get(link()).content.decode()
    assert MAIL in text
    assert "Dana" not in text
    answer = visitor.post(link(), {"birth_date": "14-Mar-1980", "password": PASSWORD})
    assert "Your access is ready" in answer.content.decode()
    assert visitor.get(link()).status_code == 404
    visitor.post("/", {"login": MAIL, "password": PASSWORD})
    assert "Hello, Dana" in visitor.get("/portal/", follow=True).content.decode()
    assert "Invited" not in desk.page()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"birth_date": "15-Mar-1980"}, "This is not the birth date"),
        ({"password": "short"}, "at least 15"),
        ({"birth_date": ""}, "field-error"),
    ],
)
def test_a_wrong_answer_opens_nothing(act, organization, desk, visitor, link, wrong, words):
    desk("portal/", relationship="self", email=MAIL)
    answer = visitor.post(link(), {"birth_date": "14-Mar-1980", "password": PASSWORD, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with act(SystemActor(organization.id)):
        assert PatientGrant.objects.count() == 0


def test_without_mail_a_slip_is_printed(desk, visitor, link):
    answer = desk("portal/", relationship="self", email="")
    slip = desk.page(answer.url.split("/", 3)[3])
    assert html.escape(link()) in slip
    assert "<svg" in slip
    name = re.search(r"[\w-]+@portal\.invalid", slip)[0]
    answer = visitor.post(link(), {"birth_date": "14-Mar-1980", "password": PASSWORD})
    assert name in answer.content.decode()
    visitor.post("/", {"login": name, "password": PASSWORD})
    assert "Hello, Dana" in visitor.get("/portal/", follow=True).content.decode()


def test_a_proxy_with_an_account_adds_the_record(
    client_of, each_on_its_own, organization, desk, visitor, link, dora
):
    sam = new_patient(organization, given="Sam")
    asked = {"relationship": "carer", "name": "Dora Rivera", "email": dora.email}
    assert desk("portal/", **asked).status_code == 409  # she acts for Dana already
    answer = desk.client.post(f"/patients/{sam.id}/portal/", {"patient": sam.id, **asked})
    assert answer.status_code == 302
    assert "You have an account already" in visitor.get(link()).content.decode()

    client = each_on_its_own(client_of(dora), organization)
    answer = client.post(link(), {"birth_date": "14-Mar-1980"})
    assert (answer.status_code, answer.url) == (302, f"/portal/{sam.id}/")
    assert "You are acting for Sam" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 86, "%2e%2e", "ñ"])
def test_a_link_that_nobody_made_is_told_as_one_that_is_over(db, token):
    answer = Client().get(f"/portal/invitation/{token}/")
    assert answer.status_code == 404
    assert "This invitation is no longer open" in answer.content.decode()


def test_a_refused_invitation_says_why_and_keeps_what_was_typed(desk, alice):
    answer = desk("portal/", relationship="self", email=alice.email)
    assert answer.status_code == 409
    assert "A member of staff signs in with this address." in answer.content.decode()
    assert alice.email in answer.content.decode()


def test_the_desk_ends_access_and_takes_it_back(client_of, desk, dana, home):
    client = client_of(dana)
    given = fields(desk.page(), "/end/")
    action = re.search(r'action="(/patients/[^"]*/portal/[^"]*/end/)"', desk.page())[1]
    assert desk(action.split("/", 3)[3], **given).status_code == 302
    assert client.get(home).status_code == 302  # signed out, as there is nothing else to see
    undo = html.unescape(re.search(r'action="([^"]*/restore/[^"]*)"', desk.page())[1])
    assert desk(undo.split("/", 3)[3]).status_code == 302
    assert client_of(dana).get(home).status_code == 200


def test_the_desk_withdraws_an_invitation(desk, visitor, link):
    desk("portal/", relationship="self", email=MAIL)
    action = re.search(r'action="(/patients/[^"]*/withdraw/)"', desk.page())[1]
    desk(action.split("/", 3)[3], **fields(desk.page(), "/withdraw/"))
    assert visitor.get(link()).status_code == 404
    assert "Nobody sees this record in the portal yet." in desk.page()


def test_the_patient_sees_who_acts_for_her_and_ends_it(portal_of, dana, dora, page, home):
    text = page("sharing/")
    assert "Dora Rivera" in text
    assert text.count("End the access of") == 1
    action = re.search(rf'action="{home}(sharing/[^"]*/end/)"', text)[1]
    portal, proxy = portal_of(dana), portal_of(dora)
    assert portal.post(action, fields(text, "/end/")).status_code == 302
    assert proxy.get().status_code == 404
    text = portal.get("sharing/").content.decode()
    undo = html.unescape(re.search(rf'action="{home}(sharing/[^"]*/restore/[^"]*)"', text)[1])
    portal.post(undo)
    assert proxy.get().status_code == 200


def test_a_proxy_sees_the_list_and_ends_nobody(portal_of, dana, dora, page, home):
    portal = portal_of(dora)
    text = portal.get("sharing/").content.decode()
    assert "Dana Rivera" in text
    assert "End the access of" not in text
    action = re.search(rf'action="{home}(sharing/[^"]*/end/)"', page("sharing/"))[1]
    assert portal.post(action, {"version": 1}).status_code == 403
    assert portal_of(dana).get().status_code == 200
