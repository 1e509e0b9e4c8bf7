"""The one question of this package: what is wrong with this JSON as an R4 resource?"""

from typing import Any

from osler.interop.fhir.validation.problems import MOST_ISSUES, Issue
from osler.interop.fhir.validation.schema import SCHEMA


def validate(resource: Any) -> list[Issue]:
    """All that is wrong with a resource, each with its place; never raises, whatever the JSON.

    Values as `lossless.read_json` gives them: decimals as Decimal. Profiles, display names and
    codes of open value sets are not looked at.
    """
    try:
        found = SCHEMA.resource(resource)
    except RecursionError:
        return [Issue("", "too-costly", "is nested too deeply")]
    if found is None:
        return []
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    root = name if isinstance(name, str) and name.isalpha() and name.isascii() else "Resource"
    return [Issue(f"{root}{path}", code, words) for path, code, words in found[:MOST_ISSUES]]
