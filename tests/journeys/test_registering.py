"""From a stranger's phone to the chart: registered online, taken over at the desk, confirmed by the nurse."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from osler.clinic.intake.registering import LEAST_TIME
from tests.clinic.intake.staging import PNG
from tests.journeys.people import Keyboard, Mouse, Person, Unscripted
from tests.journeys.walking import Walk

PHONE = {"width": 375, "height": 812}
Who = tuple[str, str, str, str]
"""Given and family name, birth date, phone: of each way another, so that none is a duplicate."""
WAYS: dict[str, tuple[type[Person], dict[str, Any], Who]] = {
    "touch": (
        Mouse,
        {"viewport": PHONE, "has_touch": True, "is_mobile": True},
        ("Odile", "Amarante", "3 Oct 1971", "(413) 555-0142"),
    ),
    "keyboard": (Keyboard, {}, ("Pia", "Brancusi", "8 Jun 1959", "(413) 555-0143")),
    "no scripts": (
        Unscripted,
        {"viewport": PHONE, "java_script_enabled": False},
        ("Wren", "Calloway", "21 Jan 1994", "(413) 555-0144"),
    ),
}

pytestmark = [pytest.mark.journey, pytest.mark.slow]


class Finger(Mouse):
    """Taps."""

    def press(self, target: Any) -> None:
        self.actions += 1
        target.tap()

    mark = press


@pytest.mark.parametrize("way", WAYS)
def test_from_the_phone_to_the_chart(walk_as: Any, page_as: Any, installation: Any, way: str) -> None:
    kind, settings, who = WAYS[way]
    walk: Walk = walk_as("nobody", **settings)
    by = Finger(walk.page) if way == "touch" else kind(walk.page)
    looks = way != "no scripts"

    register(by, walk, who, looks=looks, draws=way == "touch")
    at_the_desk(Mouse(page_as("reception")), who)
    with_the_nurse(Mouse(page_as("nurse")), who)


def label(by: Person, words: str) -> Any:
    return by.page.get_by_label(re.compile(f"^{words}"))


def choice(by: Person, words: str) -> Any:
    return by.page.locator("label", has_text=re.compile(f"^{words}$")).first


def on(by: Person, walk: Walk, heading: str, *, looks: bool, button: str = "Continue") -> None:
    """Go on to the page with this heading, and look at it."""
    by.press(by.page.get_by_role("button", name=button, exact=True).locator("visible=true"))
    expect(by.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    if looks:
        walk.look(by.page.url)


def register(by: Person, walk: Walk, who: Who, *, looks: bool, draws: bool) -> None:
    """Page by page; a page that is not complete says so, and nothing is lost."""
    page = by.page
    given, family, born, phone = who
    page.goto("/register/")
    if looks:
        walk.look(page.url)
    by.mark(choice(by, "I register myself"))
    on(by, walk, "About you", looks=looks, button="Begin")
    by.fill(label(by, "Given names"), given)
    walk.expected = 422
    on(by, walk, "About you", looks=looks)
    expect(page.get_by_role("alert").or_(page.locator(".error-summary")).first).to_contain_text("Family name")
    expect(label(by, "Given names")).to_have_value(given)
    walk.expected = 200
    by.fill(label(by, "Family name"), family)
    by.fill(label(by, "Birth date"), born)
    by.mark(choice(by, "Female"))
    on(by, walk, "How we reach you", looks=looks)
    by.fill(label(by, "Mobile phone"), phone)
    by.mark(choice(by, "English"))
    on(by, walk, "Insurance", looks=looks)
    by.mark(choice(by, "With health insurance"))
    by.fill(label(by, "Name of the insurance"), "Northern Mutual")
    by.fill(label(by, "Member ID"), f"NM-{family}")
    page.locator("#photo-front").set_input_files({"name": "card.png", "mimeType": "image/png", "buffer": PNG})
    on(by, walk, "Insurance", looks=looks, button="Send the photos now")
    expect(page.get_by_role("img", name="The front of the card, as you sent it")).to_be_visible()
    on(by, walk, "Your health", looks=looks)
    on(by, walk, "Insurance", looks=False, button="Back")
    expect(label(by, "Member ID")).to_have_value(f"NM-{family}")
    on(by, walk, "Your health", looks=False)
    by.fill(label(by, "What brings you"), "My back")
    by.mark(choice(by, "Yes"))
    by.fill(label(by, "Allergies"), "Penicillin, rash")
    on(by, walk, "Read and sign", looks=looks)
    for text in page.locator("label", has_text="I have read this and agree").all():
        by.mark(text)
    by.fill(label(by, "Your full name"), f"{given} {family}")
    if draws:
        draw(by)
    on(by, walk, "Please check what you entered", looks=looks)
    expect(page.locator("main")).to_contain_text(f"NM-{family}")
    page.wait_for_timeout(LEAST_TIME.total_seconds() * 1000)  # nobody is faster
    on(by, walk, "Thank you. Your registration has arrived.", looks=looks, button="Send to the clinic")


def draw(by: Person) -> None:
    """A signature, with the finger."""
    pad = by.page.locator(".signature-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    by.page.mouse.move(box["x"] + 20, box["y"] + 60)
    by.page.mouse.down()
    for step in range(10):
        by.page.mouse.move(box["x"] + 20 + 28 * step, box["y"] + (30 if step % 2 else 80))
    by.page.mouse.up()
    expect(by.page.locator("[name=drawn]")).to_have_value(re.compile(r"^M\d+ \d+L"))


def at_the_desk(reception: Person, who: Who) -> None:
    """Found on the list, looked at, taken over."""
    page = reception.page
    given, family, *_rest = who
    reception.go("Registrations")
    reception.press(page.get_by_role("link", name=f"{family}, {given}"))
    expect(page.locator("#accept")).to_contain_text("As a new patient")
    reception.press(page.get_by_role("button", name="Register with what is ticked"))
    expect(page.locator(".patient-banner")).to_contain_text(family)
    expect(page.locator("main")).to_contain_text("Northern Mutual")
    expect(page.locator("main")).to_contain_text("Consent to treatment")


def with_the_nurse(nurse: Person, who: Who) -> None:
    """The answers are read, the allergy is confirmed."""
    page = nurse.page
    given, family, *_rest = who
    nurse.go("Home")
    nurse.press(page.get_by_role("link", name=f"{family}, {given}").first)
    expect(page.locator("main")).to_contain_text("My back")
    nurse.press(page.get_by_role("button", name="I have read this"))
    expect(page.locator("main")).to_contain_text("Nadia Kowalski")
    nurse.press(page.get_by_role("link", name="Allergies", exact=True).first)
    expect(page.locator("main")).to_contain_text("Reported, not confirmed")
    nurse.press(page.get_by_role("button", name=re.compile("^Confirm")))
    expect(page.locator("main")).not_to_contain_text("Reported, not confirmed")
