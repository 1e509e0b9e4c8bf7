"""The insurers' page: what is added there can be chosen at registration."""

from osler.clinic.insurance.models import Payer


def state(act, actor):
    with act(actor):
        return list(Payer.objects.order_by("name").values_list("name", "payer_number", "active"))


def offered(client):
    form = client.get("/patients/new/").context["form"]
    return [payer.name for payer in form.fields["payer"].queryset]


def test_what_is_added_is_offered_at_registration_until_it_is_retired(act, client_of, adam, bill, bob):
    office, desk = client_of(bill), client_of(bob)
    assert offered(desk) == []
    done = office.post("/administration/payers/new/", {"name": "Harbor", "payer_number": "60002"})
    assert (done.status_code, offered(desk)) == (302, ["Harbor"])
    with act(bill):
        payer = Payer.objects.get()
    renamed = client_of(adam).post(
        f"/administration/payers/{payer.id}/", {"name": "Harbor Plan", "version": "1"}
    )
    assert (renamed.status_code, offered(desk)) == (302, ["Harbor Plan"])
    office.post(f"/administration/payers/{payer.id}/retire/", {"version": "2"})
    assert offered(desk) == []
    assert "Harbor Plan" in office.get("/administration/payers/").content.decode()
    office.post(f"/administration/payers/{payer.id}/restore/?version=3")
    assert offered(desk) == ["Harbor Plan"]


def test_what_is_refused_is_said_and_changes_nothing(act, client_of, bill):
    client = client_of(bill)
    client.post("/administration/payers/new/", {"name": "Harbor"})
    client.post("/administration/payers/new/", {"name": "Northern"})
    with act(bill):
        payer = Payer.objects.get(name="Harbor")
    before = state(act, bill)
    for url, fields, status, said in (
        ("new/", {"name": ""}, 422, "Name"),
        ("new/", {"name": "Harbor"}, 409, "is there already"),
        (f"{payer.id}/", {"name": "Northern", "version": "1"}, 409, "is there already"),
        (f"{payer.id}/", {"name": "X", "version": "7"}, 412, "changed this in the meantime"),
    ):
        answer = client.post(f"/administration/payers/{url}", fields)
        assert (answer.status_code, said in answer.content.decode()) == (status, True)
        assert state(act, bill) == before
