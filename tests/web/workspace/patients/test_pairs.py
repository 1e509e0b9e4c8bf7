"""The work list of possible duplicates, and one pair side by side."""

from datetime import date

import pytest

from osler.clinic.patients.models import MatchPair
from osler.clinic.patients.pairs import sweep_some
from osler.foundation.access.roles import Role
from osler.foundation.audit.models import AuditEvent
from osler.foundation.ui.notices import undo_url
from osler.kernel.keys import uuid7
from tests.conftest import new_actor, new_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def swept(act, adam, enrolled):
    """Ada registered twice, and Zed's twins; both pairs found."""
    for given in ("Ada", "Adah"):
        enrolled(given=given, email=f"{given}@home.test", line="12 Elm Street", postal_code="10001")
    for given in ("Zed", "Yuri"):
        enrolled(
            given=given, family="Young", birth_date=date(2015, 1, 2), phone="917 555 0000", gender="male"
        )
    with act(adam):
        while sweep_some(actor=adam):
            pass
        return list(MatchPair.objects.order_by("-weight"))


def names(page) -> list[set[str]]:
    return [{one.pair.one.list_name, one.pair.other.list_name} for one in page.context["pairs"]]


def test_the_likeliest_pair_stands_first_with_its_reasons(client_of, bob, adam, swept):
    for clerk in (bob, adam):
        page = client_of(clerk).get("/patients/duplicates/")

        assert names(page) == [{"Okafor, Ada", "Okafor, Adah"}, {"Young, Zed", "Young, Yuri"}]
        assert "Same birth date" in page.content.decode()
        assert "Different given name" in page.content.decode()
    event = AuditEvent.objects.filter(detail="possible duplicates").order_by("-id")[0]
    assert set(event.patient_ids) == {key for pair in swept for key in (pair.one_id, pair.other_id)}


def test_the_list_may_be_searched_and_pages_follow(client_of, bob, swept, monkeypatch):
    monkeypatch.setattr("osler.web.workspace.patients.pairs.PAGE", 1)
    client = client_of(bob)

    assert names(client.get("/patients/duplicates/?q=young")) == [{"Young, Zed", "Young, Yuri"}]
    assert names(client.get("/patients/duplicates/?q=nobody")) == []
    first = client.get("/patients/duplicates/")
    assert names(first) == [{"Okafor, Ada", "Okafor, Adah"}]
    assert names(client.get(first.context["page"].next_url)) == [{"Young, Zed", "Young, Yuri"}]
    for place in ("x", "[]", '["x","y"]', '["NaN","y"]', '["1e9","y"]', '["1","y"]'):
        assert client.get("/patients/duplicates/", {"after": place}).status_code == 422


def test_htmx_gets_the_rows_alone(client_of, bob, swept):
    page = client_of(bob).get("/patients/duplicates/?q=ada", headers={"HX-Request": "true"})

    assert page.templates[0].name == "workspace/patients/pair_rows.html"
    assert b"<html" not in page.content


def test_the_list_costs_the_same_for_one_pair_and_for_more(
    client_of, bob, swept, django_assert_max_num_queries
):
    client = client_of(bob)
    client.get("/patients/duplicates/")
    with django_assert_max_num_queries(20) as few:
        client.get("/patients/duplicates/?q=young")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/patients/duplicates/")


def test_two_records_stand_side_by_side_with_what_differs(client_of, bob, swept):
    page = client_of(bob).get(f"/patients/duplicates/{swept[0].id}/")

    rows = {row.label: row for row in page.context["rows"]}
    assert rows["Given names"].differs
    assert rows["E-mail"].differs
    assert not rows["Born"].differs
    assert str(rows["Born"].reason.text) == "Same birth date"
    assert f'href="/patients/{swept[0].one_id}/merge/{swept[0].other_id}/"' in page.content.decode()
    event = AuditEvent.objects.get(detail="possible duplicate")
    assert set(event.patient_ids) == {swept[0].one_id, swept[0].other_id}


def test_not_the_same_person_is_kept_with_why_and_can_be_undone(client_of, bob, swept):
    client, pair = client_of(bob), swept[1]
    sent = {"version": pair.version, "reason": "Twins", "idempotency_key": str(uuid7())}
    answer = client.post(f"/patients/duplicates/{pair.id}/refute/", sent, follow=True)

    assert names(answer) == [{"Okafor, Ada", "Okafor, Adah"}]
    [notice] = answer.context["messages"]
    listed = client.get("/patients/duplicates/?status=not-a-duplicate")
    assert names(listed) == [{"Young, Zed", "Young, Yuri"}]
    assert "Twins" in listed.content.decode()
    client.post(undo_url(notice.extra_tags))
    assert len(names(client.get("/patients/duplicates/"))) == 2
    assert MatchPair.objects.get(id=pair.id).reason == ""


def test_a_decision_on_an_old_page_changes_nothing(client_of, bob, swept):
    client, pair = client_of(bob), swept[0]
    answer = client.post(f"/patients/duplicates/{pair.id}/refute/", {"version": pair.version + 1})

    assert answer.status_code == 412
    assert names(client.get("/patients/duplicates/")) == [
        {"Okafor, Ada", "Okafor, Adah"},
        {"Young, Zed", "Young, Yuri"},
    ]


def test_a_pair_of_another_clinic_is_not_here_and_other_roles_are_denied(
    act, client_of, alice, bob, bill, swept
):
    address = f"/patients/duplicates/{swept[0].id}/refute/"
    for actor in (alice, bill):
        assert client_of(actor).post(address).status_code == 403
    elsewhere = new_actor(new_organization("Other Clinic"), Role.RECEPTION, "Carl Low")
    assert client_of(elsewhere).post(address).status_code == 404
    with act(bob):
        assert MatchPair.objects.filter(status="open").count() == 2


def test_home_says_how_many_wait(client_of, bob, adam, swept):
    for actor in (bob, adam):
        page = client_of(actor).get("/home/")
        tile = next(one for one in page.context["tiles"] if str(one.label) == "Possible duplicates")
        assert (tile.value, tile.url) == (2, "/patients/duplicates/")


def test_with_nothing_to_decide_the_page_says_so(client_of, bob):
    assert "No pair waits" in client_of(bob).get("/patients/duplicates/").content.decode()
