"""The desk's page as the administrator sets it: drafted, looked at, put in force, taken back."""

import pytest

from osler.clinic.patients.models import DeskField, DeskPage, DeskSection, OwnValue, Patient

pytestmark = pytest.mark.django_db
URL = "/administration/desk-page/"
ADA = {"given": "Ada", "family": "Okafor", "birth_date": "7/14/45", "gender": "female", "phone": "1"}


@pytest.fixture
def office(client_of, adam):
    client = client_of(adam)
    assert "As shipped" in client.get(URL).content.decode()
    client.post(f"{URL}begin/")
    return client


@pytest.fixture
def field_of(act, adam):
    def find(name):
        with act(adam):
            return DeskField.objects.select_related("section").get(page__status="draft", name=name)

    return find


def said(field, **changes):
    """What the form of a field sends."""
    names = ("label", "label_es", "hint", "hint_es", "shape", "shape_words", "default")
    flags = ("at_registration", "at_amendment", "is_required", "is_beside")
    sent = {name: getattr(field, name) for name in names} | {"section": str(field.section_id)}
    sent |= {name: "on" for name in flags if getattr(field, name)}
    return {**sent, "version": str(field.version), **changes}


def publish(office, act, adam):
    with act(adam):
        draft = DeskPage.objects.get(status="draft")
    return office.post(f"{URL}publish/", {"version": str(draft.version)})


def test_a_field_is_hidden_reworded_and_required_and_comes_back(act, client_of, adam, bob, office, field_of):
    desk = client_of(bob)
    city, pronouns = field_of("city"), field_of("pronouns")
    changed = said(city, label="Town", label_es="Pueblo", is_required="on", shape="@{2,20}")
    assert office.post(f"{URL}fields/{city.id}/", changed).status_code == 302
    hidden = {name: value for name, value in said(pronouns).items() if name != "at_registration"}
    assert office.post(f"{URL}fields/{pronouns.id}/", hidden).status_code == 302
    before = desk.get("/patients/new/").content.decode()
    assert ("Town" in before, 'name="pronouns"' in before) == (False, True)

    preview = office.get(f"{URL}preview/").content.decode()
    assert ("Town" in preview, 'name="pronouns"' in preview, "6 fields are required" in preview) == (
        True,
        False,
        True,
    )
    tried = office.post(f"{URL}preview/", ADA | {"city": "T1"})
    assert (tried.status_code, list(tried.context["form"].errors)) == (422, ["city"])
    assert office.post(f"{URL}preview/", ADA | {"city": "Troy"}).status_code == 200

    assert publish(office, act, adam).status_code == 302
    page = desk.get("/patients/new/").content.decode()
    assert ("Town" in page, 'name="pronouns"' in page) == (True, False)
    for city_typed, status in (("", 422), ("T1", 422), ("Troy", 302)):
        answer = desk.post("/patients/new/", ADA | {"city": city_typed})
        assert answer.status_code == status
        assert status == 302 or list(answer.context["form"].errors) == ["city"]
    with act(bob):
        assert Patient.objects.get().city == "Troy"

    office.post(f"{URL}shipped/")
    assert 'name="pronouns"' in desk.get("/patients/new/").content.decode()
    with act(adam):
        first = DeskPage.objects.get(edition=1)
    office.post(f"{URL}editions/{first.id}/restore/")
    assert "Town" in desk.get("/patients/new/").content.decode()
    assert "Edition 3" in office.get(URL).content.decode()


def test_a_field_of_the_clinics_own_is_asked_shown_and_changed(act, client_of, adam, bob, office):
    with act(adam):
        section = DeskSection.objects.get(key="contact")
    options = "n | North | Norte\ns | South | Sur"
    fields = {"label": "Parish", "kind": "choice", "section": str(section.id), "options": options}
    assert office.post(f"{URL}fields/new/", fields).status_code == 302
    publish(office, act, adam)
    desk = client_of(bob)
    assert "North" in desk.get("/patients/new/").content.decode()
    assert desk.post("/patients/new/", ADA | {"own_parish": "x"}).status_code == 422
    desk.post("/patients/new/", ADA | {"own_parish": "n"})
    with act(bob):
        patient = Patient.objects.get()
        assert OwnValue.objects.get().text == "n"
    page = desk.get(f"/patients/{patient.id}/").content.decode()
    assert ("Parish" in page, "North" in page) == (True, True)
    edit = desk.get(f"/patients/{patient.id}/edit/").content.decode()
    assert '<option value="n" selected>' in edit
    sent = ADA | {"contact_by": "phone", "language": "en", "active": "on", "own_parish": "s", "version": "1"}
    assert desk.post(f"/patients/{patient.id}/edit/", sent).status_code == 302
    stale = desk.post(f"/patients/{patient.id}/edit/", sent | {"own_parish": "n"})
    assert (stale.status_code, [one.saved for one in stale.context["differences"]]) == (412, ["South"])
    with act(bob):
        assert OwnValue.objects.get().text == "s"


def test_sections_are_added_and_fields_move(act, adam, office, field_of):
    made = office.post(f"{URL}sections/new/", {"title": "Work", "position": "25"})
    with act(adam):
        work = DeskSection.objects.get(key="work")
    assert made.status_code == 302
    email = field_of("email")
    office.post(f"{URL}fields/{email.id}/", said(email, section=str(work.id)))
    assert field_of("email").section_id == work.id
    office.post(
        f"{URL}sections/{work.id}/", {"title": "Job", "position": "5", "is_folded": "on", "version": "1"}
    )
    assert "Job" in office.get(URL).content.decode()
    given = field_of("given")
    office.post(f"{URL}fields/{given.id}/down/", {"version": str(given.version)})
    assert field_of("given").position > field_of("family").position


@pytest.mark.parametrize(
    ("name", "changes", "status", "errors"),
    [
        ("city", {"shape": "#{"}, 422, ["shape"]),
        ("city", {"least": "5", "most": "2"}, 422, ["most"]),
        ("city", {"version": "7"}, 412, ["__all__"]),
        ("language", {"default": "xx"}, 422, ["default"]),
        ("city", {"shape": "##", "try": "1", "example": "a"}, 422, ["example"]),
    ],
)
def test_what_is_refused_is_said_at_its_field(act, adam, office, field_of, name, changes, status, errors):
    field = field_of(name)
    answer = office.post(f"{URL}fields/{field.id}/", said(field, **changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (status, errors)
    assert field_of(name).version == field.version


def test_a_rule_is_tried_before_it_is_saved(office, field_of):
    field = field_of("city")
    sent = said(field, shape="##", example="12")
    answer = office.post(f"{URL}fields/{field.id}/", sent | {"try": "1"})

    assert (answer.status_code, "This fits" in answer.content.decode()) == (200, True)
    assert field_of("city").shape == ""


def test_much_that_is_required_is_warned_of(office, field_of):
    for name in ("email", "line", "city", "state"):
        field = field_of(name)
        assert "That is much to ask" not in office.get(URL).content.decode()
        office.post(f"{URL}fields/{field.id}/", said(field, is_required="on"))
    page = office.get(URL).content.decode()
    assert ("9 fields are required" in page, "That is much to ask" in page) == (True, True)


def test_a_draft_is_discarded(act, adam, office):
    office.post(f"{URL}discard/", {"version": "1"})

    assert "As shipped" in office.get(URL).content.decode()
    with act(adam):
        assert not DeskPage.objects.exists()
    assert office.post(f"{URL}publish/", {"version": "1"}).status_code == 404
    assert office.get(f"{URL}fields/new/").status_code == 404


def test_a_default_begins_the_form_and_stands_for_what_is_hidden(act, client_of, adam, bob, office, field_of):
    state, line = field_of("state"), field_of("line")
    office.post(f"{URL}fields/{state.id}/", said(state, default="NY"))
    hidden = {
        name: value
        for name, value in said(line, default="General delivery").items()
        if name != "at_registration"
    }
    office.post(f"{URL}fields/{line.id}/", hidden)
    helped = said(field_of("needs_interpreter"), default="yes")
    del helped["at_registration"]
    office.post(f"{URL}fields/{field_of('needs_interpreter').id}/", helped)
    publish(office, act, adam)
    desk = client_of(bob)
    assert 'value="NY"' in desk.get("/patients/new/").content.decode()
    desk.post("/patients/new/", ADA | {"state": "MA"})
    with act(bob):
        patient = Patient.objects.get()
    assert (patient.state, patient.line, patient.needs_interpreter) == ("MA", "General delivery", True)


@pytest.mark.parametrize("who", ["bob", "alice", "bill", "petra"])
def test_who_sets_no_page(client_of, request, who):
    client = client_of(request.getfixturevalue(who))

    assert {client.get(URL).status_code, client.post(f"{URL}begin/").status_code} == {403}
