"""The one browser of a run: a second could not be begun beside it in the same process."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.environment import BROWSER

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PATIENCE = 15_000  # ms: two busy cores, not a measure of speed


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, begun when a test first wants it."""
    from playwright.sync_api import expect, sync_playwright

    if not Path(BROWSER).exists():
        pytest.skip(f"no browser at {BROWSER}: set OSLER_BROWSER to the path of a chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()
