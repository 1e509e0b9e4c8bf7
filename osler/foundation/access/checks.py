"""Start refuses a route without a rule (A1)."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the project with its full path pattern."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path)
        else:
            yield path, entry


@register("access")
def every_route_has_a_rule(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error for each undeclared route."""
    return [
        Error(
            f"route {path!r} ({entry.lookup_str}) has no declared rule",
            id="access.E001",
        )
        for path, entry in routes()
        if not hasattr(entry.callback, "rule")
    ]
