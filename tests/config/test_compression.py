"""What travels compressed, and to whom."""

import gzip

import pytest

BROWSER = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_is_compressed_for_its_reader(client, db, site):
    plain = client.get("/ui/patterns/practice/")

    answer = client.get("/ui/patterns/practice/", **BROWSER, HTTP_SEC_FETCH_SITE=site)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert len(answer.content) < len(plain.content) / 3
    assert gzip.decompress(answer.content)[:15] == b"<!doctype html>"
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_SEC_FETCH_SITE": "same-site"}]
)
def test_another_site_learns_nothing_from_its_length(client, db, headers):
    answer = client.get("/ui/patterns/practice/", **BROWSER, **headers)

    assert "Content-Encoding" not in answer.headers
    assert answer.content.startswith(b"<!doctype html>")


def test_whoever_takes_no_gzip_gets_the_page(client, db):
    answer = client.get("/ui/patterns/practice/", HTTP_SEC_FETCH_SITE="same-origin")

    assert answer.content.startswith(b"<!doctype html>")


def test_what_is_no_page_is_left_alone(client, db):
    answer = client.get("/fhir/R4/metadata", **BROWSER, HTTP_SEC_FETCH_SITE="same-origin")

    assert "Content-Encoding" not in answer.headers
