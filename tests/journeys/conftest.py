"""Fixtures of the journeys: one running clinic, one browser, and pages signed in as each role."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from osler.ops.demo.house import PASSWORD
from tests.environment import BROWSER
from tests.journeys.installation import Installation, running_installation

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 860}
PATIENCE = 15_000  # ms: two busy cores, not a measure of speed


@pytest.fixture(scope="session")
def installation(browser: Browser) -> Iterator[Installation]:
    with running_installation() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(BROWSER).exists():
        pytest.skip(f"no browser at {BROWSER}: set OSLER_BROWSER to the path of a chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()


def sign_in(page: Page, name: str) -> Page:
    """Sign in on the door's form, as anybody does."""
    page.goto("/")
    page.get_by_label("E-mail").fill(name if "@" in name else f"{name}@demo.test")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: url.endswith("/home/") or "/portal/" in url)
    return page


@pytest.fixture
def new_context(installation: Installation, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (a person's own browser each), closed at the end of the test."""
    made: list[BrowserContext] = []

    def make(**settings: Any) -> BrowserContext:
        given = {"base_url": installation.url, "viewport": DESK, "locale": "en-US", **settings}
        context = browser.new_context(**given)
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page_as(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`page_as("reception")` is a page in a browser of its own, signed in."""

    def page_of(name: str, **settings: Any) -> Page:
        return sign_in(new_context(**settings).new_page(), name)

    return page_of
