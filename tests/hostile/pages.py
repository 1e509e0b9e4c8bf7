"""What a person can reach in the clinic: addresses with their parameters, and forms with their fields."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from osler.foundation.access.roles import Role
from tests.environment import FULL
from tests.hostile.nasty import Pairs

PAGES_A_ROUTE = 4 if FULL else 2
NO_ONE = "00000000-0000-7000-8000-000000000000"
NEVER = ("/accounts/logout/", "/ui/", "/static/", "/fhir/", "/healthz", "/readyz")
PLACE = re.compile(r"<\w+:(\w+)>")
PLAIN = {
    "date": "2026-12-01",
    "time": "10:00",
    "datetime-local": "2026-12-01T10:00",
    "email": "a@example.org",
    "tel": "555-201-3344",
    "number": "1",
    "text": "Words",
    "search": "Riv",
    "checkbox": "on",
}


@dataclass
class Form:
    """A form as a page shows it."""

    action: str
    method: str
    fields: list[tuple[str, str, list[str]]] = field(default_factory=list)
    """Name, kind, and the values that the page offers."""
    is_shown: bool = True
    """Whether a page shows it; of the others only the address is known."""

    def filled(self, chance: random.Random) -> Pairs:
        """What a hurried person would send: something in every field."""
        pairs: Pairs = []
        for name, kind, offered in self.fields:
            if name == "csrfmiddlewaretoken":
                continue
            if kind == "checkbox" and chance.random() < 0.5:
                continue
            if any(offered):
                pairs.append((name, chance.choice(offered)))
            else:
                pairs.append((name, "" if kind == "hidden" else PLAIN.get(kind, "Words")))
        return pairs


class Reader(HTMLParser):
    """Takes forms, addresses and ids out of a page."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base, self.links, self.forms = base, [], []
        self.loose: dict[str, list[tuple[str, str, list[str]]]] = defaultdict(list)
        self.named: dict[str, Form] = {}
        self.open: Form | None = None
        self.select: list[str] | None = None
        self.radios: dict[tuple[int, str], list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "data-live-url", "data-source", "data-url"):
            if given.get(name):
                self.links.append(given[name])
        if tag == "form":
            method = "post" if given.get("hx-post") else given.get("method", "get").lower()
            self.open = Form(urljoin(self.base, given.get("action") or given.get("hx-post") or ""), method)
            self.forms.append(self.open)
            self.named[given.get("id", "")] = self.open
        elif given.get("hx-post"):
            self.forms.append(Form(urljoin(self.base, given["hx-post"]), "post"))
        if tag == "option" and self.select is not None:
            self.select.append(given.get("value", ""))
        if given.get("formaction") and self.open is not None:
            self.forms.append(Form(urljoin(self.base, given["formaction"]), "post", self.open.fields))
        if tag in ("input", "select", "textarea", "button") and given.get("name"):
            self.add_field(tag, given)

    def add_field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text") if tag in ("input", "button") else tag
        offered = [given.get("value", "")]
        if tag == "select":
            self.select = offered = []
        fields = (
            self.open.fields
            if self.open is not None and not given.get("form")
            else self.loose[given.get("form", "")]
        )
        if kind == "radio":
            known = self.radios.setdefault((id(fields), given["name"]), [])
            known.append(given.get("value", ""))
            if len(known) > 1:
                return
            offered = known
        fields.append((given["name"], kind, offered))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = None

    def close(self) -> None:
        super().close()
        for name, fields in self.loose.items():
            if name in self.named:
                self.named[name].fields += fields


def route_of(address: str) -> str | None:
    """The route that answers an address; None for none of ours."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith("/") or parts.path.startswith(NEVER):
        return None
    try:
        return f"/{resolve(parts.path).route}"
    except Resolver404:
        return None


def routes(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, Any]]:
    """Every route of the clinic with its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if not path.startswith(NEVER):
                yield path, pattern.callback
        else:
            yield from routes(pattern.url_patterns, path)


@dataclass
class Reach:
    """What one role can reach."""

    pages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    parameters: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ids: set[str] = field(default_factory=set)

    def explore(self, client: Client, starts: list[str]) -> None:
        """Follow links from the start until every route has been seen a few times."""
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            route = route_of(address)
            parts = urlsplit(address)
            if route is None:
                continue
            self.parameters[route] |= {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
            if address in self.pages[route] or len(self.pages[route]) >= PAGES_A_ROUTE:
                continue
            self.pages[route].append(address)
            answer = client.get(address)
            if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
                waiting += self.read(address, answer.content.decode())
            elif answer.status_code in (301, 302):
                waiting.append(urljoin(address, answer["Location"]))

    def read(self, address: str, text: str) -> list[str]:
        reader = Reader(address)
        reader.feed(text)
        reader.close()
        self.ids |= set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)[:40])
        for form in reader.forms:
            form.action = form.action.partition("#")[0]
            route = route_of(form.action)
            if route is None:
                continue
            names = {name for name, _, _ in form.fields}
            alike = [each for each in self.forms[route] if {name for name, _, _ in each.fields} == names]
            if len(alike) < PAGES_A_ROUTE:
                self.forms[route].append(form)
            if form.method == "get":
                self.parameters[route] |= names
        return [urljoin(address, link).partition("#")[0] for link in reader.links]

    def add_the_rest(self, role: Role, ids: dict[str, list[str]], chance: random.Random) -> None:
        """Forms for the routes of a role whose form no page showed: any field that any form has."""
        names = sorted(
            {(name, kind) for forms in self.forms.values() for form in forms for name, kind, _ in form.fields}
        )
        for route, view in routes():
            rule = getattr(view, "rule", None)
            if rule is None or role not in rule.roles or "POST" not in rule.methods or self.forms.get(route):
                continue
            for _ in range(PAGES_A_ROUTE):
                action = PLACE.sub(lambda place: chance.choice(ids.get(place[1]) or [NO_ONE]), route)
                fields = [(name, kind, [""]) for name, kind in chance.sample(names, min(8, len(names)))]
                self.forms[route].append(Form(action, "post", fields, is_shown=False))
