"""A patient without appointment: taken in, called on the screen of the waiting room, roomed, seen, done."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import deeds
from tests.journeys.deeds import Newcomer
from tests.journeys.people import Mouse

pytestmark = [pytest.mark.journey, pytest.mark.slow]
WHO = Newcomer("Walburga", "Kessling", birth_date="7/9/1958", phone="(413) 555-0177")
TAKES_IN = 3
"""Find, pick, done."""
FRESH = 20_000  # ms: the screen is never older


def screen_of(admin: Mouse, site: str) -> str:
    """The address of a site's screen, as the administrator copies it."""
    admin.page.goto("/administration/queues/")
    line = admin.page.get_by_role("listitem").filter(has_text=re.compile(f"^{site} ·"))
    return line.get_by_role("link").get_attribute("href") or ""


def take_in(reception: Mouse, words: str) -> tuple[str, str]:
    """Who is found by these words cannot wait; his number, and his name as lists have it."""
    page = reception.page
    page.goto("/queue/")
    page.get_by_role("link", name="Take in", exact=True).click()
    before = reception.actions
    reception.fill(page.get_by_role("searchbox", name="Patient", exact=True), words)
    found = page.locator("#found .row-link").first
    name = found.inner_text()
    reception.press(found)
    say_urgent(page)
    reception.press(page.get_by_role("button", name="Office visit"))
    assert reception.actions - before == TAKES_IN
    return page.locator(".queue-number").inner_text(), name


def say_urgent(page: Page) -> None:
    """Beside what a plain walk-in takes: so that this one is next in a full clinic."""
    page.get_by_text("It cannot wait…").click()
    page.get_by_text("Emergency", exact=True).click()
    page.get_by_label("Why it cannot wait").fill("Chest pain")


def test_a_walk_in_from_the_door_to_the_door(page_as: Any, new_context: Any) -> None:
    reception, nurse, doctor, admin = (
        Mouse(page_as(who)) for who in ("reception", "nurse", "doctor", "admin")
    )
    deeds.register(reception, WHO)
    token, name = take_in(reception, WHO.family)
    site = reception.page.locator(".queue-slip .strong").inner_text()
    assert name.split(",")[0] not in reception.page.locator(".queue-slip").inner_text()
    television = new_context(viewport={"width": 1920, "height": 1080}).new_page()
    television.goto(screen_of(admin, site))
    expect(television.get_by_role("row", name=token)).to_have_count(0)

    nurse.page.goto("/queue/")
    nurse.select(nurse.page.get_by_label("Call into"), "Room 6")
    nurse.press(nurse.page.get_by_role("button", name="Next of Clinicians"))
    expect(nurse.page.get_by_role("row", name=token)).to_contain_text("Room 6")
    expect(television.get_by_role("row", name=token)).to_contain_text("Room 6", timeout=FRESH)
    assert name.split(",")[0] not in television.locator("body").inner_text()

    nurse.press(nurse.page.get_by_role("row", name=token).get_by_role("button", name="Is here"))
    expect(television.get_by_role("row", name=token)).to_have_count(0, timeout=FRESH)
    rooms = nurse.page.get_by_role("region", name="In rooms")
    expect(rooms.get_by_role("row", name=token)).to_contain_text("Room 6")

    doctor.page.goto("/board/?stage=checked-in")
    doctor.press(doctor.page.get_by_role("row", name=name).get_by_role("button", name="Start visit"))
    expect(doctor.page.locator(".patient-banner")).to_contain_text(name.split(",")[0])
    reception.page.goto("/board/?stage=in-progress")
    expect(reception.page.get_by_role("row", name=name)).to_contain_text("Room 6")


def test_a_screen_that_is_cut_off_says_so(page_as: Any, new_context: Any) -> None:
    admin = Mouse(page_as("admin"))
    context = new_context(viewport={"width": 1920, "height": 1080})
    television = context.new_page()
    television.goto(screen_of(admin, "Main Street"))
    expect(television.get_by_role("alert")).to_be_hidden()

    context.set_offline(True)
    expect(television.get_by_role("alert")).to_be_visible(timeout=FRESH)
    context.set_offline(False)
    expect(television.get_by_role("alert")).to_be_hidden(timeout=FRESH)


def test_the_queue_works_without_scripts(page_as: Any) -> None:
    nurse = Mouse(page_as("nurse", java_script_enabled=False))
    nurse.page.goto("/queue/")
    nurse.select(nurse.page.get_by_label("Call into"), "Room 5")
    nurse.press(nurse.page.get_by_role("button", name="Next of Clinicians"))
    called = (
        nurse.page.get_by_role("region", name="Being called").get_by_role("row").filter(has_text="Room 5")
    )
    token = called.locator(".queue-token").inner_text()
    nurse.press(called.get_by_role("button", name="Take back"))
    waiting = nurse.page.get_by_role("region", name="Waiting")
    expect(waiting.get_by_role("row").nth(1).locator(".queue-token")).to_have_text(token)
