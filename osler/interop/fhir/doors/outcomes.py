"""OperationOutcomes: what went wrong, where, and what kind of wrong it is."""

from collections.abc import Sequence
from string import ascii_letters
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from osler.interop.fhir.lossless import write_json
from osler.interop.fhir.validation.problems import Issue, sayable

REFUSALS = "urn:osler:refusal"
FHIR_JSON = "application/fhir+json; charset=utf-8"
CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    428: "required",
    500: "exception",
    503: "transient",
}


class Trouble(Exception):
    """A request that cannot be answered: HTTP status, words, place."""

    def __init__(self, status: int, words: str, *, path: str = "", code: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.issues = [Issue(path, code or CODES[status], words)]
        self.headers: dict[str, str] = {}
        self.entry: int | None = None
        """Which of several resources it is about."""
        self.shown: tuple[UUID, ...] = ()
        """Patients of whom the answer tells something: its access event names them."""

    def seen_from(self, entry: int) -> "Trouble":
        """The same with its places as the Bundle knows them."""
        self.issues = [each._replace(path=in_bundle(each.path, entry)) for each in self.issues]
        return self


class Unsound(Trouble):
    """A resource that is not valid."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(422, "")
        self.issues = list(issues)


def in_bundle(path: str, entry: int) -> str:
    """The place of an element of an entry's resource, or of its request, in the Bundle."""
    if path.startswith("Bundle."):
        return path
    if path.startswith("http."):
        return f"Bundle.entry[{entry}].request.url"
    return f"Bundle.entry[{entry}].resource{path.lstrip(ascii_letters)}"


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """An OperationOutcome of these issues."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": issue.severity,
                "code": issue.code,
                **({"details": {"coding": [coding_of(issue)]}} if issue.refusal else {}),
                "diagnostics": sayable(issue.diagnostics),
                **({"expression": [sayable(issue.path)]} if issue.path else {}),
            }
            for issue in issues
        ],
    }


def coding_of(issue: Issue) -> dict[str, str]:
    """The clinic's own word for a refusal."""
    return {"system": REFUSALS, "code": issue.refusal}


def trouble_response(trouble: Trouble) -> HttpResponse:
    """The answer to a request that cannot be answered."""
    response = HttpResponse(write_json(outcome(trouble.issues)), FHIR_JSON, trouble.status)
    for name, value in trouble.headers.items():
        response[name] = value
    if trouble.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
