"""Every form and every parameter of workspace and portal, filled with what nobody expects (A68).

The forms are those that the pages show: found by following links in each role. Each case is sent in a
savepoint that is undone, so that all cases meet the same clinic. 120 a run, with OSLER_FULL=1 400.
"""

import random

import pytest
from django.test import Client

from tests.environment import FULL
from tests.hostile.clinic import Clinic
from tests.hostile.conftest import cases


def test_pages_answer_whatever_comes(clinic: Clinic, chance: random.Random) -> None:
    faults: dict[str, str] = {}
    for number in range(cases(400 if FULL else 120)):
        case = clinic.case(chance)
        fault = clinic.fault_of(case)
        if fault:
            faults.setdefault(
                f"{fault[:80]} {case.address.partition('?')[0][:20]}", f"case {number}: {fault}: {case}"
            )
        assert len(faults) < 40, faults

    print(sorted(clinic.statuses.items()), *faults.values(), sep="\n")
    assert len(faults) == 0


def test_what_is_tried_is_nearly_everything(clinic: Clinic) -> None:
    """The crawl finds the forms; without this check an emptied page would make the test above idle."""
    routes = {route for reach in clinic.reaches.values() for route in reach.forms if reach.forms[route]}

    assert len(routes) > 110, sorted(routes)


@pytest.mark.parametrize("address", ["profile/", "visits/ask/"])
def test_an_empty_form_is_told_what_it_lacks(clinic: Clinic, address: str) -> None:
    answer = clinic.doors["patient"].post(f"/portal/{clinic.own_id}/{address}", {"patient": clinic.own_id})

    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 9_000, "[{" * 300 + "}]" * 300])
@pytest.mark.parametrize(
    ("who", "address", "name"),
    [
        ("billing", "/patients/", "after"),
        ("nobody", "/accounts/2fa/webauthn/login/", "credential"),
        ("patient", "/portal/", "anything"),
    ],
)
def test_what_is_nested_absurdly_is_refused_before_anybody_reads_it(
    doors: dict[str, Client], who: str, address: str, name: str, text: str
) -> None:
    answers = [doors[who].get(address, {name: text}), doors[who].post(address, {name: text})]

    assert {answer.status_code for answer in answers} <= {405, 422}
    assert any("nested too deeply" in answer.content.decode() for answer in answers)


def test_brackets_side_by_side_are_words(doors: dict[str, Client]) -> None:
    assert doors["reception"].get("/patients/", {"q": "[x] " * 40 + "[]" * 600}).status_code == 200


def test_a_superscript_is_no_version(clinic: Clinic) -> None:
    data = {"patient": clinic.own_id, "version": "²"}
    assert clinic.doors["patient"].post(f"/portal/{clinic.own_id}/profile/", data).status_code == 422


@pytest.mark.parametrize("place", ["http://[::1", "//[", "http://[v1.x]:99999999/", "\\\\["])
@pytest.mark.parametrize(
    "page", ["/", "/accounts/login/", "/accounts/password/reset/", "/accounts/2fa/webauthn/login/"]
)
def test_a_way_back_that_is_no_address_is_left_out(doors: dict[str, Client], page: str, place: str) -> None:
    assert doors["nobody"].get(page, {"next": place}).status_code in (200, 302)
    assert doors["nobody"].post(page, {"next": place, "login": "a@example.org"}).status_code < 500
