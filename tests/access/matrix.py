"""The reviewed table of routes: what each is for, by which methods, for whom."""

import re
from dataclasses import dataclass
from pathlib import Path

from osler.foundation.access.checks import routes
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import RouteRule

REVIEWED = Path(__file__).with_name("routes.txt")
HEAD = "# route | methods | roles | patient data read, and whether the page asks by itself\n"
NO_ONE = "00000000-0000-7000-8000-000000000000"
FILLED = {"uuid": NO_ONE, "int": "1", "str": "x", "slug": "x", "path": "x"}
OF_LIBRARIES = ("/accounts/", "/ui/")
"""Their views guard themselves."""


@dataclass(frozen=True)
class Line:
    """One route of the table."""

    route: str
    methods: frozenset[str]
    roles: frozenset[str]
    reads: str

    def __str__(self) -> str:
        cells = (self.route, " ".join(sorted(self.methods)), " ".join(sorted(self.roles)), self.reads)
        return " | ".join(cells)

    @property
    def is_library(self) -> bool:
        return self.route.startswith(OF_LIBRARIES)

    @property
    def is_fhir(self) -> bool:
        return self.route.startswith("/fhir/")

    @property
    def is_machines(self) -> bool:
        """Whether programs come in there, with a seal or a token of their own and never a session."""
        return self.is_fhir or self.route.startswith("/texts/")

    @property
    def address(self) -> str:
        return re.sub(r"<(\w+):\w+>", lambda place: FILLED.get(place[1], "x"), self.route)


def declared() -> list[Line]:
    """What the code says."""
    return sorted({_line(path, entry.callback.rule) for path, entry in routes()}, key=str)


def _line(path: str, rule: RouteRule) -> Line:
    roles = {role.value for role in rule.roles} or {"own chain" if rule.own_chain else "everybody"}
    return Line(f"/{path}", rule.methods, frozenset(roles), (rule.reads + " polls" * rule.polls).strip())


def reviewed() -> list[Line]:
    """What was looked at, line by line."""
    lines = [line.split("|") for line in REVIEWED.read_text().splitlines() if not line.startswith("#")]
    known = [role.value for role in Role]
    return [
        Line(
            route.strip(),
            frozenset(methods.split()),
            frozenset({roles.strip()} if roles.split()[0] not in known else roles.split()),
            reads.strip(),
        )
        for route, methods, roles, reads in lines
    ]
