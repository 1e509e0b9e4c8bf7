"""Who acts on a row says which version was seen; without it nothing is written (A43).

Of the forms of each route one is sent; with OSLER_FULL=1 each form that each role is shown.
"""

import random
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import transaction

from tests.environment import FULL
from tests.hostile.clinic import Case, Clinic
from tests.hostile.nasty import urlencoded
from tests.hostile.sampling import one_of_each

pytestmark = pytest.mark.slow
# A visit is begun once, by whoever comes first; words over a note without any are never too late.
ANY_VERSION = {
    "/encounters/of/<uuid:appointment_id>/",
    "/encounters/<uuid:encounter_id>/note/",
    "/encounters/<uuid:encounter_id>/note/template/",
}


def posted(clinic: Clinic, chance: random.Random) -> list[tuple[str, Case]]:
    """Forms that pages show, by their routes, filled as they stand there: those with a version first."""
    by_route = [(route, (route, case)) for route, case in _posted(clinic, chance)]
    named = [one for one in by_route if names_version(one[1][1])]
    rest = [one for one in by_route if one[0] not in {route for route, _ in named}]
    return one_of_each(by_route if FULL else [*named, *rest])


def _posted(clinic: Clinic, chance: random.Random) -> Iterator[tuple[str, Case]]:
    for role, reach in clinic.reaches.items():
        for route, forms in reach.forms.items():
            for form in forms:
                if form.method == "post" and form.is_shown:
                    yield route, Case(role, "post", form.action, urlencoded(form.filled(chance)))


def names_version(case: Case) -> bool:
    return "version" in dict(parse_qsl(case.body.decode())) or "version" in dict(parse_qsl(query(case)))


def query(case: Case) -> str:
    return urlsplit(case.address).query


def without_version(case: Case) -> Case:
    def rest(text: str) -> str:
        return urlencode([pair for pair in parse_qsl(text, keep_blank_values=True) if pair[0] != "version"])

    address = f"{case.address.partition('?')[0]}?{rest(query(case))}"
    return Case(case.role, "post", address, rest(case.body.decode()).encode())


def answer_to(clinic: Clinic, case: Case) -> tuple[int, int]:
    """The status, and how much was written; all is undone."""
    client = clinic.doors[case.role]
    kept = client.cookies.copy()
    with transaction.atomic():
        status = case.send(client).status_code
        written = clinic.count_written() - clinic.written
        transaction.set_rollback(True)
    client.cookies = kept
    return status, written


def test_a_form_that_lost_its_version_changes_nothing(clinic: Clinic, chance: random.Random) -> None:
    cases = [(route, case) for route, case in posted(clinic, chance) if names_version(case)]
    went_on = {route for route, case in cases if answer_to(clinic, without_version(case))[1]}
    assert len({route for route, _ in cases}) > 30
    assert went_on - ANY_VERSION == set()


def test_no_page_shows_a_form_that_is_stale_from_the_start(clinic: Clinic, chance: random.Random) -> None:
    stale = {route: case for route, case in posted(clinic, chance) if answer_to(clinic, case)[0] == 412}
    assert stale == {}
