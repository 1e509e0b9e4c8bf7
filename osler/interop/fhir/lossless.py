"""JSON in and out without loss: decimals keep their digits, and what JSON leaves open is refused.

R4 json.html: "1.0" and "1.00" differ; property names are unique; arrays and objects are never empty.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

DEEPEST = 60
LONGEST_WHOLE = 18  # digits that fit 64 bits


class NotJson(ValueError):
    """The text is not JSON, or is JSON that cannot be kept (duplicate names, absurd depth or numbers)."""


def read_json(text: bytes | str) -> Any:
    """Parse JSON; numbers with a fraction or exponent, and very long ones, become Decimal."""
    try:
        value = _decoder.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except NotJson:
        raise
    except RecursionError as error:
        raise NotJson("is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} (line {error.lineno}, column {error.colno})") from error
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8 (byte {error.start})") from error
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    if raw.count(b"[") + raw.count(b"{") > DEEPEST:
        _refuse_depth(value)
    return value


def write_json(value: Any) -> bytes:
    """The shortest JSON of a value; decimals as they were read."""
    try:
        return orjson.dumps(value, default=_decimal)
    except orjson.JSONEncodeError as error:
        raise NotJson(str(error)) from error


def write_text(value: Any) -> str:
    """The shortest JSON of a value as text."""
    return write_json(value).decode()


def _decimal(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _number(token: str) -> Decimal:
    try:
        return Decimal(token)
    except InvalidOperation as error:
        raise NotJson(f"the number {token[:20]}… cannot be kept") from error


def _whole(token: str) -> int | Decimal:
    return int(token) if len(token) <= LONGEST_WHOLE else _number(token)


def _refuse_constant(token: str) -> Any:
    raise NotJson(f"{token} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJson(f"the property {twice[:60]!a} is given twice")
    return found


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_number,
    parse_int=_whole,
    parse_constant=_refuse_constant,
)


def _refuse_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise NotJson(f"is nested more than {DEEPEST} levels deep")
        inner: list[Any] = []
        for part in level:
            if type(part) is dict:
                inner.extend(each for each in part.values() if type(each) in (dict, list))
            elif type(part) is list:
                inner.extend(each for each in part if type(each) in (dict, list))
        level = inner
