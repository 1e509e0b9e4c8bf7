"""A face for the name: the desk takes a photo with the camera, and whoever opens the patient sees it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Mouse

pytestmark = [pytest.mark.journey, pytest.mark.slow]
HAS_LOADED = "image => image.complete && image.naturalWidth > 0"


def test_the_desk_takes_a_photo_and_the_physician_sees_it(page_as: Any) -> None:
    desk: Page = page_as("reception")
    by = Mouse(desk)
    desk.goto("/patients/")
    by.press(desk.locator("a.row-link").last)
    desk.wait_for_url("**/patients/*-*/")
    address = desk.url

    by.press(desk.get_by_role("link", name="Take photo"))
    by.press(desk.get_by_role("button", name="Use the camera"))
    by.press(desk.get_by_role("button", name="Take it"))
    expect(desk.locator("canvas")).to_be_visible()
    before = desk.locator("[name=side]").input_value()
    desk.locator("canvas").press("+")
    assert float(desk.locator("[name=side]").input_value()) < float(before)
    by.press(desk.get_by_role("button", name="Save the photo"))

    expect(desk.get_by_text("The photo is saved.")).to_be_visible()
    shown = desk.get_by_role("img", name="Photo of")
    expect(shown).to_be_visible()
    assert shown.evaluate(HAS_LOADED)
    assert by.actions == 5

    physician: Page = page_as("doctor")
    physician.goto(address)
    face = physician.locator(".banner-face")
    expect(face).to_be_visible()
    assert face.evaluate(HAS_LOADED)

    by.press(desk.get_by_role("button", name="Remove"))
    expect(desk.get_by_text("No photo yet.")).to_be_visible()
    expect(desk.get_by_role("img", name="Former photo").first).to_be_visible()
    by.press(desk.get_by_role("button", name="Undo"))
    expect(shown).to_be_visible()
    physician.goto(address)
    expect(face).to_be_visible()
