"""Who may come in, and for what."""

import pytest

from osler.foundation.accounts.models import ApiToken
from osler.interop.fhir.doors.tokens import forget_callers
from osler.kernel import clock
from tests.interop.fhir.conftest import bring, height, id_here, issues
from tests.interop.fhir.examples import example


@pytest.mark.parametrize("path", ["/Patient", "/Patient/1", "/Patient/1/_history", "/Patient/1/$everything"])
def test_without_a_token_there_is_no_answer(path, db, api_of):
    answer = api_of(None).get(path)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert issues(answer) == [("login", "")]


@pytest.mark.parametrize("change", [{"revoked_at": clock.now()}, {"expires_at": clock.now()}])
def test_a_token_that_has_ended_is_no_token(change, api):
    assert api.get("/Patient").status_code == 200

    ApiToken.objects.update(**change)
    forget_callers()

    assert api.get("/Patient").status_code == 401


@pytest.mark.parametrize(
    ("scope", "read", "search", "create", "other"),
    [
        ("user/*.cruds", 200, 200, 201, 200),
        ("user/Observation.rs", 200, 200, 403, 403),
        ("user/Observation.r", 200, 403, 403, 403),
        ("user/Observation.s", 403, 200, 403, 403),
        ("user/Observation.c", 403, 403, 201, 403),
        ("user/Observation.read", 200, 200, 403, 403),
        ("user/Observation.write user/Patient.read", 403, 403, 201, 200),
    ],
)
def test_scopes_narrow_what_a_token_is_for(scope, read, search, create, other, alice, chart, api_of):
    api = api_of(alice, scope)

    assert api.get(f"/Observation/{chart['Observation']}").status_code == read
    assert api.get("/Observation").status_code == search
    assert api.post("/Observation", height(chart["Patient"])).status_code == create
    assert api.get(f"/Patient/{chart['Patient']}").status_code == other


def test_roles_narrow_it_too(chart, bill, bob, lena, adam, api_of):
    key = chart["Observation"]

    assert [api_of(actor).get(f"/Observation/{key}").status_code for actor in (bill, bob, adam)] == [403] * 3
    assert api_of(lena).get(f"/Observation/{key}").status_code == 404  # a vital sign is not the laboratory's
    assert api_of(bob).get(f"/Patient/{chart['Patient']}").status_code == 200


def test_a_patient_reads_his_own_record_and_nobody_elses(dana, dana_patient, chart, organization, api_of):
    bring(organization, {**example("Observation", str(dana_patient.id)), "id": "hers"})
    api = api_of(dana, "patient/*.rs")

    found = api.found("/Observation")

    assert [each["id"] for each in found] == [str(id_here(organization, "Observation", "hers"))]
    assert api.get(f"/Patient/{dana_patient.id}").status_code == 200
    assert api.get(f"/Patient/{chart['Patient']}").status_code == 404
    assert api.get(f"/Patient/{chart['Patient']}/$everything").status_code == 404
