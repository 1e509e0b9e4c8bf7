"""Pages travel compressed, but never to a request that another site made.

Whoever can make a browser ask for a page with words of his choosing, and sees how long the answers are, can
guess what else stands on it. Browsers say from where a request comes, and no script can say otherwise.
"""

import gzip
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

Next = Callable[[HttpRequest], HttpResponse]
OF_THE_READER = frozenset({"same-origin", "none"})  # our own pages; what was typed or kept as a bookmark
SMALL = 1_000
FAST = 1  # a tenth of the bytes in a millisecond; more effort saves little more


def compress_pages(get_response: Next) -> Next:
    """Outermost of the pages' middlewares."""

    def compress(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not _is_page(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding", "Sec-Fetch-Site"])
        if _is_own(request) and len(response.content) >= SMALL:
            response.content = gzip.compress(response.content, FAST, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return compress


def _is_page(response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and not response.streaming and not response.has_header("Content-Encoding")


def _is_own(request: HttpRequest) -> bool:
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    return takes and request.headers.get("Sec-Fetch-Site") in OF_THE_READER
