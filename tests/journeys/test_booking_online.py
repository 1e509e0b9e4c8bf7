"""Four screens from a stranger's phone to a visit that stands; a patient books and moves in the portal."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.installation import Installation
from tests.journeys.people import Keyboard, Mouse, Person, Unscripted
from tests.journeys.walking import Walk

PHONE = {"width": 375, "height": 812}
WAYS: dict[str, tuple[type[Person], dict[str, Any]]] = {
    "touch": (Mouse, {"viewport": PHONE, "has_touch": True, "is_mobile": True}),
    "keyboard": (Keyboard, {}),
    "no scripts": (Unscripted, {"viewport": PHONE, "java_script_enabled": False}),
}
SCREENS = ["What do you need?", "When does it suit you?", "Whom is the visit for?", "Enter the code"]

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def heading(by: Person) -> str:
    return by.page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize("way", WAYS)
def test_four_screens_to_a_visit(walk_as: Any, installation: Installation, way: str) -> None:
    kind, settings = WAYS[way]
    walk: Walk = walk_as("nobody", **settings)
    by, page, email = kind(walk.page), walk.page, f"{way.replace(' ', '-')}@visitor.test"
    seen = []

    def on() -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(SCREENS[len(seen)])
        page.wait_for_load_state()
        seen.append(heading(by))
        if way != "no scripts":
            walk.look(page.url)

    page.goto("/book/")
    on()
    by.press(page.get_by_role("link", name=re.compile("^Office visit")))
    on()
    # Not the very first: it may be too near to be booked by the time that it is pressed.
    by.press(page.locator("button.booking-time").nth(4))
    on()
    by.fill(page.get_by_label("Given name"), "Ilse")
    by.fill(page.get_by_label("Family name"), f"Quint {way}")
    by.fill(page.get_by_label("Birth date"), "3 Oct 1971")
    by.fill(page.get_by_label("E-mail", exact=True), email)
    by.press(page.get_by_role("button", name="Send the code"))
    on()
    by.fill(page.get_by_label("Code"), installation.stage("visit-code", email))
    by.press(page.get_by_role("button", name="Book the visit"))

    expect(page.get_by_role("heading", name="Your visit", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Put it into my calendar")).to_be_visible()
    assert seen == SCREENS
    assert by.actions == 9


def test_a_patient_books_and_moves(walk_as: Any) -> None:
    walk: Walk = walk_as("patient", "patient", viewport=PHONE)
    by, page = Mouse(walk.page), walk.page
    by.go("Visits")
    by.press(page.get_by_role("link", name="Book a visit"))
    by.press(page.get_by_role("link", name=re.compile("^Nurse visit")))
    by.press(page.get_by_role("link", name="Later"))
    walk.look(page.url)
    by.press(page.locator("button.booking-time").first)
    expect(page.get_by_role("heading", name="Book this visit?", level=1)).to_be_visible()
    walk.look(page.url)
    by.press(page.get_by_role("button", name="Book the visit"))
    expect(page.locator("main")).to_contain_text("Nurse visit")
    by.press(page.locator("li", has_text="Nurse visit").get_by_role("link", name="Move my visit").first)
    walk.look(page.url)
    by.press(page.locator("button.booking-time").first)

    expect(page.get_by_role("heading", name="Visits", level=1)).to_be_visible()
