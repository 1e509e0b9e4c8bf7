"""The pictures in docs/, made from a demo clinic of its own: `make screenshots`."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tools.dev import ROOT, find_browser, free_port

PICTURES = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 760}
PASSWORD = "osler-demo-clinic"  # the sign-in page of a demo clinic says it too
VISIT = ".patient-banner [data-key=v]"
READY_SECONDS = 180
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Picture:
    """A page as one role sees it; `steps` go there from the role's home."""

    name: str
    role: str
    steps: Callable[[Page], object]
    is_phone: bool = False


def visit(path: str) -> Callable[[Page], object]:
    """The steps to a page that has an address of its own."""
    return lambda page: page.goto(path)


def booking(page: Page) -> None:
    """The booking page of the first patient in the list."""
    page.goto("/patients/")
    found = page.locator("main .row-link").nth(3).get_attribute("href") or ""
    page.goto(f"/appointments/new/?patient={found.strip('/').split('/')[-1]}")


def chart(page: Page, *, with_visit: bool = False) -> None:
    """The fullest chart of those who come today and are old enough to have one."""
    page.goto("/board/")
    old = page.locator("tr", has_text=re.compile(r"\((5[5-9]|[67]\d) y\)")).locator(".row-link")
    charts = []
    for appointment in [link.get_attribute("href") or "" for link in old.all()[:20]]:
        page.goto(appointment)
        first_of(page.locator("main a[href^='/patients/'], .patient-banner a[href^='/patients/']"))
        if page.locator(VISIT).count() or not with_visit:
            charts.append((page.locator("main .spark, main li").count(), page.url))
    page.goto(max(charts)[1])


def visit_at_work(page: Page) -> None:
    """A visit with some words in its note."""
    chart(page, with_visit=True)
    page.locator(VISIT).click()
    page.wait_for_url(re.compile("/encounters/"))
    page.locator("#note-subjective").fill("Feels well. Takes the tablets every morning; at home about 150.")
    page.locator("#note-assessment").fill("Blood pressure above target.")
    page.locator("[data-save-state=note-form]", has_text=re.compile("^Saved")).wait_for()
    page.get_by_role("combobox", name="Add a diagnosis").press_sequentially("high blood pr", delay=20)
    page.get_by_role("option").filter(visible=True).first.wait_for()


def laboratory(page: Page) -> None:
    """Values as they are typed in, one of them high."""
    page.goto("/lab/?stage=to-enter")
    panel = page.locator("tr", has_text=re.compile("panel|count")).locator(".row-link")
    first_of(panel if panel.count() else page.locator("main tr .row-link"))
    is_first = True
    for line in page.locator("[data-result-grid] tbody tr[data-low]").all():
        low, high = (float(line.get_attribute(f"data-{end}") or 0) for end in ("low", "high"))
        if low and high:
            line.locator("input").fill(f"{high * 1.2 if is_first else (low + high) / 2:.3g}")
            is_first = False
    page.locator("h2").first.click()


def invoice(page: Page) -> None:
    """The latest invoice."""
    page.goto("/billing/invoices/")
    first_of(page.locator("main .row-link"))


def first_of(links: Locator) -> None:
    """Follow the first of some links."""
    links.page.goto(links.first.get_attribute("href") or "/")


SHOWN = [
    Picture("board", "nurse", visit("/board/")),
    Picture("booking", "reception", booking),
    Picture("chart", "doctor", chart),
    Picture("visit", "doctor", visit_at_work),
    Picture("laboratory", "lab", laboratory),
    Picture("inbox", "doctor", visit("/inbox/")),
    Picture("invoice", "billing", invoice),
    Picture("portal", "patient", visit("/portal/"), is_phone=True),
    Picture("privacy", "privacy", visit("/privacy/")),
]


@contextmanager
def clinic() -> Iterator[str]:
    """A demo clinic in a temporary home; ended and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="osler-pictures-") as home:
        port = free_port(8400)
        environment = {**os.environ, "OSLER_DEMO": "1", "OSLER_HOME": home, "OSLER_PORT": str(port)}
        environment.pop("OSLER_BROWSER", None)
        server = subprocess.Popen([sys.executable, "-m", "osler", "serve"], env=environment)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the clinic answers; the first start makes it."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("The demo clinic did not start.")


def sign_in(browser: Browser, url: str, picture: Picture) -> Page:
    """A page of the role, past the sign-in form."""
    settings = PHONE if picture.is_phone else DESK
    context = browser.new_context(base_url=url, viewport=settings, locale="en-US", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/")
    page.get_by_label("E-mail").fill(f"{picture.role}@demo.test")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda found: found.endswith("/home/") or "/portal/" in found)
    return page


def take(page: Page, path: Path) -> None:
    """The picture, of no more bytes than a page may weigh."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size < MOST_BYTES, f"{path.name} weighs {path.stat().st_size} bytes"


def main() -> int:
    """Make all pictures, or those that are named."""
    wanted = [picture for picture in SHOWN if not sys.argv[1:] or picture.name in sys.argv[1:]]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with clinic() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        front = browser.new_context(base_url=url, viewport=DESK).new_page()  # type: ignore[arg-type]
        front.goto("/")
        take(front, PICTURES / "sign-in.png")
        for picture in wanted:
            page = sign_in(browser, url, picture)
            picture.steps(page)
            take(page, PICTURES / f"{picture.name}.png")
            page.context.close()
            print(picture.name)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
