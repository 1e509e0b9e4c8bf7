"""What the gallery shows."""

from typing import Any

PATTERNS: tuple[str, ...] = ()


def components() -> dict[str, Any]:
    """Values for the page of components."""
    return {}


def pattern_context(name: str) -> dict[str, Any]:
    """Values for one of the page patterns."""
    return {}
