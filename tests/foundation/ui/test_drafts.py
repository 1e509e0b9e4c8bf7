"""What is typed in a form is kept until it was sent, and for nobody but its author (convention 8, A16)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.foundation.ui.routes import LETTERS

KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('osler:draft:'))"
BACK = "Your unsaved text was put back."


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """One browser at one desk, whoever sits there."""
    LETTERS.clear()
    context = browser.new_context(base_url=site)
    yield context
    context.close()


def sits_down(desk: BrowserContext, site: str, who: str) -> None:
    desk.add_cookies([{"name": "who", "value": who, "url": site}])


def write(page: Page, words: str) -> None:
    page.fill("#words", words)
    page.wait_for_function(f"{KEPT}.length > 0")


def kill(page: Page) -> None:
    """The tab is gone at once: no question, no last word."""
    page.close(run_before_unload=False)


def test_what_was_typed_outlives_a_killed_tab(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    write(page, "Two days of burning.")
    page.select_option("#kind", "b")
    page.check("#soon")
    page.fill("#two", "second")
    page.fill("#secret", "osler-demo-clinic")
    page.wait_for_timeout(100)
    kill(page)

    page = desk.new_page()
    page.goto("/letter/")

    expect(page.locator("#words")).to_have_value("Two days of burning.")
    expect(page.locator("#kind")).to_have_value("b")
    expect(page.locator("#soon")).to_be_checked()
    expect(page.locator("#one")).to_have_value("first")
    expect(page.locator("#two")).to_have_value("second")
    expect(page.locator("#secret")).to_have_value("")
    expect(page.locator("#toasts")).to_contain_text(BACK)


def test_nothing_is_readable_for_who_sits_there_next(desk: BrowserContext, site: str) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    write(page, "Burning since Tuesday")
    page.wait_for_timeout(100)
    assert "Burning" not in str(page.evaluate(KEPT))
    kill(page)

    sits_down(desk, site, "paul")
    page = desk.new_page()
    page.goto("/letter/")
    page.wait_for_timeout(200)
    expect(page.locator("#words")).to_have_value("")
    stolen = page.evaluate("""async () => {
        const [name, value] = Object.entries(localStorage).find(([key]) => key.includes(":ruth:"));
        localStorage.setItem(name.replace("ruth", "paul"), value);
        return osler.drafts.read(name.slice("osler:draft:ruth:".length));
    }""")
    assert stolen is None
    kill(page)

    sits_down(desk, site, "ruth")
    page = desk.new_page()
    page.goto("/letter/")
    expect(page.locator("#words")).to_have_value("Burning since Tuesday")


def test_what_was_sent_is_not_given_back(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    write(page, "Sent.")

    page.click("#send")
    page.wait_for_url("**/letter/")
    page.wait_for_timeout(200)

    expect(page.locator("#words")).to_have_value("")
    assert page.evaluate(KEPT) == []
    assert [words for _key, words in LETTERS] == ["Sent."]


def test_what_was_refused_stays(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    page.fill("#two", "second")
    page.click("#send")  # without words it is refused
    expect(page.locator("#two")).to_have_value("second")
    kill(page)

    page = desk.new_page()
    page.goto("/letter/")
    expect(page.locator("#two")).to_have_value("second")


def test_an_answer_that_never_came_is_asked_for_with_the_same_key(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    write(page, "Did it arrive?")
    key = page.locator("form [name=idempotency_key]").first.input_value()
    page.route("**/letter/", lambda route: route.abort())
    page.click("#send")
    page.wait_for_timeout(200)
    kill(page)

    page = desk.new_page()
    page.goto("/letter/")
    expect(page.locator("#words")).to_have_value("Did it arrive?")
    expect(page.locator("form [name=idempotency_key]").first).to_have_value(key)
    page.fill("#words", "Another letter")
    expect(page.locator("form [name=idempotency_key]").first).not_to_have_value(key)


def test_a_session_that_ended_loses_nothing(desk: BrowserContext, site: str) -> None:
    page = desk.new_page()
    page.clock.install(time="2026-11-24T10:00:00Z")
    page.goto("/letter/")
    write(page, "Not to be lost.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.clock.fast_forward("05:01")
    page.wait_for_timeout(300)
    kill(page)

    sits_down(desk, site, "nobody")
    page = desk.new_page()
    page.goto("/letter/")
    expect(page.locator("#words")).to_have_value("")
    kill(page)
    sits_down(desk, site, "ruth")
    page = desk.new_page()
    page.goto("/letter/")
    expect(page.locator("#words")).to_have_value("Not to be lost.")


def test_signing_out_takes_ones_own_away_and_nobody_elses(desk: BrowserContext, site: str) -> None:
    for who, words in (("paul", "Of Paul"), ("ruth", "Of Ruth")):
        sits_down(desk, site, who)
        page = desk.new_page()
        page.goto("/letter/")
        write(page, words)
        page.wait_for_function(f"{KEPT}.some(([name]) => name.includes('{who}'))")
        if who == "ruth":
            page.on("dialog", lambda dialog: dialog.accept())
            page.click("#out")
            page.wait_for_url("**/ui/")
            assert [name.split(":")[2] for name, _ in page.evaluate(KEPT)] == ["paul"]
        kill(page)


def test_a_page_that_was_changed_meanwhile_says_so(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    write(page, "On top of the first")
    kill(page)

    page = desk.new_page()
    page.route("**/letter/", lambda route: route.continue_(url=f"{route.request.url}?v=2"))
    page.goto("/letter/")
    expect(page.locator("#words")).to_have_value("On top of the first")
    expect(page.locator("[name=version]")).to_have_value("2")
    expect(page.locator("#toasts")).to_contain_text("Somebody has changed this meanwhile")


def test_a_part_that_was_sent_is_forgotten_one_that_was_not_is_kept(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    page.fill("#part-words", "Rx")
    page.wait_for_function(f"{KEPT}.length > 0")
    page.click("#send-part")
    expect(page.locator("#part-words")).to_have_value("")
    page.wait_for_function(f"{KEPT}.length === 0")

    page.fill("#part-words", "Rx again")
    page.wait_for_function(f"{KEPT}.length > 0")
    page.route("**/part/", lambda route: route.abort())
    page.click("#send-part")
    expect(page.locator("#toasts")).to_contain_text(re.compile("No connection"))
    kill(page)
    page = desk.new_page()
    page.goto("/letter/")
    expect(page.locator("#part-words")).to_have_value("Rx again")


def test_what_is_taken_back_by_hand_is_not_kept(desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto("/letter/")
    write(page, "Never mind")
    page.fill("#words", "")
    page.wait_for_function(f"{KEPT}.length === 0")
