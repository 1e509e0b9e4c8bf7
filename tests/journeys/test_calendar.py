"""Visits are carried in the calendar: with the mouse, with a finger, by keys; and who looks on sees it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PHONE = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}


@dataclass(frozen=True)
class Shown:
    """A day of the calendar with three visits of 20 minutes at 9, 10 and 11."""

    page: Page
    day: str
    people: list[str]
    visits: list[str]

    def visit(self, number: int) -> Locator:
        return self.page.locator(f'[data-visit="{self.visits[number]}"]')

    def stands(self, number: int, person: int, row: int, rows: int = 4) -> None:
        """Wait until the server has said that the visit is there."""
        place = f".from-{row}.span-{rows}:not(.is-sending):not(.is-lifted)"
        column = self.page.locator(f'[data-column="{self.people[person]}"]')
        expect(column.locator(f'[data-visit="{self.visits[number]}"]{place}')).to_have_count(1)

    def point(self, person: int, row: float) -> tuple[float, float]:
        """The middle of a five-minute row."""
        box = self.page.locator(f'[data-column="{self.people[person]}"]').bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] * (row + 0.5) / 288

    def take(self, number: int, *, lower_edge: bool = False) -> tuple[float, float]:
        """Press on a visit: in the middle of its first row, or on its lower edge."""
        self.visit(number).scroll_into_view_if_needed()
        box = self.visit(number).bounding_box()
        assert box is not None
        x = box["x"] + box["width"] / 2
        y = box["y"] + box["height"] - 2 if lower_edge else box["y"] + box["height"] / 8
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        return x, y

    def says(self, words: str) -> None:
        expect(self.page.locator(".is-ghost .carry-look")).to_contain_text(words)


@pytest.fixture
def staged(installation: Any, request: pytest.FixtureRequest) -> list[Any]:
    """A day of its own for each test."""
    names = [one.name for one in request.session.items if one.path == request.path]
    place = names.index(request.node.name)
    return list(installation.stage("visits-to-carry", "xyzuvwrst"[place], str(20 + place)))


@pytest.fixture
def shown(staged: list[Any], page_as: Callable[..., Page]) -> Callable[..., Shown]:
    def show(account: str = "reception", **settings: Any) -> Shown:
        day, site, people, visits = staged
        page = page_as(account, **settings)
        page.goto(f"/calendar/?day={day}&site={site}")
        return Shown(page, day, people, visits)

    return show


def test_a_drag_moves_a_visit_and_another_desk_sees_it(shown):
    here, there = shown(), shown("nurse")
    here.take(0)
    here.page.mouse.move(*here.point(1, 121), steps=8)
    here.says("10:05–10:25 · Free")
    here.page.mouse.move(*here.point(0, 121), steps=4)
    here.says("10:05–10:25 · Taken")
    here.page.mouse.move(*here.point(1, 121), steps=4)
    here.page.mouse.up()

    here.stands(0, 1, 121)
    there.stands(0, 1, 121)
    expect(here.page.locator(".toast")).to_contain_text("is moved to")
    here.page.get_by_role("button", name="Undo").click()
    here.stands(0, 0, 108)
    there.stands(0, 0, 108)


def test_the_lower_edge_makes_it_longer(shown):
    here = shown()
    x, _y = here.take(0, lower_edge=True)
    here.page.mouse.move(x, here.point(0, 116.5)[1], steps=6)
    here.says("09:00–09:45 · Free")
    here.page.mouse.up()

    expect(here.page.locator(".toast")).to_contain_text("takes 45 minutes")
    here.stands(0, 0, 108, 9)


def test_a_refused_drop_goes_back_and_says_why(shown):
    here = shown()
    here.take(0)
    here.page.mouse.move(*here.point(0, 120), steps=6)
    here.says("Taken")
    here.page.mouse.up()

    dialog = here.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else has just taken this time. Nothing was booked.")
    expect(dialog.get_by_role("button", name=re.compile(r"\d\d:\d\d$"))).to_have_count(3)
    here.stands(0, 0, 108)
    expect(here.page.locator("#calendar")).not_to_have_attribute("aria-busy", "true")
    here.page.reload()
    here.stands(0, 0, 108)

    here.take(0)
    here.page.mouse.move(*here.point(0, 120), steps=6)
    here.page.mouse.up()
    dialog.get_by_label("Book all the same, because").fill("Twins")
    here.page.keyboard.press("Enter")
    here.stands(0, 0, 120)


def test_escape_and_a_click_change_nothing(shown):
    here = shown()
    here.take(0)
    here.page.mouse.move(*here.point(1, 130), steps=6)
    here.page.keyboard.press("Escape")
    expect(here.page.locator(".is-ghost")).to_have_count(0)
    here.page.mouse.up()
    here.stands(0, 0, 108)
    assert "/calendar/" in here.page.url

    here.visit(0).click()
    here.page.wait_for_url(f"**/appointments/{here.visits[0]}/")


def test_the_same_by_keys(shown):
    here, press = (one := shown()), one.page.keyboard.press
    live = here.page.locator("#carry-live")
    here.visit(0).locator("a").focus()
    press("m")
    expect(live).to_contain_text("Picked up")
    press("ArrowDown")
    expect(live).to_contain_text("Dr. One Aa")
    expect(live).to_contain_text("09:20–09:40 · Free")
    press("ArrowRight")
    expect(live).to_contain_text("Dr. Two Aa")
    press("Control+ArrowDown")
    press("Shift+ArrowDown")
    expect(live).to_contain_text("09:25–09:50 · Free")
    press("Enter")
    here.stands(0, 1, 113, 5)
    expect(here.visit(0).locator("a")).to_be_focused()

    press("m")
    press("ArrowUp")
    press("Escape")
    expect(live).to_have_text("It stays where it was.")
    here.stands(0, 1, 113, 5)
    expect(here.visit(0).locator("a")).to_be_focused()


def test_a_change_elsewhere_does_not_disturb_a_drag(shown):
    here, there = shown(), shown("nurse")
    here.take(0)
    here.page.mouse.move(*here.point(1, 130), steps=6)
    there.visit(2).locator("a").focus()
    for key in ("m", "ArrowRight", "Enter"):
        there.page.keyboard.press(key)
    there.stands(2, 1, 132)
    here.page.wait_for_timeout(1500)  # the news has come by now, and waits
    here.says("10:50–11:10")
    here.page.mouse.move(*here.point(1, 140), steps=3)
    here.page.mouse.up()

    here.stands(0, 1, 140)
    here.stands(2, 1, 132)


def test_a_finger_presses_long_and_the_bar_does_the_rest(shown):
    here = shown(**PHONE)
    here.visit(0).scroll_into_view_if_needed()
    touch = here.page.context.new_cdp_session(here.page)
    box = here.visit(0).bounding_box()
    assert box is not None
    at = [{"x": box["x"] + 40, "y": box["y"] + 6}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    expect(here.page.locator(".is-ghost")).to_have_count(1)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    bar = here.page.get_by_role("toolbar")
    bar.get_by_role("button", name="Later", exact=True).click()
    bar.get_by_role("button", name="Longer").click()
    expect(bar).to_contain_text("09:20–09:45 · Free")
    bar.get_by_role("button", name="Drop").click()

    here.stands(0, 0, 112, 5)


def test_from_its_own_page_it_is_picked_up_in_the_calendar(shown):
    here = shown()
    here.page.goto(f"/appointments/{here.visits[1]}/")
    here.page.get_by_role("link", name="Move in the calendar").click()
    expect(here.page.get_by_role("toolbar")).to_contain_text("10:00–10:20")
    here.page.keyboard.press("ArrowRight")
    here.page.keyboard.press("Enter")

    here.stands(1, 1, 120)
