"""Who is at the other end: behind proxies that the site trusts, the address that they pass on.

Anybody can send X-Forwarded-For; it is believed only as far as trusted proxies wrote it: from its end,
up to the first address that is none of theirs (OSLER_TRUSTED_PROXIES).
"""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]


def is_trusted(address: str) -> bool:
    """Whether an address is that of one of the site's proxies."""
    found = ip_address(address)
    return any(found in network for network in settings.TRUSTED_PROXIES if network.version == found.version)


def plain(address: str) -> str | None:
    """An address in its one spelling; None for what is no address."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(found)


def person_of(peer: str, forwarded: str) -> str:
    """The address of the person, seen from the peer backwards through the trusted proxies."""
    person = plain(peer)
    if person is None:
        return peer
    for hop in reversed(forwarded.split(",")):
        further = plain(hop)
        if not is_trusted(person) or further is None:
            break
        person = further
    return person


class TrustedProxies:
    """Puts the person's address, and the scheme that the browser speaks, in the place of the proxy's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = plain(request.META.get("REMOTE_ADDR", ""))
        if settings.TRUSTED_PROXIES and peer is not None and is_trusted(peer):
            request.META["REMOTE_ADDR"] = person_of(peer, request.headers.get("X-Forwarded-For", ""))
            scheme = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip()
            if scheme in ("http", "https"):
                request.META["wsgi.url_scheme"] = scheme
        return self.get_response(request)
