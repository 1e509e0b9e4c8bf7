"""Template words of the desk."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template

register = template.Library()


@register.filter
def of(found: Mapping[UUID, Any], key: UUID) -> Any:
    """What a mapping has for a key; nothing if it has none."""
    return (found or {}).get(key, ())
