"""News that comes in takes nobody's place in a list, however long it is on its way."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WHERE = "() => [document.activeElement.closest('tr')?.rowIndex, document.activeElement.textContent.trim()]"


@pytest.fixture
def board(page_as: Callable[..., Page]) -> Page:
    page = page_as("nurse")
    page.goto("/board/")
    expect(page.locator("#board tbody tr").nth(6)).to_be_visible()
    return page


@pytest.fixture
def news(board: Page) -> Callable[[Callable[[], Any]], None]:
    """News of the board is fetched; meanwhile something is done; then it is shown."""

    def arrive(meanwhile: Callable[[], Any]) -> None:
        held: list[Route] = []
        is_over: list[bool] = []

        def hold(route: Route) -> None:
            if "x-live" in route.request.headers and not is_over:
                held.append(route)
            else:
                route.continue_()

        board.route("**/*", hold)
        board.evaluate(
            "document.getElementById('board').dataset.old = ''; dispatchEvent(new Event('online'))"
        )
        while not held:
            board.wait_for_timeout(20)
        meanwhile()
        is_over.append(True)
        for route in held:
            route.continue_()
        expect(board.locator("#board:not([data-old])")).to_be_visible()

    return arrive


def test_who_goes_on_meanwhile_is_not_sent_back(board: Page, news: Any) -> None:
    board.keyboard.press("ArrowDown")
    start = board.evaluate(WHERE)
    there = []

    def go_on() -> None:
        for _stroke in range(4):
            board.keyboard.press("ArrowDown")
        there.append(board.evaluate(WHERE))

    news(go_on)

    assert board.evaluate(WHERE) == there[0] != start


def test_a_button_of_a_row_keeps_the_focus(board: Page, news: Any) -> None:
    button = board.locator("#board tbody tr button:visible").nth(2)
    there = []

    def reach() -> None:
        button.focus()
        there.append(board.evaluate(WHERE))

    news(reach)

    assert board.evaluate(WHERE) == there[0]
    assert there[0][1]


def test_whoever_is_elsewhere_stays_there(board: Page, news: Any) -> None:
    link = board.locator("nav a").first

    news(link.focus)

    expect(link).to_be_focused()
