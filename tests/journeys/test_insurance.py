"""A card is noted, the insurer answers, desk and board say so; a child comes to it from the parent's card."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.slow]

PATIENCE = 90_000  # ms: the answer comes through outbox, worker and gateway, beside whatever else runs


def label(page: Page, words: str) -> Any:
    return page.get_by_label(re.compile(f"^{words}"))


def choose(page: Page, words: str) -> None:
    page.locator("label").filter(has_text=re.compile(f"^{words}$")).first.click()


def until(page: Page, words: str) -> None:
    """Look again until the page says so; nobody need reload, but the desk's page does not move by itself."""
    ends = time.monotonic() + PATIENCE / 1000
    while page.get_by_text(words).count() == 0 and time.monotonic() < ends:
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text(words).first).to_be_visible()


def register(page: Page, given: str, born: str) -> None:
    page.goto("/patients/new/")
    label(page, "Given names").fill(given)
    label(page, "Family name").fill("Quillfeather")
    label(page, "Birth date").fill(born)
    label(page, "Phone").first.fill("(413) 555-0177")
    choose(page, "Female")
    label(page, "Street").fill("12 Elm Court")


def test_from_the_card_to_the_family(page_as: Any) -> None:
    page: Page = page_as("reception")
    register(page, "Ottilie", "3/14/1985")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", name="Ottilie Quillfeather")).to_be_visible()
    desk = page.url

    note_card(page, "INACTIVE-4711")
    expect(page.get_by_text("No answer yet, asked").or_(page.get_by_text("Not active since"))).to_be_visible()
    until(page, "Not active since")
    mend_card(page)
    until(page, "Active, checked")

    day = book(page, desk)
    page.goto(f"/board/?site=all&group=time&day={day}")
    row = page.get_by_role("row").filter(has_text="Quillfeather, Ottilie")
    expect(row.get_by_text("Active, checked")).to_be_visible()

    register_child(page, desk)
    expect(page.get_by_role("heading", name="Juniper Quillfeather")).to_be_visible()
    expect(page.get_by_text("M4711")).to_be_visible()
    expect(page.get_by_text("Child: Ottilie Quillfeather")).to_be_visible()
    expect(page.get_by_text("Pays the bills")).to_be_visible()
    expect(page.get_by_text("12 Elm Court")).to_be_visible()
    page.get_by_role("link", name="Quillfeather, Ottilie").click()
    expect(page.get_by_role("link", name="Quillfeather, Juniper")).to_be_visible()


def note_card(page: Page, number: str) -> None:
    page.locator("section", has=page.get_by_role("heading", name="Insurance")).get_by_role(
        "link", name="Add"
    ).click()
    label(page, "Insurer").select_option(index=1)
    label(page, "Member ID").fill(number)
    page.get_by_role("button", name="Save").click()


def mend_card(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Change ")).first.click()
    page.get_by_role("link", name="Correct the card").click()
    label(page, "Member ID").fill("M4711")
    page.get_by_role("button", name="Save").click()


def book(page: Page, desk: str) -> str:
    """The first time that is free; returns its day."""
    page.goto(f"/appointments/new/?patient={desk.rstrip('/').rpartition('/')[2]}")
    slot = page.locator("#slots").get_by_role("radio").first
    expect(slot).to_be_checked()
    day = re.search(r"\d{4}-\d\d-\d\d", slot.get_attribute("value") or "")
    assert day is not None, slot.get_attribute("value")
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_load_state()
    return day[0]


def register_child(page: Page, desk: str) -> None:
    page.goto(desk)
    page.get_by_role("link", name="Register a member").click()
    expect(label(page, "Family name")).to_have_value("Quillfeather")
    label(page, "Given names").fill("Juniper")
    label(page, "Birth date").fill("6/1/2019")
    choose(page, "Female")
    page.get_by_role("button", name=re.compile("^(Register|It is somebody else: register)$")).click()
    page.wait_for_load_state()
    again = page.get_by_role("button", name="It is somebody else: register")
    if again.count():
        again.click()
