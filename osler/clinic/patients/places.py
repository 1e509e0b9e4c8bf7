"""Where a page of a list ends: the sort keys of its last row, as text in an address."""

import json
from uuid import UUID

from osler.kernel.errors import Invalid


def write_place(*keys: object) -> str:
    """The text of a place in a list."""
    return json.dumps([str(key) for key in keys], separators=(",", ":"), ensure_ascii=False)


def read_place(text: str, *, length: int) -> list[str]:
    """The keys out of the text, or Invalid: addresses can be mistyped."""
    try:
        keys = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid from error
    is_sound = isinstance(keys, list) and len(keys) == length
    if not is_sound or not all(isinstance(key, str) and "\0" not in key for key in keys):
        raise Invalid
    return list(keys)


def read_key(text: str) -> UUID:
    """The row key out of a place."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid from error
