"""What the scripts do, seen in a browser under the strict content security policy."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from osler.foundation.ui.gallery.demo import PATTERNS
from tests.environment import FULL, RUN
from tests.foundation.ui.routes import BOARDS, CHOSEN, DRAFTS
from tests.foundation.ui.test_date_entry import TYPED

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [("light", 1440), ("dark", 375), ("light", 768), ("light", 375), ("dark", 1440)]
PAGES = ["/ui/", *(f"/ui/patterns/{name}/" for name in PATTERNS), "/nowhere/"]


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    yield opened
    context.close()
    assert faults == []


def test_the_palette_goes_to_pages_and_patients(page: Page) -> None:
    page.goto("/ui/")

    page.keyboard.press("Control+k")
    page.keyboard.type("inb")
    expect(page.locator("#palette [role=option]:visible")).to_have_text(["Nobody found", re.compile("Inbox")])
    expect(page.locator("#palette [aria-selected=true]")).to_have_text(re.compile("Inbox"))
    page.locator("[data-palette-input]").fill("okafor")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("Okafor, Ada")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("#found$"))


def test_a_form_in_a_menu_is_sent_with_what_was_chosen(page: Page) -> None:
    CHOSEN.clear()
    page.goto("/forms/")

    page.locator("#why").click()
    page.get_by_role("button", name="A slip").click()
    expect(page.locator("#chosen")).to_have_text("slip")
    expect(page.locator("#reasons")).to_be_hidden()
    page.locator("#why").press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("The slot is taken.")  # the menu is closed by then
    expect(page.locator("#reasons")).to_be_hidden()
    assert CHOSEN == ["slip", "taken"]


def test_one_key_each_for_search_and_shortcuts(page: Page) -> None:
    page.goto("/ui/patterns/inbox/")

    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    expect(page.locator("[data-page-shortcuts]")).to_contain_text("Acknowledge")
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    expect(page.locator("#search-q")).to_be_focused()


def test_the_search_box_answers_while_one_types(page: Page) -> None:
    page.goto("/ui/")

    page.locator("#search-q").press_sequentially("oka")

    expect(page.locator("#search-list [role=option]")).to_have_count(1)
    expect(page.locator("#search-q")).to_have_attribute("aria-expanded", "true")


def test_a_late_answer_moves_nothing_under_the_hand_that_chooses(page: Page) -> None:
    page.goto("/ui/")
    field = page.locator("#empty_diagnosis")
    field.press_sequentially("suga", delay=0)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.route("**/ui/options/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    field.press("r")
    page.wait_for_timeout(150)
    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]").inner_text()
    page.wait_for_timeout(600)

    assert page.locator("[role=option][aria-selected=true]").inner_text() == chosen


def test_a_combobox_is_worked_by_keyboard(page: Page) -> None:
    page.goto("/ui/")
    field = page.locator("#empty_diagnosis")

    field.press_sequentially("sugar")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("Enter")

    expect(field).to_have_value(re.compile("kidney disease$"))
    expect(page.locator("#empty_diagnosis_code")).to_have_value("E11.22")
    field.press("Backspace")
    expect(page.locator("#empty_diagnosis_code")).to_have_value("")


def test_the_page_reads_dates_as_the_server_does(page: Page) -> None:
    page.goto("/ui/")
    read = """typed => typed.map(text => {
        const day = osler.parseDate(text, {now: new Date(2026, 0, 31), isPast: true});
        return day && [day.getFullYear(), day.getMonth() + 1, day.getDate()];
    })"""

    answers = page.evaluate(read, list(TYPED))

    meant = [day and [day.year, day.month, day.day] for day in TYPED.values()]
    assert dict(zip(TYPED, answers, strict=True)) == dict(zip(TYPED, meant, strict=True))


def test_a_date_is_written_out_on_leaving_the_field(page: Page) -> None:
    page.goto("/ui/")

    page.fill("#empty_birth_date", "7/14/45")
    page.press("#empty_birth_date", "Tab")

    expect(page.locator("#empty_birth_date")).to_have_value("14-Jul-1945")


def test_rows_are_walked_and_chosen_by_keyboard(page: Page) -> None:
    page.goto("/ui/")
    page.locator("[data-list] .row-link").first.focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")

    expect(page.locator("[data-list] .row-link").nth(1)).to_be_focused()
    expect(page.locator("[data-bulk-bar]")).to_be_visible()
    expect(page.locator("[data-bulk-count]")).to_have_text("1")


def test_the_theme_is_kept_for_the_next_page(page: Page) -> None:
    page.goto("/ui/")

    page.locator("[popovertarget=user-menu]").click()
    page.locator("[data-theme-choice=dark]").click()
    page.goto("/ui/patterns/inbox/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_dialogs_open_and_escape_closes(page: Page) -> None:
    page.goto("/ui/")

    page.locator("[data-dialog=demo-dialog]").click()
    expect(page.locator("#demo-dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#demo-dialog")).to_be_hidden()
    expect(page.locator("[data-dialog=demo-dialog]")).to_be_focused()


def test_a_draft_is_saved_and_said_to_be(page: Page) -> None:
    DRAFTS.clear()
    page.goto("/forms/")

    page.fill("#text", "Feels well.")
    page.keyboard.press("Control+s")

    expect(page.locator("[data-save-state]")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    assert DRAFTS == ["Feels well."]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft'))") == []


def test_a_draft_outlives_a_lost_connection_and_the_tab(page: Page) -> None:
    DRAFTS.clear()
    page.goto("/forms/")
    page.route("**/draft/", lambda route: route.abort())

    page.fill("#text", "Not to be lost.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "failed")
    page.goto("about:blank")
    page.unroute("**/draft/")
    page.goto("/forms/")

    expect(page.locator("#text")).to_have_value("Not to be lost.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("^Saved"))
    assert DRAFTS[-1] == "Not to be lost."


def test_leaving_sends_what_was_typed(page: Page) -> None:
    DRAFTS.clear()
    page.goto("/forms/")

    page.fill("#text", "Last words.")
    page.goto("/ui/")

    until = time.monotonic() + 5
    while not DRAFTS and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert DRAFTS == ["Last words."]


def test_a_refusal_stands_in_the_form_that_was_sent(page: Page) -> None:
    page.goto("/forms/")

    page.click("#send")

    expect(page.locator("#book > [data-refusal]")).to_contain_text("The slot is taken.")
    expect(page.locator("#time")).to_have_value("09:20")


def test_a_session_warns_before_its_end_and_then_shows_nothing(page: Page) -> None:
    page.clock.install(time="2026-11-24T10:00:00Z")
    page.goto("/board/")

    page.clock.fast_forward("04:05")
    expect(page.locator("#session-end")).to_be_visible()
    page.locator("[data-session-stay]").click()
    expect(page.locator("#session-end")).to_be_hidden()
    page.clock.fast_forward("05:01")

    expect(page).to_have_url(re.compile(r"/\?ended=1&next=%2Fboard%2F$"))


def test_live_parts_are_fetched_anew_and_minutes_tick(page: Page) -> None:
    page.clock.install(time="2026-11-24T10:00:00Z")
    BOARDS.clear()
    page.goto("/board/")
    expect(page.locator("#wait")).to_have_text("2 min")

    page.clock.run_for(61_000)

    expect(page.locator("#rows li")).not_to_have_text("1")
    expect(page.locator("#wait")).to_have_text("3 min")
    assert set(BOARDS[1:]) == {"true"}


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width"), LOOKS if FULL else LOOKS[:2])
def test_every_page_can_be_used_by_everybody(browser: Browser, site: str, theme: Any, width: int) -> None:
    """Each page in one of two looks, by turns (OSLER_SEED); with OSLER_FULL=1 in all five."""
    turn = LOOKS.index((theme, width)) + RUN
    pages = PAGES if FULL else PAGES[turn % 2 :: 2]
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    found = {}

    for path in pages:
        page.goto(path)
        page.wait_for_timeout(350)  # toasts, skeletons and menus have appeared
        answer = Axe().run(page, options={"runOnly": LEVELS}).response
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[path] = ([fault["id"] for fault in answer["violations"]], over)

    context.close()
    assert found == {path: ([], 0) for path in pages}


def test_pages_can_be_read_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()

    page.goto("/ui/patterns/day-board/")

    expect(page.locator(".visit").first).to_be_visible()
    context.close()


def test_pages_print_without_the_frame(page: Page) -> None:
    page.goto("/ui/patterns/chart/")
    page.emulate_media(media="print")

    for part in (".topbar", ".rail", ".bench", ".frame-nav"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
