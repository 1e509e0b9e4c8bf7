"""Behind proxies people have their own address, and nobody can forge one."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from osler.foundation.access.proxies import TrustedProxies

NETWORKS = (ip_network("10.0.0.0/24"), ip_network("fd00::/8"), ip_network("192.0.2.7/32"))


def seen(peer: str, settings, *, networks=NETWORKS, **headers: str) -> tuple[str, bool]:
    settings.TRUSTED_PROXIES = networks
    found = []

    def view(request) -> HttpResponse:
        found.append((request.META["REMOTE_ADDR"], request.is_secure()))
        return HttpResponse()

    TrustedProxies(view)(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))
    return found[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "person"),
    [
        ("203.0.113.5", "1.2.3.4", "203.0.113.5"),  # no proxy of ours: whatever is said is not heard
        ("203.0.113.5", "10.0.0.9", "203.0.113.5"),
        ("10.0.0.9", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.9", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the first was sent by the person
        ("10.0.0.9", "198.51.100.1, 192.0.2.7, 10.0.0.3", "198.51.100.1"),  # through three proxies
        ("10.0.0.9", "10.0.0.3, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.9", "", "10.0.0.9"),
        ("10.0.0.9", "unknown", "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4, <script>", "10.0.0.9"),
        ("10.0.0.9", "10.0.0.1, 10.0.0.2", "10.0.0.1"),  # all are proxies: somebody on one of them
        ("::ffff:10.0.0.9", "2001:DB8::1", "2001:db8::1"),
        ("fd00::1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("10.0.1.9", "198.51.100.1", "10.0.1.9"),
    ],
)
def test_the_person_is_the_last_who_is_no_proxy(settings, peer, forwarded, person) -> None:
    assert seen(peer, settings, **{"X-Forwarded-For": forwarded})[0] == person


def test_without_proxies_nothing_is_believed(settings) -> None:
    headers = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
    assert seen("10.0.0.9", settings, networks=(), **headers) == ("10.0.0.9", False)


@pytest.mark.parametrize(
    ("peer", "said", "secure"),
    [
        ("10.0.0.9", "https", True),
        ("10.0.0.9", "https, http", False),
        ("10.0.0.9", "ftp", False),
        ("203.0.113.5", "https", False),
    ],
)
def test_a_proxy_says_what_the_browser_speaks(settings, peer, said, secure) -> None:
    assert seen(peer, settings, **{"X-Forwarded-Proto": said})[1] is secure


@pytest.mark.parametrize(
    "name", ["X-Real-IP", "Forwarded", "True-Client-IP", "X-Client-IP", "CF-Connecting-IP"]
)
def test_no_other_header_is_an_address(settings, name) -> None:
    assert seen("10.0.0.9", settings, **{name: "1.2.3.4"})[0] == "10.0.0.9"
