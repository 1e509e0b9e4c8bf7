import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from osler.foundation.ui import views
from osler.kernel.errors import Conflict, Denied


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (views.bad_request, 400, "Nothing was changed and nothing was lost."),
        (views.forbidden, 403, "This part of Osler belongs to another role. Nothing was changed."),
        (views.not_found, 404, "not yours to see"),
        (views.server_error, 500, "What was saved before is safe"),
    ],
)
def test_each_failure_says_what_happened_and_what_is_next(view: object, status: int, words: str) -> None:
    request = RequestFactory().get("/")
    request.request_id = "0199-ref"  # type: ignore[attr-defined]

    response = view(request)  # type: ignore[operator]
    html = response.content.decode()

    assert response.status_code == status
    assert words in html
    assert "Reference 0199-ref" in html
    assert 'href="/"' in html


def test_while_the_database_is_away_it_is_not_our_fault_but_try_again() -> None:
    request = RequestFactory().get("/")

    try:
        raise OperationalError("the connection is lost")
    except OperationalError:
        response = views.server_error(request)

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "whether this last step was done is not known" in response.content.decode()


def test_an_unknown_address_is_a_page(visitor: Client) -> None:
    assert visitor.get("/nowhere/").status_code == 404


@pytest.mark.parametrize(
    ("refusal", "heading"),
    [(Denied(), "Your role does not allow this"), (Conflict(), "This could not be done")],
)
def test_a_refusal_is_told_in_its_words(refusal: Denied | Conflict, heading: str) -> None:
    context = {"refusal": refusal, "status": refusal.status, "reference": "r"}

    page = render_to_string("ui/errors/refusal.html", context)
    fragment = render_to_string("ui/errors/fragment.html", context)

    assert f"<h1>{heading}</h1>" in page
    assert str(refusal) in page
    assert str(refusal) in fragment
    assert "data-refusal" in fragment


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "409", "429", "500", "503", "no_permission"])
def test_each_error_page_can_be_drawn_without_a_request(name: str) -> None:
    assert render_to_string(f"ui/errors/{name}.html").strip()
