"""One person in two charts: proposed at the desk, merged by the privacy officer, and undone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Keyboard, Mouse, Person, Unscripted

PHONE = {"width": 375, "height": 812}
PEOPLE: dict[str, tuple[type[Person], dict[str, Any]]] = {
    "mouse": (Mouse, {}),
    "keyboard": (Keyboard, {}),
    "phone": (Mouse, {"viewport": PHONE}),
    "no scripts": (Unscripted, {"java_script_enabled": False}),
}

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def two_charts(by: Person, place: int) -> tuple[str, str, str]:
    """The addresses of two patients of the list, and the MRN of the second."""
    by.page.goto("/patients/")
    rows = by.page.locator("#patients tbody tr")
    links = rows.locator("a.row-link")
    one, other = (links.nth(number).get_attribute("href") or "" for number in (2 * place, 2 * place + 1))
    return one, other, rows.nth(2 * place + 1).locator(".number-text").inner_text().split()[0]


def propose(by: Person, survivor: str, mrn: str) -> str:
    """From the menu of a chart: find the other, compare, choose, look, say why."""
    page = by.page
    page.goto(f"{survivor}?desk=1")
    by.press(page.locator(".patient-banner").get_by_role("button", name="More"))
    by.press(page.get_by_role("link", name="Merge with another chart"))
    by.fill(page.locator("#other-q"), mrn)
    by.press(page.get_by_role("button", name="Find", exact=True))
    by.press(page.get_by_role("link", name=re.compile(f"^Compare.*{mrn}")))
    by.mark(page.locator("label", has=page.locator("[name=take_name][value=duplicate]")))
    by.press(page.get_by_role("button", name="Look at the result"))
    expect(page.get_by_role("heading", name="What moves")).to_be_visible()
    by.fill(page.get_by_label("Why they are the same person"), "Identity card seen at the desk")
    by.press(page.get_by_role("button", name="Propose the merge"))
    expect(
        page.get_by_role("heading", name=re.compile("Merge of two charts.*Proposed", re.S))
    ).to_be_visible()
    return page.url


@pytest.mark.parametrize("kind", PEOPLE)
def test_two_charts_become_one_and_two_again(page_as: Any, kind: str) -> None:
    person, settings = PEOPLE[kind]
    reception, privacy = (person(page_as(name, **settings)) for name in ("reception", "privacy"))
    survivor, duplicate, mrn = two_charts(reception, list(PEOPLE).index(kind))
    merge = propose(reception, survivor, mrn)
    page = privacy.page

    page.goto("/home/")
    privacy.press(
        page.locator(f"a[href='{merge.partition('/merges/')[1]}{merge.partition('/merges/')[2]}']").first
    )
    privacy.press(page.get_by_role("button", name="Merge these charts"))
    expect(page.get_by_text("Merged by")).to_be_visible()

    reception.page.goto(duplicate)
    assert survivor in reception.page.url
    expect(reception.page.get_by_text(f"Merged from MRN {mrn}")).to_be_visible()
    assert (
        reception.page.evaluate("document.documentElement.scrollWidth <= innerWidth") or kind == "no scripts"
    )

    privacy.press(page.get_by_role("link", name="Undo the merge"))
    privacy.fill(page.get_by_label("Why they are two people"), "Twins")
    privacy.press(page.get_by_role("button", name="Part the charts"))
    expect(page.get_by_text("Undone by")).to_be_visible()
    reception.page.goto(duplicate)
    assert duplicate in reception.page.url
