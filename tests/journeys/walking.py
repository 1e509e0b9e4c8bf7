"""A walk through all that somebody can open: every route, and every state in which a page can be shown."""

from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, ResolverMatch, resolve
from playwright.sync_api import ConsoleMessage, Page

from tests.access.matrix import reviewed
from tests.environment import FULL
from tests.hostile.pages import PLACE
from tests.journeys.looking import HEAVIEST, Looker, weight

STAFF = {
    "reception": "reception",
    "nurse": "nurse",
    "physician": "doctor",
    "lab": "lab",
    "billing": "billing",
    "administrator": "admin",
    "privacy": "privacy",
}
"""Staff accounts of the demo clinic by role."""
ALIKE = 8 if FULL else 1
"""Pages of one route that differ in their parameters only."""
NO_PAGES = (
    ".csv",
    ".jpeg",
    ".ics",
    "/pdf/",
    "/photo/",
    "/cards/",
    "/card-readings/",
    "/download/",
    "/export/",
    "/look/",
    "/live/",
    "/codes/",
    "/keep-alive/",
    "/reading/",
    "/progress/",
    "/logout/",
    "format=csv",
)
"""Marks of addresses that show nothing, or a part of a page, or end the walk."""
NOWHERE = "zzqx"
LINKS = f"""() => [
    ...[...document.querySelectorAll("a[href]:not([rel~=nofollow])")].map(a => a.href),
    ...[...document.querySelectorAll("form[method=get]:has([name=q])")].map(f => f.action + "?q={NOWHERE}"),
]"""
"""What a page links to. A link within a mail is for its reader alone, and may be over."""
ACTIONS = """() => [...document.querySelectorAll("form[method=post], [formaction]")].map(
    one => one.formAction || one.action)"""
SENT_TO = """form => {
    const button = [...form.elements].find(one => one.localName === "button" && one.type === "submit");
    return button?.hasAttribute("formaction") ? button.formAction : form.action;
}"""
ASKS = f"""() => [...document.querySelectorAll("form[method=post]")].map(form =>
    form.querySelector("input:not([type=hidden]), textarea") ? ({SENT_TO})(form) : "")"""
EMPTY = f"""index => {{
    const form = document.querySelectorAll("form[method=post]")[index];
    for (const one of form.elements) {{
        if (one.type === "checkbox" || one.type === "radio") one.checked = false;
        else if (one.type !== "hidden" && one.localName !== "button") one.value = "";
    }}
    form.action = ({SENT_TO})(form);
    HTMLFormElement.prototype.submit.call(form);
}}"""
SEND = """([action, fields]) => {
    const form = Object.assign(document.createElement("form"), {method: "post", action});
    const all = {csrfmiddlewaretoken: document.querySelector("meta[name=csrf]").content, ...fields};
    for (const [name, value] of Object.entries(all)) form.append(
        Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    document.body.append(form);
    form.submit();
}"""


def match_of(address: str) -> ResolverMatch | None:
    """The route that answers an address with a page; None for none."""
    try:
        return None if any(mark in address for mark in NO_PAGES) else resolve(urlsplit(address).path)
    except Resolver404:
        return None


def routes_of(role: str) -> set[str]:
    """Routes that show a page to a role, by the reviewed table."""
    return {
        line.route
        for line in reviewed()
        if role in line.roles and "GET" in line.methods and not line.is_library and not line.is_fhir
        if not any(mark in line.route for mark in NO_PAGES)
    }


@dataclass
class Walk:
    """Opens pages and looks at each."""

    page: Page
    looker: Looker
    role: str
    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    routes: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    """An id for each name that a route has for one."""
    seen: dict[tuple[str, str], set[frozenset[str]]] = field(default_factory=lambda: defaultdict(set))
    expected: int = 200

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.fault(f"script: {error}"))
        self.page.on("console", self.heard)

    def summary(self) -> str:
        """How far the walk went."""
        heaviest = max(self.weights, key=lambda name: self.weights[name], default="")
        size = self.weights.get(heaviest, 0)
        return f"{self.role}: {len(self.weights)} pages; the heaviest has {size:,} bytes: {heaviest}"

    def fault(self, words: str) -> None:
        """Note what is wrong with the page that is open."""
        self.faults.append(
            f"{self.role} {urlsplit(self.page.url)._replace(scheme='', netloc='').geturl()}: {words}"
        )

    def heard(self, said: ConsoleMessage) -> None:
        """An error on the console; that a refusal has an error's status is no fault."""
        if said.type == "error" and not (self.expected >= 400 and str(self.expected) in said.text):
            self.fault(f"console: {said.text}")

    def explore(self, starts: Iterable[str], states: Iterable[str] = ()) -> None:
        """Follow links until every route has been seen; then what no page links to."""
        self.follow(starts)
        self.follow(states, also=set(states))
        rest = {
            PLACE.sub(lambda place: self.known.get(place[1], "x"), route)
            for route in routes_of(self.role) - self.routes
        }
        self.follow(rest)

    def follow(self, addresses: Iterable[str], also: Container[str] = ()) -> None:
        """Open these and what they link to, unless pages like them have been seen.

        Those of `also` are opened by somebody in any case; with OSLER_FULL=1 by everybody.
        """
        waiting = list(addresses)
        while waiting:
            address = waiting.pop(0)
            match = match_of(address)
            if match is None or not self.is_for_us(match) or self.is_known(address, match, also):
                continue
            self.known |= {name: str(value) for name, value in match.kwargs.items() if name not in self.known}
            if self.open(address):
                self.routes.add(f"/{match.route}")
                base = self.page.url
                waiting += [urljoin(base, link).partition("#")[0] for link in self.page.evaluate(LINKS)]
                self.leave_empty()

    def is_for_us(self, match: ResolverMatch) -> bool:
        """Whether the rule of the route has this role."""
        rule: Any = match.func.rule
        return not rule.roles or self.role in rule.roles

    def is_known(self, address: str, match: ResolverMatch, also: Container[str]) -> bool:
        """Whether enough pages like this one have been seen; if not, this one counts."""
        if address in also and (FULL or address not in self.looker.shown):
            self.looker.shown.add(address)
            return False
        words = "/".join(value for value in match.kwargs.values() if isinstance(value, str))
        names = frozenset(name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True))
        seen = self.seen[match.route, words]
        if names in seen or len(seen) >= ALIKE:
            return True
        seen.add(names)
        return False

    def open(self, address: str, expected: int = 200) -> bool:
        """Open a page and look at it; whether there was one."""
        self.expected = expected
        self.looker.turn_to(self.page)
        answer = self.page.goto(address)
        assert answer is not None, address
        if answer.status != expected:
            self.fault(f"{answer.status}")
        self.look(address)
        return answer.status == expected

    def look(self, name: str) -> None:
        """Look at the page that is open."""
        self.weights[name] = weight(self.page)
        if self.weights[name] > HEAVIEST:
            self.fault(f"{self.weights[name]:,} bytes")
        match = match_of(self.page.url)
        alike = f"{match.route if match else name} {self.expected} {self.role if FULL else ''}"
        for fault in self.looker.faults(self.page, alike):
            self.fault(fault)
        for action in self.page.evaluate(ACTIONS):
            offered = match_of(action)
            if offered and not self.is_for_us(offered):
                self.fault(f"offers {offered.route}, which is not for this role")

    def leave_empty(self) -> None:
        """Send each form of the page with nothing in it; look at what comes back."""
        shown = self.page.url
        for index, action in enumerate(self.page.evaluate(ASKS)):
            match = match_of(action)
            if match is None or match.route in self.looker.refused:
                continue
            self.looker.refused.add(match.route)
            if self.page.url != shown:
                self.page.goto(shown)
            self.submit(EMPTY, index, (200, 409, 422))

    def send(self, action: str, expected: int, **fields: str) -> None:
        """Send a form that no page has; look at the refusal."""
        self.submit(SEND, [action, fields], (expected,))

    def submit(self, script: str, argument: Any, expected: tuple[int, ...]) -> None:
        self.expected = 422 if 422 in expected else expected[0]
        with self.page.expect_navigation() as going:
            self.page.evaluate(script, argument)
        if going.value.status not in expected:
            self.fault(f"{going.value.status}, sent by {going.value.request.method}")
        self.look(self.page.url)
