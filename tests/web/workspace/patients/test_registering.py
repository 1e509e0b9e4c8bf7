"""Registration at the desk."""

from decimal import Decimal

import pytest

from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Patient, RelatedPerson

pytestmark = pytest.mark.django_db

ADA = {
    "given": "Ada",
    "family": "Okafor",
    "birth_date": "7/14/45",
    "gender": "female",
    "phone": "(212) 555-0142",
}


def stored() -> list[str]:
    return [str(one) for one in Patient.objects.order_by("created_at", "id")]


def test_five_fields_are_enough(act, client_of, bob, organization):
    page = client_of(bob).get("/patients/new/")
    required = [name for name, field in page.context["form"].fields.items() if field.required]
    answer = client_of(bob).post("/patients/new/", ADA)

    assert required == ["given", "family", "birth_date", "phone", "gender"]
    with act(bob):
        patient = Patient.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{patient.id}/")
    assert (str(patient), f"{patient.birth_date}") == ("Ada Okafor", "1945-07-14")


def test_one_may_go_on_to_book(act, client_of, bob, organization):
    answer = client_of(bob).post("/patients/new/", ADA | {"then": "book"})

    with act(bob):
        assert answer["Location"] == f"/appointments/new/?patient={Patient.objects.get().id}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"contact_by": "email"}, "phone"),
        ({"contact_by": "email", "email": "ada@home.test"}, "email"),
        ({"contact_by": "none"}, "none"),
    ],
    ids=["no address", "address", "wish"],
)
def test_nobody_is_reached_by_mail_without_an_address(act, client_of, bob, organization, typed, kept):
    client_of(bob).post("/patients/new/", ADA | typed)

    with act(bob):
        assert Patient.objects.get().contact_by == kept


def test_insurance_and_contact_come_along(act, client_of, bob, organization):
    with act(bob):
        payer = Payer.objects.create(name="Aetna")
    more = {
        "payer": str(payer.id),
        "member_id": "W1",
        "copay_amount": "20",
        "contact_name": "Chidi",
        "contact_relationship": "SPS",
    }
    client_of(bob).post("/patients/new/", ADA | more)

    with act(bob):
        coverage, person = Coverage.objects.get(), RelatedPerson.objects.get()
        assert (coverage.payer, coverage.member_id, coverage.priority) == (payer, "W1", 1)
        assert coverage.copay_amount == Decimal("20")
        assert (person.name, person.relationship_word) == ("Chidi", "Spouse")
        assert person.is_emergency_contact


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"family": ""}, "family"),
        ({"birth_date": "31-Feb-1945"}, "birth_date"),
        ({"birth_date": "1-Jan-2090"}, "birth_date"),
        ({"birth_date": "1-Jan-1800"}, "birth_date"),
        ({"gender": "odd"}, "gender"),
        ({"email": "nowhere"}, "email"),
        ({"contact_phone": "1"}, "contact_name"),
    ],
)
def test_a_mistake_keeps_what_was_typed(act, client_of, bob, organization, changes, field):
    page = client_of(bob).post("/patients/new/", ADA | changes)

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "(212) 555-0142" in page.content.decode()
    with act(bob):
        assert stored() == []


def test_likely_duplicates_are_shown_while_typing(client_of, bob, enrolled):
    known = enrolled()
    page = client_of(bob).post("/patients/new/duplicates/", {"given": "Ada", "family": "Okafor"})

    assert page.templates[0].name == "workspace/patients/duplicates.html"
    assert [one.patient.id for one in page.context["likenesses"]] == [known.id]
    assert b"Same family name" in page.content


def test_a_likely_duplicate_is_shown_again_before_it_is_saved(act, client_of, bob, enrolled):
    known = enrolled()
    client = client_of(bob)
    page = client.post("/patients/new/", ADA)

    assert page.status_code == 409
    assert f'name="seen" value="{known.id}"' in page.content.decode()
    with act(bob):
        assert stored() == ["Ada Okafor"]

    assert client.post("/patients/new/", ADA | {"seen": str(known.id)}).status_code == 302
    with act(bob):
        assert stored() == ["Ada Okafor", "Ada Okafor"]


def test_the_same_form_sent_twice_registers_once(act, client_of, bob, organization):
    client = client_of(bob)
    first = client.post("/patients/new/", ADA | {"idempotency_key": "one"})
    again = client.post("/patients/new/", ADA | {"idempotency_key": "one"})

    assert first["Location"] == again["Location"]
    with act(bob):
        assert stored() == ["Ada Okafor"]


def test_a_nurse_registers_without_insurance(client_of, nina, organization):
    page = client_of(nina).get("/patients/new/")

    assert "payer" not in page.context["form"].fields
    assert client_of(nina).post("/patients/new/", ADA | {"payer": "x"}).status_code == 302


@pytest.mark.parametrize("who", ["alice", "lena", "bill", "adam", "petra", "charlie"])
def test_who_does_not_register(act, client_of, bob, request, who):
    client = client_of(request.getfixturevalue(who))

    assert client.get("/patients/new/").status_code == 403
    assert client.post("/patients/new/", ADA).status_code == 403
    assert client.post("/patients/new/duplicates/", ADA).status_code == 403
    with act(bob):
        assert stored() == []
