"""Fixtures of the journeys: one running clinic, one browser, and pages signed in as each role."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from osler.ops.demo.house import PASSWORD
from osler.web.workspace.records.sections import SECTIONS
from tests.browser import PATIENCE
from tests.environment import SEED
from tests.hostile.pages import PLACE
from tests.journeys.installation import Installation, running_installation
from tests.journeys.looking import Looker
from tests.journeys.walking import STAFF, Walk, routes_of

DESK = {"width": 1280, "height": 860}
STRANGER = "stranger@home.test"
SHOWN = """() => [
    (document.querySelector("main") ?? document.body).innerText.replace(/\\s+/g, " ").slice(0, 2000),
    ...[...document.querySelectorAll("input:not([type=hidden]), textarea")].map(e => `${e.name}=${e.value}`),
    `focus: ${document.activeElement?.outerHTML.slice(0, 200)}`,
].join("\\n")"""
OPEN = pytest.StashKey[list[BrowserContext]]()
SERVED = pytest.StashKey[Installation]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Say with a failure what each browser showed, and what the server said last."""
    report = yield
    if report.failed:
        pages = [page for context in item.stash.get(OPEN, []) for page in context.pages]
        report.sections += [(f"Page {page.url}", page.evaluate(SHOWN)) for page in pages]
        if SERVED in item.session.stash:
            report.sections.append(("Server", item.session.stash[SERVED].last_words()))
    return report


@pytest.fixture(scope="session")
def installation(
    browser: Browser, django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    with django_db_blocker.unblock(), running_installation() as running:
        request.session.stash[SERVED] = running
        yield running
        assert running.stage("changed-accounts") == [], "accounts that the other journeys sign in with"


def sign_in(page: Page, name: str) -> Page:
    """Sign in on the door's form, as anybody does."""
    page.goto("/")
    page.locator("[name=login]").fill(name if "@" in name else f"{name}@demo.test")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main .button-primary").click()
    page.wait_for_url(lambda url: url.endswith("/home/") or "/portal/" in url)
    return page


@pytest.fixture
def new_context(
    installation: Installation, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (a person's own browser each), closed at the end of the test."""
    made: list[BrowserContext] = []
    request.node.stash[OPEN] = made

    def make(**settings: Any) -> BrowserContext:
        given = {"base_url": installation.url, "viewport": DESK, "locale": "en-US", **settings}
        context = browser.new_context(**given)
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def states(installation: Installation) -> list[str]:
    """The address of each thing in each state, and of all that can be seen of somebody quite new."""
    blank = installation.stage("stranger", STRANGER)
    about = {
        route for role in STAFF for route in routes_of(role) if PLACE.findall(route)[:1] == ["patient_id"]
    }
    pages = {route for route in about if len(PLACE.findall(route)) == 1}
    pages |= {f"/patients/<uuid:patient_id>/chart/{section.key}/" for section in SECTIONS}
    return installation.stage("states") + [PLACE.sub(blank, page) for page in sorted(pages)]


@pytest.fixture(scope="session")
def looker() -> Looker:
    """Looks at the pages of all tests, so that each takes the next turn."""
    return Looker(turn=SEED)


@pytest.fixture
def walk_as(
    page_as: Callable[..., Page], new_context: Callable[..., BrowserContext], looker: Looker
) -> Iterator[Callable[..., Walk]]:
    """`walk_as("nurse", "nurse")` walks in a browser of its own; without an account, before signing in.

    What was wrong with any page fails the test in the end, all of it at once.
    """
    walks: list[Walk] = []

    def begin(role: str, account: str = "", **settings: Any) -> Walk:
        page = page_as(account, **settings) if account else new_context(**settings).new_page()
        walks.append(Walk(page, looker, role))
        return walks[-1]

    yield begin
    for walk in walks:
        print(walk.summary())
    faults = [fault for walk in walks for fault in walk.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page_as(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`page_as("reception")` is a page in a browser of its own, signed in."""

    def page_of(name: str, **settings: Any) -> Page:
        return sign_in(new_context(**settings).new_page(), name)

    return page_of
