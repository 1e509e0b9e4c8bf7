"""Changing a patient: two at once are shown both versions."""

import pytest

from osler.clinic.patients.models import Patient
from osler.clinic.patients.registration import amend_patient

pytestmark = pytest.mark.django_db


def form_of(page) -> dict[str, str]:
    """What a browser would send back."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    typed = {
        name: form.fields[name].widget.format_value(value) if name == "birth_date" else value
        for name, value in values.items()
    }
    sent = {name: value for name, value in typed.items() if value not in (None, False)}
    return sent | {"version": str(page.context["version"])}


def test_a_change_is_saved(act, client_of, bob, enrolled):
    ada = enrolled()
    client = client_of(bob)
    page = client.get(f"/patients/{ada.id}/edit/")
    answer = client.post(f"/patients/{ada.id}/edit/", form_of(page) | {"family": "Nwosu"})

    assert answer.status_code == 302
    with act(bob):
        stored = Patient.objects.get()
        assert (stored.family, stored.version, stored.active) == ("Nwosu", 2, True)


def test_opening_and_saving_changes_nothing(act, client_of, bob, enrolled):
    ada = enrolled(language="tlh", marital_status="X", phone="")
    client = client_of(bob)
    client.post(f"/patients/{ada.id}/edit/", form_of(client.get(f"/patients/{ada.id}/edit/")))

    with act(bob):
        stored = Patient.objects.get()
        assert (stored.version, stored.language, stored.marital_status) == (1, "tlh", "X")


def test_two_at_once_are_shown_both_versions(act, client_of, bob, nina, enrolled):
    ada = enrolled()
    client = client_of(bob)
    typed = form_of(client.get(f"/patients/{ada.id}/edit/")) | {"family": "Nwosu", "city": "Albany"}
    with act(nina):
        amend_patient(Patient.objects.get(), changes={"family": "Obi"}, version=1, actor=nina)
    page = client.post(f"/patients/{ada.id}/edit/", typed)

    assert page.status_code == 412
    shown = [(one.field_id, one.saved, one.typed) for one in page.context["differences"]]
    assert shown == [("id_family", "Obi", "Nwosu"), ("id_city", "", "Albany")]
    assert 'value="Nwosu"' in page.content.decode()
    with act(bob):
        assert Patient.objects.get().family == "Obi"

    assert client.post(f"/patients/{ada.id}/edit/", typed | {"version": "2"}).status_code == 302
    with act(bob):
        assert Patient.objects.get().family == "Nwosu"


@pytest.mark.parametrize("version", ["", "x", "99999999999999"])
def test_a_form_without_its_version_changes_nothing(act, client_of, bob, enrolled, version):
    ada = enrolled()
    client = client_of(bob)
    typed = form_of(client.get(f"/patients/{ada.id}/edit/")) | {"family": "Obi", "version": version}

    assert client.post(f"/patients/{ada.id}/edit/", typed).status_code == 412
    with act(bob):
        assert Patient.objects.get().family == "Okafor"


@pytest.mark.parametrize(("who", "status"), [("lena", 403), ("bill", 403), ("adam", 403), ("petra", 403)])
def test_who_changes_nobody(act, client_of, bob, enrolled, request, who, status):
    ada = enrolled()
    client = client_of(request.getfixturevalue(who))

    assert client.post(f"/patients/{ada.id}/edit/", {"family": "Obi"}).status_code == status
    with act(bob):
        assert Patient.objects.get().version == 1
