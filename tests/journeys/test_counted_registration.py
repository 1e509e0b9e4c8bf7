"""What registering costs at the desk, counted: each click, each field typed into, each key that is no letter.

The counts are exact: a page that asks for one action more fails here, and one that saves an action is
written down here. By mouse and by keyboard alone, on the desk's screen and on a phone.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Keyboard, Mouse, Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]

WIDTHS = {"desk": {"width": 1280, "height": 860}, "phone": {"width": 375, "height": 812}}
ACTIONS = {"register": 7, "unknown": 2, "identify": 7}
"""From the clerk's home: to the page, five fields, Register. Somebody unknown: to the page, one button.
Later: Who is it?, five fields, Save."""
STROKES = {
    "desk": {"register": 27, "unknown": 46, "identify": 39},
    "phone": {"register": 27, "unknown": 39, "identify": 32},
}
"""Keys beside what is typed: Tab, arrows, Space, Enter, the palette. Tab goes through every field that may
stay empty, and round the page to a button before the form."""


@dataclass
class Keys:
    """A keyboard that counts the keys which are pressed; typing words into a field is counted there."""

    keyboard: Any
    strokes: int = 0

    def press(self, key: str) -> None:
        self.strokes += 1
        self.keyboard.press(key)

    def insert_text(self, words: str) -> None:
        self.keyboard.insert_text(words)

    def type(self, words: str, **how: Any) -> None:
        self.keyboard.type(words, **how)


class Screen:
    """A page whose keyboard counts."""

    def __init__(self, page: Any) -> None:
        self._page, self.keyboard = page, Keys(page.keyboard)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)


@dataclass
class Bill:
    """What was done, part by part."""

    by: Person
    actions: dict[str, int] = field(default_factory=dict)
    strokes: dict[str, int] = field(default_factory=dict)
    _before: tuple[int, int] = (0, 0)

    def add(self, part: str) -> None:
        pressed = getattr(self.by.page.keyboard, "strokes", 0)
        self.actions[part] = self.by.actions - self._before[0]
        self.strokes[part] = pressed - self._before[1]
        self._before = (self.by.actions, pressed)


Who = tuple[str, str, str, str]
"""Given and family name, birth date, phone."""
PEOPLE: dict[tuple[str, str], tuple[Who, Who]] = {
    ("mouse", "desk"): (
        ("Quillon", "Marsden", "3/14/1961", "(413) 555-0611"),
        ("Tamsin", "Oakeshott", "9/2/1938", "(413) 555-0722"),
    ),
    ("mouse", "phone"): (
        ("Ferdia", "Lockhurst", "12/8/1979", "(413) 555-0833"),
        ("Bronagh", "Zelinka", "5/27/1990", "(413) 555-0944"),
    ),
    ("keyboard", "desk"): (
        ("Ignatz", "Wray", "7/19/1952", "(413) 555-0655"),
        ("Sunniva", "Pettibone", "1/30/1984", "(413) 555-0766"),
    ),
    ("keyboard", "phone"): (
        ("Calix", "Dunmore", "10/11/1967", "(413) 555-0877"),
        ("Hesper", "Vantongeren", "4/4/2001", "(413) 555-0988"),
    ),
}
"""No two alike: a likely duplicate would cost a look more, as it should."""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_registering_costs_so_much_and_no_more(page_as: Any, way: str, width: str) -> None:
    page = page_as("reception", viewport=WIDTHS[width])
    if way == "keyboard":
        page.add_init_script(
            "addEventListener('pointerdown', () => { throw new Error('a mouse was used') }, true)"
        )
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    by = Mouse(page) if way == "mouse" else Keyboard(Screen(page))  # type: ignore[arg-type]
    bill = Bill(by)
    known, later = PEOPLE[way, width]

    to_the_page(by)
    enter(by, known)
    by.press(page.get_by_role("button", name="Register", exact=True))
    expect(page.locator(".patient-banner")).to_contain_text(known[1])
    bill.add("register")

    page.goto("/home/")
    to_the_page(by)
    by.press(page.get_by_role("button", name="Nobody can say who it is"))
    expect(page.locator(".patient-banner")).to_contain_text("Unidentified")
    bill.add("unknown")

    by.press(page.get_by_role("link", name="Who is it?"))
    enter(by, later)
    by.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator(".patient-banner")).to_contain_text(later[1])
    expect(page.locator(".patient-banner")).not_to_contain_text("Unidentified")
    bill.add("identify")

    print(way, width, bill.actions, bill.strokes)
    assert bill.actions == ACTIONS
    assert bill.strokes == (STROKES[width] if way == "keyboard" else dict.fromkeys(ACTIONS, 0))
    assert errors == []


def to_the_page(by: Person) -> None:
    """From the clerk's home to the page: by its link, or through the palette."""
    by.go("Register a patient")
    expect(by.page.get_by_role("heading", name="Register a patient")).to_be_visible()


def enter(by: Person, who: Who) -> None:
    """The five fields."""
    page = by.page
    for label, words in zip(("Given names", "Family name", "Birth date", "Phone"), who, strict=True):
        by.fill(page.get_by_label(re.compile(f"^{label}")).first, words)
    by.mark(page.locator("label", has_text=re.compile("^Female$")))
